//! Operations whose answers come in pages.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::calls::{Pages, Step};
use crate::api::{Field, Operation, Type};
use crate::emit::path::{self, Value};
use crate::emit::rust_file::{RustFile, ident};
use crate::emit::{Context, types};
use crate::name;

/// `impl Paginated for …` and `impl PaginatedItems for …`
pub(super) fn implementations(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    file: &mut RustFile,
) -> Option<()> {
    let pages = operation.pages.as_ref()?;
    let ty = ident(&name::type_name(&operation.id));
    let output = ident(&name::output_type(&operation.id));
    let input_token = operation
        .input
        .iter()
        .find(|field| field.name == pages.input_token)?;
    let token = types::rust_type(&input_token.ty);
    let member = ident(&name::field(input_token.name));
    let steps: Vec<_> = pages
        .output_token
        .iter()
        .cloned()
        .map(Step::Member)
        .collect();
    let next = Value::at(cx, "output", &operation.output.fields, &steps)?.as_option();
    let last = last_page(operation, pages);
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
    file.implementation(quote!(impl Paginated for #ty), items);
    let names = pages.items.as_ref()?;
    let (field, taken) = path::take(cx, "output", &operation.output.fields, names)?;
    let (item, taken) = match &field.ty {
        Type::List { item, .. } => (types::rust_type(item), taken),
        Type::Map(map) => {
            let (key, value) = (types::rust_type(&map.key), types::rust_type(&map.value));
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
    file.implementation(quote!(impl PaginatedItems for #ty), items);
    Some(())
}

/// Nothing follows where the output says so, whatever its token.
fn last_page(operation: &Operation<'_>, pages: &Pages) -> Option<TokenStream> {
    let more = pages.more.as_ref()?;
    let field = operation
        .output
        .fields
        .iter()
        .find(|field| field.name == *more)?;
    let member = ident(&name::field(field.name));
    let is_last = match field.required {
        true => quote!(!output.#member),
        false => quote!(output.#member == Some(false)),
    };
    Some(quote!(if #is_last { return None; }))
}

/// The list of items, whose types the implementations name.
pub(super) fn items<'a, 's>(
    cx: &Context<'a, 's>,
    operation: &'a Operation<'s>,
) -> Option<&'a Field<'s>> {
    let names = operation.pages.as_ref()?.items.as_ref()?;
    path::take(cx, "output", &operation.output.fields, names).map(|(field, _)| field)
}
