//! Values that are written in traits, as examples and tests write them, are values of the shapes they stand for.

use crate::customize;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, one_of};
use crate::json::{Entry, Json};
use crate::model::{Model, Shape, ShapeId, ShapeKind};
use crate::source::Span;
use crate::traits::simple::Sparse;

/// What checks the values of one trait.
pub(super) struct Values<'v, 'a> {
    pub(super) model: &'v Model<'a>,
    /// The shape that has the trait.
    pub(super) of: ShapeId<'a>,
    /// How bad a value is that its shape cannot have. A name that is not there is always an error.
    pub(super) misfit: Severity,
    pub(super) diagnostics: &'v mut Diagnostics,
}

impl<'a> Values<'_, 'a> {
    /// Checks the members of a structure, by their names.
    pub(super) fn members(&mut self, json: Json<'_>, shape: &Shape<'a>) {
        for Entry {
            key,
            key_span,
            value,
        } in entries(json)
        {
            match shape.fields().and_then(|members| members.get(&key)) {
                // as if it were not there
                Some(_) if value.kind() == "null" => {}
                Some(member) => {
                    let target = self.model.target(&member.target);
                    self.value(value, target);
                }
                None if customize::adds(shape, &key) => {}
                None => {
                    let names: Vec<_> = shape.members().map(|member| member.name).collect();
                    let message = format!("`{}` has no member `{key}`", shape.id.name());
                    let error = Diagnostic::error(Code::UnknownMember, message)
                        .at(key_span, "")
                        .also(shape.span, "defined here");
                    self.push(did_you_mean(error, &key, &names, self.diagnostics));
                }
            }
        }
    }

    /// Checks a value, whatever it is of.
    pub(super) fn value(&mut self, json: Json<'_>, shape: &Shape<'a>) {
        match &shape.kind {
            ShapeKind::Structure(_) if json.kind() == "an object" => self.members(json, shape),
            ShapeKind::Union(_) if json.kind() == "an object" => {
                self.members(json, shape);
                if entries(json).len() != 1 {
                    self.misfit(json, shape, "a union has exactly one member");
                }
            }
            ShapeKind::List(item) if json.kind() == "an array" => {
                let target = self.model.target(&item.target);
                let sparse = shape.traits.has::<Sparse>();
                for item in json.array().unwrap_or_default() {
                    self.item(item, target, sparse);
                }
            }
            ShapeKind::Map(members) if json.kind() == "an object" => {
                let target = self.model.target(&members.value.target);
                let sparse = shape.traits.has::<Sparse>();
                for entry in entries(json) {
                    self.item(entry.value, target, sparse);
                }
            }
            kind if is_simple_value(kind, json) => {}
            _ => self.misfit(json, shape, ""),
        }
    }

    fn item(&mut self, json: Json<'_>, target: &Shape<'a>, sparse: bool) {
        if !(sparse && json.kind() == "null") {
            self.value(json, target);
        }
    }

    fn misfit(&mut self, json: Json<'_>, shape: &Shape<'a>, why: &str) {
        let message = format!(
            "{} is not a value of `{}`, {}",
            json.kind(),
            shape.id.name(),
            shape.kind.tag().with_article()
        );
        let diagnostic = Diagnostic {
            severity: self.misfit,
            ..Diagnostic::error(Code::BadValue, message)
        };
        let diagnostic = diagnostic
            .at(json.span(), why)
            .also(shape.span, "defined here");
        self.push(match self.misfit {
            Severity::Error => diagnostic,
            Severity::Warning => diagnostic.note("the example is left out"),
        });
    }

    /// Reports a name that is none of those that can stand there.
    pub(super) fn unknown(&mut self, what: &str, name: &str, span: Span, known: &[&str]) {
        let message = format!("unknown {what}: `{name}`");
        let error = Diagnostic::error(Code::UnknownName, message).at(span, "");
        self.push(did_you_mean(error, name, known, self.diagnostics));
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic.of(self.of));
    }
}

/// Whether a simple shape has the value.
fn is_simple_value(kind: &ShapeKind<'_>, json: Json<'_>) -> bool {
    let integer = |bits: u32| {
        let number = json.parse::<i64>();
        number.is_ok_and(|number| number >> (bits - 1) == 0 || number >> (bits - 1) == -1)
    };
    match kind {
        ShapeKind::Blob | ShapeKind::String | ShapeKind::Enum(_) => json.kind() == "a string",
        ShapeKind::Boolean => json.kind() == "a boolean",
        ShapeKind::Byte => integer(8),
        ShapeKind::Short => integer(16),
        ShapeKind::Integer | ShapeKind::IntEnum(_) => integer(32),
        ShapeKind::Long => integer(64),
        ShapeKind::Float | ShapeKind::Double => {
            let text = json.string();
            let text = text.as_deref().unwrap_or_default();
            json.kind() == "a number" || matches!(text, "NaN" | "Infinity" | "-Infinity")
        }
        ShapeKind::BigInteger | ShapeKind::BigDecimal | ShapeKind::Timestamp => {
            matches!(json.kind(), "a number" | "a string")
        }
        ShapeKind::Document => true,
        _ => false,
    }
}

/// The entries of an object; none where it is something else, which reading the trait has reported.
pub(super) fn entries<'j>(json: Json<'j>) -> Vec<Entry<'j>> {
    json.object().unwrap_or_default()
}

/// A value by its name.
pub(super) fn entry<'j>(json: Json<'j>, name: &str) -> Option<Json<'j>> {
    let mut entries = entries(json).into_iter();
    let found = entries.find(|entry| entry.key == name);
    found.map(|entry| entry.value)
}

/// Adds the names that may have been meant; `before` are the problems found before.
pub(super) fn did_you_mean(
    error: Diagnostic,
    name: &str,
    known: &[&str],
    before: &Diagnostics,
) -> Diagnostic {
    match &before.nearest(name, known.iter().copied())[..] {
        [] if known.is_empty() || known.len() > LISTED => error,
        [] => error.help(format!("it can be {}", one_of(known))),
        near => error.help(format!("did you mean {}?", one_of(near))),
    }
}

/// More names than this are not listed.
const LISTED: usize = 12;

/// Among so many letters of a name one may be wrong.
const LETTERS_PER_SLIP: usize = 6;

/// Whether a name is a known one with a slip of the pen in it: for names that need not be known. What is numbered
/// is another name.
pub(super) fn is_slip(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_ascii_lowercase(), known.to_ascii_lowercase());
    let number = known.strip_prefix(&*name).unwrap_or_default();
    let distance = strsim::damerau_levenshtein(&name, &known);
    distance <= (name.len() / LETTERS_PER_SLIP).max(1)
        && !number.ends_with(|c: char| c.is_ascii_digit())
}
