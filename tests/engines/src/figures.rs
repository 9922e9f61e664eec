//! The same work over `object_store`'s own S3 store in its S3 Express mode and over ours.
//!
//! Each side has a peer of its own, which verifies its signatures, and each piece of work is a process of its own, so
//! that what it costs is not mixed with what the server costs. The sides take turns.

mod rival;
mod work;

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use zonal_object_store_bench::{clock, read_steadily};
use zonal_peer::{Fault, Operation, Peer, PeerBuilder};

pub use work::run as run_work;

use crate::Error;
use rival::Side;

/// So many processes for each side and piece of work; the figures are of the median one.
const TRIALS: usize = 5;
/// The object that is read while sessions end.
const KEY: &str = "read";
/// A session lives for so many seconds while that happens.
const LIFE: u64 = 60;
/// How long the server takes to open one: what users of S3 Express report.
const OPENING: Duration = Duration::from_millis(300);

/// What a process has cost.
#[derive(Clone, Default)]
struct Cost {
    requests: usize,
    sessions: usize,
    sent: u64,
    received: u64,
    wall: f64,
    cpu: f64,
}

fn peer(side: Side) -> Result<Peer, Error> {
    let builder = PeerBuilder::for_tests().signing_name(side.signing_name());
    Ok(builder.recorded_body_bytes(0).start_blocking()?)
}

fn child(arguments: &[&str]) -> Result<Command, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).stdout(Stdio::piped());
    Ok(command)
}

fn output(child: std::process::Child) -> Result<Value, Error> {
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("a process ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Does a piece of work once.
fn measure(side: Side, work: &str, peer: &Peer) -> Result<(Cost, Value), Error> {
    peer.take_requests();
    let before = peer.sent_bytes();
    let said = output(child(&["work", work, side.name(), &peer.endpoint_url()])?.spawn()?)?;
    let requests = peer.take_requests();
    let is_session = |it: &&zonal_peer::Recorded| it.operation == Operation::CreateSession;
    let cost = Cost {
        sessions: requests.iter().filter(is_session).count(),
        requests: requests.len(),
        sent: requests.iter().map(|it| it.body_length).sum(),
        received: peer.sent_bytes() - before,
        wall: said["wall"].as_f64().unwrap_or_default(),
        cpu: said["cpu"].as_f64().unwrap_or_default(),
    };
    Ok((cost, said["answers"].clone()))
}

/// Prints the figures as the tables of the page on engines.
///
/// # Errors
///
/// If a process fails, or the sides give other answers than tables in memory.
pub async fn compare(seconds: u64) -> Result<(), Error> {
    let peers = Side::ALL.map(|side| Ok((side, peer(side)?)));
    let peers = peers.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let wanted = work::expected().await?;
    println!("| work | store | requests | of which sessions | sent | received | wall | CPU |");
    println!("|---|---|---|---|---|---|---|---|");
    for work in work::WORK {
        let mut costs = vec![Vec::new(); peers.len()];
        for _ in 0..TRIALS {
            for ((side, peer), costs) in peers.iter().zip(&mut costs) {
                let (cost, answers) = measure(*side, work, peer)?;
                if work == work::QUERY && answers != wanted {
                    return Err(format!("{}: other answers than in memory", side.name()).into());
                }
                costs.push(cost);
            }
        }
        for ((side, _), costs) in peers.iter().zip(&mut costs) {
            print(work, side.name(), costs);
        }
    }
    println!("\nAll answers of both are those of the same tables in memory.\n");
    compare_reads(seconds)
}

fn print(work: &str, side: &str, costs: &mut [Cost]) {
    costs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    let median = &costs[costs.len() / 2];
    println!(
        "| {work} | {side} | {} | {} | {:.1} MB | {:.1} MB | {:.2} s | {:.2} s |",
        median.requests,
        median.sessions,
        median.sent as f64 / 1e6,
        median.received as f64 / 1e6,
        median.wall,
        median.cpu,
    );
}

/// Both sides read at the same time, a read every few milliseconds, while their sessions end.
fn compare_reads(seconds: u64) -> Result<(), Error> {
    let mut running = Vec::new();
    for side in Side::ALL {
        let builder = PeerBuilder::for_tests().signing_name(side.signing_name());
        let peer = builder
            .session_lifetime(Duration::from_secs(LIFE))
            .start_blocking()?;
        peer.put(Peer::BUCKET, KEY, vec![7; 4096]);
        let opening = Fault::genuine().delay(OPENING);
        peer.fault(opening.on(Operation::CreateSession).always());
        let endpoint = peer.endpoint_url();
        let arguments = ["reads", side.name(), &endpoint, &seconds.to_string()];
        running.push((side, child(&arguments)?.spawn()?, peer));
    }
    println!("| store | sessions | reads | median | p99 | p99.9 | longest |");
    println!("|---|---|---|---|---|---|---|");
    for (side, child, peer) in running {
        let (said, sessions) = (output(child)?, peer.issued_sessions().len());
        println!(
            "| {} | {sessions} | {} |",
            side.name(),
            said.as_str().unwrap_or_default()
        );
    }
    Ok(())
}

/// The reads of one side. [`clock`] says what is done to the rival's clock.
///
/// # Errors
///
/// If a read fails.
pub async fn read(side: &str, endpoint: &str, seconds: u64) -> Result<(), Error> {
    let side = Side::of(side)?;
    if side == Side::Rival {
        clock::make_last(LIFE);
    }
    let times = read_steadily(
        side.store(endpoint)?,
        KEY.into(),
        Duration::from_secs(seconds),
    );
    println!("{}", Value::from(times.await?.to_string()));
    Ok(())
}
