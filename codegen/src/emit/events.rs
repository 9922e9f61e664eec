//! Unions of events that come, or are sent, one by one: `types/select_object_content_event_stream.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::types::rust_type;
use crate::api::{Field, TypeDef};
use crate::files::Files;
use crate::model::ShapeId;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    events: &[Field<'_>],
    errors: &[(&str, ShapeId<'_>)],
    files: &mut Files,
) -> Result<(), Bug> {
    let mut file = RustFile::of_type(cx.names.of_type(&ty.id), &ty.id, "stream of events");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = events.iter().map(|event| {
        let docs = doc_lines(&links.docs(&event.documentation), 4);
        let (variant, inner) = (cx.names.variant(event), rust_type(cx.names, &event.ty));
        quote!(#docs #variant(#inner),)
    });
    let name = cx.names.ty(&ty.id);
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// An event this version does not know, by its type.
            Unknown(String),
        }
    });
    if ty.encoded {
        file.implementation(
            quote!(impl rt::SentEvent for #name),
            vec![encode(cx, events)],
        );
    }
    if !ty.decoded {
        return file.finish(files);
    }
    file.item(error_type(cx, ty, errors));
    let arms = events.iter().map(|event| {
        let (wire, variant) = (event.name, cx.names.variant(event));
        let inner = rust_type(cx.names, &event.ty);
        quote!(#wire => Self::#variant(#inner::from_event(event)?),)
    });
    let error = match errors {
        [] => quote!(rt::NoModeledError),
        _ => {
            let error = &cx.names.of_type(&ty.id).error;
            quote!(#error)
        }
    };
    file.implementation(
        quote!(impl rt::StreamEvent for #name),
        vec![
            quote!(type Error = #error;),
            quote! {
                fn decode(event_type: &str, event: &rt::Response) -> Result<Self, rt::DecodeError> {
                    Ok(match event_type {
                        #(#arms)*
                        other => Self::Unknown(other.to_owned()),
                    })
                }
            },
            read_error(cx, ty, errors),
        ],
    );
    file.finish(files)
}

/// `fn encode`: an event on its way to the wire.
fn encode(cx: &Context<'_, '_>, events: &[Field<'_>]) -> TokenStream {
    let arms = events.iter().map(|event| {
        let (wire, variant) = (event.name, cx.names.variant(event));
        quote! {
            Self::#variant(inner) => {
                event.kind(#wire);
                inner.to_event(event)
            }
        }
    });
    quote! {
        fn encode(&self, event: &mut rt::EventWriter) -> Result<(), rt::EncodeError> {
            match self {
                #(#arms)*
                Self::Unknown(_) => Err(rt::EncodeError::member("Unknown", "is not an event that can be sent")),
            }
        }
    }
}

/// The errors that may end the stream.
fn error_type(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    errors: &[(&str, ShapeId<'_>)],
) -> TokenStream {
    if errors.is_empty() {
        return TokenStream::new();
    }
    let variants = errors.iter().filter_map(|(name, id)| {
        let error = cx.api.error_def(id)?;
        let docs = doc_lines(&Links::new(cx).docs(&error.documentation), 4);
        let variant = cx.names.error(&ty.id, name);
        let inner = (!error.fields.is_empty()).then(|| {
            let structure = &cx.names.of_error(id).ty;
            quote!((types::#structure))
        });
        Some(quote!(#docs #variant #inner))
    });
    let docs = format!(
        " The errors that the model lists for a stream of [`{}`]; others come as their code.",
        cx.names.ty(&ty.id)
    );
    let name = &cx.names.of_type(&ty.id).error;
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#variants),* }
    }
}

fn read_error(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    errors: &[(&str, ShapeId<'_>)],
) -> TokenStream {
    if errors.is_empty() {
        return TokenStream::new();
    }
    let enumeration = &cx.names.of_type(&ty.id).error;
    let has_members = |id: &ShapeId<'_>| {
        let error = cx.api.error_def(id);
        error.is_some_and(|error| !error.fields.is_empty())
    };
    let arms = errors.iter().map(|(wire, id)| {
        let variant = cx.names.error(&ty.id, wire);
        if has_members(id) {
            let structure = &cx.names.of_error(id).ty;
            quote!(#wire => types::#structure::from_error(body).map(#enumeration::#variant),)
        } else {
            quote!(#wire => Some(#enumeration::#variant),)
        }
    });
    let body = ident(if errors.iter().any(|(_, id)| has_members(id)) {
        "body"
    } else {
        "_body"
    });
    quote! {
        fn error(error_type: &str, #body: &rt::ErrorBody<'_>) -> Option<#enumeration> {
            match error_type { #(#arms)* _ => None }
        }
    }
}
