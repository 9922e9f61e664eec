//! The request target: path and query, percent-decoded, and the single encoding that SigV4 for S3 asks for.

/// A target in origin form, decoded.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The decoded path; dot segments and repeated slashes are left alone.
    pub(crate) path: Vec<u8>,
    /// The decoded query parameters, in order.
    pub(crate) query: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Target {
    /// Reads a raw target. `None` if it is not in origin form, has a broken percent escape, or a path that is not
    /// UTF-8.
    pub(crate) fn parse(raw: &[u8]) -> Option<Self> {
        let (path, query) = match raw.iter().position(|byte| *byte == b'?') {
            Some(at) => (&raw[..at], &raw[at + 1..]),
            None => (raw, &[][..]),
        };
        if path.first() != Some(&b'/') {
            return None;
        }
        let parameters = query
            .split(|byte| *byte == b'&')
            .filter(|parameter| !parameter.is_empty());
        let query = parameters
            .map(parse_parameter)
            .collect::<Option<Vec<_>>>()?;
        let path = percent_decode(path)?;
        std::str::from_utf8(&path).ok()?;
        Some(Self { path, query })
    }

    /// The first value of a query parameter, as text.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut found = self.query.iter().filter(|(key, _)| key == name.as_bytes());
        found
            .next()
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    }

    /// Whether a query parameter is there, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.query.iter().any(|(key, _)| key == name.as_bytes())
    }
}

fn parse_parameter(parameter: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (name, value) = match parameter.iter().position(|byte| *byte == b'=') {
        Some(at) => (&parameter[..at], &parameter[at + 1..]),
        None => (parameter, &[][..]),
    };
    Some((percent_decode(name)?, percent_decode(value)?))
}

/// Decodes `%XX`. A `+` stays a `+`: S3 clients write a space as `%20`.
pub(crate) fn percent_decode(raw: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'%' {
            let high = char::from(*bytes.next()?).to_digit(16)?;
            let low = char::from(*bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(*byte);
        }
    }
    Some(decoded)
}

/// SigV4's URI encoding: everything but the unreserved characters becomes `%XX` in upper case.
pub(crate) fn percent_encode(decoded: &[u8], keep_slash: bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(decoded.len());
    for byte in decoded {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(*byte))
            }
            b'/' if keep_slash => encoded.push('/'),
            _ => {
                encoded.push('%');
                encoded.push(char::from(HEX[usize::from(byte >> 4)]));
                encoded.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_path_and_query() {
        let target = Target::parse(b"/a%20b/../c//x?session&prefix=a%2Fb=c&&x=").expect("target");
        assert_eq!(target.path, b"/a b/../c//x");
        assert!(target.has("session"));
        assert_eq!(target.parameter("prefix").as_deref(), Some("a/b=c"));
        assert_eq!(target.parameter("x").as_deref(), Some(""));
        assert_eq!(target.query.len(), 3);
    }

    #[test]
    fn refuses_what_is_not_origin_form() {
        for raw in [
            &b""[..],
            b"*",
            b"http://h/",
            b"/%",
            b"/%4",
            b"/%zz",
            b"/?a=%1",
            b"/%FF",
        ] {
            assert!(Target::parse(raw).is_none(), "{raw:?}");
        }
    }

    #[test]
    fn encodes_once() {
        assert_eq!(
            percent_encode("a b/+é~".as_bytes(), true),
            "a%20b/%2B%C3%A9~"
        );
        assert_eq!(percent_encode(b"a/b", false), "a%2Fb");
    }
}
