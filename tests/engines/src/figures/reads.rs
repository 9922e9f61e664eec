//! Reads at a steady pace while sessions end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use object_store_0_13::{ObjectStore, ObjectStoreExt};
use serde_json::json;
use tokio::task::JoinSet;

use super::rival::Side;
use crate::Error;

pub(super) const KEY: &str = "read";
/// A read begins so often, whether those before it have ended or not.
const PACE: Duration = Duration::from_millis(5);

async fn read(store: Arc<dyn ObjectStore>) -> Result<Duration, Error> {
    let begun = Instant::now();
    store.get(&KEY.into()).await?.bytes().await?;
    Ok(begun.elapsed())
}

/// Reads for so long, and prints how long reads took, in milliseconds.
///
/// # Errors
///
/// If a read fails.
pub async fn read_steadily(side: &str, endpoint: &str, seconds: u64) -> Result<(), Error> {
    let store = Side::of(side)?.store(endpoint)?;
    // the first session is there, and so are connections
    for _ in 0..8 {
        read(Arc::clone(&store)).await?;
    }
    let (start, mut reads) = (Instant::now(), JoinSet::new());
    let mut pace = tokio::time::interval(PACE);
    while start.elapsed() < Duration::from_secs(seconds) {
        pace.tick().await;
        reads.spawn(read(Arc::clone(&store)));
    }
    let mut took = Vec::new();
    while let Some(read) = reads.join_next().await {
        took.push(read??.as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    let (median, p999, longest) = (at(0.5), at(0.999), at(1.0));
    let said = json!({ "reads": took.len(), "median": median, "p999": p999, "longest": longest });
    println!("{said}");
    Ok(())
}
