//! Reads while sessions end, and readers that all start at once.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future;
use object_store::ObjectStore;
use zonal_object_store_bench::{clock, read, read_steadily};

use crate::Error;
use crate::server::Server;
use crate::sides::Side;

const KEY: &str = "read/4096";
const READERS: usize = 1000;
const SIDES: [Side; 2] = [Side::AmazonS3, Side::Default];

/// Both sides at the same time, each with a server and a process of its own. Sessions live for so many seconds.
pub(crate) fn compare(seconds: u64, life: u64) -> Result<(), Error> {
    let mut running = Vec::new();
    for side in SIDES {
        let server = Server::start(life, false)?;
        let (seconds, life) = (seconds.to_string(), life.to_string());
        let child = Command::new(std::env::current_exe()?)
            .args(["read", side.name(), &server.url, &seconds, &life])
            .stdout(Stdio::piped())
            .spawn()?;
        running.push((side, server, child));
    }
    println!("| store | sessions | reads | median | p99 | p99.9 | longest |");
    println!("|---|---|---|---|---|---|---|");
    for (side, server, child) in running {
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(format!("{} ended with {}", side.name(), output.status).into());
        }
        let times = String::from_utf8(output.stdout)?;
        let sessions = server.sessions()?;
        println!("| {} | {sessions} | {} |", side.name(), times.trim());
    }
    Ok(())
}

/// The reads of one side.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn measure(side: Side, url: &str, seconds: u64, life: u64) -> Result<(), Error> {
    if side == Side::AmazonS3 {
        clock::make_last(life);
    }
    let store = side.store(url, None)?.into();
    let times = read_steadily(store, KEY.into(), Duration::from_secs(seconds));
    println!("{}", times.await?);
    Ok(())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn cold() -> Result<(), Error> {
    for side in SIDES {
        let server = Server::start(clock::LIFE, false)?;
        let store: Arc<dyn ObjectStore> = side.store(&server.url, None)?.into();
        let start = Instant::now();
        let reads = (0..READERS).map(|_| read(Arc::clone(&store), KEY.into()));
        let times = future::try_join_all(reads).await?;
        println!(
            "{:<10} {} readers in {:?}, {} sessions",
            side.name(),
            times.len(),
            start.elapsed(),
            server.sessions()?,
        );
    }
    Ok(())
}
