//! [`NetworkTransport`]: the transport of the command line.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::BodyExt;
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Url};
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{
    RequestBody, Resolver, ResponseBody, Transport, TransportError, TransportErrorKind, exact_url,
    find_cause, reason,
};

use super::proxy::Proxies;
use super::tls::{self, Trust};
use super::upload::Upload;
use crate::config::Settings;
use crate::debug;
use crate::env::Env;

/// The longest line of a header, as the AWS CLI has it.
const LONGEST_LINE: usize = 65_536;

/// How servers are reached.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) trust: Trust,
    pub(crate) proxies: Proxies,
    /// None waits for ever.
    pub(crate) connect_timeout: Option<Duration>,
    /// How long an answer may be silent; none waits for ever.
    pub(crate) read_timeout: Option<Duration>,
}

impl Network {
    pub(crate) fn new(
        settings: &Settings,
        env: &Env,
        connect_timeout: Option<Duration>,
        read_timeout: Option<Duration>,
    ) -> Self {
        let trust = match (&settings.ca_bundle, settings.verify) {
            (_, false) => Trust::Anyone,
            (Some(path), true) => Trust::File(path.clone()),
            (None, true) => Trust::System,
        };
        Self {
            trust,
            proxies: Proxies::of(env),
            connect_timeout,
            read_timeout,
        }
    }

    /// A transport with connections of its own.
    pub(crate) fn transport(&self) -> NetworkTransport {
        NetworkTransport(Arc::new(Inner {
            network: self.clone(),
            secure: OnceLock::new(),
            plain: OnceLock::new(),
        }))
    }
}

/// HTTP/1.1 with a pool of connections. Clones share it.
#[derive(Clone)]
pub(crate) struct NetworkTransport(Arc<Inner>);

struct Inner {
    network: Network,
    secure: OnceLock<Result<Client, TransportError>>,
    plain: OnceLock<Result<Client, TransportError>>,
}

impl Inner {
    fn client(&self, is_secure: bool) -> Result<&Client, TransportError> {
        let client = match is_secure {
            true => &self.secure,
            false => &self.plain,
        };
        let client = client.get_or_init(|| self.build(is_secure));
        client.as_ref().map_err(Clone::clone)
    }

    fn build(&self, is_secure: bool) -> Result<Client, TransportError> {
        let tls = match is_secure {
            true => tls::config(&self.network.trust),
            false => tls::none(),
        };
        let tls = tls.map_err(|text| TransportError::new(TransportErrorKind::Tls, text))?;
        let proxies = self.network.proxies.clone();
        let proxy = Proxy::custom(move |url| {
            let host = url.host_str().unwrap_or_default();
            let proxy = proxies.for_url(url.scheme(), host, url.port())?;
            Url::parse(&proxy).ok()
        });
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .dns_resolver(Resolver)
            .tcp_nodelay(true)
            .proxy(proxy)
            .tls_backend_preconfigured(tls);
        if let Some(limit) = self.network.connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        if let Some(limit) = self.network.read_timeout {
            builder = builder.read_timeout(limit);
        }
        builder.build().map_err(|error| {
            let text = format!("the HTTP client cannot be set up: {}", reason(&error));
            TransportError::new(TransportErrorKind::Other, text)
        })
    }

    async fn execute(
        &self,
        request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        let client = self.client(request.uri().scheme_str() == Some("https"))?;
        let (parts, body) = request.into_parts();
        let url = exact_url(&parts.uri)?;
        debug::request(&parts);
        let mut sent = reqwest::Request::new(parts.method, url);
        *sent.headers_mut() = parts.headers;
        *sent.body_mut() = match body.as_bytes() {
            Some(bytes) if bytes.is_empty() => None,
            Some(bytes) => Some(bytes.clone().into()),
            None => Some(reqwest::Body::wrap(Upload::new(body))),
        };
        let response = client.execute(sent).await.map_err(classify)?;
        let response: http::Response<reqwest::Body> = response.into();
        debug::response(response.status(), response.headers());
        check_lines(response.headers())?;
        Ok(response.map(|body| ResponseBody::new(body.map_err(classify))))
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

/// A server that sends a header of endless length is no S3.
fn check_lines(headers: &http::HeaderMap) -> Result<(), TransportError> {
    let length = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len() + ": ".len() + value.len() + "\r\n".len()
    };
    match headers
        .iter()
        .map(length)
        .all(|length| length <= LONGEST_LINE)
    {
        true => Ok(()),
        false => Err(TransportError::new(
            TransportErrorKind::Closed,
            format!("a header is longer than {LONGEST_LINE} bytes"),
        )),
    }
}

/// The kind of an error of the library, and its innermost reason. The URL stays out of it.
fn classify(error: reqwest::Error) -> TransportError {
    use TransportErrorKind::{Closed, Connect, ConnectTimeout, Other, Protocol, ReadTimeout, Tls};
    let error = error.without_url();
    let io = find_cause::<std::io::Error>(&error).map(std::io::Error::kind);
    let kind = if find_cause::<rustls::Error>(&error).is_some() {
        Tls
    } else if error.is_connect() && error.is_timeout() {
        ConnectTimeout
    } else if error.is_connect() {
        Connect
    } else if error.is_timeout() {
        ReadTimeout
    } else if error.is_request() || error.is_body() || io.is_some() {
        Closed
    } else if error.is_decode() {
        Protocol
    } else {
        Other
    };
    TransportError::new(kind, reason(&error))
}
