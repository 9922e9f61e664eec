//! Compares a closure of one model with the same shapes of another: what a client would notice.
//!
//! Documentation is left out: ours is in our own words. Everything else that differs is either listed as
//! deliberate, with its reason, or is a difference to mend. What the other model has behind an operation or a member
//! that is left out on purpose counts too: once it was reviewed, each addition to it is named.

mod compare;
mod left_out;
mod report;
mod reviewed;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

pub use reviewed::{Fingerprint, Reviewed};

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::json::Json;
use crate::model::{Model, ShapeId};
use crate::select::Closure;
use crate::source::Sources;

/// The file beside a model that lists where it differs on purpose.
pub const DEVIATIONS: &str = "deviations.json";

/// A difference that is meant to be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The shape.
    pub shape: String,
    /// Where in the shape, such as `members.Key.traits.smithy.api#length`; everything below is meant too.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl Deviation {
    /// Whether it is about this place.
    fn covers(&self, shape: ShapeId<'_>, path: &str) -> bool {
        let below = path.strip_prefix(&*self.path);
        self.shape == shape.as_str()
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// All differences that are meant to be.
#[derive(Debug, Clone, Default)]
pub struct Deviations(Vec<Deviation>);

impl Deviations {
    /// Reads a list of them: `[{ "shape": …, "path": …, "reason": … }]`.
    pub fn read(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<Self, Diagnostics> {
        let mut sources = Sources::new();
        let id = sources.add(name, bytes);
        let read = Json::of_file(id, sources.get(id)).and_then(Json::parse::<Vec<Deviation>>);
        read.map(Self).map_err(|error| {
            let message = format!("this is not a list of deviations: {}", error.message);
            let mut diagnostics = Diagnostics::new(&sources);
            diagnostics.push(
                Diagnostic::error(Code::UnexpectedValue, message)
                    .at(error.span, "")
                    .help("an entry is `{ \"shape\": …, \"path\": …, \"reason\": … }`"),
            );
            diagnostics
        })
    }
}

impl Deviations {
    /// The paths in a shape that are meant to differ, each with the reason.
    pub(crate) fn of(&self, shape: &str) -> impl Iterator<Item = (&str, &str)> {
        let of_it = self
            .0
            .iter()
            .filter(move |deviation| deviation.shape == shape);
        of_it.map(|deviation| (&*deviation.path, &*deviation.reason))
    }
}

/// Something that is not the same in both models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference<'a> {
    /// The shape.
    pub shape: ShapeId<'a>,
    /// Where in the shape; empty for the shape itself.
    pub path: String,
    /// What is not the same.
    pub change: Change,
    /// What the other model has there.
    pub theirs: Option<Fingerprint>,
}

/// How something differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only our model has it.
    OnlyOurs(String),
    /// Only the other model has it.
    OnlyTheirs(String),
    /// Both have it, with other content.
    Content {
        /// Ours.
        ours: String,
        /// That of the other model.
        theirs: String,
    },
    /// Both have the same, in another order.
    Order {
        /// Ours.
        ours: String,
        /// That of the other model.
        theirs: String,
    },
}

/// What a comparison has found. Its `Display` is for people.
#[derive(Debug)]
pub struct DiffReport<'a> {
    /// How many shapes were compared.
    pub shapes: usize,
    /// Differences that are not listed, or were listed when the other model had something else there.
    pub differences: Vec<(Difference<'a>, Standing)>,
    /// What was reviewed and is no longer in the other model.
    pub gone: Vec<(String, String)>,
    /// Listed ones, with what they cover.
    pub deliberate: Vec<(Deviation, Vec<Difference<'a>>)>,
    /// What the other model has behind what is left out.
    pub left_out: Vec<Difference<'a>>,
    /// Listed ones that cover nothing.
    pub stale: Vec<Deviation>,
    /// Whether to show what is deliberate.
    pub verbose: bool,
}

/// What is known of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing covers it.
    New,
    /// A deviation covers its place, but not what the other model has there now.
    Changed,
}

impl DiffReport<'_> {
    /// What is to be recorded once the differences that deviations cover have been looked at.
    pub fn reviewed(&self) -> Reviewed {
        let mut reviewed = Reviewed::default();
        for difference in self.deliberate.iter().flat_map(|(_, covered)| covered) {
            if let Some(fingerprint) = difference.theirs {
                let shape = difference.shape.to_string();
                reviewed.add(&shape, &difference.path, fingerprint);
            }
        }
        for difference in &self.left_out {
            if let Some(fingerprint) = difference.theirs {
                let shape = difference.shape.to_string();
                reviewed.add(&shape, left_out::WHOLE, fingerprint);
            }
        }
        reviewed
    }

    /// Whether everything that differs is listed, and everything listed differs.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.stale.is_empty() && self.gone.is_empty()
    }
}

