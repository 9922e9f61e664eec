//! Where the state of transfers is kept that `--resume` goes on with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use zonal::runtime::checksum::{Algorithm, Sum};

use crate::app::{App, user_directory};
use crate::failure::Failure;

/// Files that are not larger begin anew: they are sent by a single request.
pub(super) const LEAST: u64 = 16 * 1024 * 1024;

/// A directory of state files.
#[derive(Clone, Debug)]
pub(super) struct States(PathBuf);

impl States {
    /// The one of this user: `$XDG_STATE_HOME/zonal`, `~/.local/state/zonal` unless that is set.
    pub(super) fn open(app: &App) -> Result<Self, Failure> {
        let directory = user_directory(&app.env, "XDG_STATE_HOME", ".local/state");
        let Some(directory) = directory else {
            return Err(Failure::new(
                "--resume: there is no directory to keep state in: set XDG_STATE_HOME or HOME",
            ));
        };
        let directory = directory.join("zonal");
        std::fs::create_dir_all(&directory).map_err(|error| {
            let directory = directory.display();
            Failure::new(format!(
                "--resume: the directory {directory} cannot be made: {error}"
            ))
        })?;
        Ok(Self(directory))
    }

    /// The state file of a transfer between a file and an object.
    pub(super) fn of(&self, kind: &str, path: &Path, bucket: &str, key: &str) -> PathBuf {
        let path = path.as_os_str().as_encoded_bytes();
        let names = [kind.as_bytes(), path, bucket.as_bytes(), key.as_bytes()];
        let sum = Sum::of(Algorithm::Sha256, &names.join(&0));
        let mut name = String::new();
        for byte in &sum.as_bytes()[..16] {
            let _ = write!(name, "{byte:02x}");
        }
        self.0.join(format!("{name}.{kind}"))
    }
}

/// Whether a file is what has arrived of a download, under the name that it has until it is whole:
/// `.NAME.UUID.part`.
pub(super) fn is_draft(relative: &str) -> bool {
    let name = relative.rsplit('/').next().unwrap_or_default();
    let stem = name
        .strip_prefix('.')
        .and_then(|rest| rest.strip_suffix(".part"));
    let id = stem.and_then(|stem| stem.get(stem.len().checked_sub(36)?..));
    id.is_some_and(|id| {
        id.bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_have_names_that_nobody_gives() {
        let id = "1b4e28ba-2fa1-4d2f-883f-0016d3cca427";
        assert!(is_draft(&format!("a/b/.large.{id}.part")));
        assert!(is_draft(&format!(".{id}.part")));
        for other in [
            "",
            ".part",
            "a.part",
            ".a.part",
            "..part",
            &format!("large.{id}.part"),
        ] {
            assert!(!is_draft(other), "{other}");
        }
    }
}
