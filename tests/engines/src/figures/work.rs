//! What is measured: tables are written, and queried.

use std::time::Instant;

use datafusion::prelude::{SessionConfig, SessionContext};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

use super::rival::Side;
use crate::lab::URL;
use crate::{Error, queries, tables};

/// Orders; there are four line items in each.
const ORDERS: i64 = 250_000;
/// Each query is asked so often.
const ROUNDS: usize = 3;

pub(super) const WRITE: &str = "write";
pub(super) const QUERY: &str = "query";
pub(super) const WORK: [&str; 2] = [WRITE, QUERY];

/// Does a piece of work over a store and prints what it took, in seconds, and the answers.
///
/// # Errors
///
/// What the engine says.
pub async fn run(work: &str, side: &str, endpoint: &str) -> Result<(), Error> {
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(4));
    ctx.register_object_store(&URL.parse()?, Side::of(side)?.store(endpoint)?);
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let mut answers = Vec::new();
    if work == WRITE {
        tables::write(&ctx, URL, ORDERS).await?;
    } else {
        tables::register(&ctx, URL).await?;
        for _ in 0..ROUNDS {
            answers.clear();
            for (_, query) in queries::QUERIES {
                answers.push(queries::answer(&ctx, query).await?);
            }
        }
    }
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    println!(
        "{}",
        json!({ "wall": wall, "cpu": cpu, "answers": answers })
    );
    Ok(())
}

/// The answers on tables in memory.
pub(super) async fn expected() -> Result<Value, Error> {
    let mut answers = Vec::new();
    for (_, query) in queries::QUERIES {
        answers.push(queries::expected(query, ORDERS).await?);
    }
    Ok(json!(answers))
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
