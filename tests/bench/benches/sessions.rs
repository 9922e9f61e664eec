//! Finding a session, beside a plain `RwLock<HashMap>` with the same keys and values:
//! `cargo bench -p zonal-bench --bench sessions`.
//!
//! The goal: no more than 1.5 times as long, on 1, 2 and 8 threads. The cache also reads the clock
//! and remembers that the session was used; the map does neither. The times are those of one
//! thread for one lookup, while the other threads do the same.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Arc, Barrier, RwLock};
use std::time::{Duration, Instant, SystemTime};

use criterion::{BenchmarkId, Criterion};
use zonal_runtime::Credentials;
use zonal_runtime::clock::{BoxFuture, SystemClock};
use zonal_runtime::credentials::{BaseCredentials, SessionCredentials};
use zonal_runtime::session::{
    Fingerprint, KeyRef, OpenError, OpenSession, OpenedSession, Session, SessionCache, SessionKey,
    SessionSettings,
};

const BUCKETS: usize = 50;

struct Opener;

impl OpenSession for Opener {
    fn operation(&self) -> &'static str {
        "CreateSession"
    }

    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        let now = SystemTime::now();
        let credentials = SessionCredentials::new("ID".into(), "SECRET".into(), "TOKEN".into());
        Box::pin(async move {
            Ok(OpenedSession {
                credentials,
                expiration: now + Duration::from_secs(3600),
                date: Some(now),
                encryption: None,
            })
        })
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(3))
        .sample_size(30)
        .configure_from_args();
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", Some("t".repeat(800)), None, "b");
    let credentials = BaseCredentials::from(credentials);
    let fingerprint = Fingerprint::of(&credentials);
    let hosts: Vec<_> = (0..BUCKETS)
        .map(|number| {
            format!("bucket-{number}--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com")
        })
        .collect();
    let key = |number: usize| KeyRef {
        scheme: "https",
        authority: &hosts[number % BUCKETS],
        path: "",
        region: "us-west-2",
        fingerprint,
        mode: None,
        encryption: None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .expect("a runtime");
    let cache = SessionCache::new(SessionSettings::default(), Arc::new(SystemClock), None);
    let mut map: HashMap<SessionKey, Arc<Session>> = HashMap::new();
    for number in 0..BUCKETS {
        let key = key(number);
        let opener = || -> Arc<dyn OpenSession> { Arc::new(Opener) };
        let session = runtime.block_on(cache.get(&key, Duration::from_secs(1), opener));
        map.insert(key.to_key(), session.expect("a session"));
    }
    let map = RwLock::new(map);
    let keys: Vec<_> = (0..BUCKETS).map(|number| key(number).to_key()).collect();

    let mut group = criterion.benchmark_group("session lookup");
    for threads in [1, 2, 8] {
        group.bench_function(
            BenchmarkId::new("plain RwLock<HashMap>", threads),
            |bencher| {
                bencher.iter_custom(|count| {
                    on_threads(threads, count, |number| {
                        let map = map.read().expect("no poison");
                        black_box(map.get(&keys[number % BUCKETS]).cloned());
                    })
                });
            },
        );
        group.bench_function(BenchmarkId::new("SessionCache", threads), |bencher| {
            bencher.iter_custom(|count| {
                on_threads(threads, count, |number| {
                    black_box(cache.lookup(&key(number)));
                })
            });
        });
    }
    group.finish();
    criterion.final_summary();
}

/// How long it takes until each thread has done it `count` times.
fn on_threads(threads: usize, count: u64, run: impl Fn(usize) + Sync) -> Duration {
    let barrier = Barrier::new(threads + 1);
    let count = usize::try_from(count).expect("a small number");
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    (0..count).for_each(&run);
                })
            })
            .collect();
        barrier.wait();
        let start = Instant::now();
        for worker in workers {
            worker.join().expect("no panic");
        }
        start.elapsed()
    })
}
