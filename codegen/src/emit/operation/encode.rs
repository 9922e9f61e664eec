//! `fn encode`: a request on its way to the wire.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Field, Operation, PathPart, Payload, Source, Type};
use crate::emit::defaults;
use crate::emit::rust_file::ident;
use crate::emit::types::timestamp_format;
use crate::emit::xml;
use crate::name::Names;

pub(super) fn encode(names: &Names<'_>, operation: &Operation<'_>) -> TokenStream {
    let tokens = operation
        .input
        .iter()
        .filter(|field| field.idempotency_token)
        .map(|field| {
            let (member, variable) = (names.field(field), names.variable(field));
            quote!(let #variable = Some(request.idempotency_token(&self.#member));)
        });
    let tokens: Vec<_> = tokens.collect();
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
                let entries = items(names, field);
                Some(quote!(.prefix_headers(#prefix, #entries)?))
            }
            _ => None,
        });
    let members = operation
        .input
        .iter()
        .filter_map(|field| match &field.binding {
            Binding::Header(wire) => Some(bound(names, "header", wire, field, &operation.input)),
            Binding::Query(wire) => Some(bound(names, "query", wire, field, &operation.input)),
            _ => None,
        });
    let maps = operation
        .input
        .iter()
        .filter(|field| field.binding == Binding::QueryParams);
    let maps = maps.map(|field| {
        let entries = items(names, field);
        match &field.ty {
            Type::Map(map) if matches!(map.value, Type::List { .. }) => {
                quote!(.query_list_map(#entries)?)
            }
            _ => quote!(.query_map(#entries)?),
        }
    });
    let defaulted = defaults::variables(names, &operation.input);
    let body = body(names, operation);
    quote! {
        fn encode(&self, request: &mut rt::Request) -> Result<(), rt::EncodeError> {
            #(#tokens)*
            #defaulted
            request #(#host)* #(#path)* #(.query_literal(#query))* #(#prefixes)* #(#members)* #(#maps)*;
            #body
            Ok(())
        }
    }
}

fn label(names: &Names<'_>, operation: &Operation<'_>, member: &str, greedy: bool) -> TokenStream {
    let field = operation.input.iter().find(|field| field.name == member);
    let value = field.map(|field| names.field(field));
    if field.is_some_and(|field| field.bare_id) {
        return quote!(.id_label(#member, &self.#value)?);
    }
    match field.map(|field| &field.ty) {
        Some(Type::Timestamp(format)) => {
            let format = timestamp_format(*format);
            quote!(.label_timestamp(#member, &self.#value, #format)?)
        }
        _ if greedy => quote!(.greedy_label(#member, &self.#value)?),
        _ => quote!(.label(#member, &self.#value)?),
    }
}

/// A header or query parameter of one member.
fn bound(
    names: &Names<'_>,
    method: &str,
    wire: &str,
    field: &Field<'_>,
    inputs: &[Field<'_>],
) -> TokenStream {
    let member = names.field(field);
    if field.idempotency_token {
        let (method, variable) = (ident(method), names.variable(field));
        return quote!(.#method(#wire, &#variable)?);
    }
    if field.default.is_some() && !field.required {
        return bound_default(names, method, wire, field);
    }
    let named = |suffix: &str| ident(&format!("{method}{suffix}"));
    match &field.ty {
        Type::Timestamp(format) => {
            let (method, format) = (named("_timestamp"), timestamp_format(*format));
            let time = if field.required {
                quote!(Some(&self.#member))
            } else {
                quote!(self.#member.as_ref())
            };
            quote!(.#method(#wire, #time, #format)?)
        }
        Type::List { item, .. } => {
            let items = listed(names, method, field);
            let required = if field.required { "required_" } else { "" };
            let named = |suffix: &str| ident(&format!("{required}{method}{suffix}"));
            if let Type::Timestamp(format) = **item {
                let (method, format) = (named("_timestamps"), timestamp_format(format));
                return quote!(.#method(#wire, #items, #format)?);
            }
            let method = named("_list");
            quote!(.#method(#wire, #items)?)
        }
        _ if field.media_type && method == "header" => {
            let text = if field.required {
                quote!(&Some(self.#member.clone()))
            } else {
                quote!(&self.#member)
            };
            quote!(.header_base64(#wire, #text)?)
        }
        Type::Source(Source::Copy) => quote!(.copy_source(#wire, &self.#member)?),
        Type::Source(Source::Rename { bucket }) => {
            let bucket = inputs.iter().find(|field| field.name == *bucket);
            let bucket = bucket.map(|field| names.field(field));
            quote!(.rename_source(#wire, &self.#member, &self.#bucket)?)
        }
        _ if field.required => {
            let method = ident(&format!("required_{method}"));
            quote!(.#method(#wire, &self.#member)?)
        }
        _ => {
            let method = ident(method);
            quote!(.#method(#wire, &self.#member)?)
        }
    }
}

/// The same for a member that a variable holds, its default perhaps.
fn bound_default(names: &Names<'_>, method: &str, wire: &str, field: &Field<'_>) -> TokenStream {
    let variable = names.variable(field);
    let named = |suffix: &str| ident(&format!("{method}{suffix}"));
    match &field.ty {
        Type::Timestamp(format) => {
            let (method, format) = (named("_timestamp"), timestamp_format(*format));
            quote!(.#method(#wire, Some(&#variable), #format)?)
        }
        Type::List { item, .. } => {
            let items = listed(names, method, field);
            match **item {
                Type::Timestamp(format) => {
                    let (method, format) = (named("_timestamps"), timestamp_format(format));
                    quote!(.#method(#wire, #items, #format)?)
                }
                _ => {
                    let method = named("_list");
                    quote!(.#method(#wire, #items)?)
                }
            }
        }
        _ if field.media_type && method == "header" => {
            quote!(.header_base64(#wire, &Some(#variable.clone()))?)
        }
        _ => {
            let method = ident(method);
            quote!(.#method(#wire, &Some(#variable))?)
        }
    }
}

/// A list as a header or parameters of the query take it. One that the caller left out is no header, one that the
/// caller gave without items an empty one. A default is sent if it has items, and what is required must have some.
fn listed(names: &Names<'_>, method: &str, field: &Field<'_>) -> TokenStream {
    let member = names.field(field);
    let items = items(names, field);
    match method == "header" {
        false => items,
        true if field.required => items,
        true if field.default.is_some() => {
            quote!(Some(#items).filter(|list| !list.is_empty()))
        }
        true => quote!(self.#member.as_ref()),
    }
}

/// The items of a list or the entries of a map that may not be there.
fn items(names: &Names<'_>, field: &Field<'_>) -> TokenStream {
    let member = names.field(field);
    if field.required {
        quote!(&self.#member)
    } else if field.default.is_some() {
        let variable = names.variable(field);
        quote!(&#variable)
    } else {
        quote!(self.#member.iter().flatten())
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
    let Some((field, Payload { tag, media_type })) = payload else {
        return TokenStream::new();
    };
    xml::if_there(names, field, |value| match &field.ty {
        Type::Structure(_) if let Some(batch) = &operation.batch => {
            let (tag, item, key, problem) = (xml::tag(tag), &batch.item, &batch.key, batch.problem);
            quote! {
                let mut xml = rt::Xml::batch(#item, #key);
                xml.structure(#tag, #value)?;
                request.batch(xml, #problem)?;
            }
        }
        Type::Structure(_) | Type::Union(_) => {
            let tag = xml::tag(tag);
            quote! {
                let mut xml = rt::Xml::new();
                xml.structure(#tag, #value)?;
                request.xml(xml);
            }
        }
        Type::Events(..) => quote!(request.events(#value)?;),
        Type::Enum(_) => quote!(request.payload(#value.as_str().to_owned(), #media_type);),
        Type::Secret => quote!(request.payload(#value.expose().to_owned(), #media_type);),
        // A reference to the member itself is taken away again, for the clone to read well.
        _ if field.required => {
            let member = names.field(field);
            quote!(request.payload(self.#member.clone(), #media_type);)
        }
        _ => quote!(request.payload(#value.clone(), #media_type);),
    })
}
