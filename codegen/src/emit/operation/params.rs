//! `fn endpoint_params`: what a request says about its endpoint.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::endpoint::{Literal, ParamKind, Select, Selected};
use crate::api::{Field, Operation, Type};
use crate::emit::Context;

/// The constant of an endpoint parameter, where the rules know it.
fn endpoint_param<'c>(cx: &'c Context<'_, '_>, name: &str) -> Option<&'c syn::Ident> {
    cx.api
        .service
        .endpoint
        .params
        .iter()
        .any(|param| param.name == name)
        .then(|| cx.names.param(name))
        .flatten()
}

pub(super) fn uses_endpoint(cx: &Context<'_, '_>, operation: &Operation<'_>) -> bool {
    let context = operation
        .input
        .iter()
        .filter_map(|field| field.context_param.as_deref());
    let fixed = operation
        .static_params
        .iter()
        .map(|(name, _)| name.as_str());
    let selected = operation
        .selected_params
        .iter()
        .map(|param| param.name.as_str());
    context
        .chain(fixed)
        .chain(selected)
        .any(|name| endpoint_param(cx, name).is_some())
}

pub(super) fn endpoint_params(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    let known = |name: &str| endpoint_param(cx, name);
    let context = operation.input.iter().filter_map(|field| {
        let param = known(field.context_param.as_deref()?)?;
        let member = cx.names.field(field);
        Some(match (&field.ty, field.required) {
            (Type::List { item, sparse, .. }, required) => {
                let gaps = sparse.then(|| quote!(.flatten()));
                let text = match **item {
                    Type::Secret => quote!(text.expose()),
                    _ => quote!(text.as_str()),
                };
                let texts = |list| quote!(#list.iter()#gaps.map(|text| #text));
                let texts = if required {
                    let texts = texts(quote!(self.#member));
                    quote!(Some(#texts))
                } else {
                    let texts = texts(quote!(texts));
                    quote!(self.#member.as_ref().map(|texts| #texts))
                };
                quote!(params.set_list(endpoint::#param, #texts);)
            }
            (Type::Secret, true) => quote!(params.set(endpoint::#param, self.#member.expose());),
            (Type::Secret, false) => {
                quote!(params.set_optional(endpoint::#param, self.#member.as_ref().map(|text| text.expose()));)
            }
            (Type::Enum(_), true) => quote!(params.set(endpoint::#param, self.#member.as_str());),
            (Type::Enum(_), false) => {
                quote!(params.set_optional(endpoint::#param, self.#member.as_ref().map(|text| text.as_str()));)
            }
            (Type::String | Type::Source(_), true) => {
                quote!(params.set(endpoint::#param, self.#member.as_str());)
            }
            (Type::String, false) => {
                quote!(params.set_optional(endpoint::#param, self.#member.as_deref());)
            }
            (_, true) => quote!(params.set(endpoint::#param, self.#member);),
            (_, false) => quote!(params.set_optional(endpoint::#param, self.#member);),
        })
    });
    let fixed = operation
        .static_params
        .iter()
        .filter_map(|(name, literal)| {
            let param = known(name)?;
            Some(match literal {
                Literal::Bool(value) => quote!(params.set(endpoint::#param, #value);),
                Literal::String(value) => quote!(params.set(endpoint::#param, #value);),
                Literal::List(values) => {
                    quote!(params.set_list(endpoint::#param, Some([#(#values),*]));)
                }
            })
        });
    let selected = operation.selected_params.iter().filter_map(|selected| {
        let param = known(&selected.name)?;
        let value = select(cx, operation, selected);
        Some(match selected.kind {
            ParamKind::Strings => quote!(params.set_list(endpoint::#param, #value);),
            ParamKind::String => quote!(params.set_optional(endpoint::#param, #value);),
            ParamKind::Boolean => quote!(params.set_optional(endpoint::#param, #value);),
        })
    });
    let lines = quote!(#(#context)* #(#fixed)* #(#selected)*);
    if lines.is_empty() {
        return lines;
    }
    quote! {
        fn endpoint_params<'a>(&'a self, params: &mut rt::Params<'a>) { #lines }
    }
}

/// The value at the end of a path, as an option.
fn select(cx: &Context<'_, '_>, operation: &Operation<'_>, selected: &Selected<'_>) -> TokenStream {
    let way = Way { cx, operation };
    let (start, path) = (quote!(self), &selected.path);
    match selected.kind {
        ParamKind::Boolean => {
            let value = way.value(&start, path);
            quote!(#value.copied())
        }
        ParamKind::String => way.text(&start, path),
        ParamKind::Strings => way.value(&start, path),
    }
}

/// Paths within the input of an operation.
struct Way<'w, 's> {
    cx: &'w Context<'w, 's>,
    operation: &'w Operation<'s>,
}

impl Way<'_, '_> {
    /// An option of a reference to the value, or of an iterator over texts, given the variable where the path
    /// starts.
    fn value(&self, start: &TokenStream, path: &[Select<'_>]) -> TokenStream {
        let mut value = None;
        for (at, step) in path.iter().enumerate() {
            let Select::Member { .. } = step else {
                let items = self.items(&path[at..]);
                return match value {
                    Some(value) => quote!(#value.map(|value| #items)),
                    None => quote!({ let value = #start; Some(#items) }),
                };
            };
            let (member, option) = self.member(step);
            value = Some(match (value, option) {
                (None, true) => quote!(#start #member),
                (None, false) => quote!(Some(&#start #member)),
                (Some(value), true) => quote!(#value.and_then(|value| value #member)),
                (Some(value), false) => quote!(#value.map(|value| &value #member)),
            });
        }
        value.unwrap_or_else(|| quote!(Some(#start)))
    }

    /// An option of a text.
    fn text(&self, start: &TokenStream, path: &[Select<'_>]) -> TokenStream {
        let Some((last, before)) = path.split_last() else {
            return quote!(None);
        };
        let Some(field) = self.field(last) else {
            return quote!(None);
        };
        let name = self.cx.names.field(field);
        let before = (!before.is_empty()).then(|| self.value(start, before));
        match (before, field.required, &field.ty) {
            (None, true, _) => quote!(Some(#start.#name.as_str())),
            (None, false, Type::String) => quote!(#start.#name.as_deref()),
            (None, false, _) => quote!(#start.#name.as_ref().map(|text| text.as_str())),
            (Some(before), true, _) => quote!(#before.map(|value| value.#name.as_str())),
            (Some(before), false, Type::String) => {
                quote!(#before.and_then(|value| value.#name.as_deref()))
            }
            (Some(before), false, _) => {
                quote!(#before.and_then(|value| value.#name.as_ref()).map(|text| text.as_str()))
            }
        }
    }

    /// `.name`, or `.name.as_ref()` and `true` where it is an option.
    fn member(&self, step: &Select<'_>) -> (TokenStream, bool) {
        let Some(field) = self.field(step) else {
            return (TokenStream::new(), false);
        };
        let name = self.cx.names.field(field);
        match (field.required, field.boxed) {
            (true, _) => (quote!(.#name), false),
            (false, false) => (quote!(.#name.as_ref()), true),
            (false, true) => (quote!(.#name.as_deref()), true),
        }
    }

    fn field(&self, step: &Select<'_>) -> Option<&Field<'_>> {
        let Select::Member { of, name } = step else {
            return None;
        };
        let fields = match of {
            None => &*self.operation.input,
            Some(id) => {
                let ty = self.cx.api.type_def(id)?;
                ty.kind.fields()
            }
        };
        fields.iter().find(|field| field.name == *name)
    }

    /// An iterator over texts, out of the list, map or structure `value`.
    fn items(&self, path: &[Select<'_>]) -> TokenStream {
        let mut items = TokenStream::new();
        let mut is_text = false;
        for (at, step) in path.iter().enumerate() {
            let first = at == 0;
            is_text = matches!(step, Select::Each(_));
            items = match step {
                Select::Items { sparse } => {
                    let gaps = sparse.then(|| quote!(.flatten()));
                    if first {
                        quote!(value.iter()#gaps)
                    } else {
                        quote!(#items.flatten()#gaps)
                    }
                }
                Select::Keys if first => quote!(value.keys()),
                Select::Keys => quote!(#items.flat_map(|value| value.keys())),
                Select::Each(paths) => {
                    let each = paths.iter().map(|path| self.text(&quote!(value), path));
                    let each = quote!([#(#each),*].into_iter().flatten());
                    if first {
                        each
                    } else {
                        quote!(#items.flat_map(|value| #each))
                    }
                }
                member => match self.member(member) {
                    (member, true) => quote!(#items.filter_map(|value| value #member)),
                    (member, false) => quote!(#items.map(|value| &value #member)),
                },
            };
        }
        if is_text {
            items
        } else {
            quote!(#items.map(|text| text.as_str()))
        }
    }
}
