//! The store beside `object_store::aws::AmazonS3` in its S3 Express mode, on the same server:
//! `cargo run --release` in this folder.
//!
//! It prints the CPU time, user and system, of one call, over plain HTTP and over TLS. Each side is a process of its
//! own, and the sides take turns, so that a busy machine slows both alike; the server is another process, whose work
//! does not count. `AmazonS3` hashes the bodies that it sends (SHA-256) unless it is told not to: that is `unhashed`.
//! Ours hashes them over plain HTTP only. `same` is our store with the checksums of the rival, which are none; `default`
//! has its CRC32 on uploads and verifies whole objects that are read.
//!
//! `cargo run --release -- CASE [COUNT]` measures one case, with so many calls. `-- instructions [CASE [COUNT]]` counts
//! instructions in place of time, and needs valgrind. `-- latency SECONDS [LIFE]` reads at a steady pace while sessions
//! end, after five minutes or so many seconds; `-- cold` lets readers start all at once.

mod cases;
mod latency;
mod meter;
mod server;
mod sides;
mod tls;

use object_store::ObjectStore;
use zonal_object_store_bench::clock;

use cases::{CASES, Case};
use server::Server;
use sides::Side;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["serve", life, ref tls @ ..] => server::serve(life.parse()?, tls),
        ["run", case, side, count, url, ref certificate @ ..] => {
            let store = Side::of(side)?.store(url, certificate.first().copied())?;
            run(find(case)?, &*store, count.parse()?)
        }
        ["read", side, url, seconds, life] => {
            latency::measure(Side::of(side)?, url, seconds.parse()?, life.parse()?)
        }
        ["latency", seconds] => latency::compare(seconds.parse()?, clock::LIFE),
        ["latency", seconds, life] => latency::compare(seconds.parse()?, life.parse()?),
        ["cold"] => latency::cold(),
        ["instructions"] => measure(&CASES, &[false], meter::instructions),
        ["instructions", case] => measure([find(case)?], &[false], meter::instructions),
        ["instructions", case, count] => {
            measure([&times(case, count)?], &[false], meter::instructions)
        }
        [] => measure(&CASES, &[false, true], meter::time),
        [case] => measure([find(case)?], &[false, true], meter::time),
        [case, count] => measure([&times(case, count)?], &[false, true], meter::time),
        _ => Err("usage: [[instructions] [CASE [COUNT]] | latency SECONDS [LIFE] | cold]".into()),
    }
}

/// Measures cases, in plain or over TLS.
fn measure<'a>(
    cases: impl IntoIterator<Item = &'a Case> + Clone,
    tls: &[bool],
    measured: fn(&Case, &Server) -> Result<(), Error>,
) -> Result<(), Error> {
    for tls in tls {
        let server = Server::start(clock::LIFE, *tls)?;
        for case in cases.clone() {
            measured(case, &server)?;
        }
    }
    Ok(())
}

fn find(name: &str) -> Result<&'static Case, Error> {
    let case = CASES.iter().find(|case| case.name == name);
    case.ok_or_else(|| format!("there is no case {name}").into())
}

/// A case of so many calls.
fn times(name: &str, count: &str) -> Result<Case, Error> {
    let mut case = *find(name)?;
    case.count = count.parse()?;
    Ok(case)
}

/// Makes the calls of a case and prints what one of them took, in microseconds.
#[tokio::main(flavor = "current_thread")]
async fn run(case: &Case, store: &dyn ObjectStore, count: u32) -> Result<(), Error> {
    // sessions, connections and what else is made once
    case.make(store, case.count.div_ceil(10)).await?;
    let start = cpu_time();
    case.make(store, count).await?;
    println!("{}", (cpu_time() - start) / f64::from(count));
    Ok(())
}

/// User and system time of this process, in microseconds.
fn cpu_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
