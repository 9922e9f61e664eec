//! What of another model was looked at and found to be different on purpose: a line each, as a fingerprint, so that
//! a later change of it is noticed and nothing of the other model is copied.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

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
                [shape, path, hash] if u64::from_str_radix(hash, 16).is_ok() => {
                    let hash = u64::from_str_radix(hash, 16).unwrap_or_default();
                    reviewed.add(shape, path, Fingerprint(hash));
                }
                _ => {
                    let span = Span::new(id, start, start + line.len());
                    let message = "this is no shape, path and fingerprint";
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
        let Some(list) = self.0.get_mut(&key) else {
            return false;
        };
        let at = list.iter().position(|other| *other == fingerprint);
        at.map(|at| list.swap_remove(at)).is_some()
    }

    /// Takes out one of this place, which is no longer there.
    pub(super) fn take_any(&mut self, difference: &Difference<'_>) -> bool {
        let key = (difference.shape.to_string(), difference.path.clone());
        self.0.get_mut(&key).and_then(Vec::pop).is_some()
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
            "# fingerprint of what the official model has there. Written by `cargo xtask model diff --accept`."
        )?;
        for ((shape, path), fingerprints) in &self.0 {
            let mut fingerprints = fingerprints.clone();
            fingerprints.sort();
            for fingerprint in fingerprints {
                writeln!(f, "{shape} {path} {fingerprint}")?;
            }
        }
        Ok(())
    }
}
