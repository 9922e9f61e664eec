//! What reads the members of an output that do not stand in elements: headers, the status, the whole body.

use proc_macro2::TokenStream;
use quote::quote;

use super::decode::or_default;
use crate::api::{Binding, Content, Field, Form, Type};
use crate::emit::types::timestamp_format;
use crate::name::Names;

/// The value of an output member that does not stand in an element.
pub(in crate::emit) fn take_header(names: &Names<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let required = field.required && field.default.is_none();
    let value = match &field.binding {
        Binding::Header(header, form) => {
            let header = header_field(header);
            match (form, required) {
                (Form::Plain, true) => return Some(quote!(response.required_header(#header)?)),
                (Form::Time(format), true) => {
                    let format = timestamp_format(*format);
                    return Some(quote!(response.required_header_timestamp(#header, #format)?));
                }
                (form, _) => header_value(&header, *form),
            }
        }
        Binding::PrefixHeaders(prefix) => quote!(response.prefix_headers(#prefix)),
        Binding::StatusCode => {
            let status = quote!(i32::from(response.status().as_u16()));
            // There always is one, whatever its default.
            return Some(if field.required {
                status
            } else {
                quote!(Some(#status))
            });
        }
        Binding::Payload(payload) => match (&payload.content, &field.ty) {
            (Content::Events, _) => return Some(quote!(response.events())),
            (Content::Stream, _) => return Some(quote!(response.stream())),
            (Content::Document(tag), Type::Structure(id) | Type::Union(id)) => {
                let (ty, root) = (names.ty(id), tag.local());
                if required {
                    let value = quote!(response.required_xml_payload(#root, types::#ty::decode)?);
                    return Some(value);
                }
                quote!(response.xml_payload(#root, types::#ty::decode)?)
            }
            (Content::Bytes, _) => quote!(response.blob()),
            (Content::Text, _) if payload.is_json() => quote!(response.json_text()?),
            (Content::Text | Content::Document(_), _) => quote!(response.text()?),
        },
        _ => return None,
    };
    Some(if let Some(or_default) = or_default(names, field) {
        quote!(#value #or_default)
    } else if field.required {
        let name = field.name;
        quote!(response.required(#name, #value)?)
    } else if field.collects {
        quote!(#value.unwrap_or_default())
    } else {
        value
    })
}

/// What a header is found by. The names of headers of events may have capitals.
fn header_field(name: &str) -> TokenStream {
    let name = name.to_ascii_lowercase();
    quote!(rt::header!(#name))
}

/// A header as an option.
fn header_value(header: &TokenStream, form: Form) -> TokenStream {
    match form {
        Form::Plain => quote!(response.header(#header)),
        Form::Base64 => quote!(response.header_base64(#header)),
        Form::List => quote!(response.header_list(#header)),
        Form::Time(format) => {
            let format = timestamp_format(format);
            quote!(response.header_timestamp(#header, #format))
        }
        Form::Times(format) => {
            let format = timestamp_format(format);
            quote!(response.header_timestamps(#header, #format))
        }
    }
}
