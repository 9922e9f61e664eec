//! [`Proxy`]: a server that requests go through.

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri, uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::error::NO_CONNECTION;
use super::socks::Socks;
use super::{Proxies, ProxyRules, TransportError, TransportErrorKind};

/// A proxy that speaks HTTP, in clear or over TLS, or SOCKS5.
#[derive(Clone)]
pub struct Proxy {
    pub(super) uri: Uri,
    /// What `proxy-authorization` says.
    pub(super) authorization: Option<HeaderValue>,
    /// It speaks SOCKS5, not HTTP.
    pub(super) socks: Option<Socks>,
}

/// The port of a SOCKS proxy whose URL names none.
const SOCKS_PORT: u16 = 1080;
/// How long a name or a password can be that SOCKS5 carries, in bytes.
const LONGEST_LOGIN: usize = 128;

impl Proxy {
    /// The proxy at a URL, which may hold a name and a password. Its scheme is `http` or `https`; or `socks5`, which
    /// is given the addresses of hosts, or `socks5h`, which looks up their names itself.
    ///
    /// # Errors
    ///
    /// If it is no URL, has another scheme, or has a name or a password for SOCKS5 of more than 128 bytes.
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
                socks: None,
            }),
            Some(scheme @ ("socks5" | "socks5h")) => Ok(Self {
                uri: socks_uri(found.uri())?,
                authorization: None,
                socks: Some(Socks {
                    login: found.raw_auth().map(login).transpose()?,
                    looks_up: scheme == "socks5h",
                }),
            }),
            other => {
                let scheme = other.unwrap_or_default();
                Err(unusable(&format!(
                    "its scheme is `{scheme}`, not `http`, `https`, `socks5` or `socks5h`"
                )))
            }
        }
    }
}

/// Where to connect to.
fn socks_uri(uri: &Uri) -> Result<Uri, TransportError> {
    let port = uri.port_u16().unwrap_or(SOCKS_PORT);
    let host = uri.host().unwrap_or_default();
    let uri = uri::Builder::new().scheme("http").path_and_query("/");
    let uri = uri.authority(format!("{host}:{port}")).build();
    uri.map_err(|error| unusable(&error.to_string()))
}

fn login((name, password): (&str, &str)) -> Result<(String, String), TransportError> {
    if name.len().max(password.len()) > LONGEST_LOGIN {
        let problem = "its name or password is longer than 128 bytes";
        return Err(unusable(problem));
    }
    Ok((name.to_owned(), password.to_owned()))
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
        for (url, to) in [
            ("socks5://u:MARKER@h:1", "http://h:1/"),
            ("socks5h://[::1]", "http://[::1]:1080/"),
        ] {
            let proxy = Proxy::from_url(url).unwrap();
            assert_eq!(proxy.uri, to);
            assert!(!format!("{proxy:?}").contains("MARKER"));
        }
        let long = format!("socks5://MARKER{}:x@h", "x".repeat(128));
        for bad in ["socks4://u:MARKER@h:1", &long, "bad://", "", "http://"] {
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
