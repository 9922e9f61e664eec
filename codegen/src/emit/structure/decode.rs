//! Decoders: what reads the members of a structure, and of an output.

use proc_macro2::TokenStream;
use quote::quote;

use super::header::take_header;
use crate::api::{Binding, Element, Field, Form, Type, has_default};
use crate::emit::defaults;
use crate::emit::rust_file::ident;
use crate::emit::types::{
    decode_element, decode_entry, decode_item, is_text, nullable_reader, reader, timestamp_format,
};
use crate::name::Names;

pub(super) fn decoder(names: &Names<'_>, type_name: &str, fields: &[Field<'_>]) -> TokenStream {
    let ty = ident(type_name);
    let reading = Reading::of(fields);
    let start = reading.start(names, &quote!(Self), fields, &quote!(element));
    let arms = arms(names, fields, &quote!(member), &reading);
    let take = take(&quote!(member), &arms);
    let end = whole(names, &quote!(Self), fields, reading);
    quote! {
        impl #ty {
            pub(crate) fn decode(mut element: rt::Element<'_, '_>) -> Result<Self, rt::DecodeError> {
                #start
                while let Some(member) = element.next()? { #take }
                Ok(#end)
            }
        }
    }
}

/// Reads an element by its name.
pub(super) fn take(element: &TokenStream, arms: &TokenStream) -> TokenStream {
    if arms.is_empty() {
        quote!(#element.skip()?;)
    } else {
        quote!(match #element.name() { #arms _ => #element.skip()?, })
    }
}

/// What was read, complete.
pub(super) fn whole(
    names: &Names<'_>,
    ty: &TokenStream,
    fields: &[Field<'_>],
    reading: Reading,
) -> TokenStream {
    if reading == Reading::Members {
        return quote!(it);
    }
    let members = fields.iter().map(|field| {
        let name = names.field(field);
        initializer(
            name,
            take_header(names, field).unwrap_or_else(|| take_slot(names, field)),
        )
    });
    quote!(#ty { #(#members),* })
}

/// Where values go until the structure is complete.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Into the structure, `it`, which begins empty.
    Members,
    /// Into a variable each: some must be there in the end.
    Slots,
}

impl Reading {
    pub(super) fn of(fields: &[Field<'_>]) -> Self {
        if has_default(fields) && fields.iter().any(|field| element(field).is_some()) {
            Self::Members
        } else {
            Self::Slots
        }
    }

    /// Statements that make the places, and fill those whose values do not stand in elements.
    pub(super) fn start(
        self,
        names: &Names<'_>,
        ty: &TokenStream,
        fields: &[Field<'_>],
        element: &TokenStream,
    ) -> TokenStream {
        if self == Self::Slots {
            let attributes = attributes(names, fields, element);
            let slots = slots(names, fields);
            return quote!(#attributes #slots);
        }
        let known: Vec<_> = fields
            .iter()
            .filter_map(|field| {
                let name = names.field(field);
                let value = match &field.binding {
                    Binding::Attribute(name, form) => attribute_value(field, name, *form, element),
                    _ => take_header(names, field)?,
                };
                Some(quote!(#name: #value))
            })
            .collect();
        if known.is_empty() {
            quote!(let mut it = #ty::default();)
        } else {
            quote!(let mut it = #ty { #(#known,)* ..Default::default() };)
        }
    }
}

/// Reads the content of an event as that of a response.
pub(super) fn event(
    names: &Names<'_>,
    type_name: &str,
    root: &str,
    fields: &[Field<'_>],
) -> TokenStream {
    let ty = ident(type_name);
    let body = fields
        .iter()
        .any(|field| field.binding.is_in_document())
        .then(|| read_body(names, &quote!(Self), root, fields));
    let end = end(names, &quote!(Self), fields, true);
    let response = ident(if fields.is_empty() {
        "_response"
    } else {
        "response"
    });
    quote! {
        impl #ty {
            pub(crate) fn from_event(#response: &rt::Response) -> Result<Self, rt::DecodeError> {
                #body
                Ok(#end)
            }
        }
    }
}

/// Statements that read the members of a body.
pub(in crate::emit) fn read_body(
    names: &Names<'_>,
    ty: &TokenStream,
    root: &str,
    fields: &[Field<'_>],
) -> TokenStream {
    let reading = Reading::of(fields);
    let start = reading.start(names, ty, fields, &quote!(document));
    let arms = arms(names, fields, &quote!(element), &reading);
    let take = take(&quote!(element), &arms);
    quote! {
        let mut document = response.xml(#root)?;
        #start
        while let Some(element) = document.next()? { #take }
    }
}

/// What a response holds, from its headers and from its body; `in_document` where that was read by [`read_body`].
pub(in crate::emit) fn end(
    names: &Names<'_>,
    ty: &TokenStream,
    fields: &[Field<'_>],
    in_document: bool,
) -> TokenStream {
    if in_document && Reading::of(fields) == Reading::Members {
        return quote!(it);
    }
    let members = fields.iter().map(|field| {
        let name = names.field(field);
        let value = match (take_header(names, field), field.required) {
            (Some(value), _) => value,
            (None, true)
                if in_document
                    && !field.is_flattened()
                    && field.default.is_none()
                    && element(field).is_some() =>
            {
                let slot = names.variable(field);
                quote!(document.required(#slot)?)
            }
            (None, _) => take_slot(names, field),
        };
        initializer(name, value)
    });
    quote!(#ty { #(#members),* })
}

/// `name: value`, or `name` where the value is a variable of that name.
fn initializer(name: &syn::Ident, value: TokenStream) -> TokenStream {
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
fn attributes(names: &Names<'_>, fields: &[Field<'_>], element: &TokenStream) -> TokenStream {
    let attributes = fields.iter().filter_map(|field| {
        let Binding::Attribute(name, form) = &field.binding else {
            return None;
        };
        let variable = names.variable(field);
        let value = attribute_value(field, name, *form, element);
        Some(quote!(let #variable = #value;))
    });
    quote!(#(#attributes)*)
}

/// `element.parse_attribute("xsi:type")?`
fn attribute_value(
    field: &Field<'_>,
    name: &str,
    form: Form,
    element: &TokenStream,
) -> TokenStream {
    let required = field.required && field.default.is_none();
    match (form, required) {
        (Form::Time(format), _) => {
            let format = timestamp_format(format);
            if required {
                quote!(#element.required_attribute_timestamp(#name, #format)?)
            } else {
                quote!(#element.attribute_timestamp(#name, #format)?)
            }
        }
        (_, true) => quote!(#element.required_attribute(#name)?),
        (_, false) => quote!(#element.parse_attribute(#name)?),
    }
}

/// `let mut credentials = Slot::new("Credentials");` for each member of a body.
pub(in crate::emit) fn slots(names: &Names<'_>, fields: &[Field<'_>]) -> TokenStream {
    let slots = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let variable = names.variable(field);
        let wire = element.tag.local();
        Some(match (&field.ty, element.flattened) {
            (Type::List { .. }, true) => quote!(let mut #variable = Vec::new();),
            (Type::Map(_), true) => quote!(let mut #variable = rt::BTreeMap::new();),
            _ => quote!(let mut #variable = rt::Slot::new(#wire);),
        })
    });
    quote!(#(#slots)*)
}

/// The arms of a `match` over element names.
pub(super) fn arms(
    names: &Names<'_>,
    fields: &[Field<'_>],
    variable: &TokenStream,
    reading: &Reading,
) -> TokenStream {
    let arms = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let wire = element.tag.local();
        let action = match reading {
            Reading::Members => into_member(names, field, element, variable),
            Reading::Slots => into_slot(names, field, element, variable),
        };
        Some(quote!(#wire => #action,))
    });
    quote!(#(#arms)*)
}

fn into_member(
    names: &Names<'_>,
    field: &Field<'_>,
    element: &Element,
    variable: &TokenStream,
) -> TokenStream {
    let name = names.field(field);
    let place = quote!(it.#name);
    match &field.ty {
        Type::List { item, sparse, .. } if element.flattened => {
            let read = if is_text(item) && !sparse {
                quote!(rt::Element::parse)
            } else {
                nullable_reader(names, item, &variable.to_string(), *sparse)
            };
            let list = if field.collects {
                quote!(&mut #place)
            } else {
                quote!(#place.get_or_insert_default())
            };
            quote!(#variable.append(#list, #read)?)
        }
        Type::Map(map) if element.flattened => {
            let entry = decode_entry(names, map, variable);
            let map = if field.collects {
                place
            } else {
                quote!(#place.get_or_insert_default())
            };
            quote!(#map.extend([#entry?]))
        }
        ty if field.collects => {
            let read = reader(names, ty, &variable.to_string());
            let method = match ty {
                Type::Map(_) => quote!(fill_map),
                _ => quote!(fill_list),
            };
            quote!(#variable.#method(&mut #place, #read)?)
        }
        Type::Timestamp(format) => {
            let format = timestamp_format(*format);
            quote!(#variable.fill_time(&mut #place, #format)?)
        }
        ty if is_text(ty) && !field.filled => quote!(#variable.fill(&mut #place)?),
        ty => {
            let read = match ty {
                _ if field.filled => quote!(rt::Element::parse_filled),
                _ if field.boxed => {
                    let value = decode_element(names, ty, variable);
                    quote!(|#variable| #value.map(Box::new))
                }
                ty => reader(names, ty, &variable.to_string()),
            };
            quote!(#variable.fill_with(&mut #place, #read)?)
        }
    }
}

fn into_slot(
    names: &Names<'_>,
    field: &Field<'_>,
    element: &Element,
    variable: &TokenStream,
) -> TokenStream {
    let slot = names.variable(field);
    match &field.ty {
        Type::List { item, sparse, .. } if element.flattened => {
            let value = decode_item(names, item, *sparse, variable);
            quote!(#slot.push(#value?))
        }
        Type::Map(map) if element.flattened => {
            let entry = decode_entry(names, map, variable);
            quote!(#slot.extend([#entry?]))
        }
        ty => {
            let value = if field.filled {
                quote!(#variable.parse_filled())
            } else {
                decode_element(names, ty, variable)
            };
            if field.boxed {
                quote!(#slot.set(Box::new(#value?))?)
            } else {
                quote!(#slot.set(#value?)?)
            }
        }
    }
}

/// A member of a body that was read, as an option of a reference.
pub(in crate::emit) fn read_so_far(
    names: &Names<'_>,
    fields: &[Field<'_>],
    field: &Field<'_>,
) -> TokenStream {
    match Reading::of(fields) {
        Reading::Members => {
            let name = names.field(field);
            quote!(it.#name.as_ref())
        }
        Reading::Slots => {
            let slot = names.variable(field);
            quote!(#slot.get())
        }
    }
}

/// What a slot held in the end.
fn take_slot(names: &Names<'_>, field: &Field<'_>) -> TokenStream {
    let slot = names.variable(field);
    match (field.is_flattened(), field.required) {
        _ if matches!(field.binding, Binding::Attribute(..)) => match or_default(names, field) {
            Some(or_default) => quote!(#slot #or_default),
            None => quote!(#slot),
        },
        (true, true) => quote!(#slot),
        (true, false) if field.collects => quote!(#slot),
        (false, false) if field.collects => quote!(#slot.optional().unwrap_or_default()),
        (true, false) => quote!((!#slot.is_empty()).then_some(#slot)),
        (false, true) => match or_default(names, field) {
            Some(or_default) => quote!(#slot.optional() #or_default),
            None => quote!(#slot.required()?),
        },
        (false, false) => quote!(#slot.optional()),
    }
}

/// `.unwrap_or(…)` with the value that stands for a member that is not there, if one does.
pub(super) fn or_default(names: &Names<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let json = field.default.as_ref().filter(|_| field.required)?;
    Some(defaults::or_default(names, &field.ty, json))
}
