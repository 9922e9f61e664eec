//! Puts the URL of an endpoint together, with a check on every value that goes into it.

use super::value::{Url, UrlPart, host_of, is_safe_path};
use super::{Endpoint, ResolveError, Value};

/// A URL that grows from left to right and knows which part it is in.
#[derive(Default)]
pub(super) struct UrlBuilder {
    text: String,
    /// Where the authority starts, once the scheme is complete.
    authority: Option<usize>,
    /// Where the path starts, once the authority is complete.
    path: Option<usize>,
}

impl UrlBuilder {
    /// A piece that stands in the rules.
    pub(super) fn literal(&mut self, piece: &str) {
        let from = self.text.len();
        self.text.push_str(piece);
        self.advance(from);
    }

    /// A value. It must not be able to change what the rules mean: in the host only what a host
    /// name may have, in the path only what stays in its segment.
    pub(super) fn value(
        &mut self,
        value: &Value<'_>,
        is_constant: bool,
    ) -> Result<(), ResolveError> {
        let text = value.as_str().ok_or(ResolveError::WrongType)?;
        let part = match value {
            Value::UrlPart(part, _) => Some(*part),
            _ => None,
        };
        let is_part = |wanted| part == Some(wanted);
        match (self.authority, self.path) {
            (None, _) => return self.start_value(text, part),
            // the path of a custom endpoint may follow its authority
            (_, None) if is_constant || is_part(UrlPart::Authority) || is_part(UrlPart::Path) => {}
            (_, None) if text.bytes().all(is_host_byte) => {}
            (_, None) => return Err(ResolveError::unsafe_in("host name", text)),
            (_, Some(_)) if is_part(UrlPart::Path) => {}
            (_, Some(_)) if !text.is_empty() && is_safe_path(text, false) => {}
            (_, Some(_)) => return Err(ResolveError::unsafe_in("path", text)),
        }
        self.literal(text);
        Ok(())
    }

    /// A value at the very start: a scheme, or a whole custom endpoint.
    fn start_value(&mut self, text: &str, part: Option<UrlPart>) -> Result<(), ResolveError> {
        let is_whole_url = || Url::parse(&text.into()).is_some();
        if self.text.is_empty() && (part == Some(UrlPart::Scheme) || is_whole_url()) {
            self.literal(text);
            return Ok(());
        }
        Err(ResolveError::unsafe_in("URL", text))
    }

    /// Finds the borders that the new text crosses.
    fn advance(&mut self, from: usize) {
        if self.authority.is_none() {
            self.authority = self.text.find("://").map(|at| at + 3);
        }
        if let (Some(authority), None) = (self.authority, self.path) {
            let from = from.max(authority);
            self.path = self.text[from..].find('/').map(|at| from + at);
        }
    }

    /// Checks the whole and takes it apart again, to see that it means what was meant.
    pub(super) fn finish(self) -> Result<Endpoint, ResolveError> {
        let broken = || ResolveError::unsafe_in("URL", &self.text);
        let authority_at = self.authority.ok_or_else(broken)?;
        let path_at = self.path.unwrap_or(self.text.len());
        let scheme = match &self.text[..authority_at] {
            "https://" => "https",
            "http://" => "http",
            _ => return Err(broken()),
        };
        let authority = &self.text[authority_at..path_at];
        let path = &self.text[path_at..];
        let host = host_of(authority).ok_or_else(broken)?;
        let parsed: http::Uri = self.text.parse().map_err(|_| broken())?;
        let is_as_meant = parsed.scheme_str() == Some(scheme)
            && parsed.authority().map(|a| a.as_str()) == Some(authority)
            && parsed.host() == Some(host)
            && parsed.query().is_none()
            && (parsed.path() == path || path.is_empty())
            && is_safe_path(path, true);
        if !is_as_meant {
            return Err(broken());
        }
        Endpoint::new(scheme, authority, path).ok_or_else(broken)
    }
}

/// What a value may bring into a host name. That labels are neither empty nor too long is checked
/// on the whole name: a rule may well put `.dualstack` or nothing somewhere.
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn build(pieces: &[(&str, Option<Value<'_>>)]) -> Result<String, ResolveError> {
        let mut builder = UrlBuilder::default();
        for (literal, value) in pieces {
            builder.literal(literal);
            if let Some(value) = value {
                builder.value(value, false)?;
            }
        }
        builder.finish().map(|endpoint| endpoint.url())
    }

    #[test]
    fn values_cannot_leave_the_host() {
        let host = |bucket: &str| {
            build(&[
                ("https://", Some(Value::from(bucket))),
                (".s3.example.com", None),
            ])
        };
        assert_eq!(
            host("demo--usw2-az1--x-s3").unwrap(),
            "https://demo--usw2-az1--x-s3.s3.example.com"
        );
        for evil in [
            "evil.com/#--x-s3",
            "evil.com\\--x-s3",
            "x@attacker.com:443/#",
            "a:80",
            "a?b",
            "a%2fb",
            "a b",
            "a\n",
            "",
            "ü",
            "a..b",
        ] {
            assert!(host(evil).is_err(), "{evil:?}");
        }
    }

    #[test]
    fn values_cannot_leave_their_path_segment() {
        let path = |bucket: &str| build(&[("http://127.0.0.1:80/", Some(Value::from(bucket)))]);
        assert_eq!(path("demo").unwrap(), "http://127.0.0.1/demo");
        for evil in [
            ".", "..", "a/b", "a?b", "a#b", "%2e%2E", "a\\b", "a\tb", "a b", "é",
        ] {
            assert!(path(evil).is_err(), "{evil:?}");
        }
    }

    #[test]
    fn parts_of_a_custom_endpoint_stand_where_they_were() {
        let url = Url::parse(&Cow::Borrowed("http://localhost:8080/base")).unwrap();
        let part = |part, text: &str| Some(Value::UrlPart(part, Cow::Owned(text.to_owned())));
        let built = build(&[
            ("", part(UrlPart::Scheme, url.scheme)),
            ("://", Some(Value::from("demo"))),
            (".", part(UrlPart::Authority, &url.authority)),
            ("", part(UrlPart::Path, &url.path)),
        ]);
        assert_eq!(built.unwrap(), "http://demo.localhost:8080/base");
        assert!(build(&[("", Some(Value::from("ftp://x")))]).is_err());
        assert_eq!(
            build(&[("", Some(Value::from("https://x/y")))]).unwrap(),
            "https://x/y"
        );
    }
}
