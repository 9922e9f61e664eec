//! Endpoints: where a call goes and how it is signed there.
//!
//! Code generation lowers a service's endpoint rules to a constant table ([`Rules`]); the
//! interpreter walks it. Every value that gets into a host name or a path is checked on the way,
//! and the finished URL is taken apart again before it is used.

mod cache;
mod functions;
mod interpreter;
mod params;
mod partitions;
mod property;
mod rules;
mod url;
mod value;
mod zone;

use std::fmt;

use bytes::Bytes;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};

pub use interpreter::resolve;
pub use params::{ParamId, Params, Value};
pub use partitions::{Partition, Partitions, RegionPattern};
pub use property::{AuthScheme, PropertyValue};
pub use rules::{BuiltIn, Condition, Expr, Node, Param, Property, Ref, Rule, Rules, Step};
pub use zone::{region_of_zone, zone_of_bucket};

pub(crate) use cache::Endpoints;
pub(crate) use value::{Url, host_of};
pub(crate) use zone::misplaced;

/// Where a call goes: scheme, host, base path, and what the rules say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    /// Host and port; the scheme's own port is left out.
    authority: Authority,
    /// The same as a header's value.
    host_value: HeaderValue,
    path: String,
    /// The properties of the rules.
    pub properties: Vec<(&'static str, PropertyValue)>,
    /// Headers that every request carries.
    pub headers: Vec<(&'static str, Vec<String>)>,
}

impl Endpoint {
    /// `None` if the authority is none.
    fn new(scheme: &'static str, authority: &str, path: &str) -> Option<Self> {
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        Some(Self {
            scheme,
            authority: authority.parse().ok()?,
            host_value: HeaderValue::from_str(authority).ok()?,
            path: path.to_owned(),
            properties: Vec::new(),
            headers: Vec::new(),
        })
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Host and port, as the `host` header says them.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The value of the `host` header.
    pub(crate) fn host_value(&self) -> &HeaderValue {
        &self.host_value
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        host_of(self.authority()).unwrap_or(self.authority())
    }

    /// The base path; may be empty.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The URL as the rules made it, without the scheme's own port.
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.path)
    }

    /// A property by its name.
    pub fn property(&self, name: &str) -> Option<&PropertyValue> {
        self.properties
            .iter()
            .find(|entry| entry.0 == name)
            .map(|entry| &entry.1)
    }

    /// The auth schemes, best first; none if the rules say nothing.
    pub fn auth_schemes(&self) -> impl Iterator<Item = AuthScheme<'_>> {
        let schemes = match self.property("authSchemes") {
            Some(PropertyValue::List(schemes)) => &schemes[..],
            _ => &[],
        };
        schemes.iter().filter_map(AuthScheme::read)
    }

    /// Whether directory buckets are behind it.
    pub(crate) fn is_s3_express(&self) -> bool {
        let is_backend = matches!(
            self.property("backend"),
            Some(PropertyValue::String(backend)) if backend == "S3Express"
        );
        is_backend
            || self
                .auth_schemes()
                .any(|scheme| scheme.name == "sigv4-s3express")
    }

    /// One that says in its `backend` or `scheme` that directory buckets are behind it, or does not.
    #[cfg(test)]
    pub(crate) fn for_test(express: Option<&str>) -> Self {
        let text = |text: &'static str| PropertyValue::String(text.into());
        let mut endpoint = Self::new("https", "host", "").expect("a host");
        endpoint.properties.extend(express.map(|place| match place {
            "backend" => ("backend", text("S3Express")),
            _ => {
                let scheme = PropertyValue::Map(vec![("name", text("sigv4-s3express"))]);
                ("authSchemes", PropertyValue::List(vec![scheme]))
            }
        }));
        endpoint
    }

    /// Whether a request stays on this machine: `localhost`, a name under it, or a loopback
    /// address.
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(self.host())
    }

    /// The endpoint with labels before its host, such as `route.`; an IP address takes none.
    pub(crate) fn with_host_prefix(mut self, prefix: &str) -> Result<Self, ResolveError> {
        let is_address =
            self.host().starts_with('[') || self.host().parse::<std::net::IpAddr>().is_ok();
        if prefix.is_empty() || is_address {
            return Ok(self);
        }
        let labels = prefix.strip_suffix('.').unwrap_or(prefix);
        if !labels.split('.').all(is_host_label) {
            return Err(ResolveError::unsafe_in("host", prefix));
        }
        let authority = format!("{prefix}{}", self.authority);
        let broken = || ResolveError::unsafe_in("host", prefix);
        self.host_value = HeaderValue::from_str(&authority).map_err(|_| broken())?;
        self.authority = authority.parse().map_err(|_| broken())?;
        Ok(self)
    }

    /// The URL of a request with this path and this query. Scheme and authority are known to be good and need
    /// not be read again.
    pub(crate) fn request_url(&self, path: &str, query: &str) -> Result<Uri, http::Error> {
        let [base, path] = self.join(path);
        let question = if query.is_empty() { "" } else { "?" };
        let path_and_query = [base, path, question, query].concat();
        let path_and_query = PathAndQuery::from_maybe_shared(Bytes::from(path_and_query))?;
        let mut parts = Parts::default();
        parts.scheme = Some(match self.scheme {
            "https" => Scheme::HTTPS,
            _ => Scheme::HTTP,
        });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Ok(Uri::from_parts(parts)?)
    }

    /// The path of a request: the base path, then the operation's own.
    pub(crate) fn join<'p>(&'p self, path: &'p str) -> [&'p str; 2] {
        match (&*self.path, path) {
            ("", "") => ["/", ""],
            (base, "/") if !base.is_empty() => [base, ""],
            (base, "") => [base, ""],
            (base, path) => [base.strip_suffix('/').unwrap_or(base), path],
        }
    }
}

