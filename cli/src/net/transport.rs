//! [`NetworkTransport`]: the transport of the command line.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body::{Body, Frame};
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{
    HttpTransport, Proxies, Proxy, RequestBody, ResponseBody, Transport, TransportError,
    TransportErrorKind,
};
use zonal_config::{Env, Values};

use super::tls::{self, Trust};
use crate::debug;
use crate::progress::Meter;
use crate::rules::PROXIES;

/// The longest line of a header, as the AWS CLI has it.
const LONGEST_LINE: usize = 65_536;

/// How servers are reached.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) trust: Trust,
    pub(crate) proxies: Proxies,
    pub(crate) connect_timeout: Duration,
    /// How long a server may be silent, where the user says so.
    pub(crate) read_timeout: Option<Duration>,
}

impl Network {
    pub(crate) fn new(
        settings: &Values,
        env: &Env,
        verify: bool,
        connect_timeout: Duration,
        read_timeout: Option<Duration>,
    ) -> Self {
        let trust = match (&settings.ca_bundle, verify) {
            (_, false) => Trust::Anyone,
            (Some(path), true) => Trust::File(path.clone()),
            (None, true) => Trust::System,
        };
        Self {
            trust,
            proxies: Proxies::new(PROXIES, |name| env.get(name)),
            connect_timeout,
            read_timeout,
        }
    }

    /// A transport for S3.
    pub(crate) fn transport(&self) -> NetworkTransport {
        self.through(Proxies::for_service)
    }

    /// A transport for services that hand out credentials.
    pub(crate) fn for_credentials(&self) -> NetworkTransport {
        self.through(Proxies::for_credentials)
    }

    /// A transport for the agents that give credentials to machines and containers, wherever they are: no proxy may
    /// see these.
    pub(crate) fn for_agents(&self) -> NetworkTransport {
        self.through(|_, _| Ok(None))
    }

    /// A transport with connections of its own, through the proxies that `find` says.
    fn through(
        &self,
        find: impl Fn(&Proxies, &Uri) -> Result<Option<Proxy>, TransportError> + Send + Sync + 'static,
    ) -> NetworkTransport {
        let proxies = self.proxies.clone();
        let http = HttpTransport::new(self.connect_timeout);
        let http = http.with_proxies(move |uri| find(&proxies, uri));
        let http = match self.trust.clone() {
            Trust::System => http,
            Trust::File(path) => http.with_tls(move || tls::of_file(&path)),
            Trust::Anyone => http.with_tls(tls::unchecked),
        };
        NetworkTransport(Arc::new(Inner {
            http,
            read_timeout: self.read_timeout,
        }))
    }
}

/// HTTP/1.1 with a pool of connections. Clones share it.
#[derive(Clone)]
pub(crate) struct NetworkTransport(Arc<Inner>);

struct Inner {
    http: HttpTransport,
    read_timeout: Option<Duration>,
}

impl Inner {
    async fn execute(
        &self,
        request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        let (parts, body) = request.into_parts();
        debug::request(&parts);
        let body = match Meter::new(body.size_hint().exact()) {
            None => body,
            Some(mut meter) => body.observed(move |length| meter.add(length)),
        };
        let request = http::Request::from_parts(parts, body);
        let response = self.http.send(request).await.map_err(bare)?;
        debug::response(response.status(), response.headers());
        check_lines(response.headers())?;
        Ok(response.map(|body| ResponseBody::new(Bare(body))))
    }
}

impl NetworkTransport {
    /// How long a server may be silent, where the user says so.
    pub(crate) fn read_timeout(&self) -> Option<Duration> {
        self.0.read_timeout
    }
}

impl Transport for NetworkTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(self.0.execute(request))
    }
}

impl fmt::Debug for NetworkTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkTransport").finish_non_exhaustive()
    }
}

/// A body whose errors have their innermost reason alone.
struct Bare(ResponseBody);

impl Body for Bare {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let next = self.0.poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map(Frame::data).map_err(bare)))
    }
}

/// The same with its innermost reason alone: what happened is said in the words of the AWS CLI, to which an answer
/// that is not HTTP is a connection that was closed. It asks again.
fn bare(error: TransportError) -> TransportError {
    let kind = match error.kind() {
        TransportErrorKind::Protocol => TransportErrorKind::Closed,
        kind => kind,
    };
    TransportError::new(kind, error.reason())
}

/// A server that sends a header of endless length is no S3.
fn check_lines(headers: &http::HeaderMap) -> Result<(), TransportError> {
    let length = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len() + ": ".len() + value.len() + "\r\n".len()
    };
    if headers
        .iter()
        .map(length)
        .all(|length| length <= LONGEST_LINE)
    {
        Ok(())
    } else {
        Err(TransportError::new(
            TransportErrorKind::Closed,
            format!("a header is longer than {LONGEST_LINE} bytes"),
        ))
    }
}
