//! The generator from the outside: model bytes in, files out.
//!
//! `models/` holds models of one feature each; `models.rs` says what of their output a reviewer should see.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accepted;
mod build;
mod create_session;
mod documentation;
mod embedded;
mod excerpt;
mod files;
mod included;
mod models;
mod official;
mod reserved;
mod sentences;
mod size;

use std::fs;
use std::path::{Path, PathBuf};

use zonal_codegen::command_line::CommandLine;
use zonal_codegen::diff::Deviations;
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::generate;
use zonal_codegen::generate::Generated;
use zonal_codegen::model::load;
use zonal_codegen::package::Package;
use zonal_codegen::select::Selection;
use zonal_codegen::source::{Sources, files_of_model};

/// The folder of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The JSON files of a folder, sorted.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
}

/// The files of `model/` that are the model.
fn own_model() -> Vec<PathBuf> {
    files_of_model(&root().join("model")).unwrap()
}

fn read<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Sources {
    let mut sources = Sources::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        sources.add(name, fs::read(path).unwrap());
    }
    sources
}

/// What the program says of itself.
fn command_line() -> CommandLine {
    let file = |name: &'static str| (name, fs::read(root().join(name)).unwrap());
    let (name, deviations) = file("model/deviations.json");
    let deviations = Deviations::read(name, deviations).unwrap();
    let (options, reference) = (file("cli/options.json"), file("cli/reference.json"));
    let read = CommandLine::read(options, reference, file("cli/differences.toml"));
    read.unwrap().leaving_out(deviations)
}

/// The licence and the guides.
fn package() -> Package {
    let text = |path: &Path| fs::read_to_string(path).unwrap();
    let guides = fs::read_dir(root().join("docs")).unwrap();
    // The folder of engines is not part of the package.
    let paths = guides.map(|entry| entry.unwrap().path());
    let guides = paths.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, text(&path))
    });
    Package::new(text(&root().join("LICENSE")), guides)
}

/// The crate as it stands in the workspace.
fn in_workspace(crate_name: &str) -> Options {
    Options {
        crate_name: crate_name.to_owned(),
        runtime: Runtime::Workspace,
        command_line: Some(command_line()),
        package: Some(package()),
    }
}

/// The crate as it stands elsewhere.
fn on_its_own(crate_name: &str) -> Options {
    let runtime = root().join("runtime").canonicalize().unwrap();
    Options {
        crate_name: crate_name.to_owned(),
        runtime: Runtime::Path(runtime.to_str().unwrap().to_owned()),
        command_line: None,
        package: None,
    }
}

fn run(sources: &Sources, selection: &Selection, options: &Options) -> Generated {
    let model = load(sources).unwrap_or_else(|problems| panic!("{problems}"));
    generate(&model, selection, options).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What `generated/` should hold.
fn own_output() -> Generated {
    run(
        &read(&own_model()),
        &Selection::all(),
        &in_workspace("zonal"),
    )
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/generator");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
