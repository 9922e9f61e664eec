//! Proxies that the environment names, by the rules of Python, which are those of the AWS CLI.

use std::net::{IpAddr, Ipv6Addr};

use zonal::runtime::transport::is_loopback_host;

use crate::env::Env;

/// Which proxy a host is reached through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    /// Hosts that are reached without one.
    none: String,
}

impl Proxies {
    /// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. A name in small letters counts more, even if it says nothing.
    pub(crate) fn of(env: &Env) -> Self {
        let get = |name: &str| {
            let small = env.get(&name.to_ascii_lowercase());
            let found = small.or_else(|| env.get(name));
            found.filter(|value| !value.is_empty()).map(str::to_owned)
        };
        // where a web server runs programs, this one is a header of whoever asks
        let is_cgi = env.get("REQUEST_METHOD").is_some() && env.get("http_proxy").is_none();
        Self {
            http: get("HTTP_PROXY").filter(|_| !is_cgi),
            https: get("HTTPS_PROXY"),
            none: get("NO_PROXY").unwrap_or_default().to_ascii_lowercase(),
        }
    }

    /// The proxy for a URL, if it goes through one. `port` is the one that the URL names.
    pub(crate) fn for_url(&self, scheme: &str, host: &str, port: Option<u16>) -> Option<String> {
        let proxy = match scheme {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        }?;
        if self.is_excepted(host, port) {
            return None;
        }
        let (scheme, rest) = match proxy.split_once("://") {
            Some((scheme, rest)) => (scheme, rest),
            None => ("http", proxy.trim_start_matches('/')),
        };
        // a name without a password is not sent, nor the other way round
        let rest = match rest.rsplit_once('@') {
            Some((user, rest))
                if user.starts_with(':') || user.ends_with(':') || !user.contains(':') =>
            {
                rest
            }
            _ => rest,
        };
        Some(format!("{scheme}://{rest}"))
    }

    /// The same for an S3 endpoint. One on this machine or link is not asked through a proxy in clear: it would see
    /// the keys of sessions.
    pub(crate) fn for_s3(&self, scheme: &str, host: &str, port: Option<u16>) -> Option<String> {
        match scheme == "http" && is_local(host) {
            true => None,
            false => self.for_url(scheme, host, port),
        }
    }

    /// The same for a service that hands out credentials: one on this machine or link hands them to no other.
    pub(crate) fn for_credentials(
        &self,
        scheme: &str,
        host: &str,
        port: Option<u16>,
    ) -> Option<String> {
        match is_local(host) {
            true => None,
            false => self.for_url(scheme, host, port),
        }
    }

    /// Whether `NO_PROXY` is `*`, or has the host, with its port or without, or a domain above it.
    fn is_excepted(&self, host: &str, port: Option<u16>) -> bool {
        if self.none == "*" {
            return true;
        }
        let host = host.to_ascii_lowercase();
        let full = match port {
            Some(port) => format!("{host}:{port}"),
            None => host.clone(),
        };
        let names = self.none.split(',').map(str::trim);
        names.filter(|name| !name.is_empty()).any(|name| {
            let name = name.trim_start_matches('.');
            let below = format!(".{name}");
            [&host, &full]
                .iter()
                .any(|host| *host == name || host.ends_with(&below))
        })
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
            Ok(IpAddr::V4(address)) => address.is_link_local(),
            Ok(IpAddr::V6(address)) => is_link_local(address),
            Err(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_this_machine_or_link_is_asked_without() {
        let env = Env::from([("HTTP_PROXY", "a:1"), ("HTTPS_PROXY", "b:2")]);
        let proxies = Proxies::of(&env);
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "localhost",
            "bucket.localhost",
            "169.254.170.2",
            "169.254.169.254",
            "[fe80::1]",
            "[fe80::1%25eth0]",
            "[fd00:ec2::23]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(proxies.for_s3("http", host, Some(80)), None, "{host}");
            assert!(proxies.for_s3("https", host, None).is_some(), "{host}");
            for scheme in ["http", "https"] {
                assert_eq!(proxies.for_credentials(scheme, host, None), None, "{host}");
            }
        }
        for host in [
            "10.0.0.1",
            "169.253.0.1",
            "[fd00:ec3::1]",
            "localhost.example",
            "s3",
        ] {
            assert!(proxies.for_s3("http", host, None).is_some(), "{host}");
            assert!(
                proxies.for_credentials("https", host, None).is_some(),
                "{host}"
            );
        }
    }

    #[test]
    fn a_proxy_is_for_a_scheme_and_not_for_some_hosts() {
        let env = Env::from([
            ("HTTP_PROXY", "u@a:1"),
            ("https_proxy", "http://u:p@b:2"),
            ("ALL_PROXY", "http://c:3"),
            ("NO_PROXY", "localhost, .corp,c:8080"),
        ]);
        let proxies = Proxies::of(&env);
        let proxy = |scheme, host, port| proxies.for_url(scheme, host, port);
        assert_eq!(proxy("http", "x", None).as_deref(), Some("http://a:1"));
        assert_eq!(proxy("https", "x", None).as_deref(), Some("http://u:p@b:2"));
        for (host, port) in [("LOCALHOST", Some(1)), ("a.corp", None), ("c", Some(8080))] {
            assert_eq!(proxy("http", host, port), None, "{host}");
        }
        assert!(proxy("http", "acorp", None).is_some());
        assert!(proxy("http", "c", Some(81)).is_some());
    }

    #[test]
    fn variables_in_small_letters_count_and_those_of_a_web_server_do_not() {
        let of = |variables: [(&str, &str); 2]| {
            Proxies::of(&Env::from(variables)).for_url("http", "x", None)
        };
        assert_eq!(of([("HTTP_PROXY", "a"), ("http_proxy", "")]), None);
        assert_eq!(of([("HTTP_PROXY", "a"), ("REQUEST_METHOD", "GET")]), None);
        assert!(of([("http_proxy", "a"), ("REQUEST_METHOD", "GET")]).is_some());
        assert_eq!(of([("ALL_PROXY", "a"), ("", "")]), None);
    }
}
