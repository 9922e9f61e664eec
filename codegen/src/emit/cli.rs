//! The command table: `cli/`, a crate that says what every operation's command takes and prints. It holds no
//! logic; the hand-written command line stands on it.

mod command;
mod kind;
mod pages;

use proc_macro2::TokenStream;
use quote::quote;

use super::rust_file::{Bug, RustFile, head, ident};
use super::scope::{Place, Scope};
use super::{Context, Runtime};
use crate::api::{EnumValue, Field, Operation, TypeDef, TypeKind};
use crate::document::{Docs, title};
use crate::files::{Files, MARK};
use crate::name::Names;

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let Some(command_line) = &cx.options.command_line else {
        return Ok(());
    };
    manifest(cx, files);
    let request = include_str!("../../included/cli/request.rs");
    files.insert("cli/src/request.rs", format!("{}\n{request}", head()));
    library(cx, files)?;
    types(cx, files)?;
    pages::emit(cx, command_line, files)?;
    commands(cx, files)
}

/// The name of the crate: that of the client and what it is.
fn crate_name(cx: &Context<'_, '_>) -> String {
    format!("{}-commands", cx.options.crate_name)
}

fn manifest(cx: &Context<'_, '_>, files: &mut Files) {
    let (name, client) = (crate_name(cx), &cx.options.crate_name);
    let head = format!(
        "# {MARK}; change model/ or codegen/ instead.\n\n[package]\nname = \"{name}\"\n\
         description = {}\n",
        super::manifest::text(&format!(
            "What the commands of {} take and print",
            cx.api.service.title
        ))
    );
    let rest = match &cx.options.runtime {
        Runtime::Workspace => format!(
            "version.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
             license.workspace = true\nrepository.workspace = true\n\
             categories.workspace = true\nkeywords.workspace = true\nreadme = \"../../README.md\"\n\n[dependencies]\n\
             {client} = {{ workspace = true, features = [\"serde\"] }}\n\n\
             [lints]\nworkspace = true\n"
        ),
        Runtime::Path(_) | Runtime::Version(_) | Runtime::Module(_) => format!(
            "version = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
             {client} = {{ path = \"../client\", features = [\"serde\"] }}\n"
        ),
    };
    files.insert("cli/Cargo.toml", format!("{head}{rest}"));
    let no_formatting =
        format!("# {MARK}.\n# The generator lays its output out.\ndisable_all_formatting = true\n");
    files.insert("cli/rustfmt.toml", no_formatting);
}

/// What the crate exports.
fn library(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = format!(
        "What the commands of {} take and print.",
        title(&service.title)
    );
    let krate = ident(&cx.crate_ident());
    let mut file = RustFile::new("cli/src/lib.rs", service.id.to_string(), &docs)
        .within(Scope::new(Place::Outside(krate.clone()), []));
    file.uses(quote!(use #krate::__private as runtime;));
    file.item(quote! {
        mod commands;
        mod options;
        mod request;
        mod types;
    });
    file.item(quote! {
        pub use commands::{COMMANDS, visit};
        pub use options::{ENVIRONMENT, EXIT, OPTIONS, PRECEDENCE, SETTINGS};
        pub use request::{Request, Visit};
        pub use runtime::command_line::{
            Command, Entry, Enum, Example, Fault, Form, GlobalOption, Kind, Member, Of, Pages, Place,
            Refused, Reports, Structure, Time, Value,
        };
    });
    file.finish(files)
}

/// How its request takes a body and its output gives one.
fn request(names: &Names<'_>, operation: &Operation<'_>, krate: &syn::Ident) -> TokenStream {
    let ty = &names.operation(&operation.id).request;
    let body = operation.input.iter().find(|field| field.is_stream());
    let body = body.map(|field| {
        let name = names.field(field);
        let value = if field.required {
            quote!(body)
        } else {
            quote!(Some(body))
        };
        quote! {
            fn set_body(&mut self, body: #krate::Body) {
                self.#name = #value;
            }
        }
    });
    let stream = operation
        .output
        .fields
        .iter()
        .find(|field| field.is_stream());
    let stream = stream.map(|field| {
        let name = names.field(field);
        let value = if field.required {
            quote!(Some(output.#name))
        } else {
            quote!(output.#name)
        };
        quote! {
            fn take_stream(output: Self::Output) -> Option<#krate::ByteStream> {
                #value
            }
        }
    });
    quote! {
        impl crate::Request for #krate::operation::#ty { #body #stream }
    }
}

/// The list of the commands, one a line.
fn commands(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let mut file = RustFile::new(
        "cli/src/commands.rs",
        cx.api.service.id.to_string(),
        "The commands: the module of each, its operation, and the type of its request.",
    );
    let krate = cx.crate_ident();
    file.uses(quote!(
        use crate::Command;
        use crate::request::{Visit, commands};
    ));
    let line = |operation: &Operation<'_>| {
        let names = cx.names.operation(&operation.id);
        let (module, name) = (&names.module.ident, operation.id.name());
        format!(
            "    {module}: {name:?} => {krate}::operation::{},\n",
            names.request
        )
    };
    let lines: String = cx.api.operations.iter().map(line).collect();
    file.text(format!("commands! {{\n{lines}}}\n"));
    file.finish(files)?;
    for operation in &cx.api.operations {
        command::emit(cx, operation, files)?;
    }
    Ok(())
}

/// Structures, unions and enums that commands take or print.
fn types(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let mut file = RustFile::new(
        "cli/src/types.rs",
        cx.api.service.id.to_string(),
        "The types that members of commands have.",
    );
    let own = cx.api.types.iter();
    let own: Vec<_> = own.map(|ty| kind::constant(cx.names, &ty.id)).collect();
    file = file.within(Scope::new(Place::Types, &own));
    let mut items = Vec::new();
    for ty in &cx.api.types {
        let item = match &ty.kind {
            TypeKind::Structure(fields) | TypeKind::Union(fields) => structure(cx, ty, fields),
            TypeKind::Enum(values) | TypeKind::IntEnum(values) => enumeration(cx.names, ty, values),
            // no command prints events
            TypeKind::Events { .. } => continue,
        };
        items.push(item);
    }
    items.into_iter().for_each(|item| file.item(item));
    file.finish(files)
}

fn structure(cx: &Context<'_, '_>, ty: &TypeDef<'_>, fields: &[Field<'_>]) -> TokenStream {
    let (name, constant) = (ty.id.name(), kind::constant(cx.names, &ty.id));
    let members = fields.iter().map(|field| command::member(cx, field));
    let union = matches!(ty.kind, TypeKind::Union(_));
    quote! {
        pub(crate) static #constant: table::Structure = table::Structure {
            name: #name,
            union: #union,
            members: &[#(#members),*],
        };
    }
}

fn enumeration(names: &Names<'_>, ty: &TypeDef<'_>, values: &[EnumValue]) -> TokenStream {
    let (name, constant) = (ty.id.name(), kind::constant(names, &ty.id));
    let values = values.iter().map(|value| {
        let text = &value.value;
        let docs = lines(&value.documentation);
        quote!(table::Value { value: #text, docs: #docs })
    });
    quote! {
        pub(crate) static #constant: table::Enum = table::Enum {
            name: #name,
            values: &[#(#values),*],
        };
    }
}

/// Documentation as lines of Markdown, a paragraph on each: the help breaks them where the terminal ends.
fn lines(documentation: &Docs) -> TokenStream {
    paragraphs(&documentation.headings_from(1))
}

fn paragraphs(docs: &Docs) -> TokenStream {
    let lines = docs.lines(usize::MAX);
    quote!(&[#(#lines),*])
}
