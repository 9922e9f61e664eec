//! Reads at a steady pace while sessions end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::clock;

/// A read begins so often, whether those before it have ended or not.
const PACE: Duration = Duration::from_millis(5);

/// How long reads took.
pub struct Times(Vec<Duration>);

/// Reads a small object for so long.
///
/// # Errors
///
/// If a read fails.
pub async fn read_steadily(
    store: Arc<dyn ObjectStore>,
    path: Path,
    measured: Duration,
) -> Result<Times, Box<dyn std::error::Error + Send + Sync>> {
    // the first session is there, and so are some connections
    let first = (0..8).map(|_| read(Arc::clone(&store), path.clone()));
    futures_util::future::try_join_all(first).await?;
    let runtime = Handle::current();
    // a thread keeps the pace, as tokio's timers follow the clock that may be fast
    let begun = tokio::task::spawn_blocking(move || {
        let (start, mut reads) = (clock::now(), JoinSet::new());
        while since(start) < measured {
            std::thread::sleep(PACE);
            reads.spawn_on(read(Arc::clone(&store), path.clone()), &runtime);
        }
        reads
    });
    let mut begun = begun.await?;
    let mut times = Vec::new();
    while let Some(time) = begun.join_next().await {
        times.push(time??);
    }
    times.sort();
    Ok(Times(times))
}

/// Reads an object and says how long that took.
///
/// # Errors
///
/// If it fails.
pub async fn read(store: Arc<dyn ObjectStore>, path: Path) -> object_store::Result<Duration> {
    let begun = clock::now();
    store.get(&path).await?.bytes().await?;
    Ok(since(begun))
}

fn since(then: rustix::time::Timespec) -> Duration {
    let passed = clock::now() - then;
    Duration::new(passed.tv_sec.unsigned_abs(), passed.tv_nsec as u32)
}

/// A row of a table.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.len().saturating_sub(1);
        let at = |share: f64| self.0.get((last as f64 * share) as usize);
        write!(f, "{}", self.0.len())?;
        for share in [0.5, 0.99, 0.999, 1.] {
            let time = at(share).copied().unwrap_or_default();
            write!(f, " | {:.1} ms", time.as_secs_f64() * 1e3)?;
        }
        Ok(())
    }
}
