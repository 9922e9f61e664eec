//! Work that would keep a thread from other tasks: files, and long documents.

use std::io;

use tokio::runtime::Handle;

/// Runs `work` on a thread that may block: one of tokio's or, where there is no tokio runtime, this one.
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
