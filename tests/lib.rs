//! Black-box tests of Zonal, and what several of them need.

/// What the system says of this process's memory, in bytes: `VmHWM` is the most it ever had, `VmRSS`
/// what it has. `None` where the system does not say.
pub fn memory(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mut lines = status.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| *name == what)?;
    let kibibytes: u64 = value.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}

/// The code in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
