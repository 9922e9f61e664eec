//! Every diagnostic as a maintainer sees it. `diagnostics/` holds a model for each, as small as can be: a
//! file, or a folder where it takes two files. The snapshots hold what is drawn.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use zonal_codegen::diagnostics::{Code, Diagnostics};
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::Selection;
use zonal_codegen::source::{MAX_FILE_SIZE, Sources};

/// Problems that no model file can show: what was asked for is wrong, or the file is too large to be here.
const SHOWN_BY_TESTS: &[Code] = &[
    Code::UnknownOperation,
    Code::UnknownService,
    Code::FileTooLarge,
];
/// Codes of later passes, shown by their own tests.
const LATER: &[Code] = &[Code::Generator];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("diagnostics")
}

/// The models: the name of each, and its files.
fn models() -> Vec<(String, Sources)> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    let model = |path: &PathBuf| {
        let mut files = vec![path.clone()];
        if path.is_dir() {
            files = fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            files.sort();
        }
        let mut sources = Sources::new();
        for file in files {
            // The place within the folder, so that snapshots are the same on every machine.
            let name = file
                .strip_prefix(folder())
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            sources.add(name, fs::read(&file).unwrap());
        }
        (
            path.file_stem().unwrap().to_str().unwrap().to_owned(),
            sources,
        )
    };
    entries.iter().map(model).collect()
}

/// What is wrong with a model, or else what is warned of.
fn problems(sources: &Sources, selection: &Selection) -> Diagnostics {
    let options = Options {
        crate_name: "diagnosed".to_owned(),
        runtime: Runtime::Path("../runtime".to_owned()),
        command_line: None,
        package: None,
    };
    let run = || {
        let model = load(sources)?;
        generate(&model, selection, &options).map(|generated| generated.warnings)
    };
    let problems = run().unwrap_or_else(|errors| errors);
    assert!(!problems.is_empty(), "the model has a problem");
    problems
}

/// The most lines of a snapshot: what a reviewer reads at once.
const MAX_LINES: usize = 60;

fn assert_drawn(name: &str, problems: &Diagnostics) {
    let count = problems.to_string().lines().count();
    assert!(
        count <= MAX_LINES,
        "{name} has {count} lines: make two of it"
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, problems.to_string()));
}

#[test]
fn every_model_shows_its_problem() {
    for (name, sources) in models() {
        assert_drawn(&name, &problems(&sources, &Selection::all()));
    }
}

#[test]
fn every_code_is_shown() {
    let mut shown: Vec<Code> = [SHOWN_BY_TESTS, LATER].concat();
    for (_, sources) in models() {
        shown.extend(
            problems(&sources, &Selection::all())
                .iter()
                .map(|diagnostic| diagnostic.code),
        );
    }
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !shown.contains(code))
        .map(|code| code.as_str())
        .collect();
    assert!(
        missing.is_empty(),
        "add a model to tests/diagnostics for each of {missing:?}"
    );
}

/// A service with three operations, of which one is not the service's.
const THREE: &str = r#"{
  "smithy": "2.0",
  "shapes": {
    "a#Service": { "type": "service", "operations": [{ "target": "a#GetKey" }, { "target": "a#PutKey" }] },
    "a#GetKey": { "type": "operation" },
    "a#PutKey": { "type": "operation" },
    "a#OldKey": { "type": "operation" }
  }
}
"#;

fn three() -> Sources {
    let mut sources = Sources::new();
    sources.add("three.json", THREE);
    sources
}

#[test]
fn unknown_operations_have_nearest_names() {
    assert_drawn(
        "unknown-operation",
        &problems(&three(), &Selection::named(["GetKeys", "a#OldKey", "Fly"])),
    );
}

#[test]
fn unknown_services_have_alternatives() {
    let selection = Selection {
        service: Some("a#Servise".to_owned()),
        ..Selection::all()
    };
    assert_drawn("unknown-service", &problems(&three(), &selection));
}

#[test]
fn too_large_a_file_is_not_read() {
    let mut sources = Sources::new();
    sources.add("large.json", vec![b' '; MAX_FILE_SIZE + 1]);
    assert_drawn("file-too-large", &problems(&sources, &Selection::all()));
}

