//! Rust types, and the expressions that take them off the wire.

use proc_macro2::TokenStream;
use quote::quote;

use super::rust_file::ident;
use crate::api::{Direction, Field, Map, Source, TimestampFormat, Type};
use crate::name::Names;

/// The type of a value that is there.
pub(super) fn rust_type(names: &Names<'_>, ty: &Type<'_>) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Secret => quote!(rt::Secret),
        Type::Source(Source::Copy) => quote!(rt::CopySource),
        Type::Source(Source::Rename { .. }) => quote!(rt::RenameSource),
        Type::Boolean => quote!(bool),
        Type::Integer(bits) => {
            let ty = ident(&format!("i{bits}"));
            quote!(#ty)
        }
        Type::Float(bits) => {
            let ty = ident(&format!("f{bits}"));
            quote!(#ty)
        }
        Type::Timestamp(_) => quote!(rt::DateTime),
        Type::Blob => quote!(rt::Bytes),
        Type::Stream(Direction::Request) => quote!(rt::Body),
        Type::Stream(Direction::Response) => quote!(rt::ByteStream),
        Type::Enum(id) | Type::Structure(id) | Type::Union(id) => {
            let ty = names.ty(id);
            quote!(types::#ty)
        }
        Type::Events(id, Direction::Request) => {
            let ty = names.ty(id);
            quote!(Vec<types::#ty>)
        }
        Type::Events(id, Direction::Response) => {
            let ty = names.ty(id);
            quote!(rt::EventStream<types::#ty>)
        }
        Type::List { item, sparse, .. } => {
            let item = nullable_type(names, item, *sparse);
            quote!(Vec<#item>)
        }
        Type::Map(map) => {
            let (key, value) = (
                rust_type(names, &map.key),
                nullable_type(names, &map.value, map.sparse),
            );
            quote!(rt::BTreeMap<#key, #value>)
        }
    }
}

/// The type of an item or value that may be null in a sparse list or map.
fn nullable_type(names: &Names<'_>, ty: &Type<'_>, sparse: bool) -> TokenStream {
    let ty = rust_type(names, ty);
    if sparse { quote!(Option<#ty>) } else { ty }
}

/// The same as text.
pub(super) fn text(names: &Names<'_>, ty: &Type<'_>) -> String {
    let nullable = |ty, sparse| {
        if sparse {
            format!("Option<{}>", text(names, ty))
        } else {
            text(names, ty)
        }
    };
    match ty {
        Type::List { item, sparse, .. } => format!("Vec<{}>", nullable(item, *sparse)),
        Type::Map(map) => {
            let value = nullable(&map.value, map.sparse);
            format!("rt::BTreeMap<{}, {value}>", text(names, &map.key))
        }
        // Paths are written without spaces.
        ty => rust_type(names, ty).to_string().replace(' ', ""),
    }
}

/// The type of a structure's field.
pub(super) fn field_type(names: &Names<'_>, field: &Field<'_>) -> TokenStream {
    let mut ty = match field.alias() {
        Some(id) => {
            let alias = names.ty(&id);
            quote!(types::#alias)
        }
        None => rust_type(names, &field.ty),
    };
    if field.boxed {
        ty = quote!(Box<#ty>);
    }
    if field.is_optional() {
        quote!(Option<#ty>)
    } else {
        ty
    }
}

/// Whether serde does not know the type, as a whole or within lists and maps.
pub(super) fn needs_serde_value(ty: &Type<'_>) -> bool {
    match ty {
        Type::Timestamp(_) | Type::Blob => true,
        Type::List { item, .. } => needs_serde_value(item),
        Type::Map(map) => needs_serde_value(&map.value),
        _ => false,
    }
}

/// Whether an argument is of the type itself, not of what becomes one: of a number or truth value, so that
/// `text.parse()?` says which is meant, and of a source, which nothing becomes.
pub(super) fn is_plain(ty: &Type<'_>) -> bool {
    matches!(
        ty,
        Type::Boolean | Type::Integer(_) | Type::Float(_) | Type::Source(_)
    )
}

/// The value of an element or the error, given the variable that holds it.
pub(super) fn decode_element(
    names: &Names<'_>,
    ty: &Type<'_>,
    element: &TokenStream,
) -> TokenStream {
    match ty {
        Type::Timestamp(format) => {
            let format = timestamp_format(*format);
            quote!(#element.timestamp(#format))
        }
        Type::Structure(id) | Type::Union(id) => {
            let ty = names.ty(id);
            quote!(types::#ty::decode(#element))
        }
        Type::List { item, tag, sparse } => {
            let name = tag.local();
            let read = nullable_reader(names, item, "item", *sparse);
            quote!(#element.list(#name, #read))
        }
        Type::Map(map) => {
            let entry = decode_entry(names, map, &quote!(entry));
            quote!(#element.map("entry", |entry| #entry))
        }
        _ => quote!(#element.parse()),
    }
}

/// An entry of a map, given the variable that holds its element: `Result<(K, V), _>`.
pub(super) fn decode_entry(names: &Names<'_>, map: &Map<'_>, element: &TokenStream) -> TokenStream {
    let (key_name, value_name) = (map.key_tag.local(), map.value_tag.local());
    let (key, value) = (
        reader(names, &map.key, "key"),
        nullable_reader(names, &map.value, "value", map.sparse),
    );
    quote!(#element.entry([#key_name, #value_name], #key, #value))
}

/// Whether the text of an element says it all.
pub(super) fn is_text(ty: &Type<'_>) -> bool {
    !matches!(
        ty,
        Type::Timestamp(_) | Type::Structure(_) | Type::Union(_) | Type::List { .. } | Type::Map(_)
    )
}

/// The item of a flattened list or the error, given the variable that holds its element.
pub(super) fn decode_item(
    names: &Names<'_>,
    item: &Type<'_>,
    sparse: bool,
    element: &TokenStream,
) -> TokenStream {
    if !sparse {
        return decode_element(names, item, element);
    }
    let read = reader(names, item, "item");
    quote!(#element.nullable(#read))
}

/// The same as [`reader`] for what may be null.
pub(super) fn nullable_reader(
    names: &Names<'_>,
    ty: &Type<'_>,
    variable: &str,
    sparse: bool,
) -> TokenStream {
    let read = reader(names, ty, variable);
    if !sparse {
        return read;
    }
    let variable = ident(variable);
    quote!(|#variable| #variable.nullable(#read))
}

/// A function from an element to its value.
pub(super) fn reader(names: &Names<'_>, ty: &Type<'_>, variable: &str) -> TokenStream {
    if let Type::Structure(id) | Type::Union(id) = ty {
        let ty = names.ty(id);
        return quote!(types::#ty::decode);
    }
    let variable = ident(variable);
    let value = decode_element(names, ty, &quote!(#variable));
    quote!(|#variable| #value)
}

/// `TimestampFormat::…`
pub(super) fn timestamp_format(format: TimestampFormat) -> TokenStream {
    match format {
        TimestampFormat::DateTime => quote!(rt::TimestampFormat::DateTime),
        TimestampFormat::HttpDate => quote!(rt::TimestampFormat::HttpDate),
        TimestampFormat::EpochSeconds => quote!(rt::TimestampFormat::EpochSeconds),
    }
}
