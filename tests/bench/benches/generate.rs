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
use zonal_codegen::select::{Selection, select};
use zonal_codegen::source::Sources;

fn main() {
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(5))
        .sample_size(50)
        .configure_from_args();
    let create_session = Selection::named(["CreateSession"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let model = root.join("model");
    let partitions = model.join("partitions.json");
    let ours: Vec<_> = ["service", "create-session", "endpoint-rules"]
        .map(|name| model.join(format!("{name}.json")))
        .into_iter()
        .chain([partitions.clone()])
        .map(read)
        .collect();
    criterion.bench_function("CreateSession from model/", |bencher| {
        bencher.iter(|| black_box(run(&ours, &create_session)));
    });

    let shared =
        std::env::var_os("ZONAL_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let official = shared.join("upstream/s3.json");
    if official.exists() {
        let official = vec![read(official), read(partitions)];
        criterion.bench_function("CreateSession from the official model", |bencher| {
            bencher.iter(|| black_box(run(&official, &create_session)));
        });
        let all = all_supported(&official);
        let name = format!("all {} operations of the official model", all.len());
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| black_box(run(&official, &Selection::named(all.clone()))));
        });
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

/// The operations that can be generated: all of them, or all but a few.
fn all_supported(files: &[(String, Vec<u8>)]) -> Vec<String> {
    let sources = sources(files);
    let model = load(&sources).expect("a good model");
    let closure = select(&model, &Selection::all()).expect("a service");
    let operations = closure.operations.iter();
    let names = operations.map(|operation| operation.id.name().to_owned());
    let is_good = |name: &String| {
        let selection = Selection::named([name.clone()]);
        generate(&model, &selection, &options()).is_ok()
    };
    names.filter(is_good).collect()
}

fn sources(files: &[(String, Vec<u8>)]) -> Sources {
    let mut sources = Sources::new();
    for (name, bytes) in files {
        sources.add(name.clone(), bytes.clone());
    }
    sources
}

fn options() -> Options {
    Options {
        crate_name: "zonal".to_owned(),
        runtime: Runtime::Workspace,
        command_line: true,
    }
}

fn run(files: &[(String, Vec<u8>)], selection: &Selection) -> Files {
    let sources = sources(files);
    let model = load(&sources).expect("a good model");
    generate(&model, selection, &options())
        .expect("supported operations")
        .files
}
