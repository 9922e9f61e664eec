//! The client and its calls.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use zonal_runtime::{
    BuildError, Builder, Core, Error, Operation, PresignOptions, Presignable, PresignedRequest,
};

pub(crate) use super::service::SERVICE;

/// A client of the service.
///
/// It holds the connection pool and is cheap to clone; make one and share it.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) core: Core,
}

impl Client {
    /// Starts the configuration of a client.
    pub fn builder() -> Builder<Self> {
        Builder::new(&SERVICE)
    }

    /// A client for the region, endpoint and credentials that the environment names, as
    /// [`Builder::with_env`] reads them.
    ///
    /// # Errors
    ///
    /// Where one that is needed is missing or cannot be used.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().with_env()?.build()
    }

    /// Sends a request that was made as a value.
    ///
    /// # Errors
    ///
    /// Whatever keeps the operation from succeeding; see [`Error`].
    pub async fn send<O: Operation>(&self, request: O) -> Result<O::Output, Error<O::Error>> {
        self.core.send(&request).await
    }

    /// Signs a request in its URL, for somebody else to send; see [`Call::presign`].
    ///
    /// # Errors
    ///
    /// As [`Call::presign`].
    pub async fn presign<O: Presignable>(
        &self,
        request: O,
        options: PresignOptions,
    ) -> Result<PresignedRequest, Error<O::Error>> {
        self.core.presign(&request, &options).await
    }
}

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Self { core }
    }
}

/// A request on its way to a client: set what else it needs, then await it.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O> {
    pub(crate) client: Client,
    pub(crate) request: O,
}

impl<O: Operation> Call<O> {
    #[allow(dead_code, reason = "a service may have no operations")]
    pub(crate) fn new(client: &Client, request: O) -> Self {
        Self {
            client: client.clone(),
            request,
        }
    }

    /// The request, to keep it or to send it elsewhere.
    pub fn into_request(self) -> O {
        self.request
    }

    /// Sends the request; awaiting the call does the same.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn send(self) -> Result<O::Output, Error<O::Error>> {
        self.client.core.send(&self.request).await
    }
}

impl<O: Presignable> Call<O> {
    /// Signs the request in its URL, for somebody else to send within this time. The account's
    /// credentials sign it, even where the request itself would be sent in a session;
    /// [`presign_with`](Self::presign_with) has other ways.
    ///
    /// # Errors
    ///
    /// If the time is less than a second or more than seven days, if there are no usable
    /// credentials, or if the request cannot be sent as it is; a body has no place in it.
    pub async fn presign(self, expires_in: Duration) -> Result<PresignedRequest, Error<O::Error>> {
        self.presign_with(PresignOptions::new(expires_in)).await
    }

    /// Signs the request in its URL, as these options say.
    ///
    /// # Errors
    ///
    /// As [`presign`](Self::presign).
    pub async fn presign_with(
        self,
        options: PresignOptions,
    ) -> Result<PresignedRequest, Error<O::Error>> {
        self.client.presign(self.request, options).await
    }
}

impl<O: Operation> IntoFuture for Call<O> {
    type Output = Result<O::Output, Error<O::Error>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.client.core.send(&self.request)
    }
}

impl<O: fmt::Debug> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}
