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
            read_body(output)
        }
    });
    let members = output.fields.iter().map(|field| {
        let name = ident(&name::field(field.name));
        let value = match (structure::take_header(field), field.required) {
            (Some(value), _) => value,
            (None, true)
                if !structure::is_flattened(field)
                    && !output.unwrapped
                    && field.default.is_none()
                    && matches!(field.binding, Binding::Element(_)) =>
            {
                let slot = ident(&name::variable(field.name));
                quote!(document.required(#slot)?)
            }
            (None, _) => structure::take_slot(field),
        };
        structure::initializer(&name, value)
    });
    let response = if output.fields.is_empty() {
        quote!(_response)
    } else {
        quote!(response)
    };
    quote! {
        fn decode(#response: &mut Response) -> Result<#ty, DecodeError> {
            #body
            Ok(#ty { #(#members),* })
        }
    }
}

/// Statements that read the members of a body into slots.
fn read_body(output: &Output<'_>) -> TokenStream {
    let root = &output.root;
    let attributes = structure::attributes(&output.fields, &quote!(document));
    let slots = structure::slots(&output.fields);
    let arms = structure::arms(&output.fields, &quote!(element));
    quote! {
        let mut document = response.xml(#root)?;
        #attributes
        #slots
        while let Some(element) = document.next()? {
            match element.name() {
                #arms
                _ => element.skip()?,
            }
        }
    }
}

/// The same where the root element is the one member.
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
