//! [`Selection`]: which objects are copied or moved, and what their new keys begin with.

use super::listing::Keys;

/// Objects of a bucket whose keys begin so; what is done with them puts something else in place of that.
pub(super) struct Selection {
    pub(super) bucket: String,
    pub(super) prefix: String,
    keys: Keys,
    /// Whether an object that has a new key already stays.
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

    /// All objects whose keys begin so.
    pub(super) fn all(self, prefix: String) -> Self {
        let keys = Keys::Prefix {
            bucket: self.bucket.clone(),
            prefix: prefix.clone(),
            first: false,
        };
        Self {
            prefix,
            keys,
            ..self
        }
    }

    /// The objects with these keys, which all begin with the prefix.
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

    /// The keys, for what gives them the prefix `to` in `bucket`. `itself` is what is wrong where nothing would change.
    pub(super) fn towards(self, bucket: &str, to: &str, itself: &'static str) -> Keys {
        let is_same = bucket == self.bucket;
        match self.keys {
            _ if is_same && to == self.prefix => Keys::Invalid(itself),
            // what is done would be listed, and done again
            Keys::Prefix { bucket, prefix, .. } => Keys::Prefix {
                first: is_same && (to.starts_with(&prefix) || prefix.starts_with(to)),
                bucket,
                prefix,
            },
            keys => keys,
        }
    }
}
