//! Operations whose answers come in pages.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::calls::{Pages, PathStep};
use crate::api::{Field, Operation, Type};
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
        .map(PathStep::Member)
        .collect();
    let next = Value::at(cx, "output", &operation.output.fields, &steps)?.as_option();
    let last = last_page(cx.names, operation, pages);
    let more = has_more(cx.names, operation, pages).map(|more| {
        quote! {
            fn has_more(output: &#output) -> bool { #more }
        }
    });
    let mut items = vec![
        quote!(type Token = #token;),
        quote! {
            fn token(&self) -> Option<&#token> { self.#member.as_ref() }
        },
        quote! {
            fn next_token(output: &#output) -> Option<&#token> { #last #next }
        },
    ];
    items.extend(more);
    items.extend(is_empty(cx.names, operation));
    items.push(quote! {
        fn set_token(&mut self, token: #token) { self.#member = Some(token); }
    });
    file.implementation(quote!(impl rt::Paginated for #ty), items);
    let names = pages.items.as_ref()?;
    let (field, taken) = path::take(cx, "output", &operation.output.fields, names)?;
    let item = item_type(cx.names, &field.ty)?;
    let taken = match &field.ty {
        Type::Map(_) => quote!(#taken.into_iter().collect()),
        _ => taken,
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

/// What the items of a list or map are.
fn item_type(names: &Names<'_>, ty: &Type<'_>) -> Option<TokenStream> {
    match ty {
        Type::List { item, .. } => Some(types::rust_type(names, item)),
        Type::Map(map) => {
            let (key, value) = (
                types::rust_type(names, &map.key),
                types::rust_type(names, &map.value),
            );
            Some(quote!((#key, #value)))
        }
        _ => None,
    }
}

/// What the items of an operation's pages are, where it has both.
pub(in crate::emit) fn item(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
) -> Option<TokenStream> {
    let names = operation.pages.as_ref()?.items.as_ref()?;
    let (field, _) = path::take(cx, "output", &operation.output.fields, names)?;
    item_type(cx.names, &field.ty)
}

/// Nothing follows where the output says so, whatever its token.
fn last_page(names: &Names<'_>, operation: &Operation<'_>, pages: &Pages) -> Option<TokenStream> {
    let field = more(operation, pages)?;
    let member = names.field(field);
    let is_last = if field.required {
        quote!(!output.#member)
    } else {
        quote!(output.#member == Some(false))
    };
    Some(quote!(if #is_last { return None; }))
}

/// Whether the output says that something follows.
fn has_more(names: &Names<'_>, operation: &Operation<'_>, pages: &Pages) -> Option<TokenStream> {
    let field = more(operation, pages)?;
    let member = names.field(field);
    Some(if field.required {
        quote!(output.#member)
    } else {
        quote!(output.#member == Some(true))
    })
}

/// Whether the output lists nothing, where it has a list.
fn is_empty(names: &Names<'_>, operation: &Operation<'_>) -> Option<TokenStream> {
    let output = &names.operation(&operation.id).output;
    let lists = operation.output.fields.iter();
    let lists = lists.filter(|field| {
        matches!(field.ty, Type::List { .. } | Type::Map(_)) && !field.is_optional()
    });
    let mut lists = lists.map(|field| {
        let member = names.field(field);
        quote!(output.#member.is_empty())
    });
    let first = lists.next()?;
    Some(quote! {
        fn is_empty(output: &#output) -> bool { #first #(&& #lists)* }
    })
}

fn more<'o, 's>(operation: &'o Operation<'s>, pages: &Pages) -> Option<&'o Field<'s>> {
    let name = pages.more.as_ref()?;
    let mut fields = operation.output.fields.iter();
    fields.find(|field| field.name == *name)
}
