//! Proxies that the environment names.

use std::net::IpAddr;

use crate::env::Env;

/// Which proxy a host is reached through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    /// Hosts that are reached without one.
    none: Vec<String>,
}

impl Proxies {
    /// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`; small letters count more.
    pub(crate) fn of(env: &Env) -> Self {
        let get = |name: &str| {
            let small = env.filled(&name.to_ascii_lowercase());
            small.or_else(|| env.filled(name)).map(str::to_owned)
        };
        let all = get("ALL_PROXY");
        let none = get("NO_PROXY").unwrap_or_default();
        Self {
            http: get("HTTP_PROXY").or_else(|| all.clone()),
            https: get("HTTPS_PROXY").or(all),
            none: none
                .split(',')
                .map(|host| host.trim().to_ascii_lowercase())
                .filter(|host| !host.is_empty())
                .collect(),
        }
    }

    /// The proxy for a URL, if it goes through one.
    pub(crate) fn for_url(&self, scheme: &str, host: &str, port: u16) -> Option<String> {
        let proxy = match scheme {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        }?;
        if self.none.iter().any(|entry| matches(entry, host, port)) {
            return None;
        }
        match proxy.contains("://") {
            true => Some(proxy.clone()),
            false => Some(format!("http://{proxy}")),
        }
    }
}

/// Whether an entry of `NO_PROXY` names a host: `*`, the host, a domain above it, or a network.
fn matches(entry: &str, host: &str, port: u16) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    if entry == "*" || in_network(entry, &host) {
        return true;
    }
    let suffix = entry
        .strip_prefix("*.")
        .or_else(|| entry.strip_prefix('.'))
        .unwrap_or(entry);
    [host.clone(), format!("{host}:{port}")]
        .iter()
        .any(|host| host == suffix || host.ends_with(&format!(".{suffix}")))
}

/// Whether an address is in a network such as `10.0.0.0/8`.
fn in_network(entry: &str, host: &str) -> bool {
    let Some((network, bits)) = entry.split_once('/') else {
        return false;
    };
    let (Ok(IpAddr::V4(network)), Ok(bits), Ok(IpAddr::V4(host))) =
        (network.parse(), bits.parse::<u32>(), host.parse())
    else {
        return false;
    };
    let mask = u32::MAX
        .checked_shl(32_u32.saturating_sub(bits))
        .unwrap_or(0);
    bits <= 32 && network.to_bits() & mask == host.to_bits() & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_for_a_scheme_and_not_for_some_hosts() {
        let env = Env::from([
            ("HTTP_PROXY", "a:1"),
            ("https_proxy", "http://b:2"),
            ("NO_PROXY", "localhost, .corp,10.0.0.0/8,c:8080"),
        ]);
        let proxies = Proxies::of(&env);
        let proxy = |scheme, host, port| proxies.for_url(scheme, host, port);
        assert_eq!(proxy("http", "x", 80).as_deref(), Some("http://a:1"));
        assert_eq!(proxy("https", "x", 443).as_deref(), Some("http://b:2"));
        for (host, port) in [
            ("LOCALHOST", 1),
            ("a.corp", 1),
            ("10.2.3.4", 1),
            ("c", 8080),
        ] {
            assert_eq!(proxy("http", host, port), None, "{host}");
        }
        assert!(proxy("http", "11.2.3.4", 1).is_some());
        assert!(proxy("http", "c", 81).is_some());
    }
}
