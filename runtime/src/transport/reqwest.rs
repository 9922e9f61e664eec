//! `reqwest::Client` as a transport.

use std::net::SocketAddr;

use http_body_util::BodyExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Body, Client, Request, Url};

use super::{
    RequestBody, Resolver, ResponseBody, Transport, TransportError, TransportErrorKind, framing,
};
use crate::clock::BoxFuture;

/// For those who have a client with settings of their own. It must follow no redirects
/// (`Policy::none`) and decompress nothing.
impl Transport for Client {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut sent = Request::new(parts.method, exact_url(&parts.uri)?);
            *sent.headers_mut() = parts.headers;
            *sent.body_mut() = match body.as_piece() {
                Some(bytes) if bytes.is_empty() => None,
                Some(bytes) => Some(bytes.clone().into()),
                None => Some(Body::wrap(body)),
            };
            let response = self.execute(sent).await.map_err(classify)?;
            if response.content_length().is_none() {
                framing::check(response.headers())?;
            }
            let response: http::Response<Body> = response.into();
            Ok(response.map(|body| ResponseBody::new(body.map_err(classify))))
        })
    }
}

/// The URL stays out of it: it may be long, and its path is the user's.
fn classify(error: reqwest::Error) -> TransportError {
    use TransportErrorKind::{AttemptTimeout, ConnectTimeout};
    let error = error.without_url();
    let kind = match (error.is_timeout(), error.is_connect()) {
        (true, true) => ConnectTimeout,
        (true, false) => AttemptTimeout,
        (false, is_connect) => return TransportError::from_library(&error, is_connect),
    };
    TransportError::new(kind, "the HTTP client's own timeout has passed")
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = super::Resolve::resolve(&Resolver, name.as_str()).await?;
            let found = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// The URL as the library will send it; an error if that is not, byte for byte, the signed one.
fn exact_url(uri: &http::Uri) -> Result<Url, TransportError> {
    let changed = |sent: &str| {
        let text = format!("the request would be sent as `{sent}`, which is not what was signed");
        TransportError::new(TransportErrorKind::UrlChanged, text)
    };
    let url = Url::parse(&uri.to_string()).map_err(|_| changed("no URL at all"))?;
    let port = uri.port_u16();
    let is_same = uri.scheme_str() == Some(url.scheme())
        && uri.host() == url.host_str()
        && (port == url.port() || (url.port().is_none() && port == url.port_or_known_default()))
        && uri.path() == url.path()
        && uri.query() == url.query()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    if is_same {
        Ok(url)
    } else {
        Err(changed(&format!(
            "{}://{}{}",
            url.scheme(),
            url.authority(),
            url.path()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_would_be_rewritten_is_not_sent() {
        for good in [
            "https://b.example.com/a//b%2F%20?session",
            "http://127.0.0.1:8080/",
            "https://h/?a=%C3%BC&b",
            "https://h/?",
            "https://h/a?",
            "https://h:8443/a//",
        ] {
            let url = exact_url(&good.parse().unwrap()).unwrap();
            assert_eq!(url.as_str(), good);
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
            let error = exact_url(&bad.parse().unwrap()).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::UrlChanged, "{bad}");
            assert!(error.to_string().contains("would be sent as"), "{error}");
        }
    }
}
