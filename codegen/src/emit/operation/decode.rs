//! `fn decode`: a response on its way from the wire.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Field, Operation, Output};
use crate::emit::rust_file::ident;
use crate::emit::structure;
use crate::emit::types::decode_element;
use crate::name;

pub(super) fn decode(operation: &Operation<'_>) -> TokenStream {
    let output = &operation.output;
    let ty = ident(&name::output_type(&operation.id));
    let in_body =
        |field: &&Field<'_>| matches!(field.binding, Binding::Element(_) | Binding::Attribute(_));
    let body = output.fields.iter().any(|field| in_body(&field)).then(|| {
        if output.unwrapped {
            unwrapped(output)
        } else {
            structure::read_body(&quote!(#ty), &output.root, &output.fields)
        }
    });
    let end = structure::end(&quote!(#ty), &output.fields, !output.unwrapped);
    let response = if output.fields.is_empty() {
        quote!(_response)
    } else {
        quote!(response)
    };
    quote! {
        fn decode(#response: &mut Response) -> Result<#ty, DecodeError> {
            #body
            Ok(#end)
        }
    }
}

/// Statements that read a body whose root element is the one member.
fn unwrapped(output: &Output<'_>) -> TokenStream {
    let slots = structure::slots(&output.fields);
    let member = output.fields.iter().find_map(|field| match &field.binding {
        Binding::Element(element) => Some((field, element)),
        _ => None,
    });
    let Some((field, element)) = member else {
        return TokenStream::new();
    };
    let slot = ident(&name::variable(field.name));
    let root = element.tag.local();
    let value = decode_element(&field.ty, &quote!(element));
    quote! {
        #slots
        let mut document = response.xml(#root)?;
        if let Some(element) = document.element() {
            #slot.set(#value?)?;
        }
    }
}
