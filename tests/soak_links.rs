//! Calls over slow and fast links, with faults of all kinds and keys that expire all the time. A program of its own, as
//! it looks at the memory of the whole process. It runs for as many seconds as `ZONAL_SOAK` says.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "soak_links/faults.rs"]
mod faults;
#[path = "soak_links/keys.rs"]
mod keys;
#[path = "soak_links/link.rs"]
mod link;
#[path = "soak_links/work.rs"]
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use zonal::Client;
use zonal_peer::Peer;
use zonal_tests::memory;

use keys::Keys;
use link::Link;

const BUCKET: &str = "demo--usw2-az1--x-s3";
/// Bytes a second of each connection, either way.
const LINKS: [u64; 4] = [200_000, 2_000_000, 20_000_000, 100_000_000];
/// Fewer than there are workers, so that these wait for each other's connections.
const MAX_CONNECTIONS: usize = 6;
const WORKERS: usize = 10;

/// What all workers share.
#[derive(Debug, Default)]
struct Progress {
    is_over: AtomicBool,
    calls: AtomicUsize,
    /// Bodies that broke off and were read again.
    broken: AtomicUsize,
}

/// In MiB.
fn resident() -> Option<u64> {
    memory("VmRSS").map(|bytes| bytes >> 20)
}

fn client(link: &Link, keys: &Keys) -> Client {
    let client = Client::builder()
        .region("us-west-2")
        .endpoint_url(link.url())
        .credentials(keys.clone())
        .max_connections(MAX_CONNECTIONS)
        .retry_wait(Duration::from_millis(5), Duration::from_millis(200))
        .read_timeout(Duration::from_secs(2))
        // callers wait so long for a session: a machine that is busy with other things is no fault
        .attempt_timeout(Duration::from_secs(120))
        .max_attempts(10);
    client.build().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_links_faults_and_keys_that_expire_lose_nothing() {
    let Ok(seconds) = std::env::var("ZONAL_SOAK") else {
        println!("skipped: the soak over slow links, as ZONAL_SOAK is not set");
        return;
    };
    let seconds: u64 = seconds.parse().unwrap();
    let lifetime = Duration::from_secs((seconds / 3).clamp(2, 20));
    let peer = Peer::builder().bucket(BUCKET).session_lifetime(lifetime);
    let peer = Arc::new(peer.recorded_requests(0).start_blocking().unwrap());
    let keys = Keys::new(Arc::clone(&peer), lifetime);
    let progress = Arc::<Progress>::default();
    let mut links = Vec::new();
    let mut workers = Vec::new();
    let start = Instant::now();
    for rate in LINKS {
        let link = Link::new(peer.address(), rate).await;
        let client = client(&link, &keys);
        for number in 0..WORKERS {
            let folder = format!("{rate}-{number}/");
            let most = usize::try_from(rate / 20).unwrap().min(300_000);
            let work = work::work(client.clone(), folder, most, Arc::clone(&progress));
            workers.push(tokio::spawn(work));
        }
        links.push(link);
    }
    let ending = Arc::clone(&progress);
    let early = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds / 3)).await;
        let early = resident();
        tokio::time::sleep(Duration::from_secs(seconds - seconds / 3)).await;
        ending.is_over.store(true, Ordering::Relaxed);
        early
    });
    let faults = faults::make(&peer, &progress).await;
    for worker in workers {
        worker.await.unwrap();
    }
    let (early, late) = (early.await.unwrap(), resident());
    let calls = progress.calls.load(Ordering::Relaxed);
    let broken = progress.broken.load(Ordering::Relaxed);
    let peaks: Vec<_> = links.iter().map(Link::most_connections).collect();
    let asked = keys.asked();
    println!(
        "{calls} calls in {:.0?}, {} faults, {broken} bodies broken off and read again; all sessions forgotten \
         {} times; keys of {lifetime:?} asked for {asked} times by {} clients; most connections of a client {peaks:?}, {MAX_CONNECTIONS} allowed; \
         {early:?} MiB after a third, {late:?} MiB at the end",
        start.elapsed(),
        faults.made,
        faults.forgotten,
        LINKS.len(),
    );
    assert!(faults.made * 25 > calls, "{faults:?} in {calls} calls");
    assert!(
        peaks.iter().all(|peak| *peak <= MAX_CONNECTIONS),
        "{peaks:?}"
    );
    assert!(late <= early.map(|early| early + 32), "{early:?} {late:?}");
    // each client renews its keys once in half of their life at most
    let lives = start.elapsed().as_secs() / lifetime.as_secs() + 1;
    let most = LINKS.len() * usize::try_from(2 * lives + 2).unwrap();
    assert!(asked <= most, "{asked} times, {most} would do");
}
