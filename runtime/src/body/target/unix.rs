//! What Unix knows of files.

use std::fs::{File, Metadata, Permissions};
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{
    FileExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _, fchown,
};
use std::path::Path;
use std::time::Duration;

use tokio::net::unix::pipe::{OpenOptions, Sender};
use tokio::time::sleep;

/// `ENXIO`: a pipe that nobody reads from.
const NO_READER: i32 = 6;
/// How often it is looked for a reader.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Whether a path leads into a directory of open files: `/dev/fd`, or that of a process in `/proc`.
pub(super) fn is_descriptor(path: &Path) -> bool {
    let directory = path.parent().and_then(|parent| parent.canonicalize().ok());
    directory.is_some_and(|directory| {
        directory.starts_with("/proc") || directory == Path::new("/dev/fd")
    })
}

/// Standard output and standard error as this process has them; any other open file from its end.
pub(super) fn open_descriptor(path: &Path) -> io::Result<File> {
    let own = Path::new("/dev/fd").canonicalize().ok();
    let directory = path.parent().and_then(|parent| parent.canonicalize().ok());
    let name = path.file_name().and_then(|name| name.to_str());
    let descriptor = match name.filter(|_| own == directory) {
        Some("1") => {
            // what the program printed before comes first
            let mut output = io::stdout().lock();
            output.flush()?;
            output.as_fd().try_clone_to_owned()?
        }
        Some("2") => io::stderr().as_fd().try_clone_to_owned()?,
        _ => return File::options().append(true).open(path),
    };
    Ok(File::from(descriptor))
}

pub(super) fn is_pipe(existing: &Metadata) -> bool {
    existing.file_type().is_fifo()
}

/// Opens a named pipe as soon as somebody reads from it. To wait for that keeps no thread.
pub(in super::super) async fn open_pipe(path: &Path) -> io::Result<Sender> {
    loop {
        match OpenOptions::new().open_sender(path) {
            Err(error) if error.raw_os_error() == Some(NO_READER) => sleep(LOOK_AGAIN).await,
            opened => return opened,
        }
    }
}

pub(super) fn has_one_link(_: &Path, existing: &Metadata) -> bool {
    existing.nlink() == 1
}

pub(in super::super) fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    file.write_all_at(bytes, offset)
}

/// Gives a file its length, and space on its disk where the system can.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(in super::super) fn set_aside(file: &File, length: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    if length > 0
        && let Err(error) =
            fallocate(file, FallocateFlags::empty(), 0, length).map_err(io::Error::from)
        && matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    {
        return Err(error);
    }
    file.set_len(length)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(in super::super) fn set_aside(file: &File, length: u64) -> io::Result<()> {
    file.set_len(length)
}

/// Gives a draft the owner, group and permissions of the file that it is to replace; whether it has
/// them then.
pub(in super::super) fn adopt(
    file: &File,
    draft: &Path,
    target: &Path,
    existing: &Metadata,
) -> bool {
    let Ok(new) = file.metadata() else {
        return false;
    };
    // to write in place is then an error, unless the system makes an exception for this user
    if existing.mode() & 0o200 == 0 {
        return false;
    }
    // an access control list allows what the mode does not tell
    if new.uid() != existing.uid() || has_access_list(target) || has_access_list(draft) {
        return false;
    }
    if new.gid() != existing.gid() && fchown(file, None, Some(existing.gid())).is_err() {
        return false;
    }
    // writing to a file takes its set-user-ID and set-group-ID bits away, too
    let mode = Permissions::from_mode(existing.mode() & 0o1777);
    file.set_permissions(mode).is_ok()
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn has_access_list(path: &Path) -> bool {
    rustix::fs::getxattr_query(path, "system.posix_acl_access").is_ok_and(|length| length > 0)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn has_access_list(_: &Path) -> bool {
    false
}
