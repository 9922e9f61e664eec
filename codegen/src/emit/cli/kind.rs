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
        Type::String => quote!(Kind::String),
        Type::Secret => quote!(Kind::Secret),
        Type::Boolean => quote!(Kind::Boolean),
        Type::Integer(64) => quote!(Kind::Long),
        Type::Integer(_) => quote!(Kind::Integer),
        Type::Float(_) => quote!(Kind::Float),
        Type::Timestamp(format) => {
            let format = match format {
                TimestampFormat::DateTime => quote!(DateTime),
                TimestampFormat::HttpDate => quote!(HttpDate),
                TimestampFormat::EpochSeconds => quote!(EpochSeconds),
            };
            quote!(Kind::Timestamp(Time::#format))
        }
        Type::Enum(id) => {
            let constant = constant(names, id);
            quote!(Kind::Enum(&#constant))
        }
        Type::Blob => quote!(Kind::Blob),
        Type::Stream(_) | Type::Events(_) => quote!(Kind::Stream),
        Type::Structure(id) | Type::Union(id) => {
            let constant = constant(names, id);
            quote!(Kind::Structure(&#constant))
        }
        Type::List { item, tag, .. } => {
            let (item, element) = (kind(names, item), tag.local());
            quote!(Kind::List { item: &#item, element: #element })
        }
        Type::Map(map) => {
            let value = kind(names, &map.value);
            let (key_element, value_element) = (map.key_tag.local(), map.value_tag.local());
            quote! {
                Kind::Map { value: &#value, key_element: #key_element, value_element: #value_element }
            }
        }
    }
}

/// `Place::…`
pub(super) fn place(field: &Field<'_>) -> TokenStream {
    match &field.binding {
        Binding::Label | Binding::Endpoint | Binding::QueryParams => quote!(Place::Url),
        Binding::Query(name) => quote!(Place::Query(#name)),
        Binding::Header(name) => quote!(Place::Header(#name)),
        Binding::PrefixHeaders(prefix) => quote!(Place::PrefixHeaders(#prefix)),
        Binding::Element(element) => {
            let (name, flattened) = (element.tag.local(), element.flattened);
            quote!(Place::Element { name: #name, flattened: #flattened })
        }
        Binding::Attribute(name) => quote!(Place::Attribute(#name)),
        Binding::Payload(_) => quote!(Place::Body),
        Binding::StatusCode => quote!(Place::Status),
    }
}
