//! [`Proxies`]: the proxies that an environment names, by the rules of whoever reads it.

use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::proxy::matcher::Matcher;

use super::proxy::unusable;
use super::{Proxy, TransportError, is_loopback_host};

/// Which variables name proxies, and what those mean. HTTP clients do not agree about it: where they differ, they
/// differ in these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyRules {
    /// The variables with the proxy for `http`. The first that is set counts, even if it is empty.
    pub http: &'static [&'static str],
    /// The same for `https`.
    pub https: &'static [&'static str],
    /// The same for either, where no variable of its own names one.
    pub all: &'static [&'static str],
    /// The variables with the hosts that are reached without a proxy.
    pub except: &'static [&'static str],
    /// How such a host is written.
    pub exceptions: ProxyExceptions,
    /// A proxy gets the name in its URL only together with a password.
    pub name_needs_password: bool,
}

/// How the hosts are written that are reached without a proxy. A name stands for all below it too, and `*` for all hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyExceptions {
    /// Names, IP addresses, and networks such as `10.0.0.0/8`.
    Networks,
    /// Names and IP addresses, with a port or without.
    Ports,
}

impl ProxyRules {
    /// Those of a client that was given no others. What goes over plain `http` passes by all proxies.
    pub const CLIENT: Self = Self {
        http: &[],
        https: &["HTTPS_PROXY", "https_proxy"],
        all: &["ALL_PROXY", "all_proxy"],
        except: &["NO_PROXY", "no_proxy"],
        exceptions: ProxyExceptions::Networks,
        name_needs_password: false,
    };
}

/// The proxies of an environment. A variable that cannot be read is an error of every request that it is about: nothing
/// goes past a proxy that somebody meant to name.
#[derive(Clone)]
pub struct Proxies {
    rules: ProxyRules,
    http: Variable,
    https: Variable,
    all: Variable,
    except: Variable,
}

/// What a variable says, if anything; or its name, if it is not UTF-8.
type Variable = Result<Option<String>, &'static str>;

impl Proxies {
    /// The proxies that the variables have which `get` gives.
    pub fn new<T: Into<OsString>>(rules: ProxyRules, get: impl Fn(&str) -> Option<T>) -> Self {
        // where a web server runs programs, this one is a header of whoever asks
        let is_cgi = get("REQUEST_METHOD").is_some();
        let first = |names: &[&'static str]| {
            let mut names = names
                .iter()
                .filter(|name| !is_cgi || **name != "HTTP_PROXY");
            let found = names.find_map(|name| Some((*name, get(name)?.into())));
            let Some((name, value)) = found else {
                return Ok(None);
            };
            let value = value.into_string().map_err(|_| name)?;
            Ok(Some(value).filter(|value| !value.is_empty()))
        };
        Self {
            http: first(rules.http),
            https: first(rules.https),
            all: first(rules.all),
            except: first(rules.except),
            rules,
        }
    }

    /// The proxy through which a service is asked, if it is. One on this machine or link is not asked through a proxy
    /// in clear: it would see the keys of sessions.
    ///
    /// # Errors
    ///
    /// If a variable is not UTF-8, or its value is no URL of a [`Proxy`].
    pub fn for_service(&self, uri: &Uri) -> Result<Option<Proxy>, TransportError> {
        let is_clear = uri.scheme() != Some(&Scheme::HTTPS);
        if is_clear && uri.host().is_some_and(is_local) {
            Ok(None)
        } else {
            self.find(uri)
        }
    }

    /// The same for a service that hands out credentials: one on this machine or link is asked through no proxy.
    ///
    /// # Errors
    ///
    /// As [`for_service`](Self::for_service).
    pub fn for_credentials(&self, uri: &Uri) -> Result<Option<Proxy>, TransportError> {
        if uri.host().is_some_and(is_local) {
            Ok(None)
        } else {
            self.find(uri)
        }
    }

    fn find(&self, uri: &Uri) -> Result<Option<Proxy>, TransportError> {
        let (names, own) = if uri.scheme() == Some(&Scheme::HTTPS) {
            (self.rules.https, read(&self.https)?)
        } else {
            (self.rules.http, read(&self.http)?)
        };
        let url = match own {
            None if !names.is_empty() => read(&self.all)?,
            own => own,
        };
        let Some(url) = url else { return Ok(None) };
        if self.is_excepted(uri)? {
            Ok(None)
        } else {
            Proxy::from_url(&self.complete(url)).map(Some)
        }
    }

