//! [`Proxy`]: a server that requests go through.

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::error::NO_CONNECTION;
use super::{Proxies, ProxyRules, TransportError, TransportErrorKind};

/// A proxy that speaks HTTP, in clear or over TLS.
#[derive(Clone)]
pub struct Proxy {
    pub(super) uri: Uri,
    /// What `proxy-authorization` says.
    pub(super) authorization: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy at a URL, which may hold a name and a password.
    ///
    /// # Errors
    ///
    /// If it is no URL, or of something that speaks no HTTP.
    pub fn from_url(url: &str) -> Result<Self, TransportError> {
        let every = Matcher::builder().all(url).build();
        let found = every.intercept(&Uri::from_static("https://any"));
        found
            .ok_or_else(|| unusable("it has no URL with a host"))?
            .try_into()
    }
}

pub(super) fn unusable(problem: &str) -> TransportError {
    let text = format!("the proxy cannot be used: {problem}");
    TransportError::because(TransportErrorKind::Unsent, NO_CONNECTION, text)
}

impl TryFrom<Intercept> for Proxy {
    type Error = TransportError;

    fn try_from(found: Intercept) -> Result<Self, TransportError> {
        match found.uri().scheme_str() {
            Some("http" | "https") => Ok(Self {
                uri: found.uri().clone(),
                authorization: found.basic_auth().cloned(),
            }),
            other => {
                let scheme = other.unwrap_or_default();
                Err(unusable(&format!(
                    "its scheme is `{scheme}`, not `http` or `https`"
                )))
            }
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.uri.host()).finish()
    }
}

/// Finds the proxy for a URL.
pub(super) type FindProxy =
    Arc<dyn Fn(&Uri) -> Result<Option<Proxy>, TransportError> + Send + Sync>;

/// Those that the environment names.
pub(super) fn of_environment() -> FindProxy {
    let proxies = Proxies::new(ProxyRules::CLIENT, |name| std::env::var_os(name));
    Arc::new(move |uri| proxies.for_service(uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_proxy_is_refused() {
        for good in ["http://h:1", "https://user:MARKER@h", "h:8080"] {
            let proxy = Proxy::from_url(good).unwrap();
            assert!(!format!("{proxy:?}").contains("MARKER"));
            assert_eq!(proxy.authorization.is_some(), good.contains('@'));
        }
        for bad in ["socks5://u:MARKER@h:1", "bad://", "", "http://"] {
            let error = Proxy::from_url(bad).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Unsent, "{bad}");
            let text = error.to_string();
            assert!(
                text.contains("cannot be used") && !text.contains("MARKER"),
                "{text}"
            );
        }
    }
}
