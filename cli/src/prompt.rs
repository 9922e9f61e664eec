//! Asks the user for the code of an MFA device, which is not shown while it is typed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

use tokio::task::spawn_blocking;

use crate::output::terminal;

/// Longer than any code is.
const LONGEST: u64 = 1024;

/// The code, from the terminal if there is one, or else from standard input.
pub(crate) async fn mfa_code(serial: String) -> io::Result<String> {
    let question = format!("Enter MFA code for {}: ", terminal::safe(&serial));
    let code = match File::options().read(true).write(true).open("/dev/tty") {
        Ok(mut tty) => {
            let quiet = Quiet::new(&tty)?;
            tty.write_all(question.as_bytes())?;
            let code = line(BufReader::new(tty)).await;
            drop(quiet);
            code
        }
        Err(_) => {
            let mut screen = io::stderr();
            drop(screen.write_all(question.as_bytes()));
            line(BufReader::new(io::stdin())).await
        }
    };
    let code = code?.trim().to_owned();
    if code.is_empty() {
        Err(io::ErrorKind::UnexpectedEof.into())
    } else {
        Ok(code)
    }
}

/// Reads a line where it may block: a signal is heard meanwhile.
async fn line(source: impl BufRead + Send + 'static) -> io::Result<String> {
    let read = spawn_blocking(move || {
        let mut line = String::new();
        source.take(LONGEST).read_line(&mut line).map(|_| line)
    });
    read.await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}

#[cfg(unix)]
use echo::Quiet;

#[cfg(unix)]
mod echo {
    use super::{File, Write as _, io};
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// A terminal that does not show what is typed, until this goes away.
    pub(super) struct Quiet {
        tty: File,
        before: Termios,
    }

    impl Quiet {
        pub(super) fn new(tty: &File) -> io::Result<Self> {
            let tty = tty.try_clone()?;
            let before = tcgetattr(&tty)?;
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            tcsetattr(&tty, OptionalActions::Flush, &quiet)?;
            Ok(Self { tty, before })
        }
    }

    impl Drop for Quiet {
        fn drop(&mut self) {
            // nothing more can be done about it
            let _ = tcsetattr(&self.tty, OptionalActions::Flush, &self.before);
            drop(self.tty.write_all(b"\n"));
        }
    }
}

#[cfg(not(unix))]
struct Quiet;

#[cfg(not(unix))]
impl Quiet {
    fn new(_: &File) -> io::Result<Self> {
        Ok(Self)
    }
}