/// A file in one line, as minified models are, is cut to what matters.
#[test]
fn long_lines_are_cut() {
    let shapes: Vec<String> = (0..2000)
        .map(|at| format!(r#""a#Text{at}":{{"type":"string"}}"#))
        .collect();
    let bad = r#""a#Wrong":{"type":"strin"}"#;
    let text = format!(
        r#"{{"smithy":"2.0","shapes":{{{},{bad},{}}}}}"#,
        shapes[..1000].join(","),
        shapes[1000..].join(",")
    );
    let mut sources = Sources::new();
    sources.add("minified.json", text);
    assert_drawn("long-line", &problems(&sources, &Selection::all()));
}

/// A megabyte in one line: the excerpt is as short as elsewhere, and says where in the file the place is.
#[test]
fn a_line_of_a_megabyte_shows_what_is_around_the_place() {
    let shape = |at: usize| format!(r#""a#Text{at}":{{"type":"string"}}"#);
    let many: Vec<_> = (0..30_000).map(shape).collect();
    let bad = r#""a#Wrong":{"type":"structure","members":{"A":{"target":"a#Missing"}}}"#;
    let text = format!(
        r#"{{"smithy":"2.0","shapes":{{{},{bad},{}}}}}"#,
        many[..15_000].join(","),
        many[15_000..].join(",")
    );
    assert!(text.len() > 900_000);
    let column = text.find("\"a#Missing").unwrap() + 1;
    let mut sources = Sources::new();
    sources.add("minified.json", text);
    let drawn = problems(&sources, &Selection::all()).to_string();
    assert!(
        drawn.contains(&format!("minified.json:1:{column}\n")),
        "{drawn}"
    );
    assert!(
        drawn.contains(r#"note: at shapes["a#Wrong"].members.A.target"#),
        "{drawn}"
    );
    let longest = drawn.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(140), "{drawn}");
}

/// The caret stands below the place, whatever is in front of it: tabs are as wide as they are drawn, and wide
/// characters take two columns.
#[test]
fn the_caret_stands_below_the_place() {
    for before in ["", "\t\t", "\"日本語\": 1, ", "\"é\u{301}🦀\": 1,\t"] {
        let long = format!(r#""pad": "{}", {before}"#, "日".repeat(100));
        for before in [before.to_owned(), long] {
            let text = format!(
                "{{ \"smithy\": \"2.0\", \"shapes\": {{\n\"a#B\": {{ {before}\"type\": \"strin\" }}\n}} }}"
            );
            let mut sources = Sources::new();
            sources.add("wide.json", text);
            let drawn = problems(&sources, &Selection::all()).to_string();
            let lines: Vec<_> = drawn.lines().collect();
            let at = lines
                .iter()
                .position(|line| line.contains("^^^^^^^ unknown type"))
                .unwrap();
            let (text, _) = lines[at - 1].split_once("\"strin\"").unwrap();
            let columns: usize = text.chars().map(columns).sum();
            assert_eq!(lines[at].find('^'), Some(columns), "{drawn}");
        }
    }
}

/// How many columns of a terminal the characters of these tests take.
fn columns(c: char) -> usize {
    match c {
        '\u{301}' => 0,
        '\u{2e80}'.. => 2,
        _ => 1,
    }
}

#[test]
fn a_flood_is_counted() {
    let shapes: Vec<String> = (0..60)
        .map(|at| format!("\n\"a#Text{at}\": {{ \"type\": \"x\" }}"))
        .collect();
    let mut sources = Sources::new();
    sources.add(
        "flood.json",
        format!(
            r#"{{ "smithy": "2.0", "shapes": {{{}}} }}"#,
            shapes.join(",")
        ),
    );
    let drawn = problems(&sources, &Selection::all()).to_string();
    assert_eq!(drawn.matches("error[unknown-shape-kind]").count(), 50);
    assert!(
        drawn.ends_with("… and 10 more"),
        "{}",
        &drawn[drawn.len() - 200..]
    );
}
