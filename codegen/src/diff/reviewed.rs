//! What of another model was looked at and found to be different on purpose: a line each, as a fingerprint, so that
//! a later change of it is noticed and nothing of the other model is copied.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::left_out::WHOLE;
use super::{Diagnostics, Difference};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Sources, Span};

/// Fingerprints by shape and path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed(pub(super) BTreeMap<(String, String), Vec<Fingerprint>>);

/// Stands for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// That of what is not there.
    pub(super) fn of_nothing() -> Self {
        Self::of(&Value::Null)
    }

    /// That of a value, whatever the order of its keys: FNV-1a over its text.
    pub(super) fn of(value: &Value) -> Self {
        let mut value = value.clone();
        value.sort_all_objects();
        let hash = value
            .to_string()
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
            });
        Self(hash)
    }
}

fn fingerprint(text: &str) -> Option<Fingerprint> {
    u64::from_str_radix(text, 16).ok().map(Fingerprint)
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Reviewed {
    /// Reads what [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    ///
    /// A line that is no shape, path and fingerprint.
    pub fn read(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<Self, Diagnostics> {
        let mut sources = Sources::new();
        let id = sources.add(name, bytes);
        let mut reviewed = Self::default();
        let mut diagnostics = Diagnostics::new(&sources);
        let mut start = 0;
        for line in sources.get(id).text().lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            match &words[..] {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                [shape, path, hashes @ ..]
                    if !hashes.is_empty() && hashes.iter().all(|it| fingerprint(it).is_some()) =>
                {
                    let hashes = hashes.iter().filter_map(|hash| fingerprint(hash));
                    hashes.for_each(|hash| reviewed.add(shape, path, hash));
                }
                _ => {
                    let span = Span::new(id, start, start + line.len());
                    let message = "this is not a shape, a path and a fingerprint";
                    let error = Diagnostic::error(Code::UnexpectedValue, message).at(span, "");
                    diagnostics.push(error.help(
                        "write the file anew: `cargo xtask model diff --against FILE --accept`",
                    ));
                }
            }
            start += line.len() + 1;
        }
        diagnostics.into_result(reviewed)
    }

    pub(super) fn add(&mut self, shape: &str, path: &str, fingerprint: Fingerprint) {
        let key = (shape.to_owned(), path.to_owned());
        self.0.entry(key).or_default().push(fingerprint);
    }

    /// Takes a difference out; `false` where it was not reviewed as it is now.
    pub(super) fn take(&mut self, difference: &Difference<'_>) -> bool {
        let Some(fingerprint) = difference.theirs else {
            return true;
        };
        let key = (difference.shape.to_string(), difference.path.clone());
        self.take_from(&key, fingerprint)
    }

    /// Takes out the fingerprint of a place; `false` where it is not there.
    pub(super) fn take_from(&mut self, place: &(String, String), fingerprint: Fingerprint) -> bool {
        let Some(list) = self.0.get_mut(place) else {
            return false;
        };
        let at = list.iter().position(|other| *other == fingerprint);
        at.map(|at| list.swap_remove(at)).is_some()
    }

    /// Takes out one of this place, which is no longer there.
    pub(super) fn take_any(&mut self, difference: &Difference<'_>) -> bool {
        let key = (difference.shape.to_string(), difference.path.clone());
        self.take_any_from(&key)
    }

    /// The same for a place.
    pub(super) fn take_any_from(&mut self, place: &(String, String)) -> bool {
        self.0.get_mut(place).and_then(Vec::pop).is_some()
    }
}

impl fmt::Display for Reviewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# What differs from the official model for the reasons in deviations.json: shape, place, and a"
        )?;
        writeln!(
            f,
            "# fingerprint of what the official model has there; at `*`, those of all parts of a shape that is behind"
        )?;
        writeln!(
            f,
            "# what we leave out. Written by `cargo xtask model diff --accept`."
        )?;
        for ((shape, path), fingerprints) in &self.0 {
            let mut fingerprints = fingerprints.clone();
            fingerprints.sort();
            if path == WHOLE {
                let all: Vec<_> = fingerprints.iter().map(Fingerprint::to_string).collect();
                writeln!(f, "{shape} {path} {}", all.join(" "))?;
                continue;
            }
            for fingerprint in fingerprints {
                writeln!(f, "{shape} {path} {fingerprint}")?;
            }
        }
        Ok(())
    }
}
