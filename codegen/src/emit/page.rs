//! Reference pages: `docs/create-session.md`, and the index of all of them.

pub(super) mod calls;
pub(super) mod examples;
mod index;
mod members;
pub(super) mod shell;
pub(super) mod syntax;
mod usage;

use std::collections::HashSet;

use self::members::Side;
use super::Context;
use crate::api::{Binding, Operation};
use crate::document::{Docs, Fence, Link};
use crate::files::{Files, MARK};
use crate::model::ShapeId;

pub(super) use index::{emit_index, links};
pub(super) use usage::synopsis_lines;

const WIDTH: usize = 100;

/// The text of an output that has neither members nor documentation.
const NO_OUTPUT: &str = "A successful call returns nothing.";

/// A page in the making.
struct Page<'a, 's> {
    cx: &'a Context<'a, 's>,
    operation: &'a Operation<'s>,
    text: String,
    /// Structures whose members are on the page: each has them once.
    described: Vec<ShapeId<'s>>,
    /// Types whose own text and values are on the page.
    explained: Vec<ShapeId<'s>>,
    /// The anchors of the headings so far: no two are the same.
    anchors: HashSet<String>,
}

pub(super) fn emit(cx: &Context<'_, '_>, operation: &Operation<'_>, files: &mut Files) {
    let mut page = Page {
        cx,
        operation,
        text: String::new(),
        described: Vec::new(),
        explained: Vec::new(),
        anchors: HashSet::new(),
    };
    page.raw(&format!(
        "<!-- {MARK}; change model/ or codegen/ instead. -->\n"
    ));
    page.raw(&format!("{}\n", links(cx)));
    page.heading(1, operation.id.name());
    page.description();
    page.usage();
    page.synopsis();
    page.pages();
    page.waiters();
    page.arguments();
    page.section("Request syntax");
    page.code("http", &syntax::request(operation));
    page.output();
    page.errors();
    page.examples();
    files.insert(
        format!("docs/{}.md", &cx.names.operation(&operation.id).command),
        page.text,
    );
}

impl<'s> Page<'_, 's> {
    fn description(&mut self) {
        let docs = self.linked(&self.operation.documentation);
        let docs = docs.headings_from(2);
        let mut fence = Fence::default();
        for line in docs.markdown().lines().filter(|line| !fence.takes(line)) {
            if line.starts_with('#') {
                self.anchors.insert(anchor(line.trim_start_matches('#')));
            }
        }
        self.docs(&docs);
    }

    fn arguments(&mut self) {
        if self.operation.input.is_empty() {
            return;
        }
        self.section("Arguments");
        for field in &self.operation.input {
            let mut facts = Vec::new();
            if self.cx.options.command_line.is_some() {
                facts.push(format!("`{}`", usage::option(self.cx.names, field)));
            }
            facts.extend(self.rust_of_argument(field));
            facts.push(syntax::type_words(self.cx.api, &field.ty));
            facts.extend(match &field.binding {
                Binding::Endpoint if !self.operation.http.endpoint_in_path => {
                    Some("in the host name".to_owned())
                }
                Binding::Label(_) | Binding::Endpoint => Some("in the path".to_owned()),
                Binding::Header(header, _) => Some(format!("header `{header}`")),
                Binding::Query(query, _) => Some(format!("query `{query}`")),
                Binding::PrefixHeaders(prefix) => Some(format!("headers `{prefix}…`")),
                Binding::QueryParams { .. } => Some("in the query".to_owned()),
                Binding::Element(element) => Some(format!("element `{}`", element.tag.name)),
                Binding::Attribute(name, _) => Some(format!("attribute `{name}`")),
                Binding::Payload(_) => Some("the body".to_owned()),
                Binding::StatusCode => None,
            });
            facts.push(self.presence(field, Side::Input));
            self.member(field, field.name, &facts);
            self.forms(field);
            if self.has_structure(&field.ty) {
                self.nested(field, "", Side::Input);
            }
        }
        if self.cx.options.command_line.is_some() && shell::has_outfile(self.operation) {
            self.heading(3, "outfile");
            self.raw("`<outfile>` · path · required on the command line\n");
            self.docs(&Docs::of(
                "The file to write the content to. `-` writes it to standard output.",
            ));
        }
    }

    fn output(&mut self) {
        let output = &self.operation.output;
        self.section("Output");
        let docs = self.linked(&output.documentation);
        let is_empty = output.fields.is_empty();
        if docs.is_empty() && is_empty {
            self.docs(&Docs::of(NO_OUTPUT))
        } else {
            self.docs(&docs)
        }
        if is_empty {
            return;
        }
        self.code("json", &syntax::output(self.cx.api, output));
        self.fields(&output.fields, "Output.", Side::Output);
    }

    fn errors(&mut self) {
        let errors: Vec<_> = self
            .operation
            .errors
            .iter()
            .filter_map(|id| self.cx.api.error_def(id))
            .collect();
        if errors.is_empty() {
            return;
        }
        self.section("Modelled errors");
        let items: Vec<_> = errors
            .iter()
            .map(|error| {
                let head = format!("`{}` (HTTP {})", error.id.name(), error.status);
                list_item(&head, &self.linked(&error.documentation))
            })
            .collect();
        self.docs(&Docs::of(items.join("\n")));
    }

    fn linked(&self, documentation: &Docs) -> Docs {
        let own = self.operation.id.name();
        documentation.linked(|code| {
            let operation = self.cx.api.operation_named(code)?;
            let link = || Link {
                text: code.to_owned(),
                target: format!("{}.md", self.cx.names.operation(&operation.id).command),
            };
            (code != own).then(link)
        })
    }

    fn section(&mut self, title: &str) {
        self.heading(2, title);
    }

    /// Whether a heading of this title would have the anchor of another.
    fn is_taken(&self, title: &str) -> bool {
        self.anchors.contains(&anchor(title))
    }

    /// A heading whose anchor no other one has: where the title is taken, a number follows it.
    fn heading(&mut self, level: usize, title: &str) {
        let again = (2..).map(|number| format!("{title} ({number})"));
        let mut titles = std::iter::once(title.to_owned()).chain(again);
        let anchors = &mut self.anchors;
        let title = titles.find(|title| anchors.insert(anchor(title)));
        let title = title.unwrap_or_default();
        self.raw(&format!("{} {title}\n", "#".repeat(level)));
    }

    /// A block after an empty line.
    fn raw(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }

    fn docs(&mut self, docs: &Docs) {
        if !docs.is_empty() {
            self.raw(&format!("{}\n", docs.lines(WIDTH).join("\n")));
        }
    }

    fn code(&mut self, language: &str, code: &str) {
        self.raw(&format!("```{language}\n{}\n```\n", code.trim_end()));
    }
}

/// The name by which links reach a heading.
fn anchor(title: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let title = title.trim().to_lowercase();
    title.replace(|c| !kept(c), "").replace(' ', "-")
}

/// An item of a list: what it is about, and its documentation in one paragraph.
fn list_item(head: &str, docs: &Docs) -> String {
    let docs = docs.markdown().split_whitespace().collect::<Vec<_>>();
    if docs.is_empty() {
        format!("- {head}")
    } else {
        format!("- {head}: {}", docs.join(" "))
    }
}
