//! Structures: `types/session_credentials.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::types::imports;
use super::types::{decode_element, field_type, timestamp_format};
use crate::api::{Binding, Element, Field, Type, TypeDef};
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
    file.item(definitions.structure(&type_name, &docs, fields, FieldNotes::None));
    file.item(decoder(&type_name, fields));
    file.finish(files)
}

/// What a field's documentation says of the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldNotes {
    /// Nothing: it is an element of the body.
    None,
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
        let request = notes == FieldNotes::Request;
        let serde = request.then(|| {
            quote! {
                #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
                #[cfg_attr(feature = "serde", serde(rename_all = "PascalCase"))]
            }
        });
        let fields = fields.iter().map(|field| {
            let docs = doc_lines(&self.field_docs(field, notes), 4);
            let name = ident(&name::field(field.name));
            let ty = field_type(&field.ty, field.required);
            let rename = (request && pascal(&name.to_string()) != field.name).then(|| {
                let wire = field.name;
                quote!(#[cfg_attr(feature = "serde", serde(rename = #wire))])
            });
            quote!(#docs #rename pub #name: #ty)
        });
        quote! {
            #docs
            #[derive(Clone, Debug, PartialEq)]
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
            _ => None,
        });
        last.extend(
            field
                .deprecated
                .as_ref()
                .map(|reason| format!("Deprecated: {reason}")),
        );
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

fn decoder(type_name: &str, fields: &[Field<'_>]) -> TokenStream {
    let ty = ident(type_name);
    let slots = slots(fields);
    let arms = arms(fields, &quote!(member));
    let members = fields.iter().map(|field| {
        let name = ident(&name::field(field.name));
        let value = take_slot(field);
        quote!(#name: #value)
    });
    quote! {
        impl #ty {
            pub(crate) fn decode(mut element: Element<'_, '_>) -> Result<Self, DecodeError> {
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
    }
}

fn element<'a>(field: &'a Field<'_>) -> Option<&'a Element> {
    match &field.binding {
        Binding::Element(element) => Some(element),
        _ => None,
    }
}

/// `let mut credentials = Slot::new("Credentials");` for each member of a body.
pub(super) fn slots(fields: &[Field<'_>]) -> TokenStream {
    let slots = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let variable = ident(&name::field(field.name));
        let wire = &element.name;
        Some(if element.flattened {
            quote!(let mut #variable = Vec::new();)
        } else {
            quote!(let mut #variable = Slot::new(#wire);)
        })
    });
    quote!(#(#slots)*)
}

/// The arms of a `match` over element names.
pub(super) fn arms(fields: &[Field<'_>], variable: &TokenStream) -> TokenStream {
    let arms = fields.iter().filter_map(|field| {
        let element = element(field)?;
        let slot = ident(&name::field(field.name));
        let wire = &element.name;
        Some(match &field.ty {
            Type::List { item, .. } if element.flattened => {
                let value = decode_element(item, variable);
                quote!(#wire => #slot.push(#value),)
            }
            ty => {
                let value = decode_element(ty, variable);
                quote!(#wire => #slot.set(#value)?,)
            }
        })
    });
    quote!(#(#arms)*)
}

/// What a slot held in the end.
pub(super) fn take_slot(field: &Field<'_>) -> TokenStream {
    let slot = ident(&name::field(field.name));
    match (&field.binding, field.required) {
        (
            Binding::Element(Element {
                flattened: true, ..
            }),
            true,
        ) => quote!(#slot),
        (
            Binding::Element(Element {
                flattened: true, ..
            }),
            false,
        ) => quote!((!#slot.is_empty()).then_some(#slot)),
        (_, true) => quote!(#slot.required()?),
        (_, false) => quote!(#slot.optional()),
    }
}

/// The value of an output member that does not stand in the body.
pub(super) fn take_header(field: &Field<'_>) -> Option<TokenStream> {
    let Binding::Header(header) = &field.binding else {
        return None;
    };
    Some(match (&field.ty, field.required) {
        (Type::Timestamp(format), required) => {
            let format = timestamp_format(*format);
            let method = ident(if required {
                "required_header_timestamp"
            } else {
                "header_timestamp"
            });
            quote!(response.#method(#header, #format)?)
        }
        (_, true) => quote!(response.required_header(#header)?),
        (_, false) => quote!(response.header(#header)?),
    })
}
