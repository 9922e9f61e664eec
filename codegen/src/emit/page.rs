//! Reference pages: `docs/create-session.md`, and the index of all of them.

pub(super) mod calls;
mod members;
pub(super) mod syntax;

use quote::quote;

use self::members::Side;
use super::rust_file::ident;
use super::scope::{Place, Scope};
use super::{Context, value};
use crate::api::{Binding, Field, Operation, Type};
use crate::document::{Docs, Link, title};
use crate::files::{Files, MARK};
use crate::model::ShapeId;
use crate::name::Names;

const WIDTH: usize = 100;

/// A page in the making.
struct Page<'a, 's> {
    cx: &'a Context<'a, 's>,
    operation: &'a Operation<'s>,
    text: String,
    /// Types that have been described: each is once.
    described: Vec<ShapeId<'s>>,
}

pub(super) fn emit(cx: &Context<'_, '_>, operation: &Operation<'_>, files: &mut Files) {
    let mut page = Page {
        cx,
        operation,
        text: String::new(),
        described: Vec::new(),
    };
    page.raw(&format!(
        "<!-- {MARK}; change model/ or codegen/ instead. -->\n"
    ));
    page.raw(&format!("# {}\n", operation.id.name()));
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

pub(super) fn emit_index(cx: &Context<'_, '_>, files: &mut Files) {
    let service = &cx.api.service;
    let mut text = format!(
        "<!-- {MARK}; change model/ or codegen/ instead. -->\n\n# {}\n",
        title(&service.title)
    );
    if !service.documentation.is_empty() {
        text.push('\n');
    }
    for line in Docs::new(&service.documentation).lines(WIDTH) {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("\n| Operation | |\n|---|---|\n");
    for operation in &cx.api.operations {
        let name = operation.id.name();
        let summary = Docs::new(&operation.documentation)
            .summary()
            .replace('|', "\\|");
        text.push_str(&format!(
            "| [`{name}`]({}.md) | {summary} |\n",
            cx.names.operation(&operation.id).command
        ));
    }
    if cx.options.command_line.is_some() {
        text.push_str(
            "\nOn the command line, [options that are no members](options.md) and \
             [differences from the AWS CLI](differences.md).\n",
        );
    }
    files.insert("docs/README.md", text);
}

impl<'s> Page<'_, 's> {
    fn description(&mut self) {
        let docs = self.linked(&self.operation.documentation);
        self.docs(&docs.headings_from(2));
    }

    /// How it is called from Rust.
    fn usage(&mut self) {
        self.section("Usage");
        let names = |required: bool| -> Vec<_> {
            let fields = self.operation.input.iter();
            let fields = fields.filter(|field| field.required == required);
            fields.map(|field| self.cx.names.field(field)).collect()
        };
        let (required, optional) = (names(true), names(false));
        let arguments = value::variables(self.cx.names, self.operation);
        let code = value::statement(
            &self.cx.names.operation(&self.operation.id).method,
            &arguments,
            &quote!(#(.#optional(#optional))*),
        );
        self.code("rust", &code);
        let members = if self.operation.input.is_empty() {
            ""
        } else {
            "Required members are arguments, all others have a setter that may be left out. "
        };
        let ty = self
            .cx
            .names
            .operation(&self.operation.id)
            .request
            .to_string();
        let required: Vec<_> = required.iter().map(|name| name.to_string()).collect();
        let required = required.join(", ");
        let names = self.cx.names.operation(&self.operation.id);
        let required = match &names.required {
            Some(ty) => format!("{ty} {{ {required} }}"),
            None => required,
        };
        self.docs(&Docs::of(format!(
            "{members}A request is also a value of its own: `client.send({ty}::new({}))`.",
            required
        )));
    }

    /// How it is called from the command line, if there is one.
    fn synopsis(&mut self) {
        if self.cx.options.command_line.is_none() {
            return;
        }
        self.section("Synopsis");
        self.code(
            "text",
            &synopsis_lines(self.cx.names, self.operation).join("\n"),
        );
        // lists without a size for their pages give one page at the command line
        let sized = self
            .operation
            .pages
            .as_ref()
            .and_then(|pages| pages.page_size.as_ref());
        let lists = match sized {
            Some(_) => "[options of lists](options.md#options-of-lists) and ",
            None => "",
        };
        self.docs(&Docs::of(format!(
            "There are also {lists}[options of all commands](options.md)."
        )));
    }

    fn arguments(&mut self) {
        if self.operation.input.is_empty() {
            return;
        }
        self.section("Arguments");
        for field in &self.operation.input {
            let mut facts = Vec::new();
            if self.cx.options.command_line.is_some() {
                facts.push(format!("`{}`", option(self.cx.names, field)));
            }
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
            self.member(field, "", &facts);
            if self.has_structure(&field.ty) {
                self.code("json", &syntax::form(self.cx.api, &field.ty));
                self.nested(field, "", Side::Input);
            }
        }
    }

    fn output(&mut self) {
        let output = &self.operation.output;
        self.section("Output");
        let docs = self.linked(&output.documentation);
        self.docs(&docs);
        if output.fields.is_empty() {
            return self.docs(&Docs::of("A success has no content to look at."));
        }
        self.code("json", &syntax::output(self.cx.api, output));
        self.fields(&output.fields, "", Side::Output);
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

    fn examples(&mut self) {
        let mut first = true;
        for example in &self.operation.examples {
            let Some((arguments, setters)) =
                value::call_of(self.cx, self.operation, &example.input)
            else {
                continue;
            };
            if std::mem::take(&mut first) {
                self.section("Examples");
            }
            self.raw(&format!("### {}\n", title(&example.title)));
            let docs = self.linked(&example.documentation);
            self.docs(&docs);
            let method = &self.cx.names.operation(&self.operation.id).method;
            let krate = ident(&self.cx.crate_ident());
            let mut scope = Scope::new(Place::Outside(krate), []);
            let arguments = scope.resolve(quote!(#(#arguments),*));
            let setters = scope.resolve(setters);
            let uses = value::text(scope.imports());
            let separator = if uses.is_empty() { "" } else { "\n" };
            let code = value::statement(method, &arguments, &setters);
            self.code("rust", &format!("{uses}{separator}{code}"));
            if self.cx.options.command_line.is_some() {
                self.code(
                    "sh",
                    &syntax::command(self.cx.names, self.operation, example),
                );
            }
        }
        if let Some(exchange) = syntax::exchange(self.operation) {
            self.section("On the wire");
            self.code("http", &exchange);
        }
    }

    fn linked(&self, documentation: &str) -> Docs {
        let own = self.operation.id.name();
        Docs::new(documentation).linked(|code| {
            let operation = self.cx.api.operation_named(code)?;
            let link = || Link {
                text: code.to_owned(),
                target: format!("{}.md", self.cx.names.operation(&operation.id).command),
            };
            (code != own).then(link)
        })
    }

    fn section(&mut self, title: &str) {
        self.raw(&format!("## {title}\n"));
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

/// The command and its options, a line each; the help of the command shows the same.
pub(super) fn synopsis_lines(names: &Names<'_>, operation: &Operation<'_>) -> Vec<String> {
    let mut lines = vec![format!("zonal {}", &names.operation(&operation.id).command)];
    lines.extend(operation.input.iter().map(|field| match field.required {
        true => format!("  {}", option(names, field)),
        false => format!("  [{}]", option(names, field)),
    }));
    if operation.output.fields.iter().any(Field::is_stream) {
        lines.push("  <outfile>".to_owned());
    }
    lines.push("  [--cli-input-json <value>]".to_owned());
    lines.push("  [--generate-cli-skeleton <value>]".to_owned());
    lines
}

/// `--bucket <value>`, `--bucket-key-enabled | --no-bucket-key-enabled`
fn option(names: &Names<'_>, field: &Field<'_>) -> String {
    let name = names.flag(field);
    match field.ty {
        Type::Boolean => format!("--{name} | --no-{name}"),
        Type::Stream(_) => format!("--{name} <file>"),
        _ => format!("--{name} <value>"),
    }
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
