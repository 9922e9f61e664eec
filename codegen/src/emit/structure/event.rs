//! Structures that requests send as events.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Content, Field, Payload, Tag, Type, TypeKind};
use crate::emit::held::{self, Held};
use crate::emit::rust_file::ident;
use crate::emit::{Context, xml};

/// Writes the content of an event: headers, and what is left as its payload.
pub(super) fn encoder(
    cx: &Context<'_, '_>,
    type_name: &str,
    root: &Tag,
    fields: &[Field<'_>],
) -> TokenStream {
    let ty = ident(type_name);
    let defaulted = held::variables(cx.names, fields);
    let bound = fields.iter().filter_map(|field| match &field.binding {
        Binding::Header(name, _) => Some(header(cx, field, name)),
        Binding::Payload(own) => Some(payload(cx, field, own)),
        _ => None,
    });
    let in_body = |field: &Field<'_>| field.binding.is_in_document();
    let body = fields.iter().any(in_body).then(|| {
        let (tag, members) = (xml::tag(root), xml::write_members(cx.names, fields));
        quote! {
            let mut xml = rt::Xml::new();
            xml.element(#tag, |xml| {
                #members
                Ok(())
            })?;
            event.xml(xml);
        }
    });
    let event = ident(if fields.is_empty() { "_event" } else { "event" });
    quote! {
        impl #ty {
            pub(crate) fn to_event(&self, #event: &mut rt::EventWriter) -> Result<(), rt::EncodeError> {
                #defaulted
                #(#bound)*
                #body
                Ok(())
            }
        }
    }
}

/// The value of a member that is there, as the receiver of a method.
fn own(cx: &Context<'_, '_>, field: &Field<'_>) -> TokenStream {
    match Held::of(cx.names, field) {
        Held::Always(value) | Held::Made(value) => value,
        Held::Perhaps(_) => quote!(value),
    }
}

fn header(cx: &Context<'_, '_>, field: &Field<'_>, name: &str) -> TokenStream {
    let own = own(cx, field);
    let is_number = |kind: &TypeKind<'_>| matches!(kind, TypeKind::IntEnum(_));
    xml::if_there(cx.names, field, |value| match &field.ty {
        Type::Boolean | Type::Integer(_) | Type::Blob | Type::Timestamp(_) => {
            quote!(event.header(#name, #value);)
        }
        Type::Enum(id) if cx.api.type_def(id).is_some_and(|def| is_number(&def.kind)) => {
            quote!(event.header(#name, &#own.as_i32());)
        }
        _ => quote!(event.text_header(#name, #value);),
    })
}

fn payload(cx: &Context<'_, '_>, field: &Field<'_>, payload: &Payload) -> TokenStream {
    let media_type = &payload.media_type;
    let own = own(cx, field);
    xml::if_there(cx.names, field, |value| {
        match (&payload.content, &field.ty) {
            (Content::Document(tag), _) => {
                let tag = xml::tag(tag);
                quote! {
                    let mut xml = rt::Xml::new();
                    xml.structure(#tag, #value)?;
                    event.xml(xml);
                }
            }
            (_, Type::Enum(_)) => quote!(event.payload(#own.as_str().to_owned(), #media_type);),
            (_, Type::Secret) => quote!(event.payload(#own.expose().to_owned(), #media_type);),
            _ => quote!(event.payload(#own.clone(), #media_type);),
        }
    })
}
