//! Long text on a terminal goes through a pager.

use std::env;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use crate::app::App;

/// A pager that runs. It is waited for when this is dropped.
pub(crate) struct Pager {
    child: Child,
    /// Ctrl-C is for the pager, which is not to be left alone on the terminal.
    #[cfg(unix)]
    interrupts: Option<signal_hook::SigId>,
}

impl Pager {
    /// Starts this command. None if there is none, or it cannot be started.
    fn start(command: &str) -> Option<Self> {
        let mut words = command.split_whitespace();
        let mut pager = Command::new(words.next()?);
        pager.args(words).stdin(Stdio::piped());
        if env::var_os("LESS").is_none() {
            // what fits on the screen is shown without waiting for a key
            pager.env("LESS", "FRX");
        }
        let child = pager.spawn().ok()?;
        Some(Self {
            child,
            #[cfg(unix)]
            interrupts: signal_hook::flag::register(
                signal_hook::consts::SIGINT,
                std::sync::Arc::default(),
            )
            .ok(),
        })
    }
}

impl Write for Pager {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let input = self.child.stdin.as_mut();
        match input.map_or(Ok(text.len()), |input| input.write(text)) {
            // a reader that leaves early has seen what it wanted
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(text.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
        #[cfg(unix)]
        if let Some(id) = self.interrupts.take() {
            signal_hook::low_level::unregister(id);
        }
    }
}

/// Shows a page of help through the pager that the environment names; whether that was possible.
pub(crate) fn show(text: &str) -> bool {
    let named = env::var("MANPAGER").or_else(|_| env::var("PAGER"));
    let pager = Pager::start(&named.unwrap_or_else(|_| DEFAULT.to_owned()));
    pager.is_some_and(|mut pager| {
        drop(pager.write_all(text.as_bytes()));
        true
    })
}

const DEFAULT: &str = "less -R";

/// Starts the pager for results, where version 2 of the AWS CLI has one.
pub(crate) fn of_results(app: &App) -> Option<Pager> {
    let profile = crate::run::sources(app).ok()?.profile;
    let (env, globals) = (&app.env, &app.globals);
    let named = env
        .get("AWS_PAGER")
        .or_else(|| profile.get("cli_pager"))
        .or_else(|| env.get("PAGER"));
    match named {
        _ if globals.no_cli_pager => None,
        named => Pager::start(named.unwrap_or(DEFAULT)),
    }
}
