//! Which file a path stands for, and how it is written: by a draft that replaces it, or in place.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::draft::Draft;

#[cfg_attr(unix, path = "target/unix.rs")]
#[cfg_attr(not(unix), path = "target/windows.rs")]
mod system;

pub(super) use system::adopt;
#[cfg(unix)]
pub(super) use system::open_pipe;
use system::{has_one_link, is_descriptor, open_descriptor};
pub(super) use system::{set_aside, write_at};

/// How many symbolic links are followed, as on Linux.
const MOST_LINKS: usize = 40;

/// What is open for writing.
pub(super) enum Open {
    /// A file, which may be the draft of another one.
    File(File, Option<Draft>),
    /// Nothing yet: a named pipe is opened once somebody reads from it.
    #[cfg(unix)]
    Pipe(PathBuf),
}

/// Opens what `path` names, see [`ByteStream::to_file`](super::ByteStream::to_file).
pub(super) fn open(path: &Path) -> io::Result<Open> {
    check_name(path)?;
    // says what the system has against following it: a loop of links, a directory without access
    if let Err(error) = fs::metadata(path)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    let in_place = |file| Open::File(file, None);
    let target = match follow(std::path::absolute(path)?)? {
        Named::Device(path) => return open_in_place(&path).map(in_place),
        Named::Descriptor(path) => return open_descriptor(&path).map(in_place),
        Named::Target(target) => target,
    };
    let existing = match fs::symlink_metadata(&target) {
        Ok(existing) => existing,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let (draft, file) = Draft::of_new(target)?;
            return Ok(Open::File(file, Some(draft)));
        }
        Err(error) => return Err(error),
    };
    if existing.is_dir() {
        return Err(is_directory());
    }
    if existing.is_file() {
        if existing.permissions().readonly() {
            let problem = "it has no write permission";
            return Err(io::Error::new(ErrorKind::PermissionDenied, problem));
        }
        if has_one_link(&target, &existing)
            && let Some((draft, file)) = Draft::of_existing(&target, &existing)?
        {
            return Ok(Open::File(file, Some(draft)));
        }
    }
    #[cfg(unix)]
    if system::is_pipe(&existing) && tokio::runtime::Handle::try_current().is_ok() {
        return Ok(Open::Pipe(target));
    }
    open_in_place(&target).map(in_place)
}

/// The file that a path stands for, behind all symbolic links.
pub(super) fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    match follow(std::path::absolute(path)?)? {
        Named::Target(target) => Ok(target),
        Named::Descriptor(_) | Named::Device(_) => {
            let problem = "it is written in place";
            Err(io::Error::new(ErrorKind::InvalidInput, problem))
        }
    }
}

/// What a path is the name of.
enum Named {
    /// A file, or nothing yet.
    Target(PathBuf),
    /// One of the open files of a process. A link to it tells a path, but that may be another file.
    Descriptor(PathBuf),
    /// A device that Windows knows under a reserved name.
    Device(PathBuf),
}

/// Follows symbolic links to their end, which need not exist.
fn follow(mut path: PathBuf) -> io::Result<Named> {
    for _ in 0..=MOST_LINKS {
        check_name(&path)?;
        if cfg!(windows) && is_reserved(&path.to_string_lossy()) {
            return Ok(Named::Device(path));
        }
        if is_descriptor(&path) {
            return Ok(Named::Descriptor(path));
        }
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(&path).join(link),
            // no link, or nothing
            Err(_) => return Ok(Named::Target(path)),
        }
    }
    Err(io::Error::other("there are too many symbolic links"))
}

/// Refuses what can only be the name of a directory; [`Path`] would not see the difference.
fn check_name(path: &Path) -> io::Result<()> {
    let text = path.as_os_str().as_encoded_bytes();
    if text.is_empty() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "the path is empty"));
    }
    let mut names = text.rsplit(|byte| byte.is_ascii() && std::path::is_separator((*byte).into()));
    match names.next() {
        Some(b"" | b"." | b"..") => Err(is_directory()),
        _ => Ok(()),
    }
}

fn is_directory() -> io::Error {
    io::Error::new(ErrorKind::IsADirectory, "it is a directory")
}

/// Opens a file as any program would that writes it anew.
pub(super) fn open_in_place(path: &Path) -> io::Result<File> {
    File::create(path)
}

/// Whether Windows keeps a name for a device, in every directory and whatever its extension.
fn is_reserved(path: &str) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    if path.starts_with(r"\\.\") {
        return true;
    }
    let name = path.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let is_port = ["COM", "LPT"].iter().any(|port| {
        let number = stem.strip_prefix(port).map(str::as_bytes);
        matches!(number, Some([b'1'..=b'9']))
    });
    is_port || DEVICES.contains(&&*stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices_are_known() {
        let devices = [
            "NUL",
            "nul",
            r"C:\data\nul.txt",
            "COM1",
            "d/lpt9.part",
            "CON .x",
            r"\\.\pipe\x",
            "conout$",
        ];
        for path in devices {
            assert!(is_reserved(path), "{path}");
        }
        for path in [
            "nul/x",
            "null",
            "COM",
            "COM0",
            "COM10",
            "aux-1",
            "x.nul",
            r"\\server\nul\x",
            "",
        ] {
            assert!(!is_reserved(path), "{path}");
        }
    }

    #[test]
    fn what_names_no_file_is_refused() {
        for path in ["a/", "a/.", "..", "a/..", "/"] {
            let error = check_name(Path::new(path)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::IsADirectory, "{path}");
        }
        assert!(check_name(Path::new("")).is_err());
        for path in ["a", "./a", "../a", ".a", "a..", "a/b."] {
            assert!(check_name(Path::new(path)).is_ok(), "{path}");
        }
    }
}
