//! Header fields in the order they came, with their duplicates.

/// One header field as it was on the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, in the letter case the client used.
    pub name: String,
    /// The value without surrounding white space.
    pub value: Vec<u8>,
}

impl Header {
    /// Whether this field has the given name, whatever the letter case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value as text; bytes that are not UTF-8 are replaced.
    pub fn value_text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }

    fn is_secret(&self) -> bool {
        [
            "authorization",
            "x-amz-security-token",
            "x-amz-s3session-token",
        ]
        .iter()
        .any(|name| self.is(name))
            || self.name.to_ascii_lowercase().contains("aws-kms-key-id")
            || self
                .name
                .to_ascii_lowercase()
                .contains("encryption-context")
            || self.name.to_ascii_lowercase().contains("customer-key")
    }
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = if self.is_secret() {
            "** redacted **".to_owned()
        } else {
            self.value_text()
        };
        write!(f, "{}: {value}", self.name)
    }
}

/// All header fields of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Headers(pub(crate) Vec<Header>);

/// More than one field where only one makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duplicate(pub(crate) String);

impl Headers {
    /// Every value of the named header, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.0
            .iter()
            .filter(move |header| header.is(name))
            .map(|header| header.value.as_slice())
    }

    /// The value of a header that may be there once at most.
    pub(crate) fn single(&self, name: &str) -> Result<Option<&[u8]>, Duplicate> {
        let mut values = self.0.iter().filter(|header| header.is(name));
        let first = values.next();
        match values.next() {
            Some(_) => Err(Duplicate(name.to_owned())),
            None => Ok(first.map(|header| header.value.as_slice())),
        }
    }

    /// The same, as text.
    pub(crate) fn single_text(&self, name: &str) -> Result<Option<String>, Duplicate> {
        Ok(self
            .single(name)?
            .map(|value| String::from_utf8_lossy(value).into_owned()))
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|header| header.is(name))
    }

    /// Whether a comma-separated header such as `connection` lists the given token.
    pub(crate) fn lists(&self, name: &str, token: &str) -> bool {
        self.all(name)
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|item| item.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> Header {
        Header {
            name: name.to_owned(),
            value: value.as_bytes().to_vec(),
        }
    }

    #[test]
    fn duplicates_are_kept_and_noticed() {
        let headers = Headers(vec![
            header("X-A", "1"),
            header("x-a", "2"),
            header("b", "3"),
        ]);
        assert_eq!(headers.all("x-a").collect::<Vec<_>>(), [b"1", b"2"]);
        assert_eq!(headers.single("x-a"), Err(Duplicate("x-a".to_owned())));
        assert_eq!(headers.single("B"), Ok(Some(b"3".as_slice())));
        assert_eq!(headers.single("c"), Ok(None));
    }

    #[test]
    fn lists_reads_tokens() {
        let headers = Headers(vec![header("Connection", "keep-alive, Close")]);
        assert!(headers.lists("connection", "close"));
        assert!(!headers.lists("connection", "clos"));
    }

    #[test]
    fn debug_redacts_secrets() {
        let text = format!("{:?}", header("X-Amz-S3session-Token", "MARKER"));
        assert!(!text.contains("MARKER"), "{text}");
        assert!(format!("{:?}", header("X-Amz-Date", "MARKER")).contains("MARKER"));
    }
}