/// Whether a name or address is this machine's own (RFC 6761 for names).
pub fn is_loopback_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether a text is one host label: 1 to 63 of `A-Z a-z 0-9 -`, not starting with a hyphen.
pub(crate) fn is_host_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Why there is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// The rules refuse, in their own words.
    Rule(String),
    /// A required parameter has no value.
    MissingParam(&'static str),
    /// No rule applies to these parameters.
    NoMatch,
    /// A value cannot stand where the rules put it.
    Unsafe {
        /// The part of the URL.
        place: &'static str,
        /// The value, cleaned for display.
        value: String,
    },
    /// A rule reads a variable that has no value there: the rules are wrong.
    Unset,
    /// A rule uses a value as something it is not: the rules are wrong.
    WrongType,
    /// The table refers to what it does not have: code generation is wrong.
    BrokenTable,
}

impl ResolveError {
    fn unsafe_in(place: &'static str, value: &str) -> Self {
        let value = value.escape_default().take(100).collect();
        Self::Unsafe { place, value }
    }

    /// Why there is none.
    pub(crate) fn reason(&self) -> impl fmt::Display + '_ {
        Reason(self)
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no endpoint for it: {}", self.reason())
    }
}

struct Reason<'a>(&'a ResolveError);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ResolveError::{BrokenTable, MissingParam, NoMatch, Rule, Unsafe, Unset, WrongType};
        match self.0 {
            Rule(text) => text
                .chars()
                .try_for_each(|c| fmt::Write::write_char(f, if c.is_control() { ' ' } else { c })),
            MissingParam(name) => write!(f, "the endpoint parameter `{name}` has no value"),
            NoMatch => f.write_str("no endpoint rule fits"),
            Unsafe { place, value } => {
                write!(
                    f,
                    "`{value}` cannot stand in the {place} of a URL; check the bucket, the region and the endpoint"
                )
            }
            Unset | WrongType | BrokenTable => {
                write!(
                    f,
                    "the endpoint rules are broken ({:?}); please report this",
                    self.0
                )
            }
        }
    }
}

impl std::error::Error for ResolveError {}

#[cfg(test)]
mod tests;
