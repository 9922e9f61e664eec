//! What clients and calls do with sessions.

use zonal_runtime::session::{Encryption, SessionStatus, SessionUse};
use zonal_runtime::{Error, NoModeledError, Operation};

use super::client::{Call, Client};

impl Client {
    /// Opens the sessions that calls on a bucket will need, so that the first of them does not
    /// wait for one, and says how they are. Without it the first call opens them. A bucket that
    /// takes no sessions has none.
    ///
    /// # Errors
    ///
    /// Where one cannot be opened.
    pub async fn warm(
        &self,
        bucket: impl AsRef<str>,
    ) -> Result<Vec<SessionStatus>, Error<NoModeledError>> {
        self.core.warm(bucket.as_ref()).await
    }
}

impl<O: Operation> Call<O> {
    /// Says how this call uses sessions; otherwise it does as the client does.
    pub fn sessions(mut self, sessions: SessionUse) -> Self {
        self.client.core = self.client.core.with_sessions(sessions);
        self
    }

    /// Says how the session of this call encrypts what is written in it, or with `None` that the
    /// bucket decides; otherwise it does as the client says. A call that goes in no session cannot
    /// be encrypted so and fails.
    pub fn session_encryption(mut self, encryption: impl Into<Option<Encryption>>) -> Self {
        self.client.core = self.client.core.with_session_encryption(encryption.into());
        self
    }
}
