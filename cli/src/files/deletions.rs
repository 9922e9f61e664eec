//! Deletes objects, as many in a request as it takes.

use std::collections::HashSet;

use zonal_transfer::ObjectResult;

use super::events::{Action, Event, Outcome, Report, words};
use super::store::Store;
use super::url::object_url;
use super::work::Tasks;
use crate::failure::Failure;

/// The most keys of a request.
const GROUP: usize = 1000;

/// Keys that are deleted together.
pub(super) struct Deletions {
    bucket: String,
    keys: Vec<String>,
}

impl Deletions {
    pub(super) fn new(bucket: &str) -> Self {
        Self {
            bucket: bucket.to_owned(),
            keys: Vec::new(),
        }
    }

    pub(super) async fn add(
        &mut self,
        key: String,
        tasks: &mut Tasks,
        report: &mut Report,
    ) -> Result<(), Failure> {
        self.keys.push(key);
        if self.keys.len() >= GROUP {
            self.flush(tasks, report).await
        } else {
            Ok(())
        }
    }

    pub(super) async fn flush(
        &mut self,
        tasks: &mut Tasks,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let keys = std::mem::take(&mut self.keys);
        if keys.is_empty() {
            Ok(())
        } else {
            tasks.delete(&self.bucket, keys, report).await
        }
    }
}

/// The event of an object that is deleted.
pub(super) fn deletion(bucket: &str, key: &str, outcome: Outcome) -> Event {
    Event {
        action: Action::Delete,
        source: object_url(bucket, key),
        target: None,
        bytes: None,
        outcome,
    }
}

pub(super) async fn delete(store: &Store, bucket: &str, keys: Vec<String>) -> Vec<Event> {
    let mut results = store.transfers.delete(bucket).keys(keys.clone()).results();
    let mut left: HashSet<String> = keys.into_iter().collect();
    let mut events = Vec::with_capacity(left.len());
    while let Some(Some(result)) = store.halt.unless(results.next()).await {
        let (key, outcome) = match result {
            ObjectResult::Done { key } => (key, Outcome::Done),
            ObjectResult::Failed(failure) => (failure.key, Outcome::Failed(words(&failure.error))),
            _ => continue,
        };
        left.remove(&key);
        events.push(deletion(bucket, &key, outcome));
    }
    for key in left {
        let outcome = if store.halt.is_set() {
            Outcome::Cancelled
        } else {
            Outcome::Failed("it is not known what became of it".to_owned())
        };
        events.push(deletion(bucket, &key, outcome));
    }
    events
}
