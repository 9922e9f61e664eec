//! Large objects and many small ones: the crate `zonal-transfer` and the program, beside one stream of the client, other
//! libraries and other programs: `cargo bench -p zonal-bench --bench transfers`.
//!
//! Each measurement is a process of its own, so that its processor time and its memory are its own; the server, which
//! verifies every signature and checksum, is this process. Times are medians of three, and of one for small files.
//! Ratios are of the time on the clock, to the first side of a table. `far` goes through a proxy that holds back all bytes
//! for 10 ms in either direction, and lets a connection have no more than 1 MiB under way, as a network would.
//!
//! `… -- MIB` sets the size of the large object, 1,024 unless given, and a quarter of that is `far`; `near`, `far`, `small`
//! and `reads` choose tables.
//!
//! Other libraries are those of `rivals`, if it has been built. Other programs are `aws`, `rclone` and `s5cmd`, where
//! they are on the path; `s5cmd` opens no session itself, so `zonal exec` does it for it. Their numbers come from GNU
//! time. One that fails is left out, with its reason: rclone before 1.69 knows no directory buckets.
//!
//! `reads` are of 4 KiB, one after another, from a server that stalls one in a hundred for 500 ms, without hedging and
//! with. The goals: `far` at least four times as fast as one stream, and a p99.9 of a fifth.

#![expect(clippy::print_stdout, reason = "a benchmark")]

mod programs;
mod proxy;
mod sides;
mod usage;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use zonal_peer::{Fault, Limits, Operation, Peer};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const ID: &str = "AKIAEXAMPLE";
pub(crate) const SECRET: &str = "bench/secret/key/of/no/account/0000000000";
/// The size of a small object.
pub(crate) const SMALL: usize = 4096;
const MIB: usize = 1024 * 1024;
const LIBRARIES: [&str; 4] = ["transfer", "one-stream", "manager", "object_store"];
const PROGRAMS: [&str; 4] = ["zonal", "aws", "rclone", "s5cmd"];

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a measurement says: time on the clock, time of the processors, and the most memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    wall: Duration,
    cpu: Duration,
    memory: u64,
}

/// A server, reached at once and through the proxy.
struct Server {
    peer: Peer,
    far: String,
}

impl Server {
    fn start(signing_name: &str) -> Result<Self, Error> {
        let mut limits = Limits::default();
        // one stream sends it in one request
        limits.body_bytes = 5 << 30;
        let builder = Peer::builder().bucket(BUCKET).credentials(ID, SECRET);
        let builder = builder.signing_name(signing_name).recorded_requests(0);
        let peer = builder.limits(limits).start_blocking()?;
        let far = proxy::start(peer.address())?;
        Ok(Self { peer, far })
    }

    fn endpoint(&self, is_far: bool) -> String {
        if is_far {
            self.far.clone()
        } else {
            self.peer.endpoint_url()
        }
    }
}

/// The servers and the files of all cases.
struct Bench {
    server: Server,
    /// For `object_store`, which signs for `s3`.
    other: Server,
    directory: tempfile::TempDir,
    zonal: std::path::PathBuf,
    /// How many small objects.
    count: usize,
    rounds: usize,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "run") {
        return sides::run(&arguments[1..]);
    }
    // `cargo test --benches` only wants to know whether it runs
    let is_test = !arguments.iter().any(|word| word == "--bench");
    let given = arguments.iter().find_map(|word| word.parse::<usize>().ok());
    let size = if is_test { 32 } else { given.unwrap_or(1024) };
    let (rounds, count) = if is_test { (1, 100) } else { (3, 10_000) };
    let bench = Bench {
        server: Server::start("s3express")?,
        other: Server::start("s3")?,
        directory: tempfile::tempdir()?,
        zonal: zonal_bench::program(),
        count,
        rounds,
    };
    println!(
        "{:12} {:14} {:>10} {:>10} {:>10} {:>12}",
        "", "", "wall", "processor", "memory", ""
    );
    let tables = ["near", "far", "small", "reads"];
    let chosen: Vec<_> = arguments
        .iter()
        .filter(|word| tables.contains(&&***word))
        .collect();
    for table in tables {
        if !chosen.is_empty() && !chosen.iter().any(|word| **word == table) {
            continue;
        }
        match table {
            "near" => bench.large(size, false)?,
            "far" => bench.large(size.div_ceil(4), true)?,
            "small" => bench.small()?,
            _ => reads(&bench.server.peer, bench.directory.path(), count / 2)?,
        }
    }
    Ok(())
}

