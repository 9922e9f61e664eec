//! XML bodies of requests: the statements that write members.

use proc_macro2::TokenStream;
use quote::quote;

use super::held::Held;
use super::types::{is_text, timestamp_format};
use crate::api::{Binding, Element, Field, Form, Map, Tag, Type};
use crate::name::Names;

/// Statements that write the members of a structure, `self`, into the element that is open.
pub(super) fn write_members(names: &Names<'_>, fields: &[Field<'_>]) -> TokenStream {
    let attributes = fields.iter().filter_map(|field| {
        let Binding::Attribute(name, form) = &field.binding else {
            return None;
        };
        Some(if_there(names, field, |value| match form {
            Form::Time(format) => {
                let format = timestamp_format(*format);
                quote!(xml.attribute_timestamp(#name, #value, #format)?;)
            }
            _ => quote!(xml.attribute(#name, #value)?;),
        }))
    });
    let elements = fields.iter().filter_map(|field| match &field.binding {
        Binding::Element(element) => Some(write_member(names, field, element)),
        _ => None,
    });
    quote!(#(#attributes)* #(#elements)*)
}

fn write_member(names: &Names<'_>, field: &Field<'_>, element: &Element) -> TokenStream {
    let tag = tag(&element.tag);
    if element.flattened {
        return if_there(names, field, |value| {
            write_flattened(&field.ty, &tag, value)
        });
    }
    match (Held::of(names, field), &field.ty) {
        (Held::Perhaps(value), Type::Structure(_) | Type::Union(_)) => {
            let value = if field.boxed {
                quote!(#value.as_deref())
            } else {
                quote!(#value.as_ref())
            };
            quote!(xml.optional_structure(#tag, #value)?;)
        }
        (Held::Perhaps(value), ty) if is_text(ty) => quote!(xml.optional_text(#tag, &#value)?;),
        _ => if_there(names, field, |value| write(&field.ty, &tag, value)),
    }
}

/// `if let Some(value) = &self.member { … }`, or only what is inside for what is always there.
pub(super) fn if_there(
    names: &Names<'_>,
    field: &Field<'_>,
    inside: impl Fn(&TokenStream) -> TokenStream,
) -> TokenStream {
    match Held::of(names, field) {
        Held::Always(value) | Held::Made(value) => inside(&quote!(&#value)),
        Held::Perhaps(value) => {
            let inside = inside(&quote!(value));
            quote!(if let Some(value) = &#value { #inside })
        }
    }
}

/// A statement that writes an element with a value; `value` is a reference.
pub(super) fn write(ty: &Type<'_>, tag: &TokenStream, value: &TokenStream) -> TokenStream {
    match ty {
        Type::Timestamp(format) => {
            let format = timestamp_format(*format);
            quote!(xml.timestamp(#tag, #value, #format)?;)
        }
        Type::Structure(_) | Type::Union(_) => quote!(xml.structure(#tag, #value)?;),
        Type::List {
            item,
            tag: item_tag,
            sparse,
        } => {
            let item = write_nullable(item, *sparse, &self::tag(item_tag), &quote!(item));
            quote! {
                xml.element(#tag, |xml| {
                    for item in #value { #item }
                    Ok(())
                })?;
            }
        }
        Type::Map(map) => {
            let entry = write_entry(map, &quote!("entry"));
            quote! {
                xml.element(#tag, |xml| {
                    for (key, value) in #value { #entry }
                    Ok(())
                })?;
            }
        }
        _ => quote!(xml.text(#tag, #value)?;),
    }
}

/// Statements that write the items of a list or the entries of a map, each in an element of this name.
pub(super) fn write_flattened(
    ty: &Type<'_>,
    tag: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    match ty {
        Type::List { item, sparse, .. } => {
            let item = write_nullable(item, *sparse, tag, &quote!(item));
            quote!(for item in #value { #item })
        }
        Type::Map(map) => {
            let entry = write_entry(map, tag);
            quote!(for (key, value) in #value { #entry })
        }
        ty => write(ty, tag, value),
    }
}

/// The same where the value may be null.
fn write_nullable(
    ty: &Type<'_>,
    sparse: bool,
    tag: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let write = write(ty, tag, value);
    if !sparse {
        return write;
    }
    quote! {
        match #value {
            Some(#value) => { #write }
            None => xml.nil(#tag)?,
        }
    }
}

fn write_entry(map: &Map<'_>, tag: &TokenStream) -> TokenStream {
    let key = write(&map.key, &self::tag(&map.key_tag), &quote!(key));
    let value_tag = self::tag(&map.value_tag);
    let value = write_nullable(&map.value, map.sparse, &value_tag, &quote!(value));
    quote! {
        xml.element(#tag, |xml| {
            #key
            #value
            Ok(())
        })?;
    }
}

/// A tag as the runtime takes it: a name, with a namespace, or with a prefix and a namespace.
pub(super) fn tag(tag: &Tag) -> TokenStream {
    let name = &tag.name;
    match &tag.namespace {
        None => quote!(#name),
        Some(namespace) => {
            let uri = &namespace.uri;
            match &namespace.prefix {
                None => quote!((#name, #uri)),
                Some(prefix) => quote!((#name, #prefix, #uri)),
            }
        }
    }
}
