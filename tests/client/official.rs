//! The client that is generated from the official model of S3 sends what ours sends, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

use crate::encoding;

const MANIFEST: &str = r#"[package]
name = "encoding"
version = "0.0.0"
edition = "2024"

[dependencies]
bytes = "1"
http = "1"
zonal = { path = "../generated/client" }

[workspace]
"#;
const MAIN: &str =
    "mod encoding;\nmod recorder;\n\nfn main() {\n    print!(\"{}\", encoding::all());\n}\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The official model, where this machine has it: in the folder that `ZONAL_SHARED` names, or beside the
/// repository.
fn official_model() -> Option<PathBuf> {
    let shared =
        std::env::var_os("ZONAL_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    Some(shared.join("upstream/s3.json")).filter(|path| path.is_file())
}

/// Generates `CreateSession` from the model.
fn write_client(model: &Path, folder: &Path) {
    let mut sources = Sources::new();
    sources.add("s3.json", fs::read(model).unwrap());
    if load(&sources).unwrap().partitions().is_none() {
        let partitions = root().join("model/partitions.json");
        sources.add("partitions.json", fs::read(partitions).unwrap());
    }
    let options = Options {
        crate_name: "zonal".to_owned(),
        runtime: Runtime::Path(root().join("runtime").display().to_string()),
        command_line: None,
        package: None,
    };
    let model = load(&sources).unwrap();
    let generated = generate(
        &model,
        &Selection::named(["CreateSession".to_owned()]),
        &options,
    );
    generated.unwrap().files.write(folder).unwrap();
}

/// A program that prints [`encoding::all`].
fn write_program(folder: &Path) {
    let sources = folder.join("src");
    fs::create_dir_all(&sources).unwrap();
    fs::write(folder.join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(sources.join("main.rs"), MAIN).unwrap();
    // the versions of the repository, which are on this machine
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    for file in ["encoding.rs", "recorder.rs"] {
        let here = root().join("tests/client").join(file);
        fs::copy(here, sources.join(file)).unwrap();
    }
}

#[test]
#[ignore = "builds another crate; run with `--ignored`"]
fn the_official_model_gives_a_client_that_sends_the_same() {
    let Some(model) = official_model() else {
        println!(
            "skipped: no ../shared/upstream/s3.json, and ZONAL_SHARED names no folder with upstream/s3.json"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    write_client(&model, &folder.path().join("generated"));
    let program = folder.path().join("program");
    write_program(&program);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&program)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let theirs = String::from_utf8(output.stdout).unwrap();
    let ours = encoding::all();
    for (ours, theirs) in ours.split("# ").zip(theirs.split("# ")) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours, theirs);
    println!("{} requests are the same", ours.matches("# ").count());
}
