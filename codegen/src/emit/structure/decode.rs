//! Decoders: what reads the members of a structure, and of an output.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Binding, Element, Field, Payload, Type};
use crate::emit::defaults;
use crate::emit::rust_file::ident;
use crate::emit::types::{decode_element, decode_entry, decode_item, timestamp_format};
use crate::name;

pub(super) fn decoder(type_name: &str, fields: &[Field<'_>]) -> TokenStream {
    let ty = ident(type_name);
    let attributes = attributes(fields, &quote!(element));
    let slots = slots(fields);
    let arms = arms(fields, &quote!(member));
    let take = if arms.is_empty() {
        quote!(member.skip()?;)
    } else {
        quote!(match member.name() { #arms _ => member.skip()?, })
    };
    let members = fields.iter().map(|field| {
        let name = ident(&name::field(field.name));
        initializer(&name, take_slot(field))
    });
    quote! {
        impl #ty {
            pub(crate) fn decode(mut element: Element<'_, '_>) -> Result<Self, DecodeError> {
                #attributes
                #slots
                while let Some(member) = element.next()? { #take }
                Ok(Self { #(#members),* })
            }
        }
    }
}

/// `name: value`, or `name` where the value is a variable of that name.
pub(in crate::emit) fn initializer(name: &syn::Ident, value: TokenStream) -> TokenStream {
    if *name == value.to_string() {
        value
    } else {
        quote!(#name: #value)
    }
}

fn element<'a>(field: &'a Field<'_>) -> Option<&'a Element> {
    match &field.binding {
        Binding::Element(element) => Some(element),
        _ => None,
    }
}

/// `let r#type = element.parse_attribute("xsi:type")?;` for each member in an attribute.
pub(in crate::emit) fn attributes(fields: &[Field<'_>], element: &TokenStream) -> TokenStream {
    let attributes = fields.iter().filter_map(|field| {
        let Binding::Attribute(name) = &field.binding else {
            return None;
        };
        let variable = ident(&name::variable(field.name));
        let required = field.required && field.default.is_none();
        Some(match (&field.ty, required) {
            (Type::Timestamp(format), _) => {
                let format = timestamp_format(*format);
                if required {
                    quote!(let #variable = #element.required_attribute_timestamp(#name, #format)?;)
                } else {
                    quote!(let #variable = #element.attribute_timestamp(#name, #format)?;)
                }
            }
            (_, true) => quote!(let #variable = #element.required_attribute(#name)?;),
            (_, false) => quote!(let #variable = #element.parse_attribute(#name)?;),
        })
    });
    quote!(#(#attributes)*)
}

/// `let mut credentials = Slot::new("Credentials");` for each member of a body.
pub(in crate::emit) fn slots(fields: &[Field<'_>]) -> TokenStream {
    let slots = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let variable = ident(&name::variable(field.name));
        let wire = element.tag.local();
        Some(match (&field.ty, element.flattened) {
            (Type::List { .. }, true) => quote!(let mut #variable = Vec::new();),
            (Type::Map(_), true) => quote!(let mut #variable = BTreeMap::new();),
            _ => quote!(let mut #variable = Slot::new(#wire);),
        })
    });
    quote!(#(#slots)*)
}

/// The arms of a `match` over element names.
pub(in crate::emit) fn arms(fields: &[Field<'_>], variable: &TokenStream) -> TokenStream {
    let arms = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let slot = ident(&name::variable(field.name));
        let wire = element.tag.local();
        Some(match &field.ty {
            Type::List { item, sparse, .. } if element.flattened => {
                let value = decode_item(item, *sparse, variable);
                quote!(#wire => #slot.push(#value?),)
            }
            Type::Map(map) if element.flattened => {
                let entry = decode_entry(map, variable);
                quote!(#wire => #slot.extend([#entry?]),)
            }
            ty => {
                let value = if field.filled {
                    quote!(#variable.parse_filled())
                } else {
                    decode_element(ty, variable)
                };
                if field.boxed {
                    quote!(#wire => #slot.set(Box::new(#value?))?,)
                } else {
                    quote!(#wire => #slot.set(#value?)?,)
                }
            }
        })
    });
    quote!(#(#arms)*)
}

/// What a slot held in the end.
pub(in crate::emit) fn take_slot(field: &Field<'_>) -> TokenStream {
    let slot = ident(&name::variable(field.name));
    match (is_flattened(field), field.required) {
        _ if matches!(field.binding, Binding::Attribute(_)) => match or_default(field) {
            Some(or_default) => quote!(#slot #or_default),
            None => quote!(#slot),
        },
        (true, true) => quote!(#slot),
        (true, false) => quote!((!#slot.is_empty()).then_some(#slot)),
        (false, true) => match or_default(field) {
            Some(or_default) => quote!(#slot.optional() #or_default),
            None => quote!(#slot.required()?),
        },
        (false, false) => quote!(#slot.optional()),
    }
}

/// `.unwrap_or(…)` with the value that stands for a member that is not there, if one does.
fn or_default(field: &Field<'_>) -> Option<TokenStream> {
    let json = field.default.as_ref().filter(|_| field.required)?;
    Some(defaults::or_default(&field.ty, json))
}

/// Whether the member has no slot of its own: its items come one by one.
pub(in crate::emit) fn is_flattened(field: &Field<'_>) -> bool {
    element(field).is_some_and(|element| element.flattened)
        && matches!(field.ty, Type::List { .. } | Type::Map(_))
}

/// The value of an output member that does not stand in an element.
pub(in crate::emit) fn take_header(field: &Field<'_>) -> Option<TokenStream> {
    let value = match &field.binding {
        Binding::Header(header) if field.required && field.default.is_none() && is_plain(field) => {
            return Some(match &field.ty {
                Type::Timestamp(format) => {
                    let format = timestamp_format(*format);
                    quote!(response.required_header_timestamp(#header, #format)?)
                }
                _ => quote!(response.required_header(#header)?),
            });
        }
        Binding::Header(header) => header_value(field, header),
        Binding::PrefixHeaders(prefix) => quote!(response.prefix_headers(#prefix)?),
        Binding::StatusCode => quote!(Some(i32::from(response.status().as_u16()))),
        Binding::Payload(_) if field.is_stream() => return Some(quote!(response.stream())),
        Binding::Payload(payload) => payload_value(field, payload),
        _ => return None,
    };
    Some(if let Some(or_default) = or_default(field) {
        quote!(#value #or_default)
    } else if field.required {
        let name = field.name;
        quote!(response.required(#name, #value)?)
    } else {
        value
    })
}

/// Whether the header holds one value, as it is.
fn is_plain(field: &Field<'_>) -> bool {
    !field.media_type && !matches!(field.ty, Type::List { .. })
}

/// A header as an option.
fn header_value(field: &Field<'_>, header: &str) -> TokenStream {
    match &field.ty {
        Type::Timestamp(format) => {
            let format = timestamp_format(*format);
            if field.lenient {
                quote!(response.header_timestamp(#header, #format).unwrap_or_default())
            } else {
                quote!(response.header_timestamp(#header, #format)?)
            }
        }
        Type::List { item, .. } => match **item {
            Type::Timestamp(format) => {
                let format = timestamp_format(format);
                quote!(response.header_timestamps(#header, #format)?)
            }
            _ => quote!(response.header_list(#header)?),
        },
        _ if field.media_type => quote!(response.header_base64(#header)?),
        _ => quote!(response.header(#header)?),
    }
}

/// The whole body as an option.
fn payload_value(field: &Field<'_>, payload: &Payload) -> TokenStream {
    match &field.ty {
        Type::Blob => quote!(response.blob()),
        Type::Structure(id) | Type::Union(id) => {
            let ty = ident(&name::type_name(id));
            let root = payload.tag.local();
            quote!(response.xml_payload(#root, #ty::decode)?)
        }
        _ => quote!(response.text()?),
    }
}
