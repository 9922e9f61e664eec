//! Structures: `types/session_credentials.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::types::{
    decode_element, decode_entry, field_type, imports, rust_type, takes_into, timestamp_format,
};
use super::xml;
use crate::api::{Binding, Element, ErrorDef, Field, Payload, Type, TypeDef};
use crate::document::Docs;
use crate::files::Files;
use crate::model::ShapeId;
use crate::name;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    fields: &[Field<'_>],
    files: &mut Files,
) -> Result<(), Bug> {
    let module = name::module(&ty.id);
    let type_name = name::type_name(&ty.id);
    let mut file = RustFile::new(
        format!("client/src/types/{module}.rs"),
        ty.id.to_string(),
        &format!("The structure `{type_name}`."),
    );
    file.uses(imports(&ty.id, fields.iter(), &quote!(super)));
    let links = Links::of_structure(cx, &type_name, fields);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let mut definitions = Definitions::new(links);
    let notes = if ty.encoded {
        FieldNotes::Encoded
    } else {
        FieldNotes::Decoded
    };
    file.item(definitions.structure(&type_name, &docs, fields, notes));
    if ty.encoded {
        file.item(constructor(&type_name, fields, false));
        file.item(encoder(&type_name, fields));
    }
    if ty.decoded {
        file.item(decoder(&type_name, fields));
    }
    file.finish(files)
}

/// An error structure that has members other than the message.
pub(super) fn emit_error(
    cx: &Context<'_, '_>,
    error: &ErrorDef<'_>,
    files: &mut Files,
) -> Result<(), Bug> {
    let module = name::module(&error.id);
    let type_name = name::type_name(&error.id);
    let mut file = RustFile::new(
        format!("client/src/types/{module}.rs"),
        error.id.to_string(),
        &format!("The members of the error `{type_name}`."),
    );
    file.uses(imports(&error.id, error.fields.iter(), &quote!(super)));
    let docs = doc_lines(
        &Docs::new(&format!(
            "What S3 says beside the code `{}`.",
            error.id.name()
        )),
        0,
    );
    let mut definitions = Definitions::new(Links::of_structure(cx, &type_name, &error.fields));
    file.item(definitions.structure(&type_name, &docs, &error.fields, FieldNotes::Response));
    let ty = ident(&type_name);
    let slots = slots(&error.fields);
    let arms = arms(&error.fields, &quote!(member));
    let members = error.fields.iter().map(|field| {
        let name = ident(&name::field(field.name));
        let value = take_header(field).unwrap_or_else(|| take_slot(field));
        quote!(#name: #value)
    });
    let header = error
        .fields
        .iter()
        .any(|field| take_header(field).is_some());
    let response = if header {
        quote!(response)
    } else {
        quote!(_response)
    };
    file.item(quote! {
        impl #ty {
            pub(crate) fn from_error(body: &ErrorBody<'_>) -> Option<Self> {
                body.read(Self::read)
            }

            fn read(#response: &Response, mut element: Element<'_, '_>) -> Result<Self, DecodeError> {
                #slots
                while let Some(member) = element.next()? {
                    match member.name() {
                        #arms
                        _ => member.skip()?,
                    }
                }
                Ok(Self { #(#members),* })
            }
        }
    });
    file.finish(files)
}

/// What a field's documentation says of the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldNotes {
    /// Nothing: it is an element of bodies, those of requests perhaps.
    Encoded,
    /// Nothing: it is an element of response bodies.
    Decoded,
    /// Where it is sent.
    Request,
    /// Where it comes from.
    Response,
}

/// Writes structures of one file. What a simple type says of itself stands at its first member only.
pub(super) struct Definitions<'s> {
    links: Links,
    described: Vec<ShapeId<'s>>,
}

impl<'s> Definitions<'s> {
    pub(super) fn new(links: Links) -> Self {
        Self {
            links,
            described: Vec::new(),
        }
    }