/// Compares the closure with the same shapes of another model. A deviation covers what was reviewed; where nothing
/// was, all that is below its path.
pub fn diff<'a>(
    closure: &Closure<'_, 'a>,
    theirs: &Model<'a>,
    deviations: &Deviations,
    reviewed: Option<&Reviewed>,
) -> DiffReport<'a> {
    // Shapes of the prelude are the same everywhere.
    let shapes: Vec<_> = closure
        .iter()
        .filter(|shape| shape.span.is_some())
        .collect();
    let mut report = DiffReport {
        shapes: shapes.len(),
        differences: Vec::new(),
        gone: Vec::new(),
        verbose: false,
        deliberate: Vec::new(),
        left_out: Vec::new(),
        stale: Vec::new(),
    };
    let mut left = reviewed.cloned();
    let mut covered: Vec<Vec<Difference<'a>>> = vec![Vec::new(); deviations.0.len()];
    let mut changed = Vec::new();
    let mut has_changed = vec![false; deviations.0.len()];
    for shape in &shapes {
        for difference in compare::shape(shape, theirs.get(shape.id)) {
            let mut entries = deviations.0.iter();
            let entry = entries.position(|entry| entry.covers(difference.shape, &difference.path));
            let known = left.as_mut().is_none_or(|left| left.take(&difference));
            match entry {
                Some(entry) if known => covered[entry].push(difference),
                Some(entry) => {
                    has_changed[entry] = true;
                    changed.push(difference);
                }
                None => report.differences.push((difference, Standing::New)),
            }
        }
    }
    let differences = report.differences.iter().map(|(difference, _)| difference);
    let told = differences.chain(&changed);
    let told: HashSet<_> = told.map(|it| (it.shape, it.path.clone())).collect();
    let left_out = left_out::left_out(closure, theirs, &told, left.as_mut());
    report.settle(changed, left.unwrap_or_default(), theirs);
    report.differences.extend(left_out.new);
    report.left_out = left_out.known;
    let entries = deviations.0.iter().zip(has_changed);
    for ((entry, has_changed), covered) in entries.zip(covered) {
        let compared = shapes.iter().any(|shape| shape.id.as_str() == entry.shape);
        // What other operations need is not stale only because they were not chosen.
        let elsewhere = closure
            .model
            .shapes()
            .any(|shape| shape.id.as_str() == entry.shape);
        // Where what it covered has changed, that is told already.
        let is_stale = !has_changed && (compared || !elsewhere);
        if !covered.is_empty() {
            report.deliberate.push((entry.clone(), covered));
        } else if is_stale {
            report.stale.push(entry.clone());
        }
    }
    report
}

impl<'a> DiffReport<'a> {
    /// Tells what is new from what has changed, by what was reviewed and is left over.
    fn settle(&mut self, changed: Vec<Difference<'a>>, mut left: Reviewed, theirs: &Model<'a>) {
        let mut told = HashMap::new();
        for difference in changed {
            let standing = if left.take_any(&difference) {
                Standing::Changed
            } else {
                Standing::New
            };
            // Rules stand in a model twice, as a tree and as a diagram.
            let again = rules::part(&difference.path).is_some_and(|(form, part)| {
                let key = (part.to_owned(), difference.theirs);
                *told.entry(key).or_insert(form) != form
            });
            if !again {
                self.differences.push((difference, standing));
            }
        }
        let gone = left.0.into_iter();
        let gone = gone.flat_map(|(place, mut list)| {
            list.retain(|fingerprint| *fingerprint != Fingerprint::of_nothing());
            // Where it is still there, and no difference, both have it now.
            let shape = theirs.shapes().find(|shape| shape.id.as_str() == place.0);
            if shape.is_some_and(|shape| left_out::has(shape, &place.1)) {
                list.clear();
            }
            // Of a shape that is left out, one line says it.
            let count = if place.1 == left_out::WHOLE {
                list.len().min(1)
            } else {
                list.len()
            };
            std::iter::repeat_n(place, count)
        });
        self.gone.extend(gone);
    }
}