    /// The URL of a proxy, which may have been written without a scheme.
    fn complete(&self, url: &str) -> String {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme, rest),
            None => ("http", url.trim_start_matches('/')),
        };
        let is_half =
            |user: &str| user.starts_with(':') || user.ends_with(':') || !user.contains(':');
        let rest = match rest.rsplit_once('@') {
            Some((user, rest)) if self.rules.name_needs_password && is_half(user) => rest,
            _ => rest,
        };
        format!("{scheme}://{rest}")
    }

    fn is_excepted(&self, uri: &Uri) -> Result<bool, TransportError> {
        let Some(list) = read(&self.except)? else {
            return Ok(false);
        };
        Ok(match self.rules.exceptions {
            ProxyExceptions::Networks => {
                let all = Matcher::builder().all("http://any").no(list).build();
                all.intercept(uri).is_none()
            }
            ProxyExceptions::Ports => has_host(list, uri),
        })
    }
}

/// Whether a list is `*`, or has the host, with its port or without, or a domain above it.
fn has_host(list: &str, uri: &Uri) -> bool {
    if list == "*" {
        return true;
    }
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let full = match uri.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.clone(),
    };
    let list = list.to_ascii_lowercase();
    let names = list.split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).any(|name| {
        let name = name.trim_start_matches('.');
        let below = format!(".{name}");
        let is_it = |host: &String| host == name || host.ends_with(&below);
        [&host, &full].into_iter().any(is_it)
    })
}

fn read(variable: &Variable) -> Result<Option<&str>, TransportError> {
    match variable {
        Ok(value) => Ok(value.as_deref()),
        Err(name) => Err(unusable(&format!(
            "the variable {name} is not UTF-8; correct it, or unset it"
        ))),
    }
}

