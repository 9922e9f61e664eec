//! Reads JSON values of the types a model has, and notes what is wrong with them.

use std::borrow::Cow;

use super::id::ShapeId;
use super::shape::Kind;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest, one_of};
use crate::json::{Entry, Json, JsonError, duplicate_keys};
use crate::source::Span;

/// Reads JSON and notes everything that is wrong with it.
pub(super) struct Reader<'d> {
    pub(super) diagnostics: &'d mut Diagnostics,
}

/// The entries of an object that are not read yet.
pub(super) struct Properties<'a> {
    /// The shape they belong to, for messages.
    pub(super) of: ShapeId<'a>,
    pub(super) span: Span,
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> Properties<'a> {
    pub(super) fn take(&mut self, key: &str) -> Option<Json<'a>> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at).value)
    }
}

impl Reader<'_> {
    /// The entries of an object; a key that stands there twice is noted and its first value kept.
    pub(super) fn object<'a>(&mut self, json: Json<'a>, what: &str) -> Option<Vec<Entry<'a>>> {
        if json.kind() != "an object" {
            self.unexpected(json, what, "an object");
            return None;
        }
        let mut entries = json.object().map_err(|error| self.broken(error)).ok()?;
        let duplicates: Vec<Span> = duplicate_keys(&entries)
            .into_iter()
            .map(|(first, again)| {
                let message = format!("`{}` stands twice in one object", again.key);
                let error = Diagnostic::error(Code::DuplicateKey, message)
                    .at(again.key_span, "again here")
                    .also(first.key_span, "first here")
                    .help("keep one of them; JSON readers disagree about which of the two counts");
                self.diagnostics.push(error);
                again.key_span
            })
            .collect();
        entries.retain(|entry| !duplicates.contains(&entry.key_span));
        Some(entries)
    }

    pub(super) fn array<'a>(&mut self, json: Json<'a>, what: &str) -> Option<Vec<Json<'a>>> {
        if json.kind() != "an array" {
            self.unexpected(json, what, "an array");
            return None;
        }
        json.array().map_err(|error| self.broken(error)).ok()
    }

    pub(super) fn string(&mut self, json: Json<'_>, what: &str) -> Option<String> {
        if json.kind() != "a string" {
            self.unexpected(json, what, "a string");
            return None;
        }
        json.string()
            .map(|text| text.into_owned())
            .map_err(|error| self.broken(error))
            .ok()
    }

    pub(super) fn id<'a>(&mut self, span: Span, key: &Cow<'a, str>) -> Option<ShapeId<'a>> {
        let text = self.own_text(span, key)?;
        self.plain_id(span, text)
    }

    pub(super) fn plain_id<'a>(&mut self, span: Span, text: &'a str) -> Option<ShapeId<'a>> {
        let id = ShapeId::parse(text);
        if id.is_none() {
            self.bad_id(text, span, "not a shape id");
        }
        id
    }

    /// Text that is kept as a slice of the file, which it is as long as it has no escapes.
    pub(super) fn own_text<'a>(&mut self, span: Span, key: &Cow<'a, str>) -> Option<&'a str> {
        match key {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(text) => {
                self.bad_id(text, span, "the key of this value is written with escapes");
                None
            }
        }
    }

    pub(super) fn bad_id(&mut self, text: &str, span: Span, label: &str) {
        let error = Diagnostic::error(Code::BadShapeId, format!("`{text}` is not a valid id here"))
            .at(span, label)
            .help("a shape id is `namespace#Name`, a member's name is a word: ASCII letters, digits and `_`");
        self.diagnostics.push(error);
    }

    pub(super) fn unknown_kind(&mut self, kind: &str, span: Span, id: ShapeId<'_>) {
        let near = nearest(
            kind,
            Kind::ALL
                .iter()
                .map(|known| known.as_str())
                .chain(["apply"]),
        );
        let help = match &near[..] {
            [] => format!(
                "Smithy 2.0 has {}",
                one_of(
                    &Kind::ALL
                        .iter()
                        .map(|kind| kind.as_str())
                        .collect::<Vec<_>>()
                )
            ),
            near => format!("did you mean {}?", one_of(near)),
        };
        let error = Diagnostic::error(
            Code::UnknownShapeKind,
            format!("Smithy has no shapes of type `{kind}`"),
        );
        self.diagnostics
            .push(error.at(span, "unknown type").of(id).help(help));
    }

    pub(super) fn unexpected(&mut self, json: Json<'_>, what: &str, expected: &str) {
        let message = format!("{what} must be {expected}, not {}", json.kind());
        self.diagnostics.push(
            Diagnostic::error(Code::UnexpectedValue, message)
                .at(json.span(), format!("expected {expected}")),
        );
    }

    pub(super) fn broken(&mut self, error: JsonError) {
        self.diagnostics.push(json_error(error));
    }

    pub(super) fn missing(&mut self, properties: &Properties<'_>, key: &str, help: &str) {
        let error = Diagnostic::error(Code::MissingProperty, format!("`{key}` is missing"))
            .at(properties.span, format!("has no `{key}`"))
            .of(properties.of)
            .help(help);
        self.diagnostics.push(error);
    }

    pub(super) fn reject_rest(&mut self, properties: &Properties<'_>, what: &str, known: &[&str]) {
        for entry in &properties.entries {
            let message = format!("{what} has no property `{}`", entry.key);
            let near = nearest(&entry.key, known.iter().copied());
            let help = match (&near[..], known) {
                ([], []) => "remove it".to_owned(),
                ([], known) => format!("it can have {}", one_of(known)),
                (near, _) => format!("did you mean {}?", one_of(near)),
            };
            let error = Diagnostic::error(Code::UnknownProperty, message);
            self.diagnostics.push(
                error
                    .at(entry.key_span, "unknown property")
                    .of(properties.of)
                    .help(help),
            );
        }
    }
}

/// A file or value that is no JSON.
pub(super) fn json_error(error: JsonError) -> Diagnostic {
    if error.too_deep {
        return Diagnostic::error(Code::TooDeep, error.message)
            .at(error.span, "one level too many");
    }
    Diagnostic::error(Code::Json, format!("this is not JSON: {}", error.message)).at(
        error.span,
        if error.message.starts_with("EOF") {
            "the file ends here"
        } else {
            ""
        },
    )
}
