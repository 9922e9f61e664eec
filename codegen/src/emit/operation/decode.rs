//! `fn decode`: a response on its way from the wire.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Field, Operation, Output};
use crate::emit::structure;
use crate::emit::types::decode_element;
use crate::name::Names;

pub(super) fn decode(names: &Names<'_>, operation: &Operation<'_>) -> TokenStream {
    let output = &operation.output;
    let ty = &names.operation(&operation.id).output;
    let in_body =
        |field: &&Field<'_>| matches!(field.binding, Binding::Element(_) | Binding::Attribute(_));
    let body = output.fields.iter().any(|field| in_body(&field)).then(|| {
        if output.unwrapped {
            unwrapped(names, output)
        } else {
            structure::read_body(names, &quote!(#ty), &output.root, &output.fields)
        }
    });
    let end = structure::end(names, &quote!(#ty), &output.fields, !output.unwrapped);
    let bare = output
        .is_bare()
        .then(|| quote!(response.without_document()?;));
    quote! {
        fn decode(response: &mut rt::Response) -> Result<#ty, rt::DecodeError> {
            #bare
            #body
            Ok(#end)
        }
    }
}

/// Statements that read a body whose root element is the one member.
fn unwrapped(names: &Names<'_>, output: &Output<'_>) -> TokenStream {
    let slots = structure::slots(names, &output.fields);
    let member = output.fields.iter().find_map(|field| match &field.binding {
        Binding::Element(element) => Some((field, element)),
        _ => None,
    });
    let Some((field, element)) = member else {
        return TokenStream::new();
    };
    let slot = names.variable(field);
    let root = element.tag.local();
    let value = decode_element(names, &field.ty, &quote!(element));
    quote! {
        #slots
        let mut document = response.xml(#root)?;
        let element = document.value()?;
        #slot.set(#value?)?;
    }
}
