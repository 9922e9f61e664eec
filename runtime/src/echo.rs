//! [`Echo`]: what a request names, and its answer names again.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::xml::can_carry;

/// What a member of a request names.
#[derive(Clone)]
pub(crate) struct Echo {
    member: &'static str,
    asked: String,
}

impl Echo {
    /// None where nothing is named, or what no document can name.
    pub(crate) fn of(member: &'static str, asked: Option<&String>) -> Option<Self> {
        let asked = asked.filter(|asked| !asked.is_empty() && can_carry(asked))?;
        Some(Self {
            member,
            asked: asked.clone(),
        })
    }

    pub(crate) fn is_of(&self, member: &str) -> bool {
        self.member == member
    }

    /// Whether an answer means the same. It may have it percent-encoded, with a plus for a space perhaps, whether or not
    /// that was asked for. An empty one names nothing.
    pub(crate) fn is(&self, told: &str) -> bool {
        told.is_empty() || readings(told).any(|reading| reading == self.asked)
    }
}

/// What a name in an answer may mean: itself, or what it is the encoding of.
pub(crate) fn readings(told: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let decoded = move |has_spaces: bool| {
        let text = if has_spaces {
            Cow::Owned(told.replace('+', " "))
        } else {
            Cow::Borrowed(told)
        };
        let text = percent_decode_str(&text).decode_utf8().ok()?;
        Some(Cow::Owned(text.into_owned()))
    };
    let decoded = [false, true].into_iter().filter_map(decoded);
    std::iter::once(Cow::Borrowed(told)).chain(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_they_are_or_decoded() {
        let is =
            |asked: &str, told: &str| Echo::of("Key", Some(&asked.to_owned())).unwrap().is(told);
        for (asked, told) in [
            ("k", "k"),
            ("k", ""),
            ("a b/c", "a%20b/c"),
            ("a b/c", "a+b%2Fc"),
            ("a+b", "a+b"),
            ("a+b", "a%2Bb"),
            ("a%20b", "a%20b"),
            ("a%20b", "a%2520b"),
            ("\u{e4}", "%C3%A4"),
            ("\u{e4}", "%c3%a4"),
            ("100%", "100%"),
            ("100%", "100%25"),
        ] {
            assert!(is(asked, told), "{asked} {told}");
        }
        for (asked, told) in [
            ("k", "K"),
            ("k", "k "),
            ("k", "/k"),
            ("a b", "a%2520b"),
            ("k", "kk"),
        ] {
            assert!(!is(asked, told), "{asked} {told}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_not_kept() {
        for asked in ["", "\u{1}", "a\u{ffff}"] {
            assert!(
                Echo::of("Key", Some(&asked.to_owned())).is_none(),
                "{asked:?}"
            );
        }
    }
}
