//! Where downloads may be written: below the target directory, whatever their keys are called.

use std::collections::HashMap;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use super::events::Outcome;

/// The place of a file that comes from a bucket.
#[derive(Clone, Debug)]
pub(super) struct Landing {
    /// The directory that the user named.
    pub(super) root: PathBuf,
    /// The path below it, with slashes; the user's own words if there is none.
    pub(super) relative: Option<String>,
    /// All of it.
    pub(super) path: PathBuf,
}

/// Why a key has no place below the target directory, if it has none. Nothing is looked at but its name.
pub(super) fn problem(relative: &str) -> Option<String> {
    let why = |text: &str| {
        Some(format!(
            "its key does not fit below the target directory: {text}"
        ))
    };
    if relative.contains('\0') {
        return why("it holds a NUL");
    }
    for name in relative.split('/') {
        match name {
            "" if relative.starts_with('/') => return why("it begins with a slash"),
            "" if relative.ends_with('/') => return why("it ends in a slash, as directories do"),
            "" => return why("a name between two slashes is empty"),
            "." | ".." => return why(&format!("it holds the name {name}")),
            name if cfg!(windows) && is_bad_on_windows(name) => {
                return why("Windows has no such file names");
            }
            _ => {}
        }
    }
    None
}

/// Names that Windows takes for something else: other paths, streams, devices.
fn is_bad_on_windows(name: &str) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let is_port = stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT"));
    name.contains(['\\', ':', '<', '>', '"', '|', '?', '*'])
        || name.chars().any(|c| u32::from(c) < 32)
        || name.ends_with(['.', ' '])
        || DEVICES.contains(&&*stem)
        || is_port
}

impl Landing {
    /// Makes the directories that the file needs. Links on the way must not lead out of the target directory.
    pub(super) fn prepare(&self) -> Result<(), Outcome> {
        let unmade = |path: &Path, error: io::Error| {
            let path = path.display();
            Outcome::Failed(format!("the directory {path} cannot be made: {error}"))
        };
        let no_directory = |path: &Path| {
            let path = path.display();
            Outcome::Refused(format!("{path} is a file, where a directory must be"))
        };
        fs::create_dir_all(&self.root).map_err(|error| {
            if self.root.is_file() {
                no_directory(&self.root)
            } else {
                unmade(&self.root, error)
            }
        })?;
        let Some(relative) = &self.relative else {
            return Ok(());
        };
        let root = self.root.canonicalize();
        let root = root.map_err(|error| unmade(&self.root, error))?;
        let mut path = self.root.clone();
        let mut names = relative.split('/').peekable();
        while let Some(name) = names.next() {
            path.push(name);
            let is_last = names.peek().is_none();
            match fs::symlink_metadata(&path) {
                Ok(found) if found.is_symlink() => {
                    let end = path.canonicalize();
                    if !end.is_ok_and(|end| end.starts_with(&root)) {
                        let (path, root) = (path.display(), self.root.display());
                        let problem = format!("{path} is a link that leads out of {root}");
                        return Err(Outcome::Refused(problem));
                    }
                }
                Ok(found) if !is_last && !found.is_dir() => {
                    return Err(no_directory(&path));
                }
                Ok(found) if is_last && found.is_dir() => {
                    let path = path.display();
                    let problem = format!("{path} is a directory, where the file must be");
                    return Err(Outcome::Refused(problem));
                }
                Ok(_) => {}
                Err(_) if is_last => {}
                Err(_) => match fs::create_dir(&path) {
                    // another download needs it too
                    Err(error)
                        if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() =>
                    {
                        return Err(unmade(&path, error));
                    }
                    _ => {}
                },
            }
        }
        Ok(())
    }
}

/// Notices names that differ by case alone where the file system does not tell them apart.
pub(super) struct Names {
    root: PathBuf,
    seen: HashMap<u64, u64>,
    hasher: RandomState,
    is_insensitive: Option<bool>,
}

impl Names {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            seen: HashMap::new(),
            hasher: RandomState::new(),
            is_insensitive: None,
        }
    }

    /// Why the name cannot be used after those that came before it.
    pub(super) fn problem(&mut self, relative: &str) -> Option<String> {
        let folded = self.hasher.hash_one(relative.to_lowercase());
        let exact = self.hasher.hash_one(relative);
        let before = *self.seen.entry(folded).or_insert(exact);
        if before == exact {
            return None;
        }
        let root = &self.root;
        let is_insensitive = self.is_insensitive.get_or_insert_with(|| probe(root));
        is_insensitive.then(|| {
            "its key differs by case alone from another one, and the target directory does not tell them apart"
                .to_owned()
        })
    }
}

/// Whether a directory finds a file by its name in another case.
fn probe(root: &Path) -> bool {
    if fs::create_dir_all(root).is_err() {
        return false;
    }
    let Ok(file) = tempfile::Builder::new()
        .prefix(".zonal-Case")
        .tempfile_in(root)
    else {
        return false;
    };
    let name = file.path().file_name().unwrap_or_default();
    root.join(name.to_string_lossy().to_lowercase()).exists()
        && root.join(name.to_string_lossy().to_uppercase()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_leave_the_directory_are_refused() {
        for good in ["a", "a/b", "..a", "a../b", "...", "é/ü", "a\\b", "-", "~"] {
            assert!(problem(good).is_none() || cfg!(windows), "{good}");
        }
        for bad in [
            "", "/", "/a", "../a", "a/../b", "..", ".", "./a", "a/.", "a//b", "a/", "a\0b",
        ] {
            assert!(problem(bad).is_some(), "{bad:?}");
        }
        for bad in ["a\\b", "C:x", "nul", "NUL.txt", "com1", "a ", "a.", "x?"] {
            assert!(is_bad_on_windows(bad), "{bad}");
        }
    }

    #[test]
    fn what_the_system_refuses_is_no_fault_of_the_key() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let landing = |root: PathBuf| Landing {
            path: root.join("key"),
            relative: Some("key".to_owned()),
            root,
        };
        let unmade = landing(folder.path().join("n".repeat(300))).prepare();
        assert!(matches!(unmade, Err(Outcome::Failed(_))));
        let covered = landing(folder.path().join("file")).prepare();
        assert!(matches!(covered, Err(Outcome::Refused(_))));
    }

    #[test]
    fn case_counts_where_the_file_system_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let mut names = Names::new(folder.path());
        assert_eq!(names.problem("a/B"), None);
        assert_eq!(names.problem("a/B"), None);
        let insensitive = probe(folder.path());
        assert_eq!(names.problem("A/b").is_some(), insensitive);
        names.is_insensitive = Some(true);
        assert!(names.problem("A/b").is_some());
        assert_eq!(names.problem("a/c"), None);
        assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
