//! What this process has used, as it ends. `rivals` has this file too.

use std::time::{Duration, Instant};

use crate::Error;

/// Prints microseconds on the clock since `start` and of the processors, and the most memory in bytes.
pub(crate) fn report(start: Instant) -> Result<(), Error> {
    let wall = start.elapsed().as_micros();
    println!("{wall} {} {}", processor()?.as_micros(), memory()?);
    Ok(())
}

fn processor() -> Result<Duration, Error> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::new(
        time.tv_sec.try_into()?,
        time.tv_nsec.try_into()?,
    ))
}

fn memory() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kibibytes = kibibytes.ok_or("the system tells no memory")?;
    Ok(kibibytes.parse::<u64>()? << 10)
}
