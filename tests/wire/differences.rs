//! Where we send something else on purpose.

use crate::recorded::Case;

/// A kind of difference and its reason.
pub(crate) struct Deliberate {
    pub(crate) reason: &'static str,
    fits: fn(&Case, &str) -> bool,
}

/// What is listed, and nothing else, may differ; what is listed must occur.
pub(crate) const DELIBERATE: &[Deliberate] = &[];

/// Why this difference is there, if it is on purpose.
pub(crate) fn reason(case: &Case, difference: &str) -> Option<&'static str> {
    let entry = DELIBERATE
        .iter()
        .find(|entry| (entry.fits)(case, difference));
    entry.map(|entry| entry.reason)
}
