//! Ends an upload in parts without an object, and knows which ones run.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zonal::AnyError;

use crate::transfers::Transfers;

/// How often an upload is aborted that is there again each time: a part that was under way may come after.
const ATTEMPTS: u32 = 5;
/// How long such parts are waited for between two.
const WAIT: Duration = Duration::from_millis(300);

/// Removes an upload and its parts. One that is gone already is fine.
///
/// A part that was under way as the upload was aborted may arrive after, so the service is asked whether anything is
/// left.
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
            // gone, or not to be seen
            return Ok(());
        }
        tokio::time::sleep(WAIT).await;
    }
    Ok(())
}

/// The uploads that this process has under way.
static RUNNING: Mutex<Option<HashSet<String>>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<HashSet<String>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process has the upload under way.
pub(crate) fn is_running(id: &str) -> bool {
    running().as_ref().is_some_and(|all| all.contains(id))
}

/// An upload that runs, until this is dropped.
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
