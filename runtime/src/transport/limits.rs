//! [`Limits`]: how many connections a transport opens, and how long it keeps them.

use std::time::Duration;

/// The most connections to one host where the system does not say how many files may be open, as on
/// Windows.
const USUAL_CONNECTIONS: usize = 256;
/// The most connections to one host unless more are asked for, however many files may be open: more
/// hardly make a client faster, and every one costs memory on both sides.
const MOST_CONNECTIONS: usize = 1024;
/// A host gets such a part of the files that may be open, so that there is room for other hosts and
/// for the program's own files.
const PART: u64 = 4;
/// How long a connection may be idle: servers close them sooner or later, many after one or two
/// minutes.
const IDLE: Duration = Duration::from_secs(90);
/// How long a call waits for a connection while nothing moves on any: more than readers of bodies
/// pause for, and soon enough to tell of callers that wait for each other.
const WAIT: Duration = Duration::from_secs(20);

/// What a transport allows itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// To one host, in all runtimes; idle ones count.
    pub(super) max_connections: usize,
    /// How long a connection may be idle.
    pub(super) idle: Duration,
    /// How long a call waits for a connection while nothing moves on any.
    pub(super) wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: of_files(open_files()),
            idle: IDLE,
            wait: WAIT,
        }
    }
}

/// How many connections a process may have to one host that may have so many open files.
fn of_files(files: Option<u64>) -> usize {
    let Some(files) = files else {
        return USUAL_CONNECTIONS;
    };
    let part = usize::try_from(files / PART).unwrap_or(usize::MAX);
    part.clamp(1, MOST_CONNECTIONS)
}

/// How many files this process may have open; `None` if there is no limit or none is told.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn open_files() -> Option<u64> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn open_files() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_leaves_room_for_other_files() {
        for (files, connections) in [
            (None, 256),
            (Some(0), 1),
            (Some(3), 1),
            (Some(64), 16),
            (Some(1024), 256),
            (Some(1 << 20), 1024),
            (Some(u64::MAX), 1024),
        ] {
            assert_eq!(of_files(files), connections, "{files:?}");
        }
        let limits = Limits::default();
        assert!((1..=MOST_CONNECTIONS).contains(&limits.max_connections));
        assert_eq!(limits.idle, Duration::from_secs(90));
        assert_eq!(limits.wait, Duration::from_secs(20));
    }
}
