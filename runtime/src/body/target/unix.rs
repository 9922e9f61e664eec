//! What Unix knows of files.

use std::fs::{File, Metadata, Permissions};
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::Path;

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

pub(super) fn has_one_link(_: &Path, existing: &Metadata) -> bool {
    existing.nlink() == 1
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
