//! What the generator accepts compiles, without a warning: models with names that mean something to Rust, and models of
//! each kind that has failed. Their crates become modules of one.

mod names;
mod random;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;
use zonal_codegen::diagnostics::Diagnostics;
use zonal_codegen::files::Files;
use zonal_codegen::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::Selection;
use zonal_codegen::source::Sources;

use crate::build::cargo;
use crate::{json_files, on_its_own, root};

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
        self.try_to_add(module, model)
            .unwrap_or_else(|problems| panic!("{problems}"));
    }

    /// The same, or what is wrong with the model.
    fn try_to_add(&mut self, module: &str, model: &Value) -> Result<(), Diagnostics> {
        let mut sources = Sources::new();
        sources.add(format!("{module}.json"), format!("{model:#}"));
        let model = load(&sources)?;
        let files = generate(&model, &Selection::all(), &on_its_own("demo"))?.files;
        self.modules.push((module.to_owned(), files));
        Ok(())
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

/// The first of the numbers that decide models at random, and how many there are, unless the environment says.
const SEED: u64 = 1;
const MODELS: u64 = 10;

/// One reserved name in so many is that of an operation, unless the environment says: with all of them the crate has
/// 140,000 lines, which take minutes.
const OPERATIONS: u64 = 12;

/// A number that the environment gives.
fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
#[ignore = "it builds a crate"]
fn what_is_accepted_compiles() {
    let mut together = Together::new("accepted");
    for path in json_files(&root().join("tests/accepted")) {
        let text = fs::read_to_string(&path).unwrap();
        let model = serde_json::from_str(&text).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        together.add(&name.replace('-', "_"), &model);
    }
    let nth = number("ZONAL_NAMES", OPERATIONS) as usize;
    println!("reserved names: one in {nth} is an operation's too; ZONAL_NAMES=1 takes all");
    for (number, model) in names::models(nth).iter().enumerate() {
        together.add(&format!("names_{number}"), model);
    }
    let folder = together.write();
    cargo(&folder, &["clippy", "--all-features"]);
    cargo(&folder, &["doc", "--no-deps", "--all-features"]);
}

/// Each model is the module of the number that decides it: `ZONAL_SEED=17 ZONAL_MODELS=1` makes `seed_17` alone.
#[test]
#[ignore = "it builds a crate"]
fn models_at_random_compile() {
    let (first, count) = (number("ZONAL_SEED", SEED), number("ZONAL_MODELS", MODELS));
    println!("models at random: {count} from ZONAL_SEED={first}");
    let mut together = Together::new("random");
    let mut refused = String::new();
    for seed in first..first + count {
        if let Err(problems) = together.try_to_add(&format!("seed_{seed}"), &random::model(seed)) {
            writeln!(refused, "seed {seed}:\n{problems}").unwrap();
        }
    }
    assert!(refused.is_empty(), "refused:\n{refused}");
    let folder = together.write();
    cargo(&folder, &["clippy", "--all-features"]);
    cargo(&folder, &["doc", "--no-deps", "--all-features"]);
}
