//! Prints messages, and finds the width of the terminal.

use std::io::{self, Write as _};

use crate::failure::Failure;
use crate::output;

/// Prints a text.
pub(crate) fn print(text: &str) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    let result = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match result {
        Ok(()) => Ok(0),
        Err(error) => unwritten(&error),
    }
}

/// Prints a warning on standard error.
pub(crate) fn warn(text: &str) {
    drop(writeln!(io::stderr().lock(), "zonal: warning: {text}"));
}

/// Prints a line on standard error.
pub(crate) fn say(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// How the program ends when its output cannot be written.
pub(crate) fn unwritten(error: &io::Error) -> Result<u8, Failure> {
    let mut failure = Failure::output(error);
    failure.code = output::failure::exit_code(error);
    if output::failure::is_silent(error) {
        failure.text = String::from("zonal: the program that reads the output has ended\n");
    }
    Err(failure)
}

/// Characters on a line.
pub(crate) fn columns(is_terminal: bool) -> usize {
    let size = if is_terminal {
        terminal_size::terminal_size()
    } else {
        None
    };
    match size {
        Some((width, _)) if width.0 > 0 => width.0.into(),
        _ => output::COLUMNS,
    }
}
