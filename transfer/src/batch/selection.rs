//! [`Selection`]: which objects are copied or moved, and what their new keys begin with.

use super::listing::{Before, Keys};
use super::overlap::Overlap;

/// Objects of a bucket with a prefix, which the operation replaces by another one.
pub(super) struct Selection {
    pub(super) bucket: String,
    pub(super) prefix: String,
    keys: Keys,
    /// Whether to keep an existing object under a new key.
    pub(super) keeps: bool,
}

impl Selection {
    pub(super) fn new(bucket: String) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            keys: Keys::Invalid("no objects are named; use `prefix` or `keys`"),
            keeps: false,
        }
    }

    /// Selects all objects whose keys begin with the prefix.
    pub(super) fn all(self, prefix: String) -> Self {
        let keys = Keys::Prefix {
            bucket: self.bucket.clone(),
            prefix: prefix.clone(),
            before: Before::Nothing,
        };
        Self {
            prefix,
            keys,
            ..self
        }
    }

    /// Selects the objects with these keys, which all begin with the prefix.
    pub(super) fn given<K: Into<String> + 'static, I>(self, prefix: String, keys: I) -> Self
    where
        I: IntoIterator<Item = K>,
        I::IntoIter: Send + 'static,
    {
        Self {
            prefix,
            keys: Keys::given(keys),
            ..self
        }
    }

    /// The keys, for an operation that gives them the prefix `to` in `bucket`. `itself` is the error message if the
    /// keys would not change, unless that is allowed.
    pub(super) fn towards(self, bucket: &str, to: &str, itself: Option<&'static str>) -> Keys {
        let is_same = bucket == self.bucket;
        match (self.keys, itself) {
            (_, Some(itself)) if is_same && to == self.prefix => Keys::Invalid(itself),
            // a listing in pages would return the new keys, and the batch would process them again
            (Keys::Prefix { bucket, prefix, .. }, _) => Keys::Prefix {
                before: match Overlap::new(&prefix, to) {
                    Some(overlap) if is_same => Before::Ranks(overlap),
                    _ if is_same && to == prefix => Before::All,
                    _ => Before::Nothing,
                },
                bucket,
                prefix,
            },
            (keys, _) => keys,
        }
    }
}
