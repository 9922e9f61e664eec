//! What Windows knows of files, and systems that have none.

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

#[cfg(windows)]
pub(super) fn has_one_link(path: &Path, _: &Metadata) -> bool {
    let file = File::open(path);
    let information = file.and_then(|file| winapi_util::file::information(&file));
    information.is_ok_and(|information| information.number_of_links() == 1)
}

#[cfg(not(windows))]
pub(super) fn has_one_link(_: &Path, _: &Metadata) -> bool {
    false
}

/// A new file has the permissions that its directory gives it, here as for any other program.
pub(in super::super) fn adopt(_: &File, _: &Path, _: &Path, _: &Metadata) -> bool {
    true
}

pub(in super::super) fn write_at(file: &File, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
    #[cfg(windows)]
    use std::os::windows::fs::FileExt as _;
    while !bytes.is_empty() {
        #[cfg(windows)]
        let written = file.seek_write(bytes, offset)?;
        #[cfg(not(windows))]
        let written = {
            use std::io::{Seek as _, SeekFrom, Write as _};
            let mut file = file;
            file.seek(SeekFrom::Start(offset))?;
            file.write(bytes)?
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        offset += written as u64;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// Gives a file its length.
pub(in super::super) fn set_aside(file: &File, length: u64) -> io::Result<()> {
    file.set_len(length)
}
