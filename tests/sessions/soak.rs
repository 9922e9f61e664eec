//! Many workers on short sessions with faults all the time. `ZONAL_SOAK=SECONDS` makes it longer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use zonal::Client;
use zonal::session::SessionCounters;
use zonal_peer::{Fault, Operation, Peer};
use zonal_tests::memory;

use crate::lab::{BUCKET, KEY, SECRET, builder};

const LIFETIME: Duration = Duration::from_secs(2);

/// One worker: writes what it alone writes, and reads what it wrote.
async fn work(
    client: Client,
    worker: usize,
    stop: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
) -> (String, String) {
    let key = format!("worker-{worker}");
    let (mut number, mut last) = (0, String::new());
    while !stop.load(Ordering::Relaxed) {
        let text = format!("{worker} {number}");
        let put = client.put_object(BUCKET, &*key).body(text.clone());
        put.await
            .unwrap_or_else(|error| panic!("{key} {number}: {error}"));
        let get = client.get_object(BUCKET, &*key).await;
        let output = get.unwrap_or_else(|error| panic!("{key} {number}: {error}"));
        let body = output.body.collect().await.unwrap();
        assert_eq!(body, text);
        (number, last) = (number + 1, text);
        calls.fetch_add(2, Ordering::Relaxed);
    }
    (key, last)
}

/// What went wrong on purpose.
#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    made: usize,
    /// Sessions that were refused.
    refused: usize,
    /// Sessions that the peer opened and whose answer was cut off: they count, and are of no use.
    lost: usize,
}

/// Sees to it that one answer in twenty is a fault, and one session in twenty.
async fn trouble(peer: &Peer, stop: &AtomicBool, calls: &AtomicUsize) -> Faults {
    let mut faults = Faults::default();
    while !stop.load(Ordering::Relaxed) {
        while faults.made * 20 < calls.load(Ordering::Relaxed) && peer.pending_faults() < 10 {
            let (fault, is_lost) = match faults.made % 5 {
                0 => (Fault::slow_down(0), false),
                1 => (Fault::error(500, "InternalError", "Try again."), false),
                2 => (Fault::genuine().reset_before_head(), true),
                3 => (Fault::genuine().close_before_head(), true),
                _ => (Fault::error(503, "ServiceUnavailable", "Try again."), false),
            };
            let of_sessions = faults.refused + faults.lost;
            let operation = match faults.made % 2 {
                _ if of_sessions * 20 < peer.issued_sessions().len() => Operation::CreateSession,
                0 => Operation::GetObject,
                _ => Operation::PutObject,
            };
            if operation == Operation::CreateSession {
                faults.lost += usize::from(is_lost);
                faults.refused += usize::from(!is_lost);
            }
            peer.fault(fault.on(operation));
            faults.made += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    peer.clear_faults();
    faults
}

/// The fewest sessions that any client can do with that opens the next one before the end of the
/// last, so that no call waits.
///
/// A session opened in second `s` of the peer's clock ends at `s + L`, for ends are told in whole
/// seconds. The next is opened up to a window `w` before that, in second `s + L - ⌈w⌉` at the
/// latest, and ends at `s + 2L - ⌈w⌉`: each session gains `L - ⌈w⌉` seconds. The window is a quarter
/// of a session's life at most, so that `⌈w⌉` is 1 here.
fn fewest(elapsed: Duration) -> usize {
    let gain = LIFETIME.as_secs() - LIFETIME.as_secs().div_ceil(4);
    1 + usize::try_from(elapsed.as_secs() / gain).unwrap()
}

/// In MiB.
fn resident() -> Option<u64> {
    memory("VmRSS").map(|bytes| bytes >> 20)
}

fn peer() -> Peer {
    let peer = Peer::builder().bucket(BUCKET).credentials(KEY, SECRET);
    let peer = peer.session_lifetime(LIFETIME);
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
        let early = resident();
        tokio::time::sleep(Duration::from_secs(seconds - seconds / 3)).await;
        ending.store(true, Ordering::Relaxed);
        early
    });
    let faults = trouble(&peer, &stop, &done).await;
    let mut written = BTreeMap::new();
    for worker in workers {
        let (key, text) = worker.await.unwrap();
        written.insert(key, text);
    }
    let (early, late) = (early.await.unwrap(), resident());
    let (counts, calls) = (counters.counts(), done.load(Ordering::Relaxed));
    let (issued, fewest) = (peer.issued_sessions().len(), fewest(start.elapsed()));
    println!("{calls} calls, {faults:?}, {counts:?}");
    println!(
        "{issued} sessions, {} of them lost to faults; 1 + {:?} / (L - ⌈w⌉) = {fewest} needed",
        faults.lost,
        start.elapsed()
    );
    println!("{early:?} MiB after a third, {late:?} MiB at the end");
    assert_eq!(stored(&client).await, written);
    // two more at the start, when nothing is known of the peer's clock
    let most = fewest + fewest / 10 + faults.lost + 2;
    assert!(issued <= most, "{issued} sessions, {fewest} needed");
    assert!(faults.made * 25 > calls, "{faults:?} in {calls} calls");
    assert!(late <= early.map(|early| early + 32), "{early:?} {late:?}");
}

/// All objects there are, and what they say.
async fn stored(client: &Client) -> BTreeMap<String, String> {
    let mut stored = BTreeMap::new();
    let mut items = client.list_objects_v2(BUCKET).paginate();
    while let Some(page) = items.next_page().await.unwrap() {
        for object in page.contents {
            let key = object.key.unwrap();
            let body = client.get_object(BUCKET, &*key).await.unwrap().body;
            let text = String::from_utf8(body.collect().await.unwrap().to_vec()).unwrap();
            assert_eq!(stored.insert(key, text), None);
        }
    }
    stored
}
