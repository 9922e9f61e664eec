//! What the generator accepts compiles, without a warning: models with names that mean something to Rust, and models of
//! each kind that has failed. Their crates become modules of one.

mod names;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::Value;
use zonal_codegen::files::Files;
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

use crate::build::cargo;
use crate::{json_files, on_its_own, root, run};

/// What a deep model says at the root of its crate.
const RECURSION_LIMIT: &str = "#![recursion_limit = \"1024\"]";

/// One crate out of those of several models.
struct Together {
    name: &'static str,
    modules: Vec<(String, Files)>,
}

impl Together {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            modules: Vec::new(),
        }
    }

    /// Generates the model and adds it as a module.
    fn add(&mut self, module: &str, model: &Value) {
        let mut sources = Sources::new();
        sources.add(format!("{module}.json"), model.to_string());
        let files = run(&sources, &Selection::all(), &on_its_own("demo")).files;
        self.modules.push((module.to_owned(), files));
    }

    /// Writes the crate.
    fn write(self) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.name);
        let source = folder.join("src");
        if source.exists() {
            fs::remove_dir_all(&source).unwrap();
        }
        let mut library = format!("//! Several models.\n\n{RECURSION_LIMIT}\n");
        for (module, files) in &self.modules {
            writeln!(library, "pub mod {module};").unwrap();
            write_module(module, files, &source);
        }
        fs::write(source.join("lib.rs"), library).unwrap();
        let (_, first) = &self.modules[0];
        let manifest = first.get("client/Cargo.toml").unwrap();
        let manifest = with_all_features(manifest);
        fs::write(
            folder.join("Cargo.toml"),
            format!("{manifest}\n[workspace]\n"),
        )
        .unwrap();
        // The versions that the repository builds with.
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        folder
    }
}

/// What one of the models needs of the runtime, the crate of all of them needs.
fn with_all_features(manifest: &str) -> String {
    let lines = manifest.lines().map(|line| {
        let own = line.starts_with("zonal-runtime = ") && !line.contains("test-util");
        let Some(head) = line.split(", features").next().filter(|_| own) else {
            return format!("{line}\n");
        };
        let head = head.trim_end_matches(" }");
        format!("{head}, features = [\"event-streams\", \"more-checksums\", \"request-compression\"] }}\n")
    });
    lines.collect()
}

/// What stands at the root of the crate stands in the module.
fn write_module(module: &str, files: &Files, source: &Path) {
    for (path, text) in files.iter() {
        let Some(path) = path.strip_prefix("client/src/") else {
            continue;
        };
        let text = text.replace("crate::", &format!("crate::{module}::"));
        let text = text.replace(RECURSION_LIMIT, "");
        let path = match path {
            "lib.rs" => source.join(format!("{module}.rs")),
            path => source.join(module).join(path),
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The traits of a service.
fn service_traits() -> Value {
    serde_json::json!({
        "aws.auth#sigv4": { "name": "demo" },
        "aws.protocols#restXml": {},
    })
}

#[test]
#[ignore = "it builds a crate"]
fn names_that_mean_something_to_rust_compile() {
    if env::var_os("ZONAL_NAMES").is_none() {
        let line = b"skipped: names that mean something to Rust: ZONAL_NAMES is not set\n";
        io::stderr().write_all(line).unwrap();
        return;
    }
    let mut together = Together::new("names");
    for (number, model) in names::models().iter().enumerate() {
        together.add(&format!("names_{number}"), model);
    }
    // The compiler alone: lints and documentation of so much code would take minutes.
    cargo(&together.write(), &["check", "--all-features"]);
}

#[test]
#[ignore = "it builds a crate"]
fn models_of_each_kind_compile() {
    let mut together = Together::new("kinds");
    for path in json_files(&root().join("tests/accepted")) {
        let text = fs::read_to_string(&path).unwrap();
        let model = serde_json::from_str(&text).unwrap();
        let module = path
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .replace('-', "_");
        together.add(&module, &model);
    }
    let folder = together.write();
    cargo(&folder, &["clippy", "--all-targets", "--all-features"]);
    cargo(&folder, &["doc", "--no-deps", "--all-features"]);
}
