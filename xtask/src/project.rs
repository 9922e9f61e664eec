//! Where things are in this repository.

use std::path::{Path, PathBuf};

use zonal_codegen::command::{Result, read};
use zonal_codegen::command_line::CommandLine;
use zonal_codegen::diff::{DEVIATIONS, Deviations};

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

/// What the program `zonal` says of itself, from the files beside it.
pub(crate) fn command_line() -> Result<CommandLine> {
    let file = |name: &'static str| -> Result<_> { Ok((name, read(&root().join(name))?)) };
    let (options, differences) = (file("cli/options.json")?, file("cli/differences.toml")?);
    let deviations = root().join("model").join(DEVIATIONS);
    let deviations = Deviations::read(DEVIATIONS, read(&deviations)?)?;
    Ok(CommandLine::read(options, differences)?.leaving_out(deviations))
}
