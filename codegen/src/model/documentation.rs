//! Documentation that stands in Markdown files, as traits of the shapes and members it is about.

use super::id::{ShapeId, is_identifier};
use super::merge::Merge;
use super::read::{ApplyTarget, Origin, Statement};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::json::Json;
use crate::markdown::{Markdown, Section, Subject};
use crate::source::{SourceId, Span};
use crate::traits::simple::Documentation;
use crate::traits::{Trait, TraitValue as _, Traits};

const HEADINGS: &str = "`# namespace#Shape` begins a shape and `## member` one of its members; headings within their documentation begin with `###`";

/// Reads a file in which each section is about a shape or a member.
pub(super) fn read<'a>(
    id: SourceId,
    text: &'a str,
    markdown: &'a Markdown,
    merge: &mut Merge<'a>,
    diagnostics: &mut Diagnostics,
) {
    let span = |range: &std::ops::Range<usize>| Span::new(id, range.start, range.end);
    let mut report = |range, message: &str, label: &str, help: &str| {
        let error = Diagnostic::error(Code::Markdown, message).at(span(range), label);
        diagnostics.push(error.help(help));
    };
    if let Some(stray) = &markdown.stray {
        let message = "this text is about no shape";
        report(stray, message, "no heading above", HEADINGS);
    }
    if let Some(unclosed) = &markdown.unclosed {
        let help = "close it with the same line of backticks or tildes";
        report(unclosed, "this code has no end", "begins here", help);
    }
    let mut shape = None;
    let mut statements = Vec::new();
    for (at, section) in markdown.sections.iter().enumerate() {
        let name = &text[section.name.clone()];
        let target = match section.subject {
            Subject::Shape => {
                let parsed = ShapeId::parse(name);
                if parsed.is_none() {
                    let message = format!("`{name}` is not a shape id");
                    report(&section.name, &message, "not `namespace#Shape`", HEADINGS);
                }
                // Members below a shape that is unknown are about nothing, which was just said.
                shape = Some(parsed);
                parsed.map(ApplyTarget::Shape)
            }
            Subject::Member if !is_identifier(name) => {
                let message = format!("`{name}` is not the name of a member");
                report(&section.name, &message, "not a word", HEADINGS);
                continue;
            }
            Subject::Member => match shape {
                Some(shape) => shape.map(|shape| ApplyTarget::Member(shape.member(name))),
                None => {
                    let message = format!("`{name}` is a member of no shape");
                    report(&section.name, &message, "no shape above", HEADINGS);
                    continue;
                }
            },
        };
        if is_bare(section, markdown.sections.get(at + 1)) {
            let message = format!("nothing is said about `{name}`");
            let help = "write its documentation below, or remove the heading";
            report(&section.name, &message, "no text below", help);
        } else if let Some(target) = target.filter(|_| !section.is_empty()) {
            statements.push((target, section));
        }
    }
    for (target, section) in statements {
        let at = span(&section.name);
        let mut traits = Traits::default();
        traits.push(Trait {
            id: ShapeId::known(Documentation::ID),
            span: at,
            value: Json::made(&section.json, at),
        });
        merge.add(
            Statement::Apply(target, at, traits, Origin::Markdown),
            diagnostics,
        );
    }
}

/// Whether a heading stands there for nothing: that of a shape can be there for its members alone.
fn is_bare(section: &Section, next: Option<&Section>) -> bool {
    let has_members = section.subject == Subject::Shape
        && next.is_some_and(|next| next.subject == Subject::Member);
    section.is_empty() && !has_members
}
