//! [`Secrets`]: what a server's text must not repeat.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue};

/// A shorter value stands in a text by chance.
const SHORTEST: usize = 8;

/// The secrets that went out with a request. A server or a proxy that repeats one in a message or an
/// id does not get it into our errors and logs.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<HeaderValue>);

impl Secrets {
    /// The values of the headers that are marked sensitive.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sensitive = headers.values().filter(|value| value.is_sensitive());
        Self(sensitive.cloned().collect())
    }

    /// The text with `***` in place of every secret.
    pub(crate) fn conceal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        let values = self.0.iter();
        for secret in values.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()) {
            let secret = secret.trim_matches([' ', '\t']);
            if secret.len() >= SHORTEST && text.contains(secret) {
                text = Cow::Owned(text.replace(secret, "***"));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_values_are_replaced_and_short_ones_stay() {
        let mut headers = HeaderMap::new();
        for (name, value, sensitive) in [
            ("a", "first secret", true),
            ("b", "no secret", false),
            ("c", "a", true),
        ] {
            let mut value = HeaderValue::from_static(value);
            value.set_sensitive(sensitive);
            headers.insert(name, value);
        }
        let secrets = Secrets::of(&headers);
        assert_eq!(
            secrets.conceal("first secret, first secret, no secret"),
            "***, ***, no secret"
        );
        assert!(matches!(secrets.conceal("a b"), Cow::Borrowed("a b")));
    }
}
