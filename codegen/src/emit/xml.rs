//! XML bodies of requests: the statements that write members.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::timestamp_format;
use crate::api::{Binding, Element, Field, Map, Tag, Type};
use crate::name::Names;

/// Statements that write the members of a structure, `self`, into the element that is open.
pub(super) fn write_members(names: &Names<'_>, fields: &[Field<'_>]) -> TokenStream {
    let attributes = fields.iter().filter_map(|field| {
        let Binding::Attribute(name) = &field.binding else {
            return None;
        };
        Some(if_there(names, field, |value| match &field.ty {
            Type::Timestamp(format) => {
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
    let member = names.field(field);
    let tag = tag(&element.tag);
    if field.idempotency_token {
        let variable = names.variable(field);
        return quote!(xml.optional_text(#tag, &#variable)?;);
    }
    if field.default.is_some() && !element.flattened {
        return if_there(names, field, |value| write(&field.ty, &tag, value));
    }
    match (&field.ty, element.flattened) {
        (Type::List { .. } | Type::Map(_), true) => if_there(names, field, |value| {
            write_flattened(&field.ty, &tag, value)
        }),
        (Type::Timestamp(_) | Type::List { .. } | Type::Map(_), _) => {
            if_there(names, field, |value| write(&field.ty, &tag, value))
        }
        (Type::Structure(_) | Type::Union(_), _) if !field.required => {
            let value = if field.boxed {
                quote!(self.#member.as_deref())
            } else {
                quote!(self.#member.as_ref())
            };
            quote!(xml.optional_structure(#tag, #value)?;)
        }
        (ty, _) if field.required => write(ty, &tag, &quote!(&self.#member)),
        _ => quote!(xml.optional_text(#tag, &self.#member)?;),
    }
}

/// `if let Some(value) = &self.member { … }`, or only what is inside for a required member.
pub(super) fn if_there(
    names: &Names<'_>,
    field: &Field<'_>,
    inside: impl Fn(&TokenStream) -> TokenStream,
) -> TokenStream {
    let member = names.field(field);
    if field.required {
        return inside(&quote!(&self.#member));
    }
    if field.default.is_some() {
        let variable = names.variable(field);
        return inside(&quote!(&#variable));
    }
    let inside = inside(&quote!(value));
    quote!(if let Some(value) = &self.#member { #inside })
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
