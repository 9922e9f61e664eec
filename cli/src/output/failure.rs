//! How the program ends when its output cannot be written.

use std::io;

/// The exit code of a program that could not flush its output, as Python has it.
pub const LOST_OUTPUT: u8 = 120;

/// The exit code of every other failure.
pub const FAILURE: u8 = 255;

/// "Bad file descriptor": standard output was closed before the program started.
const EBADF: i32 = 9;

/// The exit code for output that could not be written: the reader went away, or the disk is full.
pub fn exit_code(error: &io::Error) -> u8 {
    if error.raw_os_error() == Some(EBADF) {
        FAILURE
    } else {
        LOST_OUTPUT
    }
}

/// Whether to be silent about it: a reader that went away has seen what it wanted.
pub fn is_silent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_output_has_its_own_code() {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            assert_eq!(exit_code(&kind.into()), 120, "{kind}");
        }
        assert_eq!(exit_code(&io::Error::from_raw_os_error(9)), 255);
        assert!(is_silent(&io::ErrorKind::BrokenPipe.into()));
        assert!(!is_silent(&io::ErrorKind::StorageFull.into()));
    }
}
