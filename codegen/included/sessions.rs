//! Sessions of clients and calls.

use zonal_runtime::session::{Encryption, SessionStatus, SessionUse};
use zonal_runtime::{Error, NoModeledError, Operation};

use super::client::{Call, Client};

impl Client {
    /// Opens the sessions for a bucket in advance, so that the first call does not wait, and
    /// returns their state. Otherwise the first call opens them. For a bucket without sessions, the
    /// result is empty.
    ///
    /// # Errors
    ///
    /// If a session cannot be opened.
    pub async fn warm(
        &self,
        bucket: impl AsRef<str>,
    ) -> Result<Vec<SessionStatus>, Error<NoModeledError>> {
        self.core.warm(bucket.as_ref()).await
    }
}

impl<O: Operation> Call<O> {
    /// Sets how this call uses sessions. Default: the setting of the client.
    pub fn sessions(mut self, sessions: SessionUse) -> Self {
        self.client.core = self.client.core.with_sessions(sessions);
        self
    }

    /// Sets the encryption of the session of this call; with `None`, the bucket decides. Default:
    /// the setting of the client. A call that does not use a session fails.
    pub fn session_encryption(mut self, encryption: impl Into<Option<Encryption>>) -> Self {
        self.client.core = self.client.core.with_session_encryption(encryption.into());
        self
    }
}
