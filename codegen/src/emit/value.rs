//! Values of the model (in examples and protocol tests) as Rust expressions.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;

use super::Context;
use super::rust_file::ident;
use super::types::takes_into;
use crate::api::{Api, EnumValue, Field, Type, TypeKind};
use crate::model::ShapeId;
use crate::name;

/// A value of this type; none where the JSON does not fit the type.
pub(super) fn value(api: &Api<'_>, ty: &Type<'_>, json: &Value) -> Option<TokenStream> {
    Some(match ty {
        Type::String => {
            let text = json.as_str()?;
            quote!(#text.to_owned())
        }
        Type::Secret => {
            let text = json.as_str()?;
            quote!(Secret::from(#text))
        }
        Type::Boolean => {
            let value = json.as_bool()?;
            quote!(#value)
        }
        Type::Integer(_) => {
            let number = Literal::i64_unsuffixed(json.as_i64()?);
            quote!(#number)
        }
        Type::Float(bits) => float(*bits, json)?,
        Type::Timestamp(_) => timestamp(json)?,
        Type::Enum(id) => enum_value(api, id, json.as_str()?)?,
        Type::Structure(id) => {
            let TypeKind::Structure(fields) = &api.types.iter().find(|ty| ty.id == *id)?.kind
            else {
                return None;
            };
            let object = json.as_object()?;
            structure(api, &name::type_name(id), fields, |name| object.get(name))?
        }
        Type::List { item, .. } => {
            let items = json
                .as_array()?
                .iter()
                .map(|json| value(api, item, json))
                .collect::<Option<Vec<_>>>()?;
            quote!(vec![#(#items),*])
        }
    })
}

/// A structure with all its members.
pub(super) fn structure<'v>(
    api: &Api<'_>,
    type_name: &str,
    fields: &[Field<'_>],
    member: impl Fn(&str) -> Option<&'v Value>,
) -> Option<TokenStream> {
    let ty = ident(type_name);
    let members = fields
        .iter()
        .map(|field| {
            let name = ident(&name::field(field.name));
            let value = match member(field.name) {
                Some(json) if field.required => value(api, &field.ty, json)?,
                Some(json) => {
                    let value = value(api, &field.ty, json)?;
                    quote!(Some(#value))
                }
                None if field.required => return None,
                None => quote!(None),
            };
            Some(quote!(#name: #value))
        })
        .collect::<Option<Vec<_>>>()?;
    Some(quote!(#ty { #(#members),* }))
}

/// Arguments for the required members and a chain of setters for the others; none where the input lacks a
/// required member or holds one that is not there.
pub(super) fn call(
    api: &Api<'_>,
    fields: &[Field<'_>],
    json: &IndexMap<String, Value>,
) -> Option<(Vec<TokenStream>, TokenStream)> {
    if json
        .keys()
        .any(|name| !fields.iter().any(|field| field.name == name))
    {
        return None;
    }
    let mut arguments = Vec::new();
    let mut setters = TokenStream::new();
    for field in fields {
        let Some(json) = json.get(field.name) else {
            if field.required {
                return None;
            }
            continue;
        };
        let value = match (&field.ty, json) {
            (ty, Value::String(text)) if takes_into(ty) && !matches!(ty, Type::Enum(_)) => {
                quote!(#text)
            }
            (ty, json) => value(api, ty, json)?,
        };
        if field.required {
            arguments.push(value);
        } else {
            let name = ident(&name::field(field.name));
            setters.extend(quote!(.#name(#value)));
        }
    }
    Some((arguments, setters))
}

/// `let output = client.create_session("…").await?;`, as a user would lay it out.
pub(super) fn statement(method: &str, arguments: &TokenStream, setters: &TokenStream) -> String {
    let method = ident(method);
    let function = text(quote! {
        async fn example() {
            let output = client.#method(#arguments)#setters.await?;
        }
    });
    let body: Vec<_> = function
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    body.join("\n")
}

/// An item as text; nothing where it does not parse, which the file it goes to will tell.
pub(super) fn text(item: TokenStream) -> String {
    syn::parse2(item)
        .map(|file| prettyplease::unparse(&file))
        .unwrap_or_default()
}

/// `use zonal::types::SessionMode;` for the types that an expression mentions.
pub(super) fn use_types(cx: &Context<'_, '_>, tokens: &TokenStream) -> TokenStream {
    let mut names = BTreeSet::new();
    type_names(cx, tokens.clone(), &mut names);
    let names: Vec<_> = names.iter().map(|name| ident(name)).collect();
    let krate = ident(&cx.crate_ident());
    match names.as_slice() {
        [] => TokenStream::new(),
        [name] => quote!(use #krate::types::#name;),
        names => quote!(use #krate::types::{#(#names),*};),
    }
}

fn type_names(cx: &Context<'_, '_>, tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => type_names(cx, group.stream(), names),
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                if cx
                    .api
                    .types
                    .iter()
                    .any(|ty| name::type_name(&ty.id) == text)
                {
                    names.insert(text);
                }
            }
            _ => {}
        }
    }
}

fn float(bits: u8, json: &Value) -> Option<TokenStream> {
    let ty = ident(&format!("f{bits}"));
    Some(match json {
        Value::String(text) => match text.as_str() {
            "NaN" => quote!(#ty::NAN),
            "Infinity" => quote!(#ty::INFINITY),
            "-Infinity" => quote!(#ty::NEG_INFINITY),
            _ => return None,
        },
        json => {
            let number = Literal::f64_unsuffixed(json.as_f64()?);
            quote!(#number)
        }
    })
}

fn timestamp(json: &Value) -> Option<TokenStream> {
    if let Some(seconds) = json.as_i64() {
        let seconds = Literal::i64_unsuffixed(seconds);
        return Some(quote!(DateTime::from_secs(#seconds)));
    }
    let seconds = Literal::f64_unsuffixed(json.as_f64()?);
    Some(quote!(DateTime::from_secs_f64(#seconds)))
}

fn enum_value(api: &Api<'_>, id: &ShapeId<'_>, text: &str) -> Option<TokenStream> {
    let ty = ident(&name::type_name(id));
    let TypeKind::Enum(values) = &api.types.iter().find(|ty| ty.id == *id)?.kind else {
        return None;
    };
    Some(match values.iter().find(|value| value.value == text) {
        Some(EnumValue { name, .. }) => {
            let variant = ident(&name::variant(name));
            quote!(#ty::#variant)
        }
        None => quote!(#ty::from(#text)),
    })
}
