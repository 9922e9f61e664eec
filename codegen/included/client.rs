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
    /// Starts the configuration of a client.
    pub fn builder() -> Builder<Self> {
        Builder::new(&SERVICE)
    }

    /// A client for the region, endpoint and credentials that the environment names, as
    /// [`Builder::with_env`] reads them: variables alone. The crate `zonal-config` reads profiles, roles,
    /// single sign-on, containers and instance metadata as well:
    /// `Client::builder().settings(zonal_config::load().await?).build()?`.
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

    /// The call of a request that was made as a value, to set options of the call.
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self, request)
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

/// A request on its way to a client: set what else it needs, then await it.
///
/// A call is a future. It is sent when it is first polled, so it can be awaited, spawned, joined with others, or be one
/// of a stream of futures.
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

    /// The request, to keep it or to send it elsewhere.
    pub fn into_request(self) -> O {
        *self.request
    }

    /// Sends the request; awaiting the call does the same.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn send(self) -> Result<O::Output, Error<O::Error>> {
        self.await
    }

    /// Sends the request, and returns with the output what came with the answer: request ids, status, headers, and how
    /// many attempts there were.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]. The error itself has the request ids, the status and the number of attempts.
    pub async fn send_with_metadata(self) -> Result<(O::Output, Metadata), Error<O::Error>> {
        self.client.core.send_with_metadata(&*self.request).await
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
