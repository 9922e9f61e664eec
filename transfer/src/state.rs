//! [`StateFile`]: what a transfer needs in order to resume.
//!
//! It is a text file. Its first line identifies the transfer, each further line records a step. A killed process leaves
//! at most an incomplete last line, which is ignored. Only one process uses a state file at a time.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Cause, ErrorKind};

/// Marks a state file, and the version of its format.
const FORM: &str = "zonal-transfer 1";
/// The largest state file that is read, in bytes. Ten thousand parts take some 2 MB.
const LONGEST: u64 = 64 * 1024 * 1024;

/// An open and locked state file.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    file: File,
}

/// A state file beside a file: `NAME.EXTENSION`.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = OsString::from(path.file_name().unwrap_or_default());
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

fn unusable(path: &Path, problem: &str) -> Cause {
    let path = path.display();
    Cause::new(
        ErrorKind::State,
        format!("the state file `{path}` {problem}"),
    )
}

fn failed(path: &Path, error: io::Error) -> Cause {
    // the second is what Windows says of a file that another process has opened for itself alone
    if error.kind() == io::ErrorKind::WouldBlock
        || cfg!(windows) && error.raw_os_error() == Some(32)
    {
        return unusable(path, "is in use by another transfer");
    }
    let text = format!("the state file `{}` cannot be used", path.display());
    Cause::with(ErrorKind::State, text, error)
}

impl StateFile {
    /// The content of a file, if it exists and has a complete first line.
    pub(crate) fn open<H: DeserializeOwned, L: DeserializeOwned>(
        path: &Path,
    ) -> Result<Option<(H, Vec<L>, Self)>, Cause> {
        let mut file = match open_alone(path, OpenOptions::new().read(true).write(true)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(path, error)),
        };
        let mut text = Vec::new();
        let read = (&mut file).take(LONGEST).read_to_end(&mut text);
        read.map_err(|error| failed(path, error))?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut lines = text[..whole]
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let Some(first) = lines.next() else {
            // the process was killed before it could write the first line
            return Ok(None);
        };
        let foreign =
            "was not written by this version of this program; move it away, or use another file";
        let first = first.strip_prefix(FORM.as_bytes());
        let header = first.and_then(|header| serde_json::from_slice(header).ok());
        let header = header.ok_or_else(|| unusable(path, foreign))?;
        let lines = lines.map(serde_json::from_slice).collect::<Result<_, _>>();
        let lines = lines.map_err(|_| unusable(path, "is damaged; remove it to start again"))?;
        let cut = file
            .set_len(whole as u64)
            .and_then(|()| file.seek(SeekFrom::End(0)));
        cut.map_err(|error| failed(path, error))?;
        let path = path.to_owned();
        Ok(Some((header, lines, Self { path, file })))
    }

    /// Creates a file with this first line.
    pub(crate) fn create(path: &Path, header: &impl Serialize) -> Result<Self, Cause> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        // names of files and objects are private
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = open_alone(path, &mut options).map_err(|error| failed(path, error))?;
        file.set_len(0).map_err(|error| failed(path, error))?;
        let path = path.to_owned();
        let mut created = Self { path, file };
        created.write(FORM, header)?;
        Ok(created)
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &impl Serialize) -> Result<(), Cause> {
        self.write("", line)
    }

    fn write(&mut self, before: &str, line: &impl Serialize) -> Result<(), Cause> {
        let mut text = before.as_bytes().to_vec();
        let written = serde_json::to_writer(&mut text, line).map_err(io::Error::from);
        text.push(b'\n');
        // with one write, so that only the last line can be incomplete
        let written = written.and_then(|()| self.file.write_all(&text));
        written.map_err(|error| failed(&self.path, error))
    }

    /// Removes the file, since there is nothing to resume any more.
    pub(crate) fn remove(self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "a state file could not be removed");
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Opens a file that no other process uses. The lock ends when the file is closed, even if the process is killed. The
/// method of [`File`] that takes a lock needs Rust 1.89.
fn open_alone(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(options, 0);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use rustix::fs::{FlockOperation, flock};
        match flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(io::Error::from) {
            // some file systems have no locks
            Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
            _ => {}
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_half_a_line_is_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state");
        let open = || StateFile::open::<String, u32>(&path);
        assert!(open().unwrap().is_none());
        let mut state = StateFile::create(&path, &"header").unwrap();
        state.add(&1).unwrap();
        state.add(&2).unwrap();
        let busy = open().unwrap_err();
        assert!(busy.to_string().contains("in use"), "{busy}");
        drop(state);
        let text = std::fs::read(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - 1]).unwrap();
        let (header, lines, mut state) = open().unwrap().unwrap();
        assert_eq!((&*header, lines), ("header", vec![1]));
        state.add(&3).unwrap();
        drop(state);
        let (_, lines, state) = open().unwrap().unwrap();
        assert_eq!(lines, [1, 3]);
        state.remove();
        assert!(!path.exists());
    }

    #[test]
    fn another_file_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state");
        for text in [
            "precious\n",
            "zonal-transfer 2\"header\"\n",
            "zonal-transfer 1\"header\"\nx\n",
        ] {
            std::fs::write(&path, text).unwrap();
            let refused = StateFile::open::<String, u32>(&path).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::State);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        // its state right after it was created
        std::fs::write(&path, "").unwrap();
        assert!(StateFile::open::<String, u32>(&path).unwrap().is_none());
    }

    #[test]
    fn it_stands_beside_its_file() {
        let path = beside(Path::new("/data/a.tar"), "zonal-upload");
        assert_eq!(path, Path::new("/data/a.tar.zonal-upload"));
    }
}
