//! Many workers on short sessions with faults all the time. `ZONAL_SOAK=SECONDS` makes it longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use zonal::Client;
use zonal::session::SessionCounters;
use zonal_peer::{Fault, Operation, Peer};

use crate::lab::{BUCKET, KEY, SECRET, builder};

/// One worker: writes what it alone writes, and reads what it wrote.
async fn work(client: Client, worker: usize, stop: Arc<AtomicBool>, calls: Arc<AtomicUsize>) {
    let key = format!("worker-{worker}");
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let text = format!("{worker} {number}");
        let put = client.put_object(BUCKET, &*key).body(text.clone());
        put.await
            .unwrap_or_else(|error| panic!("{key} {number}: {error}"));
        let get = client.get_object(BUCKET, &*key).await;
        let output = get.unwrap_or_else(|error| panic!("{key} {number}: {error}"));
        let body = output.body.collect().await.unwrap();
        assert_eq!(body, text);
        number += 1;
        calls.fetch_add(2, Ordering::Relaxed);
    }
}

/// Sees to it that one answer in twenty is a fault.
async fn trouble(peer: &Peer, stop: &AtomicBool, calls: &AtomicUsize) -> usize {
    let mut made = 0;
    while !stop.load(Ordering::Relaxed) {
        while made * 20 < calls.load(Ordering::Relaxed) && peer.pending_faults() < 10 {
            let fault = match made % 5 {
                0 => Fault::slow_down(0),
                1 => Fault::error(500, "InternalError", "Try again."),
                2 => Fault::genuine().reset_before_head(),
                3 => Fault::genuine().close_before_head(),
                _ => Fault::error(503, "ServiceUnavailable", "Try again."),
            };
            let operation = match made % 40 {
                39 => Operation::CreateSession,
                number if number % 2 == 0 => Operation::GetObject,
                _ => Operation::PutObject,
            };
            peer.fault(fault.on(operation));
            made += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    peer.clear_faults();
    made
}

/// What this process has in memory, in MiB.
fn memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let number: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(number / 1024)
}

/// A peer whose sessions live for 2 seconds.
fn peer() -> Peer {
    let peer = Peer::builder().bucket(BUCKET).credentials(KEY, SECRET);
    let peer = peer.session_lifetime(Duration::from_secs(2));
    peer.recorded_requests(0).start_blocking().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_sessions_under_load_and_faults_lose_nothing() {
    let seconds = std::env::var("ZONAL_SOAK").map(|text| text.parse().unwrap());
    let (workers, seconds) = seconds.map_or((16, 6), |seconds| (64, seconds));
    let peer = peer();
    let counters = Arc::new(SessionCounters::default());
    let client = builder()
        .endpoint_url(peer.endpoint_url())
        .max_attempts(10)
        .session_observer(Arc::clone(&counters))
        .build()
        .unwrap();
    let (stop, done) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let start = Instant::now();
    let spawn = |worker| tokio::spawn(work(client.clone(), worker, stop.clone(), done.clone()));
    let workers: Vec<_> = (0..workers).map(spawn).collect();
    let ending = Arc::clone(&stop);
    let early = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds / 3)).await;
        let early = memory();
        tokio::time::sleep(Duration::from_secs(seconds - seconds / 3)).await;
        ending.store(true, Ordering::Relaxed);
        early
    });
    let faults = trouble(&peer, &stop, &done).await;
    for worker in workers {
        worker.await.unwrap();
    }
    let (early, late) = (early.await.unwrap(), memory());
    let (counts, calls) = (counters.counts(), done.load(Ordering::Relaxed));
    // a session is taken to live for one second of its two, and is replaced after three quarters
    let ideal = start.elapsed().as_secs_f64() / 0.75 + 1.0;
    let issued = peer.issued_sessions().len();
    println!("{calls} calls, {faults} faults, {issued} of {ideal:.0} sessions, {counts:?}");
    println!("{early:?} MiB after a third, {late:?} MiB at the end");
    assert!(
        issued as f64 <= ideal * 1.1,
        "{issued} sessions, {ideal} needed"
    );
    assert!(faults * 25 > calls, "{faults} faults in {calls} calls");
    assert!(late <= early.map(|early| early + 32), "{early:?} {late:?}");
}
