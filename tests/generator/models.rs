//! A snapshot of each tiny model: only what its feature is about.

use std::fs;

use serde_json::Value;
use zonal_codegen::files::{Files, MARK};
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

use crate::excerpt::excerpt;
use crate::{assert_snapshot, in_workspace, json_files, on_its_own, root, run};

/// More than this nobody reads.
const MAX_LINES: usize = 60;

/// A file below the output folder, and what of it is shown; see [`excerpt`].
type Shown = (&'static str, &'static [&'static str]);

/// The models, and what their snapshots hold.
#[rustfmt::skip]
const MODELS: &[(&str, &[Shown])] = &[
    // Where members stand in a request
    ("path-label", &[
        ("client/src/operation/get_part.rs", &["members!", "pub fn get_part", "fn encode"]),
        ("docs/get-part.md", &["## Request syntax"]),
    ]),
    ("greedy-label", &[
        ("client/src/operation/get_file.rs", &["fn encode"]),
        ("docs/get-file.md", &["## Request syntax"]),
    ]),
    ("label-timestamp", &[
        ("client/src/operation/get_day.rs", &["pub struct GetDay", "members!", "fn encode"]),
    ]),
    ("query-literal", &[
        ("client/src/operation/list_versions.rs", &["fn encode"]),
        ("docs/list-versions.md", &["## Request syntax"]),
    ]),
    ("arguments-by-name", &[
        ("client/src/operation/put_note.rs", &["members!", "pub struct PutNoteRequired", "pub fn put_note"]),
        ("docs/put-note.md", &["## Usage"]),
    ]),
    ("query", &[
        ("client/src/operation/list_things.rs", &["pub struct ListThings ", "members!", "fn encode"]),
    ]),
    ("headers", &[
        ("client/src/operation/send.rs", &["pub fn send_", "fn encode", "fn decode"]),
        ("docs/send.md", &["## Request syntax"]),
    ]),
    ("header-timestamps", &[("client/src/operation/stamp.rs", &["fn encode", "fn decode"])]),
    ("bindings-that-mean-nothing", &[
        ("client/src/operation/get_thing.rs", &["pub struct GetThingOutput", "fn decode"]),
        ("client/src/types/thing.rs", &["fn decode"]),
    ]),

    // Types
    ("enum", &[
        ("client/API.txt", &[""]),
        ("client/src/types/color.rs", &["pub enum Color", "string_enum!("]),
    ]),
    ("enum-listed", &[("client/src/types/color.rs", &["pub enum Color", "string_enum!("])]),
    ("enum-of-integers", &[
        ("client/src/types/level.rs", &[""]),
        ("docs/rank.md", &["## Output"]),
    ]),
    ("sparse", &[("client/src/operation/keep.rs", &["pub struct KeepOutput", "\"Names\" =>", "\"Notes\" =>"])]),
    ("defaults", &[
        ("client/src/operation/count.rs", &["fn encode", "fn decode"]),
    ]),
    ("structure", &[
        ("client/src/operation/get_thing.rs", &["fn decode"]),
        ("client/src/types/thing.rs", &[""]), ("client/src/types/owner.rs", &["fn decode"]),
    ]),
    ("list-wrapped", &[("client/src/operation/list_names.rs", &["pub struct ListNamesOutput", "fn decode"])]),
    ("list-flattened", &[
        ("client/src/operation/list_names.rs", &["pub struct ListNamesOutput", "fn decode"]),
    ]),
    ("list-of-structures", &[
        ("client/src/operation/list_things.rs", &["fn decode"]),
        ("docs/list-things.md", &["## Output"]),
    ]),
    ("union-flattened", &[("client/src/types/choice.rs", &["fn decode"])]),
    ("sensitive-values", &[
        ("client/src/types/key.rs", &["pub struct Key", "fn fmt"]),
        ("client/src/types/choice.rs", &["pub enum Choice", "fn fmt"]),
    ]),
    ("members-of-arguments", &[("docs/put-thing.md", &["## Arguments"])]),
    ("recursion", &[("client/src/types/tree.rs", &["pub struct Tree", "fn decode"]), ("docs/get-tree.md", &["## Output"])]),
    ("xml-names", &[("client/src/operation/get_thing.rs", &["fn decode"])]),
    ("xml-attributes", &[("client/src/operation/mark.rs", &["fn encode", "fn decode"])]),
    ("xml-timestamps", &[("client/src/operation/get_times.rs", &["fn decode"])]),
    ("required-output", &[
        ("client/src/operation/get_thing.rs", &["pub struct GetThingOutput", "fn decode"]),
    ]),
    ("sensitive", &[
        ("client/src/operation/open_door.rs", &["pub struct OpenDoor ", "members!", "const SPEC"]),
        ("client/src/types/key.rs", &["pub struct Key"]),
    ]),

    ("event-stream", &[
        ("client/src/operation/watch.rs", &["pub struct WatchOutput", "fn decode"]),
        ("client/src/types/events.rs", &["impl StreamEvent"]),
        ("client/src/types/records_event.rs", &["fn from_event"]),
    ]),
    ("events-sent", &[
        ("client/src/operation/tell.rs", &["const SPEC", "fn encode"]),
        ("client/src/types/told.rs", &["fn encode"]),
        ("client/src/types/sound.rs", &["fn to_event"]),
    ]),

    // Operations
    ("errors", &[
        ("client/src/operation/get_thing.rs", &["pub enum GetThingError", "type Error", "fn error"]),
        ("docs/get-thing.md", &["## Modelled errors"]),
    ]),
    ("service-errors", &[
        ("client/src/operation/drop_thing.rs", &["pub enum DropThingError", "fn error"]),
        ("client/src/operation/get_thing.rs", &["pub enum GetThingError", "fn error"]),
    ]),
    ("no-errors", &[
        ("client/src/operation/get_thing.rs", &["impl Operation"]),
        ("client/src/operation.rs", &[""]),
    ]),
    ("auth", &[
        ("client/src/operation/hello.rs", &["const SPEC"]), ("client/src/operation/look.rs", &["const SPEC"]),
        ("client/src/operation/peek.rs", &["const SPEC"]), ("client/src/operation/pour.rs", &["const SPEC"]),
    ]),
    ("expires", &[("client/src/operation/look.rs", &["pub struct LookOutput", "fn decode"])]),
    ("checksum-and-compression", &[
        ("client/src/operation/check.rs", &["const SPEC"]), ("client/src/operation/pack.rs", &["const SPEC"]),
        ("client/src/operation/check/tests.rs", &["fn request_check"]),
    ]),
    ("token-in-body", &[("client/src/operation/order.rs", &["fn encode"])]),
    ("no-input", &[
        ("client/src/operation/list_things.rs", &["pub struct ListThings ", "members!", "impl Client", "fn encode"]),
        ("docs/list-things.md", &["## Usage"]),
    ]),
    ("no-output", &[
        ("client/src/operation/delete_thing.rs", &["pub struct DeleteThingOutput", "const SPEC", "fn decode"]),
        ("docs/delete-thing.md", &["## Output"]),
    ]),
    ("several-operations", &[
        ("client/src/operation.rs", &[""]),
        ("client/src/types.rs", &[""]),
        ("docs/README.md", &[""]),
    ]),

    ("pages", &[
        ("client/src/operation/list_things.rs", &["pub struct ListThings ", "impl Paginated for", "impl PaginatedItems for"]),
        ("docs/list-things.md", &["## All pages"]),
    ]),
    ("pages-of-s3", &[
        ("client/src/operation/list_parts.rs", &["impl Paginated for", "impl PaginatedItems for"]),
    ]),
    ("waiters", &[
        ("client/src/waiter.rs", &["pub struct ThingExists", "impl Waiter for ThingReady"]),
    ]),

    // Documentation
    ("docs-html", &[
        ("client/src/operation/get_thing.rs", &["pub struct GetThing "]),
        ("docs/get-thing.md", &["# GetThing"]),
    ]),
    ("docs-links", &[
        ("client/src/operation/get_thing.rs", &["pub struct GetThing "]),
        ("client/src/operation/drop_thing.rs", &["pub struct DropThing "]),
        ("client/src/types/thing.rs", &["pub struct Thing"]),
        ("docs/drop-thing.md", &["# DropThing"]),
    ]),
    ("docs-wrapping", &[("client/src/operation/get_thing.rs", &["pub struct GetThing "])]),
    ("constraints", &[
        ("client/src/operation/list_things.rs", &["pub struct ListThings "]),
        ("docs/list-things.md", &["## Arguments"]),
    ]),
    ("deprecated", &[
        ("client/src/operation/get_thing.rs", &["pub struct GetThing "]),
        ("client/src/types/color.rs", &["pub enum Color"]),
        ("docs/get-thing.md", &["### Name", "### Color"]),
    ]),
    ("examples", &[
        ("client/src/operation/list_things.rs", &["pub struct ListThings "]),
    ]),
    ("examples-on-pages", &[("docs/list-things.md", &["## Examples"])]),

    // Names
    ("keywords", &[
        ("client/src/operation.rs", &[""]),
        ("client/src/operation/match.rs", &["pub struct Match ", "pub fn r#match", "fn decode"]),
    ]),
    ("names-of-types", &[
        ("client/src/operation.rs", &[""]),
        ("client/src/operation/request.rs", &["pub struct RequestOutput", "pub fn request", "fn decode"]),
        ("client/src/types/option.rs", &["pub struct OptionShape"]),
    ]),
    ("renamed", &[
        ("client/src/types.rs", &[""]),
        ("client/src/operation/put_thing.rs", &["fn encode"]),
    ]),
    ("names-of-members", &[
        ("client/src/operation/build.rs", &["members!", "fn decode"]),
        ("client/src/types/element.rs", &["fn decode"]),
    ]),
    ("acronyms", &[
        ("client/src/operation/put_acl.rs", &["pub struct PutAcl ", "fn encode"]),
        ("docs/put-acl.md", &["### ChecksumCRC64NVME"]),
    ]),

    // The service
    ("endpoint-rules", &[
        ("client/src/operation/get_thing.rs", &["fn endpoint_params", "fn encode"]),
        ("client/src/endpoint.rs", &["BUCKET: ParamId", "USE_CONTROL: ParamId", "static CONDITIONS", "static NODES", "static RESULTS"]),
        ("docs/get-thing.md", &["## Request syntax"]),
    ]),
    ("operation-context-params", &[
        ("client/src/operation/drop.rs", &["fn endpoint_params"]),
    ]),
    ("settings", &[
        ("client/src/settings.rs", &[""]),
        ("client/src/operation/ping/tests.rs", &["fn request_ping"]),
    ]),
    ("endpoint-tests", &[("client/src/endpoint/tests.rs", &[""])]),
    ("no-endpoint-rules", &[
        ("client/src/operation/ping.rs", &["impl Operation"]),
        ("client/src/endpoint.rs", &["static PARAMS", "static RESULTS"]),
    ]),
    ("protocol-tests", &[("client/src/operation/get_thing/tests.rs", &[""])]),

    // In the style of other services
    ("host-prefix", &[
        ("client/src/operation/put_tags.rs", &["const SPEC", "fn encode"]),
        ("client/src/endpoint/tests.rs", &["calls! {"]),
    ]),
    ("ids-in-paths", &[("client/src/operation/list_records.rs", &["fn encode", "fn decode"])]),
    ("lists-with-quantity", &[
        ("client/src/operation/update_site2026_01_15.rs", &["fn encode", "fn decode"]),
        ("client/src/types/names.rs", &["fn encode"]),
    ]),
];

#[test]
fn the_manifest_switches_on_what_the_model_needs() {
    for (name, features) in [
        ("query", None),
        ("event-stream", Some("[\"event-streams\"]")),
        ("events-sent", Some("[\"event-streams\"]")),
        ("host-prefix", Some("[\"more-checksums\"]")),
        (
            "checksum-and-compression",
            Some("[\"more-checksums\", \"request-compression\"]"),
        ),
    ] {
        for options in [in_workspace("demo"), on_its_own("demo")] {
            let files = run(&sources(name), &Selection::all(), &options).files;
            let manifest = files.get("client/Cargo.toml").unwrap();
            let lines = manifest.lines();
            let mut lines = lines.filter(|line| line.starts_with("zonal-runtime"));
            let line = lines.find(|line| !line.contains("test-util")).unwrap();
            let found = line.split(", features = ").nth(1);
            let found = found.map(|rest| rest.trim_end_matches(" }"));
            assert_eq!(found, features, "{name}: {line}");
        }
    }
}

/// The names of all models in `models/`.
pub(crate) fn names() -> Vec<String> {
    let paths = json_files(&root().join("tests/models"));
    paths
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

/// The model and, where it brings none, a service with all its operations.
pub(crate) fn sources(name: &str) -> Sources {
    let file = format!("tests/models/{name}.json");
    let text = fs::read_to_string(root().join(&file)).unwrap();
    let model: Value = serde_json::from_str(&text).unwrap();
    let of_type = |kind: &str| -> Vec<&String> {
        let shapes = model["shapes"].as_object().unwrap().iter();
        shapes
            .filter(|(_, shape)| shape["type"] == kind)
            .map(|(id, _)| id)
            .collect()
    };
    let mut sources = Sources::new();
    sources.add(file, text.clone());
    if text.contains("\"aws.partition\"") {
        let partitions = fs::read_to_string(root().join("model/partitions.json")).unwrap();
        sources.add("model/partitions.json", partitions);
    }
    if of_type("service").is_empty() {
        let operations = of_type("operation")
            .into_iter()
            .map(|id| serde_json::json!({ "target": id }));
        let service = serde_json::json!({
            "smithy": "2.0",
            "shapes": { "demo#Demo": {
                "type": "service",
                "version": "2026-01-15",
                "operations": operations.collect::<Value>(),
                "traits": {
                    "aws.auth#sigv4": { "name": "demo" },
                    "aws.protocols#restXml": { "noErrorWrapping": true },
                },
            } },
        });
        sources.add("service.json", service.to_string());
    }
    sources
}

fn output(name: &str) -> Files {
    run(&sources(name), &Selection::all(), &in_workspace("demo")).files
}

fn shown(files: &Files, shown: &[Shown]) -> String {
    let mut parts = Vec::new();
    for (path, markers) in shown {
        let text = files
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not generated"));
        parts.push(format!("==> {path} <=="));
        parts.extend(markers.iter().map(|marker| excerpt(path, text, marker)));
    }
    parts.join("\n\n")
}

#[test]
fn every_model_shows_its_feature() {
    let mut too_long = Vec::new();
    for (name, parts) in MODELS {
        let text = shown(&output(name), parts);
        assert_snapshot(name, &text);
        let lines = text.lines().count();
        too_long.extend((lines > MAX_LINES).then(|| format!("{name}: {lines} lines")));
    }
    assert!(too_long.is_empty(), "show less of {too_long:?}");
}

#[test]
fn every_model_is_shown() {
    let shown: Vec<_> = MODELS.iter().map(|(name, _)| *name).collect();
    let missing: Vec<_> = names()
        .into_iter()
        .filter(|name| !shown.contains(&name.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "say in `MODELS` what to show of {missing:?}"
    );
}

#[test]
fn every_file_is_marked_and_every_rust_file_parses() {
    for name in names() {
        for (path, text) in output(&name).iter() {
            // a guide begins with its title, and a licence is what it is
            let mut head = text.lines().take(3);
            let is_marked = head.any(|line| line.contains(MARK) && line.contains("@generated"));
            assert!(is_marked || path.ends_with("/LICENSE"), "{name}: {path}");
            if path.ends_with(".rs") {
                syn::parse_file(text)
                    .unwrap_or_else(|error| panic!("{name}: {path}: {error}\n{text}"));
            }
        }
    }
}

#[test]
fn pages_of_a_crate_on_its_own_have_no_commands() {
    for options in [in_workspace("demo"), on_its_own("demo")] {
        let sources = sources("examples-on-pages");
        let files = run(&sources, &Selection::all(), &options).files;
        let page = files.get("docs/list-things.md").unwrap();
        for part in ["## Synopsis", "`--", "```sh"] {
            assert_eq!(
                page.contains(part),
                options.command_line.is_some(),
                "{part}: {page}"
            );
        }
        assert!(page.contains("## Examples"));
    }
}
