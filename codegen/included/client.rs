//! The client and its calls.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use zonal_runtime::{
    BuildError, Builder, Core, Error, Metadata, Operation, PresignOptions, Presignable,
    PresignedRequest,
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
    /// Returns a builder for a client.
    pub fn builder() -> Builder<Self> {
        Builder::new(&SERVICE)
    }

    /// Creates a client with region, endpoint and credentials from variables of the environment; see
    /// [`Builder::with_env`]. For profiles, roles, single sign-on, containers and instance metadata, use the crate
    /// `zonal-config`: `Client::builder().settings(zonal_config::load().await?).build()?`.
    ///
    /// # Errors
    ///
    /// If a variable is missing or invalid.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().with_env()?.build()
    }

    /// Sends a request.
    ///
    /// # Errors
    ///
    /// If the operation fails; see [`Error`].
    pub async fn send<O: Operation>(&self, request: O) -> Result<O::Output, Error<O::Error>> {
        self.core.send(&request).await
    }

    /// Returns the call of a request, to set options of the call.
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self, request)
    }

    /// Presigns a request, so that another program can send it; see [`Call::presign`].
    ///
    /// # Errors
    ///
    /// See [`Call::presign`].
    pub async fn presign<O: Presignable>(
        &self,
        request: O,
        options: PresignOptions,
    ) -> Result<PresignedRequest, Error<O::Error>> {
        self.core.presign(&request, &options).await
    }
}

impl From<Client> for Core {
    fn from(client: Client) -> Self {
        client.core
    }
}

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Self { core }
    }
}

/// A call of an operation: set optional members and options, then await it.
///
/// A call is a future, which sends the request when it is first polled. You can await, spawn or join it, or put it into
/// a stream of futures.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O: Operation> {
    pub(crate) client: Client,
    /// Boxed, so that the future of the caller stays small.
    pub(crate) request: Box<O>,
    answer: Option<Answer<O>>,
}

type Answer<O> = Pin<
    Box<
        dyn Future<Output = Result<<O as Operation>::Output, Error<<O as Operation>::Error>>>
            + Send,
    >,
>;

impl<O: Operation> Call<O> {
    pub(crate) fn new(client: &Client, request: O) -> Self {
        Self {
            client: client.clone(),
            request: Box::new(request),
            answer: None,
        }
    }

    /// Returns the request, to keep it or to send it with another client.
    pub fn into_request(self) -> O {
        *self.request
    }

    /// Sends the request. Awaiting the call does the same.
    ///
    /// # Errors
    ///
    /// See [`Client::send`].
    pub async fn send(self) -> Result<O::Output, Error<O::Error>> {
        self.await
    }

    /// Sends the request, and returns the output with the metadata of the answer: request ids, status, headers and the
    /// number of attempts.
    ///
    /// # Errors
    ///
    /// See [`Client::send`]. The error has the request ids, the status and the number of attempts.
    pub async fn send_with_metadata(self) -> Result<(O::Output, Metadata), Error<O::Error>> {
        self.client.core.send_with_metadata(&*self.request).await
    }
}

impl<O: Presignable> Call<O> {
    /// Presigns the request, so that another program can send it within this time. It signs with IAM credentials, even
    /// if the call would use a session; [`presign_with`](Self::presign_with) has more options.
    ///
    /// # Errors
    ///
    /// If the time is less than a second or more than seven days, if there are no usable credentials, or if the request
    /// is invalid or has a body.
    pub async fn presign(self, expires_in: Duration) -> Result<PresignedRequest, Error<O::Error>> {
        self.presign_with(PresignOptions::new(expires_in)).await
    }

    /// Presigns the request with these options.
    ///
    /// # Errors
    ///
    /// See [`presign`](Self::presign).
    pub async fn presign_with(
        self,
        options: PresignOptions,
    ) -> Result<PresignedRequest, Error<O::Error>> {
        self.client.presign(*self.request, options).await
    }
}

impl<O: Operation> Future for Call<O> {
    type Output = Result<O::Output, Error<O::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let send = || this.client.core.send(&*this.request);
        let answer = this.answer.get_or_insert_with(send);
        answer.as_mut().poll(context)
    }
}

impl<O: Operation + fmt::Debug> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}
