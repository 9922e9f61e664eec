//! From model bytes to formatted files: `cargo bench -p zonal-bench --bench generate`.
//!
//! The official model is measured where it is there: `../shared/upstream/s3.json` from the repository's
//! folder, or below the folder that `ZONAL_SHARED` names.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::files::Files;
use zonal_codegen::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

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
        criterion.bench_function("serde_json::Value of the official model", |bencher| {
            bencher.iter(|| {
                let value: serde_json::Value =
                    serde_json::from_slice(&official[0].1).expect("JSON");
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

fn read(path: PathBuf) -> (String, Vec<u8>) {
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (path.display().to_string(), bytes)
}

/// All files but the one that says in what they differ from the official model.
fn own_model(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("the model");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| {
        path.extension().is_some_and(|it| it == "json") && !path.ends_with("deviations.json")
    });
    paths.sort();
    paths.into_iter().map(read).collect()
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
        command_line,
    };
    generate(&model, selection, &options)
        .expect("supported operations")
        .files
}
