//! Structured values of the rules: URLs and ARNs.

use std::borrow::Cow;

/// A URL as `parseURL` of the rules gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    pub(super) scheme: &'static str,
    /// Host and port as written, never with a user.
    pub(super) authority: Cow<'a, str>,
    /// The path as written; may be empty.
    pub(super) path: Cow<'a, str>,
    pub(super) is_ip: bool,
}

/// Which part of a parsed URL a text is. Such a text may stand where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlPart {
    /// The scheme.
    Scheme,
    /// Host and port.
    Authority,
    /// The path.
    Path,
}

/// An ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    pub(super) partition: Cow<'a, str>,
    pub(super) service: Cow<'a, str>,
    pub(super) region: Cow<'a, str>,
    pub(super) account_id: Cow<'a, str>,
    pub(super) resource_id: Vec<Cow<'a, str>>,
}

impl<'a> Url<'a> {
    #[cfg(fuzzing)]
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Parses a URL with the scheme `http` or `https`, without user, query and fragment.
    pub(crate) fn parse(text: &Cow<'a, str>) -> Option<Self> {
        let (scheme, rest_at) = if starts_with_ignoring_case(text, "https://") {
            ("https", 8)
        } else if starts_with_ignoring_case(text, "http://") {
            ("http", 7)
        } else {
            return None;
        };
        if text.contains(['?', '#']) {
            return None;
        }
        let path_at = text[rest_at..]
            .find('/')
            .map_or(text.len(), |at| rest_at + at);
        let authority = part(text, rest_at, path_at);
        let path = part(text, path_at, text.len());
        let host = host_of(&authority)?;
        if !is_safe_path(&path, true) {
            return None;
        }
        let is_ip = host.starts_with('[') || is_ipv4(host);
        Some(Self {
            scheme,
            authority,
            path,
            is_ip,
        })
    }

    /// The path with a slash at both ends.
    pub(super) fn normalized_path(&self) -> Cow<'a, str> {
        match &*self.path {
            "" => Cow::Borrowed("/"),
            path if path.ends_with('/') => self.path.clone(),
            path => Cow::Owned(format!("{path}/")),
        }
    }
}

/// The host of `host[:port]`, if both are well-formed.
pub(crate) fn host_of(authority: &str) -> Option<&str> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        address.parse::<std::net::Ipv6Addr>().ok()?;
        return is_port(port).then(|| &authority[..address.len() + 2]);
    }
    let (host, port) = match authority.find(':') {
        Some(at) => authority.split_at(at),
        None => (authority, ""),
    };
    (is_port(port) && is_dotted_name(host)).then_some(host)
}

/// Nothing, or a colon and a number.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some(port) => port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => text.is_empty(),
    }
}

/// Host labels separated by single dots. `_` is let through: some private hosts have it.
fn is_dotted_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Whether a text can stand in a path as it is: no query, no fragment, nothing a URL library
/// would rewrite.
pub(super) fn is_safe_path(text: &str, slashes: bool) -> bool {
    let is_safe_byte = |byte: u8| match byte {
        b'/' => slashes,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => true,
        _ => b"-._~%!$&()*+,;=:@".contains(&byte),
    };
    let is_dots = |segment: &str| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        matches!(&*plain, "." | "..")
    };
    text.bytes().all(is_safe_byte) && !text.split('/').any(is_dots)
}

fn is_ipv4(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok()
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// A part of a text that lives as long as the text.
pub(super) fn part<'a>(text: &Cow<'a, str>, start: usize, end: usize) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    }
}

impl<'a> Arn<'a> {
    /// Parses `arn:partition:service:region:account:resource`.
    pub(super) fn parse(text: &Cow<'a, str>) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        if fields.next()? != "arn" {
            return None;
        }
        let mut at = 4;
        let mut field = || {
            let start = at;
            let length = fields.next()?.len();
            at += length + 1;
            Some(part(text, start, start + length))
        };
        let (partition, service, region, account_id) = (field()?, field()?, field()?, field()?);
        let resource = field()?;
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return None;
        }
        let mut resource_id = Vec::new();
        let mut start = 0;
        for piece in resource.split([':', '/']) {
            resource_id.push(part(&resource, start, start + piece.len()));
            start += piece.len() + 1;
        }
        Some(Self {
            partition,
            service,
            region,
            account_id,
            resource_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Url<'_>> {
        Url::parse(&Cow::Borrowed(text))
    }

    #[test]
    fn urls_are_taken_apart() {
        let url = parse("https://example.com:8443/foo/bar").unwrap();
        assert_eq!(
            (url.scheme, &*url.authority, &*url.path),
            ("https", "example.com:8443", "/foo/bar")
        );
        assert_eq!(url.normalized_path(), "/foo/bar/");
        let url = parse("HTTP://127.0.0.1:80").unwrap();
        assert_eq!(
            (url.scheme, &*url.path, &*url.normalized_path(), url.is_ip),
            ("http", "", "/", true)
        );
        assert!(parse("https://[fe80::1]:80/").unwrap().is_ip);
        assert!(!parse("https://localhost").unwrap().is_ip);
    }

    #[test]
    fn what_is_no_plain_url_is_refused() {
        for wrong in [
            "example.com",
            "ftp://example.com",
            "https://",
            "https:///x",
            "https://u@h",
            "https://u:p@h/",
            "https://h?x",
            "https://h/#f",
            "https://h:x",
            "https://h:99999",
            "https://h:80:90",
            "https://a b",
            "https://h/../x",
            "https://h/%2e%2E/x",
            "https://h\\x",
            "https://h/a\nb",
            "https://h..x",
            "https://[::1",
            "https://[zz]",
            "https://ü.example",
            " https://h",
            "https://h/a b",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn arns_are_taken_apart() {
        let arn = Arn::parse(&Cow::Borrowed(
            "arn:aws:s3-outposts:us-west-2:123:outpost/op-1:accesspoint/x",
        ))
        .unwrap();
        assert_eq!(arn.service, "s3-outposts");
        assert_eq!(arn.account_id, "123");
        assert_eq!(arn.resource_id, ["outpost", "op-1", "accesspoint", "x"]);
        assert_eq!(Arn::parse(&Cow::Borrowed("arn:aws:s3:::")), None);
        assert_eq!(Arn::parse(&Cow::Borrowed("arn:aws:s3::x")), None);
        assert_eq!(Arn::parse(&Cow::Borrowed("arn::s3:::b")), None);
        assert!(Arn::parse(&Cow::Borrowed("arn:aws:s3:::b")).is_some());
    }
}
