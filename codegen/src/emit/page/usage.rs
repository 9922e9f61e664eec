//! How an operation is called: from Rust, with the types of what a call takes and gives, and from the command line.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Page, shell};
use crate::api::{Direction, Field, Operation, Type};
use crate::command_line::Of;
use crate::document::Docs;
use crate::emit::structure::taken;
use crate::emit::types::{rust_type, text};
use crate::emit::{Context, value};
use crate::name::Names;

impl<'s> Page<'_, 's> {
    /// How it is called from Rust: a function that takes what the call takes, with the types.
    pub(super) fn usage(&mut self) {
        self.section("Usage");
        let code = self.function();
        self.code("rust", &code);
        let names = self.cx.names.operation(&self.operation.id);
        let required = self.operation.input.iter();
        let required = required.filter(|field| field.is_argument());
        let required = required.map(|field| self.cx.names.field(field).to_string());
        let required = required.collect::<Vec<_>>().join(", ");
        let required = match &names.required {
            Some(ty) => format!("{ty} {{ {required} }}"),
            None => required,
        };
        let members = match (self.optional(), self.operation.input.is_empty()) {
            (Some(field), _) => format!(
                "Required members are arguments of the method. Each optional member has a setter, such as `.{}(…)`. ",
                self.cx.names.field(field)
            ),
            (None, false) => {
                "All members are required: they are arguments of the method. ".to_owned()
            }
            (None, true) => String::new(),
        };
        self.docs(&Docs::of(format!(
            "{members}You can also make the request first and send it later: `client.send({}::new({required}))`.",
            names.request
        )));
    }

    /// An optional member: one that an example sets, if there is one.
    fn optional(&self) -> Option<&Field<'s>> {
        let mut optional = self.operation.input.iter().filter(|it| !it.is_argument());
        let first = optional.clone().next();
        let is_told = |field: &&Field<'s>| {
            let mut examples = self.operation.examples.iter();
            examples.any(|example| example.input.contains_key(field.name))
        };
        optional.find(is_told).or(first)
    }

    /// A function around a call with the required members.
    fn function(&self) -> String {
        let names = self.cx.names.operation(&self.operation.id);
        let by_name = names.required.is_some();
        let required = self.operation.input.iter();
        let parameters = required.filter(|field| field.is_argument()).map(|field| {
            let (name, ty) = (self.cx.names.field(field), self.parameter(field, by_name));
            quote!(#name: #ty)
        });
        let (method, output) = (&names.method, &names.output);
        let arguments = match &names.required {
            Some(_) => {
                let variables = value::variables(self.cx.names, self.operation);
                quote!(operation::#variables)
            }
            None => value::variables(self.cx.names, self.operation),
        };
        let mut scope = self.scope();
        let function = scope.resolve(quote! {
            async fn #method(client: &client::Client, #(#parameters),*) -> Result<operation::#output, rt::AnyError> {
                let output = client.#method(#arguments).await?;
                Ok(output)
            }
        });
        let uses = value::text(scope.imports());
        format!("{uses}\n{}", value::text(function))
    }

    /// What a function takes for a member.
    fn parameter(&self, field: &Field<'s>, exact: bool) -> TokenStream {
        match field.ty {
            Type::String if !exact => quote!(&str),
            _ => rust_type(self.cx.names, &field.ty),
        }
    }

    /// How a member of the input is given from Rust.
    pub(super) fn rust_of_argument(&self, field: &Field<'s>) -> Option<String> {
        if matches!(field.ty, Type::Events(_, Direction::Response)) {
            return None;
        }
        let name = self.cx.names.field(field);
        let taken = short(&taken(self.cx.names, field));
        Some(if field.is_argument() {
            format!("argument `{name}: {taken}`")
        } else {
            format!("`.{name}({taken})`")
        })
    }

    /// The field of a member of the output.
    pub(super) fn rust_of_field(&self, field: &Field<'s>) -> String {
        let mut ty = text(self.cx.names, &field.ty);
        if field.boxed {
            ty = format!("Box<{ty}>");
        }
        if field.is_optional() {
            ty = format!("Option<{ty}>");
        }
        format!("`{}: {}`", self.cx.names.field(field), short(&ty))
    }

    /// How it is called from the command line, if there is one.
    pub(super) fn synopsis(&mut self) {
        if self.cx.options.command_line.is_none() {
            return;
        }
        self.section("Synopsis");
        let lines = synopsis_lines(self.cx, self.operation);
        self.code("text", &lines.join("\n"));
        self.docs(&Docs::of(
            "Options in brackets are optional. [Options](options.md) explains those that all or several commands have.",
        ));
    }
}

/// A type without the roots that emitters write before names.
fn short(ty: &str) -> String {
    ["rt::", "types::"]
        .iter()
        .fold(ty.to_owned(), |ty, root| ty.replace(root, ""))
}

/// The command and its options, a line each: its own first, then those of all commands. The help of the command
/// shows the same.
pub(in crate::emit) fn synopsis_lines(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
) -> Vec<String> {
    let mut lines = vec![format!(
        "zonal {}",
        cx.names.operation(&operation.id).command
    )];
    lines.extend(operation.input.iter().map(|field| {
        if field.required {
            format!("  {}", option(cx.names, field))
        } else {
            format!("  [{}]", option(cx.names, field))
        }
    }));
    if shell::has_outfile(operation) {
        lines.push("  <outfile>".to_owned());
    }
    let pages = operation.pages.as_ref();
    let sized = pages.is_some_and(|pages| pages.page_size.is_some());
    let sessions = cx.api.sessions.as_ref();
    let is_session = sessions.is_some_and(|sessions| sessions.operation == operation.id);
    for of in [Of::Commands, Of::Pages, Of::Session, Of::All] {
        let has = match of {
            Of::All | Of::Commands => true,
            Of::Pages => sized,
            Of::Session => is_session,
        };
        let options = cx.options.command_line.iter();
        let options = options.flat_map(|it| &it.options);
        lines.extend(
            options
                .filter(|option| has && option.of == of)
                .map(|option| format!("  [{}]", option.head())),
        );
    }
    lines
}

/// `--bucket <value>`, `--bucket-key-enabled | --no-bucket-key-enabled`
pub(super) fn option(names: &Names<'_>, field: &Field<'_>) -> String {
    let name = names.flag(field);
    match field.ty {
        Type::Boolean => format!("--{name} | --no-{name}"),
        Type::Stream(_) => format!("--{name} <file>"),
        _ => format!("--{name} <value>"),
    }
}
