//! [`Proxy`]: a server that requests go through.

use std::fmt;
use std::sync::Arc;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// A proxy that speaks HTTP, in clear or over TLS.
#[derive(Clone)]
pub struct Proxy {
    pub(super) uri: Uri,
    /// What `proxy-authorization` says.
    pub(super) authorization: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy at a URL, which may hold a name and a password; `None` if it is no URL.
    pub fn from_url(url: &str) -> Option<Self> {
        let every = Matcher::builder().all(url).build();
        every
            .intercept(&Uri::from_static("https://any"))
            .map(Self::from)
    }
}

impl From<Intercept> for Proxy {
    fn from(found: Intercept) -> Self {
        Self {
            uri: found.uri().clone(),
            authorization: found.basic_auth().cloned(),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.uri.host()).finish()
    }
}

/// Finds the proxy for a URL.
pub(super) type Proxies = Arc<dyn Fn(&Uri) -> Option<Proxy> + Send + Sync>;

/// Those that the environment names, for `https` only.
pub(super) fn of_environment() -> Proxies {
    let matcher = Matcher::from_env();
    Arc::new(move |uri| match uri.scheme() == Some(&Scheme::HTTPS) {
        true => matcher.intercept(uri).map(Proxy::from),
        false => None,
    })
}
