//! Draws diagnostics.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::{Excerpt, excerpts};
use super::{Diagnostic, MAX_DRAWN, Severity};
use crate::source::Sources;

/// Lines of an excerpt that are wider are cut to a window around what they are about.
const WIDTH: usize = 140;

/// Draws the first ones and counts the rest.
pub(super) fn all<'d>(
    sources: &Sources,
    diagnostics: impl Iterator<Item = &'d Diagnostic>,
    count: usize,
    colour: bool,
) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut text = String::new();
    for diagnostic in diagnostics.take(MAX_DRAWN) {
        text.push_str(&one(&renderer, sources, diagnostic));
        text.push_str("\n\n");
    }
    if count > MAX_DRAWN {
        text.push_str(&format!("… and {} more\n\n", count - MAX_DRAWN));
    }
    text.truncate(text.trim_end().len());
    text
}

fn one(renderer: &Renderer, sources: &Sources, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(&*diagnostic.message)
        .id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    let excerpts = excerpts(sources, diagnostic.primary.as_ref(), &diagnostic.secondary);
    for excerpt in &excerpts {
        group = draw(group, sources, excerpt);
    }
    let paths = excerpts.iter().filter_map(|excerpt| excerpt.cut.as_ref());
    let paths = paths.map(|cut| &cut.path).filter(|path| !path.is_empty());
    group = group.elements(paths.map(|path| Level::NOTE.message(format!("at {path}"))));
    if let Some(shape) = &diagnostic.shape {
        group = group.element(Level::NOTE.message(format!("in {shape}")));
    }
    group = group.elements(
        diagnostic
            .notes
            .iter()
            .map(|note| Level::NOTE.message(&**note)),
    );
    group = group.elements(
        diagnostic
            .help
            .iter()
            .map(|help| Level::HELP.message(&**help)),
    );
    placed(renderer.render(&[group]), sources, &excerpts)
}

fn draw<'e>(group: Group<'e>, sources: &'e Sources, excerpt: &'e Excerpt) -> Group<'e> {
    let annotations = excerpt.marks.iter().map(|mark| {
        let kind = if mark.primary {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let annotation = kind.span(mark.range.clone());
        if mark.label.is_empty() {
            annotation
        } else {
            annotation.label(&*mark.label)
        }
    });
    let snippet = Snippet::source(&*excerpt.text)
        .path(sources.get(excerpt.source).name())
        .line_start(excerpt.first_line)
        .annotations(annotations);
    group.element(snippet)
}

/// The text with the places of lines that are cut: the renderer counts columns in what it is given.
fn placed(mut text: String, sources: &Sources, excerpts: &[Excerpt]) -> String {
    // Behind the title, which may name a file as well.
    let mut from = text.find('\n').unwrap_or(text.len());
    for excerpt in excerpts {
        let name = format!("{}:", sources.get(excerpt.source).name());
        let Some(found) = text[from..].find(&name) else {
            continue;
        };
        from += found + name.len();
        let place = text[from..].find(|c: char| !c.is_ascii_digit() && c != ':');
        let end = place.map_or(text.len(), |length| from + length);
        if let Some(cut) = &excerpt.cut {
            text.replace_range(from..end, &format!("{}:{}", cut.line, cut.column));
        }
    }
    text
}
