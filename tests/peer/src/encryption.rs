//! The visible encryption settings of an object or a session.

use std::fmt;

pub(crate) const ALGORITHM: &str = "x-amz-server-side-encryption";
pub(crate) const KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
pub(crate) const CONTEXT: &str = "x-amz-server-side-encryption-context";
pub(crate) const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// The encryption headers; none of them stands for the default, `AES256`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Encryption(pub(crate) Vec<(&'static str, String)>);

impl Encryption {
    pub(crate) fn algorithm(&self) -> &str {
        self.value(ALGORITHM).unwrap_or("AES256")
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(key, _)| *key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// Whether both name the same algorithm and key.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        self.algorithm() == other.algorithm() && self.value(KEY_ID) == other.value(KEY_ID)
    }

    /// The headers that answers about an object carry.
    pub(crate) fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = vec![(ALGORITHM, self.algorithm())];
        for name in [KEY_ID, BUCKET_KEY] {
            headers.extend(self.value(name).map(|value| (name, value)));
        }
        headers
    }
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Key ids and contexts are sensitive.
        f.write_str(self.algorithm())
    }
}
