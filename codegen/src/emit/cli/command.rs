//! One command: `cli/src/commands/create_session.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{kind, lines, paragraphs};
use crate::api::calls::Pages;
use crate::api::{Batch, Field, Operation, Type};
use crate::document::Docs;
use crate::emit::page::{self, examples, shell, syntax};
use crate::emit::rust_file::{Bug, RustFile, ident};
use crate::emit::scope::{Place, Scope};
use crate::emit::{Context, described, value};
use crate::files::Files;
use crate::name::kebab;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    files: &mut Files,
) -> Result<(), Bug> {
    let path = format!(
        "cli/src/commands/{}.rs",
        &cx.names.operation(&operation.id).module.file
    );
    let command = &cx.names.operation(&operation.id).command;
    let docs = format!("The command `{command}`.");
    let own = ident("COMMAND");
    let krate = ident(&cx.crate_ident());
    let mut file = RustFile::new(path, operation.id.to_string(), &docs)
        .within(Scope::new(Place::Crate, [&own]));
    file.item(command_table(cx, operation, command));
    file.item(super::request(cx.names, operation, &krate));
    file.finish(files)
}

fn command_table(cx: &Context<'_, '_>, operation: &Operation<'_>, command: &str) -> TokenStream {
    let name = operation.id.name();
    let summary = operation.documentation.summary();
    let docs = lines(&operation.documentation);
    let synopsis = page::synopsis_lines(cx, operation);
    let input = operation.input.iter().map(|field| member(cx, field));
    let output = operation
        .output
        .fields
        .iter()
        .map(|field| member(cx, field));
    let output_docs = lines(&operation.output.documentation);
    let input_name = format!("{name}Request");
    let output_name = operation
        .output
        .id
        .map_or_else(|| format!("{name}Output"), |id| id.name().to_owned());
    let unwrapped = operation.output.unwrapped;
    let readonly = operation.readonly;
    let pages = option(operation.pages.as_ref().map(|it| pages(cx, operation, it)));
    let refused = refused(cx, operation);
    let reports = option(operation.batch.as_ref().map(reports));
    let forms = operation.input.iter().filter_map(|field| form(cx, field));
    let (errors, examples) = (errors(cx, operation), examples(cx, operation));
    quote! {
        pub(crate) static COMMAND: table::Command = table::Command {
            name: #command,
            operation: #name,
            summary: #summary,
            docs: #docs,
            synopsis: &[#(#synopsis),*],
            forms: &[#(#forms),*],
            input: table::Structure { name: #input_name, union: false, members: &[#(#input),*] },
            output: table::Structure { name: #output_name, union: false, members: &[#(#output),*] },
            output_docs: #output_docs,
            unwrapped: #unwrapped,
            readonly: #readonly,
            pages: #pages,
            reports: #reports,
            refused: &[#(#refused),*],
            errors: &[#(#errors),*],
            examples: &[#(#examples),*],
        };
    }
}

/// `Form { … }` of an option that takes a structure, a list or a map.
fn form(cx: &Context<'_, '_>, field: &Field<'_>) -> Option<TokenStream> {
    let (flag, short) = (cx.names.flag(field), shell::form(cx, field)?);
    let has_members = field.ty.named().into_iter().any(|id| {
        let ty = cx.api.type_def(id);
        ty.is_some_and(|ty| !ty.kind.fields().is_empty())
    });
    let is_json = has_members || matches!(field.ty, Type::Map(_));
    let json = is_json.then(|| syntax::form(cx.api, &field.ty));
    let json = json.iter().flat_map(|text| text.lines());
    Some(quote!(table::Form { flag: #flag, short: #short, json: &[#(#json),*] }))
}

/// `Pages { … }`
fn pages(cx: &Context<'_, '_>, operation: &Operation<'_>, pages: &Pages) -> TokenStream {
    let kept = cx.options.command_line.iter();
    let kept = kept
        .filter_map(|it| it.kept.get(operation.id.name()))
        .flatten();
    let (input_token, output_token) = (&pages.input_token, &pages.output_token);
    let items = option(pages.items.as_ref().map(|items| quote!(&[#(#items),*])));
    let page_size = option(pages.page_size.as_ref().map(|name| quote!(#name)));
    let more = option(pages.more.as_ref().map(|name| quote!(#name)));
    quote! {
        table::Pages {
            input_token: #input_token,
            output_token: &[#(#output_token),*],
            items: #items,
            page_size: #page_size,
            more: #more,
            kept: &[#(#kept),*],
        }
    }
}

/// `Reports { … }`
fn reports(batch: &Batch<'_>) -> TokenStream {
    let (list, members) = (batch.errors, batch.members);
    quote!(table::Reports { list: #list, members: [#(#members),*] })
}

/// What the AWS CLI has an option for, and the model leaves out on purpose.
fn refused(cx: &Context<'_, '_>, operation: &Operation<'_>) -> Vec<TokenStream> {
    let command_line = cx.options.command_line.as_ref();
    let refused = command_line.map(|command_line| command_line.refused(operation.id));
    let options = refused.into_iter().flatten().map(|(member, reason)| {
        let flag = kebab(member);
        quote!(table::Refused { flag: #flag, member: #member, reason: #reason })
    });
    options.collect()
}

fn option(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(Some(#tokens)),
        None => quote!(None),
    }
}

/// `Member { … }`
pub(super) fn member(cx: &Context<'_, '_>, field: &Field<'_>) -> TokenStream {
    let (name, flag, required) = (field.name, cx.names.flag(field), field.required);
    let (kind, place) = (kind::kind(cx.names, &field.ty), kind::place(field));
    let mut docs = described::own(cx.api, field);
    if let Some(deprecated) = &field.deprecated {
        docs = docs.and(deprecated.markdown());
    }
    let (docs, constraints) = (paragraphs(&docs), field.constraints.join(" "));
    let of_types = described::types(cx.api, field).into_iter();
    let of_types = of_types.map(|(_, docs)| docs.without_summary());
    let type_docs =
        paragraphs(&of_types.fold(Docs::default(), |all, docs| all.and(docs.markdown())));
    quote! {
        table::Member {
            name: #name,
            flag: #flag,
            required: #required,
            kind: #kind,
            place: #place,
            docs: #docs,
            type_docs: #type_docs,
            constraints: #constraints,
        }
    }
}

fn errors(cx: &Context<'_, '_>, operation: &Operation<'_>) -> Vec<TokenStream> {
    let known = operation
        .errors
        .iter()
        .filter_map(|id| cx.api.error_def(id));
    let faults = known.map(|error| {
        let (code, docs) = (error.id.name(), lines(&error.documentation));
        let status = Literal::u16_unsuffixed(error.status);
        quote!(table::Fault { code: #code, status: #status, docs: #docs })
    });
    faults.collect()
}

/// Those that fit the model; the same as on the page.
fn examples(cx: &Context<'_, '_>, operation: &Operation<'_>) -> Vec<TokenStream> {
    let fitting = operation
        .examples
        .iter()
        .filter(|example| value::call(cx, &operation.input, &example.input).is_some());
    let examples = fitting.map(|example| {
        let (title, docs) = (&example.title, lines(&example.documentation));
        let command = shell::command(cx.names, operation, example);
        let command = command.lines();
        let output = examples::printed(cx, operation, example);
        let output = output.iter().flat_map(|text| text.lines());
        quote!(table::Example { title: #title, docs: #docs, command: &[#(#command),*], output: &[#(#output),*] })
    });
    examples.collect()
}
