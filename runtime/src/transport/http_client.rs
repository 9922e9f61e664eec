//! [`HttpTransport`]: the transport over reqwest and rustls.

use std::fmt;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;

use http_body_util::BodyExt;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};

use super::error::reason;
use super::localhost::Resolver;
use super::tls::{self, CaBundle};
use super::{RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind};
use crate::clock::BoxFuture;

/// HTTP/1.1 over TCP or TLS 1.2 and newer, with the system's root certificates unless told
/// otherwise, and a pool of connections.
///
/// It follows no redirects and decompresses nothing. A proxy named in the environment is used for
/// `https` only: over plain `http` it would see the request.
pub struct HttpTransport {
    connect_timeout: Duration,
    ca_bundle: Option<CaBundle>,
    /// Loading root certificates takes a while, so this waits for the first `https` request.
    secure: OnceLock<Result<Client, TransportError>>,
    plain: OnceLock<Result<Client, TransportError>>,
    hosts: Hosts,
}

impl HttpTransport {
    /// A transport that gives up opening a connection after `connect_timeout`.
    pub fn new(connect_timeout: Duration) -> Self {
        Self {
            connect_timeout,
            ca_bundle: None,
            secure: OnceLock::new(),
            plain: OnceLock::new(),
            hosts: Hosts::default(),
        }
    }

    /// The same, but it trusts the certificates of this bundle and no others.
    #[must_use]
    pub fn with_ca_bundle(self, bundle: CaBundle) -> Self {
        Self {
            ca_bundle: Some(bundle),
            secure: OnceLock::new(),
            ..self
        }
    }

    fn client(&self, is_secure: bool) -> Result<&Client, TransportError> {
        let client = match is_secure {
            true => self.secure.get_or_init(|| self.build_secure()),
            false => self
                .plain
                .get_or_init(|| finish(self.settings().no_proxy())),
        };
        client.as_ref().map_err(Clone::clone)
    }

    /// What both clients share.
    fn settings(&self) -> ClientBuilder {
        Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .connect_timeout(self.connect_timeout)
            .dns_resolver(Resolver)
            .tcp_nodelay(true)
            .tls_backend_preconfigured(tls::none())
    }

    fn build_secure(&self) -> Result<Client, TransportError> {
        let config = tls::config(self.ca_bundle.as_ref());
        let config = config.map_err(|error| {
            let text = format!("TLS cannot be set up: {}", reason(&error));
            TransportError::new(TransportErrorKind::Tls, text)
        })?;
        finish(
            self.settings()
                .https_only(true)
                .tls_backend_preconfigured(config),
        )
    }

    async fn execute(
        &self,
        request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        let client = self.client(request.uri().scheme_str() == Some("https"))?;
        let (parts, body) = request.into_parts();
        let mut sent = reqwest::Request::new(parts.method, self.hosts.url(&parts.uri)?);
        *sent.headers_mut() = parts.headers;
        *sent.body_mut() = match body.as_piece() {
            Some(bytes) if bytes.is_empty() => None,
            Some(bytes) => Some(bytes.clone().into()),
            None => Some(reqwest::Body::wrap(body)),
        };
        let limit = self.connect_timeout;
        let response = client.execute(sent).await;
        let response = response.map_err(|error| TransportError::from_library(error, limit))?;
        let response: http::Response<reqwest::Body> = response.into();
        Ok(response.map(|body| {
            ResponseBody::new(body.map_err(move |error| TransportError::from_library(error, limit)))
        }))
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(self.execute(request))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

fn finish(settings: ClientBuilder) -> Result<Client, TransportError> {
    settings.build().map_err(|error| {
        let text = format!("the HTTP client cannot be set up: {}", reason(&error));
        TransportError::new(TransportErrorKind::Other, text)
    })
}

/// How many hosts are remembered.
const HOSTS: usize = 16;

/// URLs of hosts that requests went to. The host is what takes longest to parse in a URL.
#[derive(Default)]
struct Hosts(RwLock<Vec<Url>>);

impl Hosts {
    /// As [`exact_url`].
    fn url(&self, uri: &http::Uri) -> Result<Url, TransportError> {
        let text = text(uri);
        let base = {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let mut known = known.iter();
            known.find(|base| text.starts_with(base.as_str())).cloned()
        };
        if let Some(mut url) = base {
            url.set_path(uri.path());
            url.set_query(uri.query());
            if url.as_str() == text {
                return Ok(url);
            }
        }
        let url = exact_url(uri)?;
        let mut base = url.clone();
        base.set_path("/");
        base.set_query(None);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(&base) {
            known.truncate(HOSTS - 1);
            known.insert(0, base);
        }
        Ok(url)
    }
}

/// The URL as the library will send it; an error if that is not, byte for byte, the signed one.
pub fn exact_url(uri: &http::Uri) -> Result<Url, TransportError> {
    let changed = |sent: &str| {
        let text = format!("the request would be sent as `{sent}`, which is not what was signed");
        TransportError::new(TransportErrorKind::UrlChanged, text)
    };
    let url = Url::parse(&text(uri)).map_err(|_| changed("no URL at all"))?;
    let port = uri.port_u16();
    let is_same = uri.scheme_str() == Some(url.scheme())
        && uri.host() == url.host_str()
        && (port == url.port() || (url.port().is_none() && port == url.port_or_known_default()))
        && uri.path() == url.path()
        && uri.query() == url.query()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    match is_same {
        true => Ok(url),
        false => Err(changed(&format!(
            "{}://{}{}",
            url.scheme(),
            url.authority(),
            url.path()
        ))),
    }
}

/// The URI as it was parsed; its `Display` says the same in more steps.
fn text(uri: &http::Uri) -> String {
    match (uri.scheme_str(), uri.authority(), uri.path_and_query()) {
        (Some(scheme), Some(authority), Some(rest)) => {
            [scheme, "://", authority.as_str(), rest.as_str()].concat()
        }
        _ => uri.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_would_be_rewritten_is_not_sent() {
        let hosts = Hosts::default();
        for good in [
            "https://b.example.com/a//b%2F%20?session",
            "http://127.0.0.1:8080/",
            "https://h/?a=%C3%BC&b",
            "https://h/?",
            "https://h/a?",
            "https://h:8443/a//",
        ] {
            // the second time the host is known
            for _ in 0..2 {
                let url = hosts.url(&good.parse().unwrap()).unwrap();
                assert_eq!(url, Url::parse(good).unwrap());
                assert_eq!(url.as_str(), good);
            }
        }
        for bad in [
            "https://h/a/../b",
            "https://h/%2e%2e/b",
            "https://h/./b",
            "https://HOST/",
            "https://user@h/",
            "https://h:443@evil/",
            "http://127.1/",
        ] {
            let error = hosts.url(&bad.parse().unwrap()).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::UrlChanged, "{bad}");
            assert!(error.to_string().contains("would be sent as"), "{error}");
        }
    }

    #[test]
    fn the_plain_client_loads_no_certificates() {
        let transport = HttpTransport::new(Duration::from_secs(1));
        transport.client(false).unwrap();
        assert!(transport.secure.get().is_none());
        transport.client(true).unwrap();
    }
}
