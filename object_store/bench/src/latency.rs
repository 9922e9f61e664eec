//! Reads while sessions end, and readers that all start at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::task::JoinSet;

use crate::Error;
use crate::server::Server;
use crate::sides::Side;

/// A read begins so often, whether those before it have ended or not.
const PACE: Duration = Duration::from_millis(5);
const READERS: usize = 1000;

async fn read(store: &dyn ObjectStore) -> Result<Duration, object_store::Error> {
    let begun = Instant::now();
    store.get(&"read/4096".into()).await?.bytes().await?;
    Ok(begun.elapsed())
}

/// Both sides at the same time. The rival takes a new session every four minutes.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn compare(seconds: u64) -> Result<(), Error> {
    let measured = Duration::from_secs(seconds);
    let sides = [Side::AmazonS3, Side::Default];
    let lines = sides.map(|side| measure(side, measured));
    for line in future::try_join_all(lines).await? {
        println!("{line}");
    }
    Ok(())
}

async fn measure(side: Side, measured: Duration) -> Result<String, Error> {
    let server = Server::start()?;
    let store: Arc<dyn ObjectStore> = side.store(&server.url)?.into();
    // the first session is there, and so are some connections
    future::try_join_all((0..8).map(|_| read(&*store))).await?;
    let (start, mut reads) = (Instant::now(), JoinSet::new());
    let mut pace = tokio::time::interval(PACE);
    while start.elapsed() < measured {
        pace.tick().await;
        let store = Arc::clone(&store);
        reads.spawn(async move { read(&*store).await });
    }
    let mut times = Vec::new();
    while let Some(time) = reads.join_next().await {
        times.push(time??);
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Ok(format!(
        "{:<10} {} reads: median {:?}, p99 {:?}, p99.9 {:?}, longest {:?}, {} sessions",
        side.name(),
        times.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0),
        server.sessions().await?,
    ))
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn cold() -> Result<(), Error> {
    for side in [Side::AmazonS3, Side::Default] {
        let server = Server::start()?;
        let store = side.store(&server.url)?;
        let start = Instant::now();
        let times = future::try_join_all((0..READERS).map(|_| read(&*store))).await?;
        println!(
            "{:<10} {} readers in {:?}, {} sessions",
            side.name(),
            times.len(),
            start.elapsed(),
            server.sessions().await?,
        );
    }
    Ok(())
}
