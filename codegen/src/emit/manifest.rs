//! The manifest of the generated crate.

use super::{Context, Runtime, operation};
use crate::api::TypeKind;
use crate::document::clean;
use crate::files::{Files, MARK};

/// A text as TOML writes it, on one line.
pub(super) fn text(text: &str) -> String {
    let text = clean(text);
    quoted(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A string as TOML writes it, where JSON does the same but for the control character that JSON leaves alone.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

/// The features of the runtime that the model needs, for those that not every client does.
fn needed(cx: &Context<'_, '_>) -> Vec<&'static str> {
    let operations = || cx.api.operations.iter();
    let has_events = cx
        .api
        .types
        .iter()
        .any(|ty| matches!(ty.kind, TypeKind::Events { .. }))
        || operations().any(operation::sends_events);
    let features = [
        (has_events, "event-streams"),
        (operations().any(|it| it.checksums.others), "more-checksums"),
        (operations().any(|it| it.compressed), "request-compression"),
    ];
    let needed = features.into_iter().filter(|(is, _)| *is);
    needed.map(|(_, name)| name).collect()
}

/// What the manifest of a crate with a generated module says.
pub(super) fn of_module(cx: &Context<'_, '_>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let runtime = match needed(cx).as_slice() {
        [] => quoted(version),
        needed => format!("{{ version = {}, features = {needed:?} }}", quoted(version)),
    };
    format!(
        "[features]\nserde = [\"dep:serde\", \"zonal-runtime/serde\"]\n\n[dependencies]\n\
         serde = {{ version = \"1\", features = [\"derive\"], optional = true }}\nzonal-runtime = {runtime}\n"
    )
}

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) {
    let name = &cx.options.crate_name;
    let title = &cx.api.service.title;
    let package =
        format!("# {MARK}; change model/ or codegen/ instead.\n\n[package]\nname = \"{name}\"\n");
    let description = text(&format!(
        "A typed client for {title}, generated from its Smithy model"
    ));
    let description = format!("description = {description}\n");
    let features = "\n[features]\ndefault = [\"hyper\"]\n\
                    # The transport that clients use unless they are given another.\n\
                    hyper = [\"zonal-runtime/hyper\"]\n\
                    # A client of `reqwest` can be the transport.\n\
                    reqwest = [\"zonal-runtime/reqwest\"]\n\
                    # The root certificates of Mozilla, for machines that have none of their own.\n\
                    webpki-roots = [\"zonal-runtime/webpki-roots\"]\n\
                    # Requests and answers can be written and read as JSON and the like; secrets are in clear there.\n\
                    serde = [\"dep:serde\", \"zonal-runtime/serde\"]\n\
                    # A transport for tests that gives prepared answers and sends nothing.\n\
                    test-util = [\"zonal-runtime/test-util\"]\n";
    let no_formatting =
        format!("# {MARK}.\n# The generator lays its output out.\ndisable_all_formatting = true\n");
    files.insert("client/rustfmt.toml", no_formatting);
    let needed = needed(cx);
    let list = format!("features = {needed:?}");
    match &cx.options.runtime {
        Runtime::Workspace => {
            let runtime = match needed.as_slice() {
                [] => "zonal-runtime.workspace = true".to_owned(),
                _ => format!("zonal-runtime = {{ workspace = true, {list} }}"),
            };
            // what the examples in the guides are tried with
            let tried = match cx.options.package {
                Some(_) => {
                    "aws-config.workspace = true\nhttp-body-util.workspace = true\nzonal-peer.workspace = true\n"
                }
                None => "",
            };
            let manifest = format!(
                "{package}{description}version.workspace = true\nedition.workspace = true\n\
                 rust-version.workspace = true\nlicense.workspace = true\nrepository.workspace = true\n\
                 categories.workspace = true\nkeywords.workspace = true\nreadme = \"../../README.md\"\n\n\
                 [package.metadata.docs.rs]\nall-features = true\n{features}\n\
                 [dependencies]\nserde = {{ workspace = true, optional = true }}\n{runtime}\n\n\
                 [dev-dependencies]\n\
                 tokio = {{ workspace = true, features = [\"macros\", \"rt-multi-thread\", \"time\"] }}\n\
                 zonal-runtime = {{ workspace = true, features = [\"test-util\"] }}\n{tried}\n[lints]\nworkspace = true\n"
            );
            files.insert("client/Cargo.toml", manifest);
        }
        elsewhere => {
            let place = match elsewhere {
                Runtime::Path(path) => format!("path = {}", quoted(path)),
                Runtime::Version(version) => format!("version = {}", quoted(version)),
                Runtime::Workspace | Runtime::Module(_) => "workspace = true".to_owned(),
            };
            let runtime = format!("zonal-runtime = {{ {place}, default-features = false");
            let list = match needed.as_slice() {
                [] => String::new(),
                _ => format!(", {list}"),
            };
            let manifest = format!(
                "{package}{description}version = \"0.1.0\"\nedition = \"2024\"\npublish = false\n{features}\n\
                 [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"], optional = true }}\n\
                 {runtime}{list} }}\n\n[dev-dependencies]\n\
                 tokio = {{ version = \"1\", default-features = false, features = [\"macros\", \"rt\"] }}\n\
                 {runtime}, features = [\"test-util\"] }}\n"
            );
            files.insert("client/Cargo.toml", manifest);
            let workspace =
                format!("# {MARK}.\n\n[workspace]\nresolver = \"3\"\nmembers = [\"client\"]\n");
            files.insert("Cargo.toml", workspace);
        }
    }
}
