//! The paths in this repository.

use std::path::{Path, PathBuf};

use zonal_codegen::command::{Failure, Result, read};
use zonal_codegen::command_line::CommandLine;
use zonal_codegen::diff::{DEVIATIONS, Deviations};
use zonal_codegen::package::Package;

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

/// The options and settings of the program `zonal`, from the files beside it.
pub(crate) fn command_line() -> Result<CommandLine> {
    let file = |name: &'static str| -> Result<_> { Ok((name, read(&root().join(name))?)) };
    let (options, reference) = (file("cli/options.json")?, file("cli/reference.json")?);
    let differences = file("cli/differences.toml")?;
    let deviations = root().join("model").join(DEVIATIONS);
    let deviations = Deviations::read(DEVIATIONS, read(&deviations)?)?;
    Ok(CommandLine::read(options, reference, differences)?.leaving_out(deviations))
}

/// The licence, and the guides in `docs/`.
pub(crate) fn package() -> Result<Package> {
    let text = |path: &Path| {
        let text = String::from_utf8(read(path)?);
        text.map_err(|_| Failure::Failed(format!("error: {} is not UTF-8", path.display())))
    };
    let folder = root().join("docs");
    let failed =
        |error: std::io::Error| Failure::Failed(format!("error: {}: {error}", folder.display()));
    let mut guides = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // the guides of engines are compiled with tests/engines, which has them
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let name = path.file_name().unwrap_or_default();
        guides.push((name.to_string_lossy().into_owned(), text(&path)?));
    }
    Ok(Package::new(text(&root().join("LICENSE"))?, guides))
}
