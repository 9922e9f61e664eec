//! What is wrong with a model: all of it at once, each with its place and what to do.

mod code;
mod excerpt;
mod json_path;
mod render;

use std::fmt;

pub use code::Code;

use crate::source::{Sources, Span};

/// How many diagnostics are drawn before the rest is only counted.
pub const MAX_DRAWN: usize = 50;

/// How many names are compared for advice, all in all.
const MAX_COMPARISONS: usize = 100_000;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// It is generated, but perhaps not what was meant.
    Warning,
}

/// A place, and what it has to do with the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty for the primary place.
    pub text: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a diagnostic is only seen once it is pushed"]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which problem it is.
    pub code: Code,
    /// The problem in one line.
    pub message: String,
    /// Where it is; none where it is in no file, such as an operation asked for on the command line.
    pub primary: Option<Label>,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// The absolute id of the shape or member it concerns.
    pub shape: Option<String>,
    /// More about it.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            shape: None,
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Where it is, and what is there.
    pub fn at(self, span: Span, label: impl Into<String>) -> Self {
        self.at_opt(Some(span), label)
    }

    /// Where it is, for what may stand in no file, such as Smithy's prelude.
    pub fn at_opt(mut self, span: Option<Span>, label: impl Into<String>) -> Self {
        self.primary = span.map(|span| Label {
            span,
            text: label.into(),
        });
        self
    }

    /// Another place that matters.
    pub fn also(mut self, span: impl Into<Option<Span>>, label: impl Into<String>) -> Self {
        self.secondary.extend(span.into().map(|span| Label {
            span,
            text: label.into(),
        }));
        self
    }

    /// The shape or member it concerns.
    pub fn of(mut self, shape: impl fmt::Display) -> Self {
        self.shape = Some(shape.to_string());
        self
    }

    /// More about it.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    fn order(&self) -> (Option<Span>, Code) {
        (self.primary.as_ref().map(|label| label.span), self.code)
    }
}

/// Problems, with the files they are in. Its `Display` draws them as rustc does, without colour.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    sources: Sources,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No problem yet.
    pub fn new(sources: &Sources) -> Self {
        Self {
            sources: sources.clone(),
            list: Vec::new(),
        }
    }

    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds the problems of another pass over the same files.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// All problems, in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        let mut sorted: Vec<_> = self.list.iter().collect();
        sorted.sort_by_key(|diagnostic| diagnostic.order());
        sorted.into_iter()
    }

    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether another problem can still have advice that takes so many comparisons to find. In a large model with
    /// many problems only the first ones have it.
    pub fn can_advise(&self, comparisons: usize) -> bool {
        self.list.len() < MAX_DRAWN && self.list.len() * comparisons < MAX_COMPARISONS
    }

    /// The candidates [`nearest`] to a name, while [another problem can have advice](Self::can_advise).
    pub fn nearest<'c>(
        &self,
        name: &str,
        candidates: impl ExactSizeIterator<Item = &'c str>,
    ) -> Vec<&'c str> {
        if self.can_advise(candidates.len()) {
            nearest(name, candidates)
        } else {
            Vec::new()
        }
    }

    /// Whether there is no problem.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The value, unless there is an error.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.has_errors() {
            Err(self)
        } else {
            Ok(value)
        }
    }

    /// Draws them with or without terminal colours.
    pub fn render(&self, colour: bool) -> String {
        render::all(&self.sources, self.iter(), self.list.len(), colour)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// The candidates nearest to a name that was not found, best first, at most three.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let name = name.to_ascii_lowercase();
    let score = |candidate: &str| {
        let candidate = candidate.to_ascii_lowercase();
        let distance = strsim::normalized_damerau_levenshtein(&name, &candidate);
        // Half a name is often the beginning of the whole one.
        if name.len() >= 3 && candidate.starts_with(&name) {
            distance.max(0.7)
        } else {
            distance
        }
    };
    // Names of very different length are never near.
    let is_like = |candidate: &&str| {
        let (short, long) = (
            name.len().min(candidate.len()),
            name.len().max(candidate.len()),
        );
        short * 5 >= long * 3 || candidate.len() > name.len()
    };
    let mut scored: Vec<_> = candidates
        .into_iter()
        .filter(is_like)
        .map(|candidate| (score(candidate), candidate))
        .collect();
    scored.retain(|(score, _)| *score > 0.6);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    // Far behind the best one, a candidate is noise.
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    scored.retain(|(score, _)| best - score < 0.1);
    scored.dedup_by_key(|(_, candidate)| *candidate);
    scored.truncate(3);
    scored.into_iter().map(|(_, candidate)| candidate).collect()
}

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
pub fn one_of<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
