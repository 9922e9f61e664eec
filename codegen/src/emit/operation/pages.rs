//! Operations whose answers come in pages.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::calls::{Pages, Step};
use crate::api::{Operation, Type};
use crate::emit::path::{self, Value};
use crate::emit::rust_file::RustFile;
use crate::emit::{Context, types};
use crate::name::Names;

/// `impl Paginated for …` and `impl PaginatedItems for …`
pub(super) fn implementations(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    file: &mut RustFile,
) -> Option<()> {
    let pages = operation.pages.as_ref()?;
    let ty = &cx.names.operation(&operation.id).request;
    let output = &cx.names.operation(&operation.id).output;
    let input_token = operation
        .input
        .iter()
        .find(|field| field.name == pages.input_token)?;
    let token = types::rust_type(cx.names, &input_token.ty);
    let member = cx.names.field(input_token);
    let steps: Vec<_> = pages
        .output_token
        .iter()
        .cloned()
        .map(Step::Member)
        .collect();
    let next = Value::at(cx, "output", &operation.output.fields, &steps)?.as_option();
    let last = last_page(cx.names, operation, pages);
    let items = vec![
        quote!(type Token = #token;),
        quote! {
            fn token(&self) -> Option<&#token> { self.#member.as_ref() }
        },
        quote! {
            fn next_token(output: &#output) -> Option<&#token> { #last #next }
        },
        quote! {
            fn set_token(&mut self, token: #token) { self.#member = Some(token); }
        },
    ];
    file.implementation(quote!(impl rt::Paginated for #ty), items);
    let names = pages.items.as_ref()?;
    let (field, taken) = path::take(cx, "output", &operation.output.fields, names)?;
    let (item, taken) = match &field.ty {
        Type::List { item, .. } => (types::rust_type(cx.names, item), taken),
        Type::Map(map) => {
            let (key, value) = (
                types::rust_type(cx.names, &map.key),
                types::rust_type(cx.names, &map.value),
            );
            (quote!((#key, #value)), quote!(#taken.into_iter().collect()))
        }
        _ => return None,
    };
    let items = vec![
        quote!(type Item = #item;),
        quote! {
            fn items(output: #output) -> Vec<#item> { #taken }
        },
    ];
    file.implementation(quote!(impl rt::PaginatedItems for #ty), items);
    Some(())
}

/// Nothing follows where the output says so, whatever its token.
fn last_page(names: &Names<'_>, operation: &Operation<'_>, pages: &Pages) -> Option<TokenStream> {
    let more = pages.more.as_ref()?;
    let field = operation
        .output
        .fields
        .iter()
        .find(|field| field.name == *more)?;
    let member = names.field(field);
    let is_last = match field.required {
        true => quote!(!output.#member),
        false => quote!(output.#member == Some(false)),
    };
    Some(quote!(if #is_last { return None; }))
}
