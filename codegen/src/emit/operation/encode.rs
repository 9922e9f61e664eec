//! `fn encode`: a request on its way to the wire.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Content, Field, Form, Operation, PathPart, Source, Type};
use crate::emit::held::{self, Held};
use crate::emit::rust_file::ident;
use crate::emit::types::timestamp_format;
use crate::emit::xml;
use crate::name::Names;

pub(super) fn encode(names: &Names<'_>, operation: &Operation<'_>) -> TokenStream {
    let host = operation.host_prefix.iter().map(|part| match part {
        PathPart::Literal(text) => quote!(.host_prefix(#text)),
        PathPart::Label { member, .. } => {
            let field = operation.input.iter().find(|field| field.name == member);
            let value = field.map(|field| names.field(field));
            quote!(.host_label(#member, &self.#value)?)
        }
    });
    let path = operation.http.path.iter().map(|part| match part {
        PathPart::Literal(text) => quote!(.path(#text)),
        PathPart::Label { member, greedy } => label(names, operation, member, *greedy),
    });
    let query = &operation.http.query;
    // Headers of maps first: members that are bound by name win. Query maps last: they give way.
    let prefixes = operation
        .input
        .iter()
        .filter_map(|field| match &field.binding {
            Binding::PrefixHeaders(prefix) => {
                let entries = Held::of(names, field).items();
                Some(quote!(.prefix_headers(#prefix, #entries)?))
            }
            _ => None,
        });
    let members = operation
        .input
        .iter()
        .filter_map(|field| match &field.binding {
            Binding::Header(wire, form) => match field.ty {
                Type::Source(source) => Some(self::source(names, wire, field, source, operation)),
                _ => Some(bound(names, "header", wire, *form, field)),
            },
            Binding::Query(wire, form) => Some(bound(names, "query", wire, *form, field)),
            _ => None,
        });
    let maps = operation.input.iter().filter_map(|field| {
        let Binding::QueryParams { lists } = field.binding else {
            return None;
        };
        let entries = Held::of(names, field).items();
        Some(if lists {
            quote!(.query_list_map(#entries)?)
        } else {
            quote!(.query_map(#entries)?)
        })
    });
    let variables = held::variables(names, &operation.input);
    let body = body(names, operation);
    let echoes = echoes(names, operation);
    quote! {
        fn encode(&self, request: &mut rt::Request) -> Result<(), rt::EncodeError> {
            #variables
            request #(#host)* #(#path)* #(.query_literal(#query))* #(#prefixes)* #(#members)* #(#maps)*;
            #body
            #echoes
            Ok(())
        }
    }
}

/// A statement that keeps what the answer is to name again.
fn echoes(names: &Names<'_>, operation: &Operation<'_>) -> Option<TokenStream> {
    let echoes = operation.echoes.iter().filter_map(|echo| {
        let mut input = operation.input.iter();
        let asked = input.find(|field| field.name == *echo)?;
        let value = Held::of(names, asked).option();
        Some(quote!(.echo(#echo, #value)))
    });
    let echoes: Vec<_> = echoes.collect();
    (!echoes.is_empty()).then(|| quote!(request #(#echoes)*;))
}

fn label(names: &Names<'_>, operation: &Operation<'_>, member: &str, greedy: bool) -> TokenStream {
    let field = operation.input.iter().find(|field| field.name == member);
    let value = field.map(|field| names.field(field));
    if field.is_some_and(|field| field.bare_id) {
        return quote!(.id_label(#member, &self.#value)?);
    }
    match field.map(|field| &field.binding) {
        Some(Binding::Label(Form::Time(format))) => {
            let format = timestamp_format(*format);
            quote!(.label_timestamp(#member, &self.#value, #format)?)
        }
        _ if greedy => quote!(.greedy_label(#member, &self.#value)?),
        _ => quote!(.label(#member, &self.#value)?),
    }
}

/// A header or query parameter of one member.
fn bound(names: &Names<'_>, place: &str, wire: &str, form: Form, field: &Field<'_>) -> TokenStream {
    let held = Held::of(names, field);
    let (kind, format) = match form {
        Form::Plain => {
            let (method, value) = match &held {
                Held::Always(value) => (format!("required_{place}"), quote!(&#value)),
                Held::Made(variable) => (place.to_owned(), quote!(&Some(#variable))),
                Held::Perhaps(value) => (place.to_owned(), quote!(&#value)),
            };
            let method = ident(&method);
            return quote!(.#method(#wire, #value)?);
        }
        Form::Base64 => ("base64", None),
        Form::List => ("list", None),
        Form::Time(format) => ("timestamp", Some(format)),
        Form::Times(format) => ("timestamps", Some(format)),
    };
    let is_list = matches!(form, Form::List | Form::Times(_));
    let required = if is_list && matches!(held, Held::Always(_)) {
        "required_"
    } else {
        ""
    };
    let value = if !is_list {
        held.option()
    } else if place == "header" && required.is_empty() {
        held.header_items()
    } else {
        held.items()
    };
    let method = ident(&format!("{required}{place}_{kind}"));
    let format = format.map(timestamp_format);
    let format = format.map(|format| quote!(, #format));
    quote!(.#method(#wire, #value #format)?)
}

/// The header of a source, which says itself how it is written.
fn source(
    names: &Names<'_>,
    wire: &str,
    field: &Field<'_>,
    source: Source<'_>,
    operation: &Operation<'_>,
) -> TokenStream {
    let member = names.field(field);
    match source {
        Source::Copy => quote!(.copy_source(#wire, &self.#member)?),
        Source::Rename { bucket } => {
            let bucket = operation.input.iter().find(|field| field.name == bucket);
            let bucket = bucket.map(|field| names.field(field));
            quote!(.rename_source(#wire, &self.#member, &self.#bucket)?)
        }
    }
}

/// Statements that set the body.
fn body(names: &Names<'_>, operation: &Operation<'_>) -> TokenStream {
    if let Some(root) = &operation.body {
        let tag = xml::tag(root);
        let members = xml::write_members(names, &operation.input);
        return quote! {
            let mut xml = rt::Xml::new();
            xml.element(#tag, |xml| {
                #members
                Ok(())
            })?;
            request.xml(xml);
        };
    }
    let payload = operation
        .input
        .iter()
        .find_map(|field| match &field.binding {
            Binding::Payload(payload) => Some((field, payload)),
            _ => None,
        });
    let Some((field, payload)) = payload else {
        return TokenStream::new();
    };
    let media_type = &payload.media_type;
    let send = |value: TokenStream| quote!(request.payload(#value, #media_type););
    match (&payload.content, &field.ty, Held::of(names, field)) {
        (Content::Document(tag), ..) => xml::if_there(names, field, |value| {
            if let Some(batch) = &operation.batch {
                let (tag, problem) = (xml::tag(tag), batch.unwritable.problem);
                let (item, key, quiet) = (&batch.item, &batch.key, &batch.quiet);
                return quote! {
                    let mut xml = rt::Xml::batch(rt::BatchTags {
                        item: #item,
                        key: #key,
                        quiet: #quiet,
                    });
                    xml.structure(#tag, #value)?;
                    request.batch(xml, #problem)?;
                };
            }
            let tag = xml::tag(tag);
            quote! {
                let mut xml = rt::Xml::new();
                xml.structure(#tag, #value)?;
                request.xml(xml);
            }
        }),
        (Content::Events, ..) => {
            xml::if_there(names, field, |value| quote!(request.events(#value)?;))
        }
        (_, ty, Held::Always(value)) => send(owned(ty, &value)),
        (_, ty @ (Type::Enum(_) | Type::Secret), Held::Made(variable)) => {
            send(owned(ty, &variable))
        }
        (_, _, Held::Made(variable)) => send(variable),
        (_, ty, Held::Perhaps(_)) => xml::if_there(names, field, |value| send(owned(ty, value))),
    }
}

/// What is sent of a value that is the whole body.
fn owned(ty: &Type<'_>, value: &TokenStream) -> TokenStream {
    match ty {
        Type::Enum(_) => quote!(#value.as_str().to_owned()),
        Type::Secret => quote!(#value.expose().to_owned()),
        _ => quote!(#value.clone()),
    }
}
