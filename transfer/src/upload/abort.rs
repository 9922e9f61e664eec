//! Aborts multipart uploads, and knows which ones run.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zonal::AnyError;

use crate::transfers::Transfers;

/// How often to abort an upload that still has parts: a part that was in progress may arrive late.
const ATTEMPTS: u32 = 5;
/// How long to wait for such parts between two attempts.
const WAIT: Duration = Duration::from_millis(300);

/// Removes an upload and its parts. It is no error if the upload does not exist.
///
/// A part that was in progress may arrive after the abort, so this asks the service whether parts remain.
pub(crate) async fn abort(
    transfers: &Transfers,
    bucket: &str,
    key: &str,
    id: &str,
    owner: Option<&String>,
) -> Result<(), AnyError> {
    let client = &transfers.client;
    for attempt in 1.. {
        let abort = client.abort_multipart_upload(bucket, key, id);
        let abort = abort.set_expected_bucket_owner(owner.cloned());
        match transfers.quiet(abort).await.map_err(AnyError::from) {
            Err(error) if error.code() == Some("NoSuchUpload") => return Ok(()),
            Err(error) => return Err(error),
            Ok(_) if attempt >= ATTEMPTS => return Ok(()),
            Ok(_) => {}
        }
        let list = client.list_parts(bucket, key, id).max_parts(1);
        let list = list.set_expected_bucket_owner(owner.cloned());
        if transfers.quiet(list).await.is_err() {
            // it does not exist, or the caller may not see it
            return Ok(());
        }
        tokio::time::sleep(WAIT).await;
    }
    Ok(())
}

/// The uploads that this process has in progress.
static RUNNING: Mutex<Option<HashSet<String>>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<HashSet<String>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process has the upload in progress.
pub(crate) fn is_running(id: &str) -> bool {
    running().as_ref().is_some_and(|all| all.contains(id))
}

/// Marks an upload as running, until this is dropped.
#[derive(Debug)]
pub(super) struct Running(String);

impl Running {
    pub(super) fn new(id: &str) -> Self {
        running().get_or_insert_default().insert(id.to_owned());
        Self(id.to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(all) = running().as_mut() {
            all.remove(&self.0);
        }
    }
}
