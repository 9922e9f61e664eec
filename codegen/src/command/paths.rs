//! Paths of the command line, and how a manifest names them.

use std::path::{Component, Path, PathBuf};

use super::{Failure, Result};

/// The path from the root of the file system.
pub(super) fn absolute(path: impl AsRef<Path>) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| Failure::Usage(error.to_string()))
}

/// A path as the manifest in `folder` names it. An absolute path stays as it is. One that was given relative to the
/// working directory becomes relative to the manifest, so that it holds in every checkout.
pub(super) fn from_manifest(path: &Path, folder: &Path) -> Result<String> {
    if path.is_absolute() {
        return Ok(path.display().to_string());
    }
    let (path, folder) = (real(path)?, real(folder)?);
    let pairs = path.components().zip(folder.components());
    let shared = pairs.take_while(|(one, other)| one == other).count();
    if shared == 0 {
        // on another drive of Windows
        return Ok(path.display().to_string());
    }
    let up = folder.components().skip(shared).map(|_| "..".into());
    let down = path.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// The path from the root without `..` and symbolic links. Its end need not exist.
fn real(path: &Path) -> Result<PathBuf> {
    let path = absolute(path)?;
    for existing in path.ancestors() {
        let Ok(mut real) = existing.canonicalize() else {
            continue;
        };
        for part in path.components().skip(existing.components().count()) {
            match part {
                Component::ParentDir => drop(real.pop()),
                part => real.push(part),
            }
        }
        return Ok(real);
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_is_relative_to_the_manifest() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        // tests run in the folder of the crate
        for (path, folder, expected) in [
            ("../runtime", "out/client", "../../../runtime"),
            ("src/../../runtime/", "../new/client", "../../runtime"),
            ("../runtime", "new/../client", "../../runtime"),
            ("../runtime", "../runtime/client", ".."),
            ("/a/../runtime", "out/client", "/a/../runtime"),
        ] {
            let named = from_manifest(Path::new(path), &own.join(folder));
            let named = named.map_err(|failure| failure.to_string());
            assert_eq!(named.as_deref(), Ok(expected), "{path} from {folder}");
        }
    }
}
