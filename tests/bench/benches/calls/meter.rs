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

/// Keeps this process, and those that it starts, on one processor. Otherwise it is chance whether
/// client and server have to wake each other on another one, which costs more than all that is
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

/// What a call costs: nanoseconds on the processor and on the clock. And of the whole process: the most
/// memory that it held at once, in KiB, and how often the kernel had to give it a page.
pub(crate) struct Cost([u64; 4]);

impl Cost {
    /// That of the middle turn, and of this process.
    pub(crate) fn of(turns: &[Times]) -> Result<Self, Error> {
        let nanos = |index: usize| median(turns.iter().map(|turn| turn.0[index].as_nanos() as u64));
        Ok(Self([nanos(0), nanos(1), peak_memory()?, page_faults()?]))
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [cpu, clock, memory, faults] = self.0;
        write!(
            f,
            "{cpu} ns, {clock} ns on the clock, {memory} KiB, {faults} page faults"
        )
    }
}

impl std::str::FromStr for Cost {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut numbers = text.split(' ').filter_map(|word| word.parse().ok());
        let mut next = || numbers.next().ok_or_else(|| format!("no costs: {text}"));
        Ok(Self([next()?, next()?, next()?, next()?]))
    }
}

/// Medians of both and their ratios.
pub(crate) fn report(ours: &[Cost], bares: &[Cost]) -> String {
    let of = |costs: &[Cost], index: usize| median(costs.iter().map(|cost| cost.0[index]));
    let part = |index: usize, name: &str| {
        let (ours, bare) = (of(ours, index), of(bares, index));
        let [us, bare_us] = [ours, bare].map(Duration::from_nanos);
        let ratio = ours as f64 / bare as f64;
        format!("{name} {us:.1?}, bare {bare_us:.1?}: {ratio:.2} x")
    };
    let [memory, bare_memory] = [ours, bares].map(|costs| of(costs, 2) / 1024);
    let [faults, bare_faults] = [ours, bares].map(|costs| of(costs, 3));
    format!(
        "{}; {}; memory {memory} MiB, bare {bare_memory} MiB; page faults {faults}, bare {bare_faults}",
        part(0, "CPU"),
        part(1, "on the clock")
    )
}

fn median(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}

/// The most memory that this process held at once, in KiB.
fn peak_memory() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("the system does not say")?.parse()?)
}

/// How many pages this process was given so far.
fn page_faults() -> Result<u64, Error> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // the name of the program, in brackets, may hold blanks
    let after = stat.rsplit_once(") ").map(|(_, after)| after);
    let number = after.and_then(|after| after.split(' ').nth(7));
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
