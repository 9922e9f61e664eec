//! Long text on a terminal goes through a pager.

use std::env;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Shows text on the terminal through the pager that the environment names; whether that was possible.
pub(super) fn show(text: &str) -> bool {
    let named = env::var("MANPAGER").or_else(|_| env::var("PAGER"));
    let command = named.unwrap_or_else(|_| "less -R".to_owned());
    let mut words = command.split_whitespace();
    let Some(program) = words.next() else {
        return false;
    };
    // Ctrl-C is for the pager, which is not to be left alone on the terminal
    #[cfg(unix)]
    let interrupts =
        signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default());
    let mut pager = Command::new(program);
    pager.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // what fits on the screen is shown without waiting for a key
        pager.env("LESS", "FRX");
    }
    let shown = match pager.spawn() {
        Ok(mut pager) => {
            if let Some(mut input) = pager.stdin.take() {
                // a reader that leaves early has seen what it wanted
                drop(input.write_all(text.as_bytes()));
            }
            pager.wait().is_ok()
        }
        Err(_) => false,
    };
    #[cfg(unix)]
    if let Ok(id) = interrupts {
        signal_hook::low_level::unregister(id);
    }
    shown
}
