//! Clients that a build script writes: nothing generated is checked in.
//!
//! In `build.rs`:
//!
//! ```no_run
//! use zonal_codegen::build_script::BuildScript;
//! use zonal_codegen::command::Failure;
//!
//! fn main() -> Result<(), Failure> {
//!     BuildScript::new("notes").model("model/notes.json").run()
//! }
//! ```
//!
//! In `src/lib.rs` or `src/main.rs`:
//!
//! ```ignore
//! mod notes {
//!     include!(concat!(env!("OUT_DIR"), "/notes/mod.rs"));
//! }
//! ```
//!
//! In `Cargo.toml`, `zonal-codegen` is a build dependency and `zonal-runtime` a dependency. Requests are values of serde
//! where the crate has a feature `serde` that switches on `zonal-runtime/serde` and the dependency `serde` with `derive`.
//! `examples/build_script` is such a crate.

use std::path::PathBuf;

use crate::command::{Failure, add, load_with_partitions};
use crate::emit::{Options, Runtime};
use crate::generate::generate;
use crate::select::{Operations, Selection};
use crate::source::Sources;

/// What a build script generates: one module of the crate that is being built.
#[derive(Debug, Clone)]
#[must_use = "nothing is generated before `run`"]
pub struct BuildScript {
    module: String,
    models: Vec<PathBuf>,
    selection: Selection,
}

impl BuildScript {
    /// For the module at this path in the crate, such as `s3` or `aws::s3`. Its sources go to `OUT_DIR`, into the folder
    /// that is called as the last part of the path.
    pub fn new(module: impl Into<String>) -> Self {
        Self {
            module: module.into(),
            models: Vec::new(),
            selection: Selection::all(),
        }
    }

    /// Reads this file, or the model in this folder; again for more. Paths start at the folder of the crate. Where
    /// endpoint rules ask for partitions, one file has to bring them.
    pub fn model(mut self, path: impl Into<PathBuf>) -> Self {
        self.models.push(path.into());
        self
    }

    /// Takes this operation; again for more. Unless it is called, all operations are taken.
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        match &mut self.selection.operations {
            Operations::Named(names) => names.push(name.into()),
            all => *all = Operations::Named(vec![name.into()]),
        }
        self
    }

    /// Takes this service; needed where the model has several.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.selection.service = Some(name.into());
        self
    }

    /// Passes over this trait, which the generator does not know; again for more.
    pub fn allow_trait(mut self, name: impl Into<String>) -> Self {
        self.selection.allowed_traits.push(name.into());
        self
    }

    /// Generates the module, and tells cargo which files to watch and what was left out.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read or written, and all that is wrong with the model.
    #[expect(
        clippy::print_stdout,
        reason = "this is how a build script talks to cargo"
    )]
    pub fn run(self) -> Result<(), Failure> {
        let failed = |text: String| Failure::Failed(format!("error: {text}"));
        let out = std::env::var_os("OUT_DIR");
        let out =
            out.ok_or_else(|| failed("OUT_DIR is not set: this is for build scripts".to_owned()))?;
        // The sources ask for this feature, which the crate need not have.
        println!("cargo::rustc-check-cfg=cfg(feature, values(\"serde\"))");
        let mut sources = Sources::new();
        for path in &self.models {
            println!("cargo::rerun-if-changed={}", path.display());
            add(&mut sources, path, None)?;
        }
        let model = load_with_partitions(&mut sources, None)?;
        let name = self
            .module
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .to_owned();
        let options = Options {
            crate_name: name.clone(),
            runtime: Runtime::Module(self.module),
            command_line: None,
            package: None,
        };
        let generated = generate(&model, &self.selection, &options)?;
        for warning in generated.warnings.iter() {
            println!("cargo::warning={}", warning.message);
        }
        let folder = PathBuf::from(out).join(name);
        let written = generated.files.write(&folder);
        written
            .map(|_| ())
            .map_err(|error| failed(error.to_string()))
    }
}
