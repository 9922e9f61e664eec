//! A monotonic clock that can run faster than time.
//!
//! `AmazonS3` takes a new session four minutes after the last one, whatever the service says of its end, and counts them
//! by [`Instant`](std::time::Instant). To see many sessions end within a short time, its process has a fast clock: the
//! standard library asks the function below, as it has the name of that of the system. Its timeouts run out sooner then.

use std::ffi::{c_int, c_long};
use std::sync::OnceLock;

use rustix::time::{ClockId, Timespec};

/// How many seconds a session of the service lives.
pub const LIFE: u64 = 300;

static FAST: OnceLock<Fast> = OnceLock::new();

struct Fast {
    factor: i128,
    /// In nanoseconds.
    start: i128,
}

/// Lets sessions that live for so many seconds seem to live for as many as those of the service. Only the first call of
/// a process has an effect.
pub fn make_last(seconds: u64) {
    FAST.get_or_init(|| Fast {
        factor: i128::from(LIFE / seconds.clamp(1, LIFE)),
        start: nanoseconds(now()),
    });
}

/// The time that has passed since the system started: the clock that is not fast.
pub fn now() -> Timespec {
    rustix::time::clock_gettime(ClockId::Monotonic)
}

fn nanoseconds(time: Timespec) -> i128 {
    i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
}

/// In place of the function of the C library.
///
/// # Safety
///
/// As of that one: `time` must be valid for a write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut libc::timespec) -> c_int {
    let mut told = match clock {
        libc::CLOCK_MONOTONIC => now(),
        libc::CLOCK_REALTIME => rustix::time::clock_gettime(ClockId::Realtime),
        // SAFETY: the caller's pointer goes to the system as it is.
        _ => return unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) as c_int },
    };
    if let (libc::CLOCK_MONOTONIC, Some(fast)) = (clock, FAST.get()) {
        let passed = nanoseconds(told) - fast.start;
        let seems = fast.start + passed * fast.factor;
        told.tv_sec = (seems / 1_000_000_000) as i64;
        told.tv_nsec = (seems % 1_000_000_000) as c_long;
    }
    let told = libc::timespec {
        tv_sec: told.tv_sec,
        tv_nsec: told.tv_nsec,
    };
    // SAFETY: the caller promises that it is valid.
    unsafe { time.write(told) };
    0
}