impl Bench {
    /// One object of so many MiB, up and down.
    fn large(&self, mebibytes: usize, is_far: bool) -> Result<(), Error> {
        let bytes: Vec<u8> = (0..mebibytes * MIB)
            .map(|number| (number / 7) as u8)
            .collect();
        std::fs::write(self.directory.path().join("source"), &bytes)?;
        self.other.peer.put(BUCKET, "object", bytes.clone());
        self.server.peer.put(BUCKET, "object", bytes);
        for case in ["up", "down"] {
            for sides in [LIBRARIES, PROGRAMS] {
                let mut first = None;
                for side in sides {
                    let mut all = Vec::new();
                    for _ in 0..self.rounds {
                        let Some(measured) = self.measure(side, case, is_far)? else {
                            break;
                        };
                        all.push(measured);
                    }
                    let place = if is_far { "far" } else { "near" };
                    row(
                        &format!("{place} {case}"),
                        side,
                        all,
                        &mut first,
                        mebibytes * MIB,
                    );
                }
            }
        }
        Ok(())
    }

    /// Many small objects.
    fn small(&self) -> Result<(), Error> {
        let folder = self.directory.path().join("small");
        std::fs::create_dir(&folder)?;
        for number in 0..self.count {
            std::fs::write(folder.join(number.to_string()), [7; SMALL])?;
        }
        for case in ["small-up", "small-down", "small-delete"] {
            for sides in [LIBRARIES, PROGRAMS] {
                let mut first = None;
                for side in sides {
                    for number in 0..self.count {
                        let key = format!("small/{number}");
                        self.server(side).peer.put(BUCKET, &key, vec![7; SMALL]);
                    }
                    let measured = self.measure(side, case, false)?;
                    row(case, side, measured.into_iter().collect(), &mut first, 0);
                    let _ = std::fs::remove_dir_all(self.directory.path().join("back"));
                }
            }
        }
        Ok(())
    }

    fn server(&self, side: &str) -> &Server {
        if side == "object_store" {
            &self.other
        } else {
            &self.server
        }
    }

    /// Runs a case in another process; `None` where there is no such program, or it cannot do it.
    fn measure(&self, side: &str, case: &str, is_far: bool) -> Result<Option<Measured>, Error> {
        let endpoint = self.server(side).endpoint(is_far);
        let directory = self.directory.path();
        if PROGRAMS.contains(&side) {
            return programs::run(&self.zonal, side, case, &endpoint, directory);
        }
        let numbers = match side {
            "manager" | "object_store" => {
                let Some(command) = programs::rivals(&endpoint) else {
                    return Ok(None);
                };
                // the one has no deletion, and the other sends `content-md5`, which directory buckets refuse
                if case == "small-delete" {
                    return Ok(None);
                }
                child(command, &[], side, case, &endpoint, directory, self.count)?
            }
            _ => {
                let own = Command::new(std::env::current_exe()?);
                child(own, &["run"], side, case, &endpoint, directory, self.count)?
            }
        };
        let [wall, cpu, memory] = numbers[..] else {
            return Err(format!("{side} {case} said {numbers:?}").into());
        };
        Ok(Some(Measured {
            wall: Duration::from_micros(wall),
            cpu: Duration::from_micros(cpu),
            memory,
        }))
    }
}

/// Small reads of a server that lets one in a hundred wait for half a second.
fn reads(peer: &Peer, directory: &Path, count: usize) -> Result<(), Error> {
    peer.put(BUCKET, "small", vec![7; 4096]);
    for side in ["plain", "hedged"] {
        for _ in 0..count / 100 {
            let stall = Fault::genuine().delay(Duration::from_millis(500));
            peer.fault(stall.on(Operation::GetObject).skip(99));
        }
        let own = Command::new(std::env::current_exe()?);
        let endpoint = peer.endpoint_url();
        let numbers = child(own, &["run"], side, "reads", &endpoint, directory, count)?;
        peer.clear_faults();
        let [median, p99, p999] = numbers[..] else {
            return Err(format!("{side} said {numbers:?}").into());
        };
        println!(
            "{:10} {side:14} median {median} µs, p99 {p99} µs, p99.9 {p999} µs",
            "reads"
        );
    }
    Ok(())
}

/// Prints the median, if anything was measured.
fn row(case: &str, side: &str, mut all: Vec<Measured>, first: &mut Option<Duration>, bytes: usize) {
    all.sort_by_key(|measured| measured.wall);
    let Some(&Measured { wall, cpu, memory }) = all.get(all.len() / 2) else {
        return;
    };
    let ratio = wall.as_secs_f64() / first.get_or_insert(wall).as_secs_f64();
    let rate = match bytes {
        0 => String::new(),
        bytes => format!("{:.0} MB/s", bytes as f64 / wall.as_secs_f64() / 1e6),
    };
    println!(
        "{case:12} {side:14} {:>8.2} s {:>8.2} s {:>7} MB {rate:>12} {ratio:>6.2} ×",
        wall.as_secs_f64(),
        cpu.as_secs_f64(),
        memory / 1_000_000,
    );
}

/// The numbers that the process of a case prints.
fn child(
    mut command: Command,
    before: &[&str],
    side: &str,
    case: &str,
    endpoint: &str,
    directory: &Path,
    count: usize,
) -> Result<Vec<u64>, Error> {
    command.args(before).args([side, case, endpoint]);
    command.arg(directory).arg(count.to_string());
    let output = command.output()?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{side} {case}: {errors}").into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect())
}
