//! What Windows knows of files.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// Windows gives open files no names.
pub(super) fn is_descriptor(_: &Path) -> bool {
    false
}

pub(super) fn open_descriptor(path: &Path) -> io::Result<File> {
    super::open_in_place(path)
}

pub(super) fn has_one_link(path: &Path, _: &Metadata) -> bool {
    let file = File::open(path);
    let information = file.and_then(|file| winapi_util::file::information(&file));
    information.is_ok_and(|information| information.number_of_links() == 1)
}

/// A new file has the permissions that its directory gives it, here as for any other program.
pub(in super::super) fn adopt(_: &File, _: &Path, _: &Path, _: &Metadata) -> bool {
    true
}