impl fmt::Debug for Proxies {
    /// The rules alone: URLs may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// Whether a host is this machine, or can be reached only from the same link, as the services are that give
/// credentials to machines and containers.
fn is_local(host: &str) -> bool {
    /// The network of those services that have no link-local address: `fd00:ec2::/32`.
    const AWS: [u16; 2] = [0xfd00, 0x0ec2];
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.split('%').next().unwrap_or_default();
    let is_link_local = |address: Ipv6Addr| match address.to_ipv4_mapped() {
        Some(address) => address.is_link_local() || address.is_loopback(),
        None => address.is_unicast_link_local() || address.segments()[..2] == AWS,
    };
    is_loopback_host(host)
        || match address.parse() {
            // a connection to no address in particular goes to this machine
            Ok(IpAddr::V4(address)) => address.is_link_local() || address.is_unspecified(),
            Ok(IpAddr::V6(address)) => is_link_local(address) || address.is_unspecified(),
            Err(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Python has it.
    const PYTHON: ProxyRules = ProxyRules {
        http: &["http_proxy", "HTTP_PROXY"],
        https: &["https_proxy", "HTTPS_PROXY"],
        all: &[],
        except: &["no_proxy", "NO_PROXY"],
        exceptions: ProxyExceptions::Ports,
        name_needs_password: true,
    };

    fn proxies(rules: ProxyRules, variables: &[(&str, &str)]) -> Proxies {
        Proxies::new(rules, |name| {
            let mut variables = variables.iter();
            variables
                .find(|(it, _)| *it == name)
                .map(|(_, value)| *value)
        })
    }

    /// The URI of the proxy, whatever the URL is asked for.
    fn found(proxies: &Proxies, url: &str) -> Option<String> {
        let proxy = proxies.find(&url.parse().unwrap()).unwrap()?;
        let name = if proxy.authorization.is_some() {
            "name@"
        } else {
            ""
        };
        Some(format!("{name}{}", proxy.uri.authority().unwrap()))
    }

    #[test]
    fn what_is_on_this_machine_or_link_is_asked_without() {
        let variables = [("HTTP_PROXY", "a:1"), ("HTTPS_PROXY", "b:2")];
        let proxies = proxies(PYTHON, &variables);
        let service = |url: String| proxies.for_service(&url.parse().unwrap()).unwrap();
        let credentials = |url: String| proxies.for_credentials(&url.parse().unwrap()).unwrap();
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "localhost",
            "bucket.localhost",
            "169.254.170.2",
            "169.254.169.254",
            "[fe80::1]",
            "[fd00:ec2::23]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "[::]",
        ] {
            assert!(service(format!("http://{host}:80")).is_none(), "{host}");
            assert!(service(format!("https://{host}")).is_some(), "{host}");
            for scheme in ["http", "https"] {
                assert!(
                    credentials(format!("{scheme}://{host}")).is_none(),
                    "{host}"
                );
            }
        }
        assert!(is_local("[fe80::1%25eth0]"));
        for host in [
            "10.0.0.1",
            "169.253.0.1",
            "[fd00:ec3::1]",
            "localhost.example",
            "s3",
        ] {
            assert!(service(format!("http://{host}")).is_some(), "{host}");
            assert!(credentials(format!("https://{host}")).is_some(), "{host}");
        }
    }

    #[test]
    fn a_proxy_is_for_a_scheme_and_not_for_some_hosts() {
        let proxies = proxies(
            PYTHON,
            &[
                ("HTTP_PROXY", "u@a:1"),
                ("https_proxy", "http://u:p@b:2"),
                ("ALL_PROXY", "http://c:3"),
                ("NO_PROXY", "localhost, .corp,c:8080"),
            ],
        );
        for (url, proxy) in [
            ("http://x", Some("a:1")),
            ("https://x", Some("name@b:2")),
            ("http://LOCALHOST:1", None),
            ("http://a.corp", None),
            ("http://acorp", Some("a:1")),
            ("http://c:8080", None),
            ("http://c:81", Some("a:1")),
        ] {
            assert_eq!(found(&proxies, url).as_deref(), proxy, "{url}");
        }
    }

    #[test]
    fn a_client_takes_proxies_for_https_alone_and_knows_networks() {
        let variables = [
            ("HTTP_PROXY", "a:1"),
            ("all_proxy", "u@c:3"),
            ("NO_PROXY", "10.0.0.0/8,.corp"),
        ];
        let proxies = proxies(ProxyRules::CLIENT, &variables);
        for (url, proxy) in [
            ("http://x", None),
            ("https://x", Some("name@c:3")),
            ("https://10.1.2.3", None),
            ("https://11.1.2.3", Some("name@c:3")),
            ("https://a.corp", None),
        ] {
            assert_eq!(found(&proxies, url).as_deref(), proxy, "{url}");
        }
    }

    #[test]
    fn variables_in_small_letters_count_and_those_of_a_web_server_do_not() {
        let of = |variables: &[(&str, &str)]| found(&proxies(PYTHON, variables), "http://x");
        assert_eq!(of(&[("HTTP_PROXY", "a"), ("http_proxy", "")]), None);
        assert_eq!(of(&[("HTTP_PROXY", "a"), ("REQUEST_METHOD", "GET")]), None);
        assert!(of(&[("http_proxy", "a"), ("REQUEST_METHOD", "GET")]).is_some());
        assert_eq!(of(&[("ALL_PROXY", "a")]), None);
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_no_direct_connection() {
        for value in ["socks4://h:1", "http://", "a b"] {
            let proxies = proxies(ProxyRules::CLIENT, &[("HTTPS_PROXY", value)]);
            assert!(
                proxies.find(&Uri::from_static("https://x")).is_err(),
                "{value}"
            );
            assert!(
                proxies
                    .find(&Uri::from_static("http://x"))
                    .unwrap()
                    .is_none()
            );
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_variable_that_is_not_utf_8_is_named() {
        use std::os::unix::ffi::OsStringExt as _;
        for name in ["HTTPS_PROXY", "all_proxy", "no_proxy"] {
            let value = |it: &str| match it {
                it if it == name => Some(OsString::from_vec(vec![b'h', 0xff])),
                "https_proxy" if name == "no_proxy" => Some("h:1".into()),
                _ => None,
            };
            let proxies = Proxies::new(ProxyRules::CLIENT, value);
            let error = proxies.find(&Uri::from_static("https://x")).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
