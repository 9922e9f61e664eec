//! `cargo xtask codegen`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lexopt::prelude::*;
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::files::Changes;
use zonal_codegen::generate::{Generated, generate};
use zonal_codegen::select::Selection;

use crate::project::{command_line, load_with_partitions, root, shown, sources};
use crate::{Failure, Result};

struct Arguments {
    check: bool,
    models: Vec<PathBuf>,
    operations: Vec<String>,
    service: Option<String>,
    all: bool,
    out: PathBuf,
    crate_name: String,
    runtime_path: Option<PathBuf>,
    allowed_traits: Vec<String>,
}

pub(crate) fn run(parser: lexopt::Parser) -> Result<String> {
    let start = Instant::now();
    let arguments = parse(parser)?;
    let mut sources = sources(&arguments.models)?;
    let model = load_with_partitions(&mut sources)?;
    let mut selection = if arguments.operations.is_empty() {
        Selection::all()
    } else {
        Selection::named(arguments.operations.iter().cloned())
    };
    selection.service = arguments.service.clone();
    selection.allowed_traits = arguments.allowed_traits.clone();
    let options = Options {
        crate_name: arguments.crate_name.clone(),
        runtime: runtime(&arguments),
        command_line: is_own(&arguments.out).then(command_line).transpose()?,
    };
    let generated = generate(&model, &selection, &options)?;
    let fail = |error: std::io::Error| Failure::Failed(format!("error: {error}"));
    if arguments.check {
        let changes = generated.files.compare(&arguments.out).map_err(fail)?;
        return check(&generated, &changes, &arguments.out);
    }
    let changes = generated.files.write(&arguments.out).map_err(fail)?;
    Ok(summary(&generated, &changes, &arguments.out, start))
}

fn parse(mut parser: lexopt::Parser) -> Result<Arguments> {
    let mut arguments = Arguments {
        check: false,
        models: Vec::new(),
        operations: Vec::new(),
        service: None,
        all: false,
        out: root().join("generated"),
        crate_name: "zonal".to_owned(),
        runtime_path: None,
        allowed_traits: Vec::new(),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => arguments.check = true,
            Long("model") => arguments.models.push(parser.value()?.into()),
            Long("operation") => arguments.operations.push(parser.value()?.string()?),
            Long("service") => arguments.service = Some(parser.value()?.string()?),
            Long("allow-trait") => arguments.allowed_traits.push(parser.value()?.string()?),
            Long("runtime-path") => arguments.runtime_path = Some(runtime_path(parser.value()?)?),
            Long("all") => arguments.all = true,
            Long("out") => arguments.out = absolute(parser.value()?)?,
            Long("crate-name") => arguments.crate_name = crate_name(parser.value()?.string()?)?,
            other => return Err(other.unexpected().into()),
        }
    }
    if arguments.all && !arguments.operations.is_empty() {
        return Err(Failure::Usage(
            "--all and --operation exclude each other".to_owned(),
        ));
    }
    if arguments.runtime_path.is_some() && is_own(&arguments.out) {
        return Err(Failure::Usage(
            "--runtime-path is for a crate outside of this repository: name its folder with --out"
                .to_owned(),
        ));
    }
    Ok(arguments)
}

/// The path from the root of the file system: manifests elsewhere hold it.
fn absolute(path: impl AsRef<Path>) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Failure::Usage(error.to_string()))
}

/// The folder of the runtime; cargo's own error for a wrong one would come only when the crate is built.
fn runtime_path(path: OsString) -> Result<PathBuf> {
    let found = absolute(&path)?;
    let manifest = std::fs::read_to_string(found.join("Cargo.toml"));
    if manifest.is_ok_and(|text| text.contains("name = \"zonal-runtime\"")) {
        return Ok(found);
    }
    Err(Failure::Usage(format!(
        "--runtime-path {}: there is no crate `zonal-runtime` in {}",
        path.display(),
        found.display(),
    )))
}

/// Whether it is the folder of this repository that belongs to its workspace, however it is written.
fn is_own(out: &Path) -> bool {
    let own = root().join("generated");
    match (own.canonicalize(), out.canonicalize()) {
        (Ok(own), Ok(out)) => own == out,
        _ => own == out,
    }
}

/// What cargo takes for a name and Rust for an identifier.
fn crate_name(name: String) -> Result<String> {
    let good = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
    if good {
        return Ok(name);
    }
    Err(Failure::Usage(format!(
        "`{name}` is no name for a crate: use a to z, 0 to 9, `-` and `_`"
    )))
}

/// Inside the repository the crate belongs to the workspace; elsewhere it stands on its own, and takes the runtime
/// from the registry unless a folder is named.
fn runtime(arguments: &Arguments) -> Runtime {
    if is_own(&arguments.out) {
        return Runtime::Workspace;
    }
    match &arguments.runtime_path {
        Some(path) => Runtime::Path(path.display().to_string()),
        None => Runtime::Version(env!("CARGO_PKG_VERSION").to_owned()),
    }
}

fn check(generated: &Generated, changes: &Changes, out: &Path) -> Result<String> {
    if changes.is_empty() {
        return Ok(format!(
            "{} is up to date: {} files\n",
            shown(out),
            generated.files.len()
        ));
    }
    let mut text = format!("error: {} is not what the model gives\n", shown(out));
    for (what, paths) in [
        ("changed", &changes.changed),
        ("missing", &changes.new),
        ("stale", &changes.stale),
    ] {
        for path in paths {
            text.push_str(&format!("  {what:8} {}/{path}\n", shown(out)));
        }
    }
    text.push_str(
        "help: run `cargo xtask codegen` with the same arguments and commit what it writes",
    );
    Err(Failure::Failed(text))
}

/// What was left out, drawn before all else.
fn warnings(generated: &Generated) -> String {
    match generated.warnings.is_empty() {
        true => String::new(),
        false => format!("{}\n\n", generated.warnings),
    }
}

fn summary(generated: &Generated, changes: &Changes, out: &Path, start: Instant) -> String {
    let operations = match generated.operations.len() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    let pages = generated.files.lines_below("docs/");
    let code = generated.files.lines() - pages;
    let mut text = warnings(generated);
    text.push_str(&format!(
        "{}: {operations}, {} files, {code} lines of code and {pages} of pages; {} changed, {} new, {} removed; {} ms\n",
        shown(out),
        generated.files.len(),
        changes.changed.len(),
        changes.new.len(),
        changes.stale.len(),
        start.elapsed().as_millis(),
    ));
    for (sign, paths) in [
        ("~", &changes.changed),
        ("+", &changes.new),
        ("-", &changes.stale),
    ] {
        for path in paths {
            text.push_str(&format!("  {sign} {path}\n"));
        }
    }
    text
}
