//! `fn decode`: a response on its way from the wire.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Batch, Binding, Field, Operation, Output, Type};
use crate::emit::Context;
use crate::emit::structure;
use crate::emit::types::decode_element;
use crate::name::Names;

pub(super) fn decode(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    let names = cx.names;
    let output = &operation.output;
    let ty = &names.operation(&operation.id).output;
    let in_document = |field: &Field<'_>| field.binding.is_in_document();
    let body = output.fields.iter().any(in_document).then(|| {
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
    let unreported = operation
        .batch
        .as_ref()
        .map(|batch| unreported(cx, operation, batch));
    let echoes = operation.echoes.iter().filter_map(|echo| {
        let mut fields = output.fields.iter();
        let told = fields.find(|field| field.name == *echo)?;
        let told = structure::read_so_far(names, &output.fields, told);
        Some(quote!(response.echoed(#echo, #told)?;))
    });
    quote! {
        fn decode(response: &mut rt::Response) -> Result<#ty, rt::DecodeError> {
            #bare
            #body
            #(#echoes)*
            #unreported
            Ok(#end)
        }
    }
}

/// Statements that report what the answer does not name like what the service could not do.
fn unreported(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    batch: &Batch<'_>,
) -> Option<TokenStream> {
    let list = |name: &str| {
        let mut fields = operation.output.fields.iter();
        fields.find(|field| field.name == name)
    };
    let (done, errors) = (list(batch.done)?, list(batch.errors)?);
    let Type::List { item, .. } = &errors.ty else {
        return None;
    };
    let Type::Structure(id) = &**item else {
        return None;
    };
    let members = cx.api.type_def(id)?.kind.fields();
    let [key, code, message] = batch.members.map(|name| {
        let field = members.iter().find(|field| field.name == name);
        field.map(|field| cx.names.field(field))
    });
    let rest = (members.len() > batch.members.len()).then(|| quote!(..Default::default()));
    let named = [done, errors].map(|list| {
        let name = cx.names.field(list);
        let flatten = (!list.collects).then(|| quote!(.flatten()));
        quote!(it.#name.iter_mut()#flatten.filter_map(|item| item.#key.as_mut()))
    });
    let [done, failed] = named;
    let said = [batch.unwritable, batch.unnamed].map(|report| {
        let (code, message) = (report.code, batch.message(report));
        quote!((#code, #message))
    });
    let (ty, name) = (cx.names.ty(id), cx.names.field(errors));
    let errors = if errors.collects {
        quote!(it.#name)
    } else {
        quote!(it.#name.get_or_insert_default())
    };
    let member = batch.members[0];
    Some(quote! {
        let done = #done;
        let failed = #failed;
        response.settle(#member, done.chain(failed), [#(#said),*])?;
        for item in response.unreported() {
            #errors.push(types::#ty {
                #key: Some(item.name.clone()),
                #code: Some(item.code.to_owned()),
                #message: Some(item.message.to_owned()),
                #rest
            });
        }
    })
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
