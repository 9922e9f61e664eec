//! Black-box tests of Zonal, and what several of them need.

/// What the system says of this process's memory, in bytes: `VmHWM` is the most it ever had, `VmRSS`
/// what it has. `None` where the system does not say.
pub fn memory(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mut lines = status.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| *name == what)?;
    let kibibytes: u64 = value.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}

/// A client of `reqwest` that is fit to be a transport: it follows nothing, and goes through no proxy.
///
/// # Panics
///
/// If it cannot be built.
pub fn reqwest_client() -> reqwest::Client {
    // built together with the benchmarks, reqwest knows TLS and wants a provider; a second one is refused
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy();
    let builder = builder.redirect(reqwest::redirect::Policy::none());
    let builder = builder.dns_resolver(LocalNames);
    builder.build().expect("these settings fit together")
}

/// Names under `localhost` are this machine, as the client's own transport has it; many systems do not know them.
#[derive(Debug)]
struct LocalNames;

impl reqwest::dns::Resolve for LocalNames {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let host = match name.as_str() {
                local if local.ends_with(".localhost") => "localhost",
                other => other,
            };
            let addresses = std::net::ToSocketAddrs::to_socket_addrs(&(host, 0))?;
            Ok(Box::new(addresses) as reqwest::dns::Addrs)
        })
    }
}

/// The code in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
