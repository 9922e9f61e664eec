//! Where things are in this repository.

use std::path::{Path, PathBuf};

use zonal_codegen::command_line::CommandLine;
use zonal_codegen::model::{Model, load};
use zonal_codegen::source::{Sources, files_of_model};

use crate::{Failure, Result};

/// What was reviewed of the official model where `model/` differs from it.
pub(crate) const REVIEWED: &str = "deviations.lock";

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The folder with models of others, which are not part of this repository.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("ZONAL_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from)
}

/// The model files: those that were named, or all of `model/`.
pub(crate) fn sources(named: &[PathBuf]) -> Result<Sources> {
    let mut sources = Sources::new();
    if named.is_empty() {
        let files = files_of_model(&root().join("model"));
        for path in files.map_err(|error| Failure::Failed(format!("error: {error}")))? {
            add(&mut sources, &path)?;
        }
    }
    for path in named {
        add(&mut sources, path)?;
    }
    Ok(sources)
}

/// Loads a model, with the partitions of `model/` where it brings none.
pub(crate) fn load_with_partitions(sources: &mut Sources) -> Result<Model<'_>> {
    if load(sources)?.partitions().is_none() {
        add(sources, &root().join("model/partitions.json"))?;
    }
    Ok(load(sources)?)
}

/// What the program `zonal` says of itself, from the files beside it.
pub(crate) fn command_line() -> Result<CommandLine> {
    let file = |name: &'static str| -> Result<_> { Ok((name, read(&root().join(name))?)) };
    let (options, differences) = (file("cli/options.json")?, file("cli/differences.toml")?);
    Ok(CommandLine::read(options, differences)?)
}

/// Reads a file, naming it in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| Failure::Failed(format!("error: {}: {error}", path.display())))
}

/// A path as a reader would write it: from the repository's folder where it is inside.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

fn add(sources: &mut Sources, path: &Path) -> Result<()> {
    sources.add(shown(path), read(path)?);
    Ok(())
}
