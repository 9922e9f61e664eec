//! [`Draft`]: a file under another name, until it is complete.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::random::uuid;

/// The longest name of a target that its draft's name repeats, in bytes: with what is added, it stays
/// below the limit of any file system.
const LONGEST_NAME: usize = 100;

/// A file beside its target, which it replaces when it is complete. Dropping it before removes it.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    target: PathBuf,
    is_done: bool,
}

impl Draft {
    /// Creates a draft of a new file, with default permissions.
    pub(super) fn of_new(target: PathBuf) -> io::Result<(Self, File)> {
        Self::create(target, &mut File::options())
    }

    /// Creates a draft of an existing file, with its owner, group and permissions. `None` if the draft cannot have
    /// these, or if the directory does not allow new files.
    pub(super) fn of_existing(
        target: &Path,
        existing: &Metadata,
    ) -> io::Result<Option<(Self, File)>> {
        let mut options = File::options();
        // until it has the permissions of the other file, only its owner may read it
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let (draft, file) = match Self::create(target.to_owned(), &mut options) {
            Ok(created) => created,
            Err(error) if is_closed(error.kind()) => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_same = super::target::adopt(&file, &draft.path, target, existing);
        Ok(is_same.then_some((draft, file)))
    }

    fn create(target: PathBuf, options: &mut fs::OpenOptions) -> io::Result<(Self, File)> {
        let mut name = prefix(&target);
        name.push(format!("{}{SUFFIX}", uuid()));
        let path = target.with_file_name(name);
        let file = options.write(true).create_new(true).open(&path)?;
        let draft = Self {
            path,
            target,
            is_done: false,
        };
        Ok((draft, file))
    }

    /// Opens the existing draft of this name.
    pub(super) fn reopen(target: PathBuf, name: &str) -> io::Result<Self> {
        let rest = name.strip_prefix(&*prefix(&target).to_string_lossy());
        let uuid = rest.and_then(|rest| rest.strip_suffix(SUFFIX));
        let is_uuid = |text: &str| {
            let mut bytes = text.bytes();
            text.len() == 36 && bytes.all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        };
        if !uuid.is_some_and(is_uuid) {
            let problem = "this is not the name of a draft of this file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        let path = target.with_file_name(name);
        if !fs::symlink_metadata(&path)?.is_file() {
            let problem = "the draft is not a regular file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        Ok(Self {
            path,
            target,
            is_done: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the draft.
    pub(super) fn keep(mut self) -> PathBuf {
        self.is_done = true;
        std::mem::take(&mut self.path)
    }

    /// Takes the target's name.
    pub(super) fn finish(mut self) -> io::Result<()> {
        match fs::rename(&self.path, &self.target) {
            Ok(()) => {
                self.is_done = true;
                Ok(())
            }
            // something is mounted on the target, which can be written but not replaced
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                let mut target = super::target::open_in_place(&self.target)?;
                io::copy(&mut File::open(&self.path)?, &mut target).map(drop)
            }
            Err(error) => Err(error),
        }
    }
}

/// The suffix of the names of drafts.
const SUFFIX: &str = ".part";

/// The prefix of the names of a target's drafts.
fn prefix(target: &Path) -> OsString {
    let mut name = OsString::from(".");
    let target_name = target.file_name().unwrap_or_default();
    if target_name.len() <= LONGEST_NAME {
        name.push(target_name);
    }
    name.push(".");
    name
}

/// Whether the error means that the directory does not allow new files.
fn is_closed(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_done {
            // ignored: there is no further remedy
            let _ = fs::remove_file(&self.path);
        }
    }
}
