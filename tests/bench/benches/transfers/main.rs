//! Large objects and many small ones, beside one stream of the client and, where they are there, `zonal cp` and
//! `aws s3 cp`:
//! `cargo bench -p zonal-bench --bench transfers`.
//!
//! Each measurement is a process of its own, so that its processor time and its memory are its own; the server, which
//! verifies every signature and checksum, is this process. Times are medians of three. `far` goes through a proxy that
//! holds back all bytes for 10 ms in either direction, and lets a connection have no more than 1 MiB under way, as a
//! network would. `… -- MIB` sets the size of the large object, 1,024 unless given, and a sixteenth of that is `far`.
//! `reads` are of 4 KiB, one after another, from a server that stalls one in a hundred for 500 ms, without hedging and
//! with. The goals: `far` at least four times as fast as one stream, and a p99.9 of a fifth.

#![expect(clippy::print_stdout, reason = "a benchmark")]

mod proxy;
mod sides;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use zonal_peer::{Fault, Limits, Operation, Peer};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const ID: &str = "AKIAEXAMPLE";
pub(crate) const SECRET: &str = "bench/secret/key/of/no/account/0000000000";
const MIB: usize = 1024 * 1024;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a measurement says: time on the clock, time of the processors, and the most memory.
#[derive(Clone, Copy, Debug)]
struct Measured {
    wall: Duration,
    cpu: Duration,
    memory: u64,
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
    let mut limits = Limits::default();
    // one stream sends it in one request
    limits.body_bytes = 5 << 30;
    let builder = Peer::builder().bucket(BUCKET).credentials(ID, SECRET);
    let builder = builder.recorded_requests(0).limits(limits);
    let peer = builder.start_blocking()?;
    let directory = tempfile::tempdir()?;
    let far = proxy::start(peer.address())?;
    let near = peer.endpoint_url();
    println!(
        "{:10} {:14} {:>10} {:>10} {:>10} {:>12}",
        "", "", "wall", "processor", "memory", ""
    );
    for (name, endpoint, mebibytes) in [("near", &near, size), ("far", &far, size.div_ceil(16))] {
        let bytes: Vec<u8> = (0..mebibytes * MIB)
            .map(|number| (number / 7) as u8)
            .collect();
        std::fs::write(directory.path().join("source"), &bytes)?;
        peer.put(BUCKET, "object", bytes);
        for case in ["up", "down"] {
            let mut first = None;
            for side in ["transfer", "one-stream", "zonal-cp", "aws-s3-cp"] {
                let measure = || measure(side, case, endpoint, directory.path(), 0);
                let Some(median) = median(rounds, measure)? else {
                    continue;
                };
                let first = first.get_or_insert(median.wall);
                row(
                    &format!("{name} {case}"),
                    side,
                    median,
                    *first,
                    (mebibytes * MIB) as u64,
                );
            }
        }
    }
    for case in ["small-up", "small-down", "small-delete"] {
        let mut first = None;
        for side in ["transfer", "one-stream"] {
            let rounds = if case == "small-delete" { 1 } else { rounds };
            let measure = || measure(side, case, &near, directory.path(), count);
            if let Some(median) = median(rounds, measure)? {
                let first = first.get_or_insert(median.wall);
                row(case, side, median, *first, 0);
            }
        }
    }
    reads(&peer, directory.path(), count / 2)
}

/// Small reads of a server that lets one in a hundred wait for half a second.
fn reads(peer: &Peer, directory: &Path, count: usize) -> Result<(), Error> {
    peer.put(BUCKET, "small", vec![7; 4096]);
    for side in ["plain", "hedged"] {
        for _ in 0..count / 100 {
            let stall = Fault::genuine().delay(Duration::from_millis(500));
            peer.fault(stall.on(Operation::GetObject).skip(99));
        }
        let numbers = child(side, "reads", &peer.endpoint_url(), directory, count)?;
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

fn row(case: &str, side: &str, measured: Measured, first: Duration, bytes: u64) {
    let Measured { wall, cpu, memory } = measured;
    let ratio = wall.as_secs_f64() / first.as_secs_f64();
    let rate = match bytes {
        0 => String::new(),
        bytes => format!("{:.0} MB/s", bytes as f64 / wall.as_secs_f64() / 1e6),
    };
    println!(
        "{case:10} {side:14} {:>8.2} s {:>8.2} s {:>7} MB {rate:>12} {ratio:>6.2} ×",
        wall.as_secs_f64(),
        cpu.as_secs_f64(),
        memory / 1_000_000,
    );
}

fn median(
    rounds: usize,
    measure: impl Fn() -> Result<Option<Measured>, Error>,
) -> Result<Option<Measured>, Error> {
    let mut all = Vec::new();
    for _ in 0..rounds {
        let Some(measured) = measure()? else {
            return Ok(None);
        };
        all.push(measured);
    }
    all.sort_by_key(|measured| measured.wall);
    Ok(all.get(all.len() / 2).copied())
}

/// Runs a case in another process; `None` where there is no such program.
fn measure(
    side: &str,
    case: &str,
    endpoint: &str,
    directory: &Path,
    count: usize,
) -> Result<Option<Measured>, Error> {
    match side {
        "aws-s3-cp" => return program(&["aws", "s3"], case, endpoint, directory),
        "zonal-cp" => {
            // built beside this one, if it is: `cargo build --release -p zonal-cli`
            let binary = std::env::current_exe()?.with_file_name("../zonal");
            let binary = binary.to_string_lossy();
            return program(&[&binary], case, endpoint, directory);
        }
        _ => {}
    }
    let numbers = child(side, case, endpoint, directory, count)?;
    let [wall, cpu, memory] = numbers[..] else {
        return Err(format!("{side} {case} said {numbers:?}").into());
    };
    Ok(Some(Measured {
        wall: Duration::from_micros(wall),
        cpu: Duration::from_micros(cpu),
        memory,
    }))
}

/// The numbers that the process of a case prints.
fn child(
    side: &str,
    case: &str,
    endpoint: &str,
    directory: &Path,
    count: usize,
) -> Result<Vec<u64>, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["run", side, case, endpoint])
        .arg(directory)
        .arg(count.to_string());
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

/// The command `cp` of a program, with the time that it takes to start.
fn program(
    words: &[&str],
    case: &str,
    endpoint: &str,
    directory: &Path,
) -> Result<Option<Measured>, Error> {
    let file = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let url = |key: &str| format!("s3://{BUCKET}/{key}");
    let (from, to) = match case {
        "up" => (file("source"), url("up")),
        _ => (url("object"), file("copy")),
    };
    let mut command = Command::new("/usr/bin/env");
    command.args(["bash", "-c", "time -p \"$@\"", "bash"]);
    command.args(words).args(["cp", "--only-show-errors"]);
    command.args([
        &*from,
        &*to,
        "--endpoint-url",
        endpoint,
        "--region",
        "us-west-2",
    ]);
    command
        .env("AWS_ACCESS_KEY_ID", ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET);
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("NO_PROXY", "127.0.0.1");
    let start = Instant::now();
    let output = command.output()?;
    let wall = start.elapsed();
    if !output.status.success() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let time = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
        lines
            .next()
            .and_then(|time| time.trim().parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    Ok(Some(Measured {
        wall,
        cpu: Duration::from_secs_f64(time("user") + time("sys")),
        memory: 0,
    }))
}
