//! What work costs: time, memory, instructions.

use std::process::Command;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

use crate::Error;

/// Time that went by, on the clock and on the processor.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    cpu: Duration,
    since: Instant,
}

impl Spent {
    pub(crate) fn now() -> Self {
        Self {
            cpu: cpu(),
            since: Instant::now(),
        }
    }

    /// Processor time, then time on the clock.
    pub(crate) fn elapsed(self) -> Times {
        Times([cpu() - self.cpu, self.since.elapsed()])
    }
}

/// Keeps this process, and the server that it starts next, on one processor. Otherwise it is chance
/// whether the two have to wake each other on another one, which costs more than all that is
/// measured.
#[cfg(target_os = "linux")]
pub(crate) fn stay() -> Result<(), Error> {
    let all = sched_getaffinity(None)?;
    let first = (0..CpuSet::MAX_CPU).find(|cpu| all.is_set(*cpu));
    let mut one = CpuSet::new();
    one.set(first.ok_or("no processor")?);
    Ok(sched_setaffinity(None, &one)?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn stay() -> Result<(), Error> {
    Ok(())
}

/// Processor time of the whole process, user and system.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

#[derive(Clone, Copy)]
pub(crate) struct Times([Duration; 2]);

impl std::ops::Div<u64> for Times {
    type Output = Self;

    fn div(self, count: u64) -> Self {
        Self(self.0.map(|time| time / count as u32))
    }
}

/// Medians of both and their ratios.
pub(crate) fn report(ours: Vec<Times>, bares: Vec<Times>) -> String {
    let part = |index: usize, name: &str| {
        let (ours, bare) = (median(&ours, index), median(&bares, index));
        let ratio = ours.as_secs_f64() / bare.as_secs_f64();
        format!("{name} {ours:.1?}, bare {bare:.1?}: {ratio:.2} x")
    };
    format!("{}; {}", part(0, "CPU"), part(1, "on the clock"))
}

fn median(times: &[Times], index: usize) -> Duration {
    let mut times: Vec<_> = times.iter().map(|times| times.0[index]).collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The most memory that this process held at once, in KiB.
pub(crate) fn peak_memory() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("the system does not say")?.parse()?)
}

/// Runs this program in another process and gives back what it printed.
pub(crate) fn child(args: &[&str]) -> Result<String, Error> {
    let output = Command::new(std::env::current_exe()?).args(args).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// How many instructions this program takes for `args`, not counting its server.
pub(crate) fn instructions(args: &[&str]) -> Result<u64, Error> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(args)
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(told.into());
    }
    let count = told
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    Ok(count.ok_or(told.clone())?.1.trim().parse()?)
}
