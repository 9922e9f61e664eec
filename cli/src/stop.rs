//! Signals that end the program: what is half done is cleaned up first.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use crate::failure::INTERRUPTED;

/// Why the program is to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// Ctrl-C.
    Interrupted,
    /// Another signal, which shall end the program as it ends others.
    #[cfg(unix)]
    Signal(i32),
}

impl Stop {
    /// Whether a prompt will follow, which had better begin a line.
    pub(crate) fn is_from_keyboard(self) -> bool {
        matches!(self, Self::Interrupted)
    }

    /// Ends the program, or says with which code it ends.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Interrupted => INTERRUPTED,
            #[cfg(unix)]
            Self::Signal(signal) => {
                drop(signal_hook::low_level::emulate_default_handler(signal));
                u8::try_from(128 + signal).unwrap_or(u8::MAX)
            }
        }
    }
}

/// Whether the program does something that it cannot drop, such as writing to a pipe that nobody reads.
static BLOCKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Does something that may block, during which signals end the program at once.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    BLOCKED.store(true, Ordering::SeqCst);
    let done = work();
    BLOCKED.store(false, Ordering::SeqCst);
    done
}

/// How long a line may take to be printed before its reader counts as one that does not read.
const PATIENCE: Duration = Duration::from_millis(100);
/// The number of the line that is being printed; zero if none is.
static PRINTING: AtomicU64 = AtomicU64::new(0);

/// Prints a line while there is something to clean up. Only where that lasts do signals end the program at once, as
/// [`blocking`] has it; otherwise they are heard behind the line. It needs [`watch`] beside it.
pub(crate) fn printing<T>(work: impl FnOnce() -> T) -> T {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    PRINTING.store(NUMBER.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
    let done = work();
    PRINTING.store(0, Ordering::SeqCst);
    BLOCKED.store(false, Ordering::SeqCst);
    done
}

/// Notices lines that are not printed.
pub(crate) async fn watch() {
    let mut before = 0;
    loop {
        tokio::time::sleep(PATIENCE).await;
        let now = PRINTING.load(Ordering::SeqCst);
        if now != 0 && now == before {
            BLOCKED.store(true, Ordering::SeqCst);
            // it may just have been
            if PRINTING.load(Ordering::SeqCst) != now {
                BLOCKED.store(false, Ordering::SeqCst);
            }
        }
        before = now;
    }
}

#[cfg(unix)]
pub(crate) use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::future::poll_fn;
    use std::task::Poll;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::flag;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Arc, AtomicBool, BLOCKED, Stop, io};
    use crate::failure::INTERRUPTED;

    /// The signals that end the program, from now on.
    pub(crate) struct Signals(Vec<(i32, Signal)>);

    impl Signals {
        /// Needs the runtime around it.
        pub(crate) fn new() -> io::Result<Self> {
            // a file that may not grow is then an error like a full disk
            flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
            let ignored = ignored();
            let mut all = Vec::new();
            for number in [SIGINT, SIGTERM, SIGHUP] {
                // what `nohup` and `&` made us deaf to stays unheard
                if ignored & (1 << (number - 1)) == 0 {
                    let blocked = Arc::clone(&BLOCKED);
                    match number {
                        SIGINT => flag::register_conditional_shutdown(
                            number,
                            INTERRUPTED.into(),
                            blocked,
                        )?,
                        _ => flag::register_conditional_default(number, blocked)?,
                    };
                    all.push((number, signal(SignalKind::from_raw(number))?));
                }
            }
            Ok(Self(all))
        }

        /// The next one.
        pub(crate) async fn next(&mut self) -> Stop {
            poll_fn(|context| {
                for (number, signal) in &mut self.0 {
                    if signal.poll_recv(context).is_ready() {
                        return Poll::Ready(match *number {
                            SIGINT => Stop::Interrupted,
                            number => Stop::Signal(number),
                        });
                    }
                }
                Poll::Pending
            })
            .await
        }
    }

    /// The set of signals that are ignored, as far as the system says.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        line.and_then(|set| u64::from_str_radix(set.trim(), 16).ok())
            .unwrap_or(0)
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) -> Stop {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Stop::Interrupted,
            Err(_) => std::future::pending().await,
        }
    }
}
