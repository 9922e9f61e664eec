//! The store beside `object_store::aws::AmazonS3` in its S3 Express mode, on the same server:
//! `cargo run --release` in this folder.
//!
//! It prints the CPU time, user and system, of one call. Each side is a process of its own, and the sides
//! take turns, so that a busy machine slows both alike; the server is another process, whose work does not
//! count. `same` is our store with the checksums of the rival, which are none; `default` has its CRC32 on
//! uploads and verifies whole objects that are read.
//!
//! `cargo run --release -- CASE` measures one case, `-- latency SECONDS` reads at a steady pace while sessions
//! end, `-- cold` lets readers start all at once.

mod cases;
mod latency;
mod server;
mod sides;

use std::process::Command;

use cases::{CASES, Case};
use server::Server;
use sides::Side;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// So many processes for each side and case.
const TRIALS: usize = 7;

/// Memory that was freed is kept for the next call. Otherwise glibc gives some of it back to the kernel and takes it
/// again, or not, by how the heap happens to lie, and figures of either side vary by a half.
const KEPT: &str = "glibc.malloc.trim_threshold=268435456:glibc.malloc.mmap_threshold=33554432";

fn main() -> Result<(), Error> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["serve"] => server::serve(),
        ["run", case, side, url] => run(find(case)?, Side::of(side)?, url),
        ["latency", seconds] => latency::compare(seconds.parse()?),
        ["cold"] => latency::cold(),
        [] => CASES.iter().try_for_each(compare),
        [case] => compare(find(case)?),
        _ => Err("usage: [CASE | latency SECONDS | cold]".into()),
    }
}

fn find(name: &str) -> Result<&'static Case, Error> {
    let case = CASES.iter().find(|case| case.name == name);
    case.ok_or_else(|| format!("there is no case {name}").into())
}

/// Measures a case, all sides in turns.
fn compare(case: &Case) -> Result<(), Error> {
    let server = Server::start()?;
    let mut spent: Vec<Vec<f64>> = vec![Vec::new(); Side::ALL.len()];
    for _ in 0..TRIALS {
        for (side, spent) in Side::ALL.iter().zip(&mut spent) {
            let mut child = Command::new(std::env::current_exe()?);
            let output = child
                .args(["run", case.name, side.name(), &server.url])
                .env("GLIBC_TUNABLES", KEPT)
                .output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            spent.push(String::from_utf8(output.stdout)?.trim().parse()?);
        }
    }
    let medians: Vec<_> = spent.iter_mut().map(|spent| median(spent)).collect();
    print!("{:<12}", case.name);
    for (side, median) in Side::ALL.iter().zip(&medians) {
        print!(
            "  {} {median:>10.1} us ({:.2})",
            side.name(),
            median / medians[0]
        );
    }
    println!();
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Makes the calls of a case and prints what one of them took, in microseconds.
#[tokio::main(flavor = "current_thread")]
async fn run(case: &Case, side: Side, url: &str) -> Result<(), Error> {
    let store = side.store(url)?;
    // sessions, connections and what else is made once
    case.make(&*store, case.count.div_ceil(10)).await?;
    let start = cpu_time();
    case.make(&*store, case.count).await?;
    println!("{}", (cpu_time() - start) / f64::from(case.count));
    Ok(())
}

/// User and system time of this process, in microseconds.
fn cpu_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
