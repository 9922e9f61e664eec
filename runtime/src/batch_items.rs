//! [`BatchItems`]: what a request lists to be done, each by itself, and what the answer says of it.

use std::collections::HashSet;

use crate::echo::readings;
use crate::error::{DecodeError, Problem};

/// The items of a request of which each succeeds or fails by itself.
#[derive(Debug, Default)]
pub(crate) struct BatchItems {
    /// The names of those that were sent.
    pub(crate) sent: Vec<String>,
    /// The names of those that could not be written.
    pub(crate) left_out: Vec<String>,
    /// Whether the answer is to name failures only.
    pub(crate) is_quiet: bool,
    /// Whether the answer may name others.
    pub(crate) accepts_strangers: bool,
}

/// What an answer leaves out, and what it has beyond that.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) unreported: Vec<Unreported>,
    /// The names that are of no item.
    pub(crate) strangers: Vec<String>,
}

/// An item that the answer does not name: it could not be sent, or the service says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreported {
    /// Its name.
    pub name: String,
    /// A code, like those of the service.
    pub code: &'static str,
    /// A message about it.
    pub message: &'static str,
    /// Whether it was sent.
    pub is_sent: bool,
}

/// A code and a message.
pub(crate) type Said = (&'static str, &'static str);

impl BatchItems {
    /// The items that these names leave out, in the order of the request; an error if a name is of none of them and none
    /// of these are accepted. An empty name says nothing. One that is encoded becomes that of the request.
    pub(crate) fn unreported<'t>(
        &self,
        member: &'static str,
        told: impl Iterator<Item = &'t mut String>,
        [of_left_out, of_unnamed]: [Said; 2],
    ) -> Result<Settled, DecodeError> {
        let mut strangers = Vec::new();
        let sent: HashSet<&str> = self.sent.iter().map(String::as_str).collect();
        let mut left = sent.clone();
        for told in told.filter(|told| !told.is_empty()) {
            let Some(name) = find(&sent, told) else {
                if self.accepts_strangers {
                    strangers.push(told.clone());
                    continue;
                }
                return Err(DecodeError::new(Problem::Echo { member }));
            };
            left.remove(name);
            if *name != *told {
                name.clone_into(told);
            }
        }
        let unnamed = self.sent.iter().filter(|name| {
            // one that is listed twice is reported once
            !self.is_quiet && left.remove(name.as_str())
        });
        let with = |(code, message): Said, is_sent| {
            move |name: &String| Unreported {
                name: name.clone(),
                code,
                message,
                is_sent,
            }
        };
        let left_out = self.left_out.iter().map(with(of_left_out, false));
        Ok(Settled {
            unreported: unnamed
                .map(with(of_unnamed, true))
                .chain(left_out)
                .collect(),
            strangers,
        })
    }
}

/// The item that a name of an answer stands for, which may have it encoded. A carriage return that is written as it is
/// is read as a line feed.
fn find<'s>(sent: &HashSet<&'s str>, told: &str) -> Option<&'s str> {
    let as_read = |name: &&&str| name.contains('\r') && line_feeds(name) == told;
    let mut readings = readings(told).filter_map(|reading| sent.get(&*reading).copied());
    readings
        .next()
        .or_else(|| sent.iter().find(as_read).copied())
}

fn line_feeds(name: &str) -> String {
    name.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: [Said; 2] = [("LeftOut", ""), ("Unnamed", "")];

    fn unreported(
        sent: &[&str],
        is_quiet: bool,
        told: &[&str],
    ) -> Result<Vec<(String, &'static str)>, DecodeError> {
        let items = BatchItems {
            sent: sent.iter().map(|&name| name.to_owned()).collect(),
            left_out: vec!["\0".to_owned()],
            is_quiet,
            accepts_strangers: false,
        };
        let mut told: Vec<String> = told.iter().map(|&name| name.to_owned()).collect();
        let unreported = items.unreported("Key", told.iter_mut(), SAID)?.unreported;
        let is_of_request = |name: &String| name.is_empty() || sent.contains(&&**name);
        assert!(told.iter().all(is_of_request), "{told:?}");
        let pairs = unreported.into_iter();
        Ok(pairs.map(|item| (item.name, item.code)).collect())
    }

    #[test]
    fn what_the_answer_does_not_name_is_reported() {
        for (sent, told, expected) in [
            (&["a", "b"][..], &["b", "a"][..], &[][..]),
            (&["a", "b"], &["b"], &["a"]),
            (&["a", "b"], &["", "b"], &["a"]),
            (&["b", "a", "c"], &[], &["b", "a", "c"]),
            // listed twice, and named once or twice or not at all
            (&["a", "a"], &["a"], &[]),
            (&["a", "a"], &["a", "a"], &[]),
            (&["a", "a"], &[], &["a"]),
            // encoded, as it is, and both
            (&["a b"], &["a%20b"], &[]),
            (&["a b"], &["a+b"], &[]),
            (&["a b", "a%20b"], &["a%20b", "a%20b"], &["a b"]),
            (&["a b", "a%20b"], &["a b", "a%20b"], &[]),
            (&["a\r\nb", "c\rd"], &["a\nb", "c\nd"], &[]),
            (&["a\rb", "a\nb"], &["a\nb"], &["a\rb"]),
            (&[" ", "\u{e4}"], &[" ", "%c3%a4"], &[]),
        ] {
            let found = unreported(sent, false, told).unwrap();
            let expected = expected.iter().map(|&name| (name.to_owned(), "Unnamed"));
            let left_out = ("\0".to_owned(), "LeftOut");
            let expected: Vec<_> = expected.chain([left_out.clone()]).collect();
            assert_eq!(found, expected, "{sent:?} {told:?}");
            assert_eq!(unreported(sent, true, told).unwrap(), [left_out]);
        }
    }

    #[test]
    fn a_name_of_none_of_them_is_an_error() {
        for (sent, told) in [
            (&["a"][..], &["a", "b"][..]),
            (&["a"], &["A"]),
            (&["a"], &["a "]),
            (&["a\nb"], &["a\rb"]),
            (&[], &["a"]),
            // it was not sent
            (&["a"], &["\0"]),
        ] {
            for is_quiet in [false, true] {
                let error = unreported(sent, is_quiet, told).unwrap_err();
                assert_eq!(
                    *error.problem(),
                    Problem::Echo { member: "Key" },
                    "{told:?}"
                );
            }
        }
    }

    #[test]
    fn a_name_of_none_of_them_is_told_where_that_is_accepted() {
        let items = BatchItems {
            sent: vec!["a".to_owned(), "b".to_owned()],
            accepts_strangers: true,
            ..BatchItems::default()
        };
        let mut told = ["a".to_owned(), "c".to_owned()];
        let settled = items.unreported("Key", told.iter_mut(), SAID).unwrap();
        assert_eq!(settled.strangers, ["c"]);
        let unreported: Vec<_> = settled.unreported.iter().map(|item| &*item.name).collect();
        assert_eq!(unreported, ["b"]);
    }
}