    /// `pub struct … { … }`
    pub(super) fn structure(
        &mut self,
        type_name: &str,
        docs: &TokenStream,
        fields: &[Field<'s>],
        notes: FieldNotes,
    ) -> TokenStream {
        let ty = ident(type_name);
        let request = matches!(notes, FieldNotes::Request | FieldNotes::Encoded);
        let default =
            (request && fields.iter().all(|field| !field.required)).then(|| quote!(, Default));
        let serde = request.then(|| {
            quote! {
                #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
                #[cfg_attr(feature = "serde", serde(rename_all = "PascalCase"))]
            }
        });
        let fields = fields.iter().map(|field| {
            let docs = doc_lines(&self.field_docs(field, notes), 4);
            let name = ident(&name::field(field.name));
            let ty = field_type(field);
            let rename = (request && pascal(&name.to_string()) != field.name).then(|| {
                let wire = field.name;
                quote!(#[cfg_attr(feature = "serde", serde(rename = #wire))])
            });
            // Times are no serde values of their own.
            let with = match (&field.ty, field.required) {
                (Type::Timestamp(_), true) => quote!(with = "zonal_runtime::serde_time"),
                (Type::Timestamp(_), false) => {
                    quote!(default, with = "zonal_runtime::serde_time::option")
                }
                _ => TokenStream::new(),
            };
            let with = (request && !with.is_empty())
                .then(|| quote!(#[cfg_attr(feature = "serde", serde(#with))]));
            quote!(#docs #rename #with pub #name: #ty)
        });
        quote! {
            #docs
            #[derive(Clone, Debug #default, PartialEq)]
            #serde
            #[non_exhaustive]
            pub struct #ty { #(#fields),* }
        }
    }

    /// Model documentation, constraints and the place on the wire.
    fn field_docs(&mut self, field: &Field<'s>, notes: FieldNotes) -> Docs {
        let mut docs = self.links.docs(&field.documentation);
        if let Some(id) = field.simple_type.filter(|id| !self.described.contains(id)) {
            self.described.push(id);
            docs = docs.and(self.links.docs(&field.type_documentation).markdown());
        }
        if let Some(deprecated) = &field.deprecated {
            docs = docs.and(self.links.docs(deprecated).markdown());
        }
        let mut last = field.constraints.clone();
        last.extend(match (&field.binding, notes) {
            (Binding::Header(header), FieldNotes::Request) => {
                Some(format!("Sent in the header `{header}`."))
            }
            (Binding::Header(header), FieldNotes::Response) => {
                Some(format!("From the header `{header}`."))
            }
            (Binding::Query(query), FieldNotes::Request) => {
                Some(format!("Sent in the query as `{query}`."))
            }
            (Binding::PrefixHeaders(prefix), FieldNotes::Request) => Some(format!(
                "Sent in headers whose names start with `{prefix}`."
            )),
            (Binding::PrefixHeaders(prefix), FieldNotes::Response) => Some(format!(
                "From the headers whose names start with `{prefix}`."
            )),
            (Binding::Payload(_), FieldNotes::Request) => Some("Sent as the body.".to_owned()),
            (Binding::Payload(_), FieldNotes::Response) => Some("From the body.".to_owned()),
            (Binding::StatusCode, _) => Some("The HTTP status.".to_owned()),
            _ => None,
        });
        docs.and(&last.join(" "))
    }
}

/// What `serde(rename_all = "PascalCase")` makes of a field.
fn pascal(field: &str) -> String {
    let words = field.trim_start_matches("r#").split('_');
    words
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + chars.as_str()
            })
        })
        .collect()
}

/// `fn new(…)`, which takes the required members.
pub(super) fn constructor(type_name: &str, fields: &[Field<'_>], request: bool) -> TokenStream {
    let ty = ident(type_name);
    let required: Vec<_> = fields.iter().filter(|field| field.required).collect();
    let arguments = required.iter().map(|field| argument(field));
    let members = fields.iter().map(|field| {
        let name = ident(&name::field(field.name));
        match (field.required, takes_into(&field.ty)) {
            (true, true) => quote!(#name: #name.into()),
            (true, false) => quote!(#name),
            (false, _) => quote!(#name: None),
        }
    });
    let what = if request { "A request" } else { "One" };
    let docs = if required.is_empty() {
        format!(" {what} with no member set.")
    } else {
        format!(" {what} with its required members; the others are not set.")
    };
    quote! {
        impl #ty {
            #[doc = #docs]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#members),* }
            }
        }
    }
}

/// `bucket: impl Into<String>`
pub(super) fn argument(field: &Field<'_>) -> TokenStream {
    let name = ident(&name::field(field.name));
    let ty = rust_type(&field.ty);
    match (takes_into(&field.ty), field.boxed) {
        (true, _) => quote!(#name: impl Into<#ty>),
        (false, true) => quote!(#name: Box<#ty>),
        (false, false) => quote!(#name: #ty),
    }
}

fn encoder(type_name: &str, fields: &[Field<'_>]) -> TokenStream {
    let ty = ident(type_name);
    let members = xml::write_members(fields);
    let xml = if members.is_empty() {
        quote!(_xml)
    } else {
        quote!(xml)
    };
    quote! {
        impl Encode for #ty {
            fn encode(&self, #xml: &mut Xml) -> Result<(), EncodeError> {
                #members
                Ok(())
            }
        }
    }
}

fn decoder(type_name: &str, fields: &[Field<'_>]) -> TokenStream {
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
pub(super) fn initializer(name: &syn::Ident, value: TokenStream) -> TokenStream {
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
pub(super) fn attributes(fields: &[Field<'_>], element: &TokenStream) -> TokenStream {
    let attributes = fields.iter().filter_map(|field| {
        let Binding::Attribute(name) = &field.binding else {
            return None;
        };
        let variable = ident(&name::variable(field.name));
        Some(match field.required {
            true => quote!(let #variable = #element.required_attribute(#name)?;),
            false => quote!(let #variable = #element.parse_attribute(#name)?;),
        })
    });
    quote!(#(#attributes)*)
}

/// `let mut credentials = Slot::new("Credentials");` for each member of a body.
pub(super) fn slots(fields: &[Field<'_>]) -> TokenStream {
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
pub(super) fn arms(fields: &[Field<'_>], variable: &TokenStream) -> TokenStream {
    let arms = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let slot = ident(&name::variable(field.name));
        let wire = element.tag.local();
        Some(match &field.ty {
            Type::List { item, .. } if element.flattened => {
                let value = decode_element(item, variable);
                quote!(#wire => #slot.push(#value?),)
            }
            Type::Map(map) if element.flattened => {
                let entry = decode_entry(map, variable);
                quote!(#wire => #slot.extend([#entry?]),)
            }
            ty => {
                let value = decode_element(ty, variable);
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
pub(super) fn take_slot(field: &Field<'_>) -> TokenStream {
    let slot = ident(&name::variable(field.name));
    match (is_flattened(field), field.required) {
        _ if matches!(field.binding, Binding::Attribute(_)) => quote!(#slot),
        (true, true) => quote!(#slot),
        (true, false) => quote!((!#slot.is_empty()).then_some(#slot)),
        (false, true) => quote!(#slot.required()?),
        (false, false) => quote!(#slot.optional()),
    }
}

/// Whether the member has no slot of its own: its items come one by one.
pub(super) fn is_flattened(field: &Field<'_>) -> bool {
    element(field).is_some_and(|element| element.flattened)
        && matches!(field.ty, Type::List { .. } | Type::Map(_))
}

/// The value of an output member that does not stand in an element.
pub(super) fn take_header(field: &Field<'_>) -> Option<TokenStream> {
    let value = match &field.binding {
        Binding::Header(header) if field.required && is_plain(field) => {
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
        Binding::Payload(payload) => payload_value(field, payload),
        _ => return None,
    };
    Some(if field.required {
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
            quote!(response.header_timestamp(#header, #format)?)
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
