//! Runs work that would block other tasks: files, and long documents.

use std::io;

use tokio::runtime::Handle;

/// Runs `work` on a blocking thread of tokio or, without a tokio runtime, on this thread.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match Handle::try_current() {
        Ok(runtime) => {
            let done = runtime.spawn_blocking(work).await;
            done.unwrap_or_else(|error| Err(io::Error::other(error)))
        }
        Err(_) => work(),
    }
}
