//! What a member holds and where it stands, as values of the table.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Field, TimestampFormat, Type};
use crate::model::ShapeId;
use crate::name::Names;

/// The static of a named type: `SESSION_CREDENTIALS`.
pub(super) fn constant(names: &Names<'_>, id: &ShapeId<'_>) -> syn::Ident {
    names.of_type(id).table.clone()
}

/// `Kind::…`
pub(super) fn kind(names: &Names<'_>, ty: &Type<'_>) -> TokenStream {
    match ty {
        Type::String | Type::Source(_) => quote!(table::Kind::String),
        Type::Secret => quote!(table::Kind::Secret),
        Type::Boolean => quote!(table::Kind::Boolean),
        Type::Integer(64) => quote!(table::Kind::Long),
        Type::Integer(_) => quote!(table::Kind::Integer),
        Type::Float(_) => quote!(table::Kind::Float),
        Type::Timestamp(format) => {
            let format = match format {
                TimestampFormat::DateTime => quote!(DateTime),
                TimestampFormat::HttpDate => quote!(HttpDate),
                TimestampFormat::EpochSeconds => quote!(EpochSeconds),
            };
            quote!(table::Kind::Timestamp(table::Time::#format))
        }
        Type::Enum(id) => {
            let constant = constant(names, id);
            quote!(table::Kind::Enum(&types::#constant))
        }
        Type::Blob => quote!(table::Kind::Blob),
        Type::Stream(_) | Type::Events(..) => quote!(table::Kind::Stream),
        Type::Structure(id) | Type::Union(id) => {
            let constant = constant(names, id);
            quote!(table::Kind::Structure(&types::#constant))
        }
        Type::List { item, tag, .. } => {
            let (item, element) = (kind(names, item), tag.local());
            quote!(table::Kind::List { item: &#item, element: #element })
        }
        Type::Map(map) => {
            let value = kind(names, &map.value);
            let (key_element, value_element) = (map.key_tag.local(), map.value_tag.local());
            quote! {
                table::Kind::Map { value: &#value, key_element: #key_element, value_element: #value_element }
            }
        }
    }
}

/// `Place::…`
pub(super) fn place(field: &Field<'_>) -> TokenStream {
    match &field.binding {
        Binding::Label(_) | Binding::Endpoint | Binding::QueryParams { .. } => {
            quote!(table::Place::Url)
        }
        Binding::Query(name, _) => quote!(table::Place::Query(#name)),
        Binding::Header(name, _) => quote!(table::Place::Header(#name)),
        Binding::PrefixHeaders(prefix) => quote!(table::Place::PrefixHeaders(#prefix)),
        Binding::Element(element) => {
            let (name, flattened) = (element.tag.local(), element.flattened);
            quote!(table::Place::Element { name: #name, flattened: #flattened })
        }
        Binding::Attribute(name, _) => quote!(table::Place::Attribute(#name)),
        Binding::Payload(_) => quote!(table::Place::Body),
        Binding::StatusCode => quote!(table::Place::Status),
    }
}
