//! Rust types, and the expressions that take them off the wire.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust_file::ident;
use crate::api::{Field, TimestampFormat, Type};
use crate::model::ShapeId;
use crate::name;

/// The type of a value that is there.
pub(super) fn rust_type(ty: &Type<'_>) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Secret => quote!(Secret),
        Type::Boolean => quote!(bool),
        Type::Integer(bits) => {
            let ty = ident(&format!("i{bits}"));
            quote!(#ty)
        }
        Type::Float(bits) => {
            let ty = ident(&format!("f{bits}"));
            quote!(#ty)
        }
        Type::Timestamp(_) => quote!(DateTime),
        Type::Enum(id) | Type::Structure(id) => {
            let ty = ident(&name::type_name(id));
            quote!(#ty)
        }
        Type::List { item, .. } => {
            let item = rust_type(item);
            quote!(Vec<#item>)
        }
    }
}

/// The same as text.
pub(super) fn text(ty: &Type<'_>) -> String {
    match ty {
        Type::List { item, .. } => format!("Vec<{}>", text(item)),
        ty => rust_type(ty).to_string(),
    }
}

/// `use …::{…};` for the named types of these fields.
pub(super) fn imports<'a, 's: 'a>(
    own: &ShapeId<'_>,
    fields: impl Iterator<Item = &'a Field<'s>>,
    module: &TokenStream,
) -> TokenStream {
    let mut names: Vec<_> = fields
        .filter_map(|field| field.ty.named())
        .filter(|id| *id != own)
        .map(name::type_name)
        .collect();
    names.sort();
    names.dedup();
    let names: Vec<_> = names.iter().map(|name| ident(name)).collect();
    match names.as_slice() {
        [] => TokenStream::new(),
        [name] => quote!(use #module::#name;),
        names => quote!(use #module::{#(#names),*};),
    }
}

/// The type of a structure's field.
pub(super) fn field_type(ty: &Type<'_>, required: bool) -> TokenStream {
    let ty = rust_type(ty);
    if required { ty } else { quote!(Option<#ty>) }
}

/// Whether a setter takes `impl Into<…>`: where that saves the caller a conversion.
pub(super) fn takes_into(ty: &Type<'_>) -> bool {
    matches!(ty, Type::String | Type::Secret | Type::Enum(_))
}

/// The value of an element, given the variable that holds it.
pub(super) fn decode_element(ty: &Type<'_>, element: &TokenStream) -> TokenStream {
    match ty {
        Type::Timestamp(format) => {
            let format = timestamp_format(*format);
            quote!(#element.timestamp(#format)?)
        }
        Type::Structure(id) => {
            let ty = ident(&name::type_name(id));
            quote!(#ty::decode(#element)?)
        }
        Type::List {
            item,
            element: name,
        } => match &**item {
            Type::Structure(id) => {
                let ty = ident(&name::type_name(id));
                quote!(#element.list(#name, #ty::decode)?)
            }
            item => {
                let value = decode_element(item, &quote!(item));
                quote!(#element.list(#name, |item| Ok(#value))?)
            }
        },
        _ => quote!(#element.parse()?),
    }
}

/// `TimestampFormat::…`
pub(super) fn timestamp_format(format: TimestampFormat) -> TokenStream {
    match format {
        TimestampFormat::DateTime => quote!(TimestampFormat::DateTime),
        TimestampFormat::HttpDate => quote!(TimestampFormat::HttpDate),
        TimestampFormat::EpochSeconds => quote!(TimestampFormat::EpochSeconds),
    }
}
