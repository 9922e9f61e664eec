//! From model bytes to formatted files: `cargo bench -p zonal-bench --bench generate`.
//!
//! The official model is measured where it is there: `../shared/upstream/s3.json` from the repository's
//! folder, or below the folder that `ZONAL_SHARED` names.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;
use serde_json::Value;
use zonal_codegen::command_line::CommandLine;
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::files::Files;
use zonal_codegen::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::Selection;
use zonal_codegen::source::{Sources, files_of_model};

fn main() {
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(5))
        .sample_size(50)
        .configure_from_args();
    let create_session = Selection::named(["CreateSession"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ours = own_model(&root.join("model"));
    let mut measure = |from: &str, files: &[(String, Vec<u8>)], command_line: bool| {
        for (what, selection) in [
            ("CreateSession", &create_session),
            ("all operations", &Selection::all()),
        ] {
            criterion.bench_function(&format!("{what} from {from}"), |bencher| {
                bencher.iter(|| black_box(run(files, selection, command_line)));
            });
        }
    };
    measure("model/, with the command line", &ours, true);

    let shared =
        std::env::var_os("ZONAL_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let official = shared.join("upstream/s3.json");
    if official.exists() {
        let official = vec![read(official), read(root.join("model/partitions.json"))];
        measure("the official model", &official, false);
        for copies in [1, 2, 4, 8] {
            let files = vec![copied(&official[0], copies), official[1].clone()];
            let name = format!("{copies} × all operations of the official model");
            criterion.bench_function(&name, |bencher| {
                bencher.iter(|| black_box(run(&files, &Selection::all(), false)));
            });
        }
        criterion.bench_function("serde_json::Value of the official model", |bencher| {
            bencher.iter(|| {
                let value: Value = serde_json::from_slice(&official[0].1).expect("JSON");
                black_box(value)
            });
        });
    } else {
        eprintln!(
            "skipped: the official model is not at {}",
            official.display()
        );
    }
    criterion.final_summary();
}

/// The namespace and the service of the official model.
const NAMESPACE: &str = "com.amazonaws.s3#";
const SERVICE: &str = "AmazonS3";

/// A model with so many copies of each shape, their names numbered, in one service: it shows how time grows.
fn copied((name, bytes): &(String, Vec<u8>), copies: usize) -> (String, Vec<u8>) {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut model: Value = serde_json::from_str(text).expect("JSON");
    let service = format!("{NAMESPACE}{SERVICE}");
    for number in 1..copies {
        let mut copy: Value = serde_json::from_str(&numbered(text, number)).expect("JSON");
        let mut shapes = std::mem::take(&mut copy["shapes"]);
        let shapes = shapes.as_object_mut().expect("shapes");
        let mut own = shapes.remove(&service).expect("the service");
        let operations = own["operations"].as_array_mut().expect("operations");
        let all = model["shapes"][&service]["operations"].as_array_mut();
        all.expect("operations").append(operations);
        let all = model["shapes"].as_object_mut().expect("shapes");
        all.append(shapes);
    }
    (name.clone(), serde_json::to_vec(&model).expect("JSON"))
}

/// The model with a number behind the name of each shape but the service.
fn numbered(text: &str, number: usize) -> String {
    let mut pieces = text.split(NAMESPACE);
    let mut numbered = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        let number = if name == SERVICE {
            String::new()
        } else {
            format!("Copy{number}")
        };
        numbered.push_str(&format!("{NAMESPACE}{name}{number}{rest}"));
    }
    numbered
}

fn read(path: PathBuf) -> (String, Vec<u8>) {
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (path.display().to_string(), bytes)
}

fn own_model(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let paths = files_of_model(folder).expect("the model");
    paths.into_iter().map(read).collect()
}

fn own_command_line() -> CommandLine {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = |name: &'static str| (name, read(root.join(name)).1);
    let (options, reference) = (file("cli/options.json"), file("cli/reference.json"));
    CommandLine::read(options, reference, file("cli/differences.toml")).expect("good files")
}

fn sources(files: &[(String, Vec<u8>)]) -> Sources {
    let mut sources = Sources::new();
    for (name, bytes) in files {
        sources.add(name.clone(), bytes.clone());
    }
    sources
}

fn run(files: &[(String, Vec<u8>)], selection: &Selection, command_line: bool) -> Files {
    let sources = sources(files);
    let model = load(&sources).expect("a good model");
    let options = Options {
        crate_name: "zonal".to_owned(),
        runtime: Runtime::Workspace,
        command_line: command_line.then(own_command_line),
        package: None,
    };
    generate(&model, selection, &options)
        .expect("supported operations")
        .files
}
