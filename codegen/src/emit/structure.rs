//! Structures: `types/session_credentials.rs`.

mod decode;
mod event;
mod header;
mod members;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::types::{self, field_type};
use super::xml;
use super::{Context, held};
use crate::api::{Binding, ErrorDef, Field, Type, TypeDef, has_default};
use crate::document::Docs;
use crate::files::Files;
use crate::model::ShapeId;
use crate::name::Names;

use decode::{Reading, arms};
pub(super) use decode::{end, read_body, read_so_far, slots};
pub(super) use header::take_header;
pub(super) use members::{argument, taken};

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    fields: &[Field<'_>],
    files: &mut Files,
) -> Result<(), Bug> {
    let type_name = cx.names.ty(&ty.id).to_string();
    let mut file = RustFile::of_type(cx.names.of_type(&ty.id), &ty.id, "structure");
    let links = Links::of_structure(cx, &type_name, fields);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let mut definitions = Definitions::new(cx.names, links);
    let notes = if ty.is_sent() {
        FieldNotes::Encoded
    } else {
        FieldNotes::Decoded
    };
    file.item(definitions.structure(&type_name, &docs, fields, notes));
    file.text(definitions.members(&type_name, fields));
    let event = ty.event.as_ref();
    if ty.encoded {
        file.item(encoder(cx.names, &type_name, fields));
    }
    if ty.decoded {
        file.item(decode::decoder(cx.names, &type_name, fields));
    }
    if let Some(event) = event.filter(|event| event.received) {
        let root = event.root.local();
        file.item(decode::event(cx.names, &type_name, root, fields));
    }
    if let Some(event) = event.filter(|event| event.sent) {
        file.item(event::encoder(cx, &type_name, &event.root, fields));
    }
    file.finish(files)
}

/// An error structure that has members other than the message.
pub(super) fn emit_error(
    cx: &Context<'_, '_>,
    error: &ErrorDef<'_>,
    files: &mut Files,
) -> Result<(), Bug> {
    let names = cx.names.of_error(&error.id);
    let type_name = names.ty.to_string();
    let mut file = RustFile::of_type(names, &error.id, "error structure");
    let docs = doc_lines(
        &Docs::of(format!(
            "What {} says beside the code `{}`.",
            cx.api.service.name,
            error.id.name()
        )),
        0,
    );
    let mut definitions =
        Definitions::new(cx.names, Links::of_structure(cx, &type_name, &error.fields));
    file.item(definitions.structure(&type_name, &docs, &error.fields, FieldNotes::Response));
    file.text(definitions.members(&type_name, &error.fields));
    let ty = ident(&type_name);
    let reading = Reading::of(&error.fields);
    let start = reading.start(cx.names, &quote!(Self), &error.fields, &quote!(element));
    let arms = arms(cx.names, &error.fields, &quote!(member), &reading);
    let take = decode::take(&quote!(member), &arms);
    let end = decode::whole(cx.names, &quote!(Self), &error.fields, reading);
    let header = error
        .fields
        .iter()
        .any(|field| take_header(cx.names, field).is_some());
    let response = if header {
        quote!(response)
    } else {
        quote!(_response)
    };
    file.item(quote! {
        impl #ty {
            pub(crate) fn from_error(body: &rt::ErrorBody<'_>) -> Option<Self> {
                body.read(Self::read)
            }

            fn read(#response: &rt::Response, mut element: rt::Element<'_, '_>) -> Result<Self, rt::DecodeError> {
                #start
                while let Some(member) = element.next()? { #take }
                Ok(#end)
            }
        }
    });
    file.finish(files)
}

/// The traits that a structure derives.
pub(super) fn derived(fields: &[Field<'_>], request: bool) -> &'static [&'static str] {
    // A body that comes in can be read once.
    if fields.iter().any(|field| field.is_stream() && !request) {
        return &["Debug"];
    }
    if has_default(fields) {
        &["Clone", "Debug", "Default", "PartialEq"]
    } else {
        &["Clone", "Debug", "PartialEq"]
    }
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
pub(super) struct Definitions<'c, 's> {
    names: &'c Names<'s>,
    links: Links<'c>,
    described: Vec<ShapeId<'s>>,
}

impl<'c, 's> Definitions<'c, 's> {
    pub(super) fn new(names: &'c Names<'s>, links: Links<'c>) -> Self {
        Self {
            names,
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
        let by_hand = by_hand(self.names, &ty, fields.iter());
        let derives = derived(fields, request).iter();
        let derives = derives.filter(|name| by_hand.is_none() || **name != "Debug");
        let derives: Vec<_> = derives.map(|name| ident(name)).collect();
        let derives = (!derives.is_empty()).then(|| quote!(#[derive(#(#derives),*)]));
        let fields = fields.iter().map(|field| {
            let docs = doc_lines(&self.field_docs(field, notes), 4);
            let name = self.names.field(field);
            let ty = field_type(self.names, field);
            let rename = (pascal(&name.to_string()) != field.name).then(|| {
                let wire = field.name;
                quote!(#[cfg_attr(feature = "serde", serde(rename = #wire))])
            });
            // Times are no serde values of their own, and streams none at all.
            let default = (!field.required).then(|| quote!(default,));
            let with = match (&field.ty, field.required) {
                (Type::Stream(_) | Type::Events(..), _) => quote!(skip),
                (Type::Timestamp(_), true) => quote!(with = "zonal_runtime::serde_time"),
                (Type::Timestamp(_), false) => {
                    quote!(default, with = "zonal_runtime::serde_time::option")
                }
                (ty, _) if types::needs_serde_value(ty) => {
                    quote!(#default with = "zonal_runtime::serde_value")
                }
                _ if field.collects => quote!(default),
                _ => TokenStream::new(),
            };
            let with =
                (!with.is_empty()).then(|| quote!(#[cfg_attr(feature = "serde", serde(#with))]));
            quote!(#docs #rename #with pub #name: #ty)
        });
        quote! {
            #docs
            #derives
            #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
            #[cfg_attr(feature = "serde", serde(rename_all = "PascalCase"))]
            #[non_exhaustive]
            pub struct #ty { #(#fields),* }
            #by_hand
        }
    }

    /// Model documentation, constraints and the place on the wire.
    fn field_docs(&mut self, field: &Field<'s>, notes: FieldNotes) -> Docs {
        let mut docs = self.links.docs(&field.documentation);
        // What a number or a boolean means, its member says as well.
        let is_enough = docs.summary() != "" && !matches!(field.ty, Type::String | Type::Secret);
        let is_left_out = field.aliased || field.borrows_type || is_enough;
        let described_here = field.simple_type.filter(|_| !is_left_out);
        if let Some(id) = described_here.filter(|id| !self.described.contains(id)) {
            self.described.push(id);
            docs = docs.and(self.links.docs(&field.type_documentation).markdown());
        }
        if let Some(deprecated) = &field.deprecated {
            docs = docs.and(self.links.docs(deprecated).markdown());
        }
        let mut last = match field.ty {
            // It says itself what it is like.
            Type::Source(_) => Vec::new(),
            _ => field.constraints.clone(),
        };
        last.extend(match (&field.binding, notes) {
            (Binding::Header(header, _), FieldNotes::Request | FieldNotes::Response) => {
                Some(format!("Header `{header}`."))
            }
            (Binding::Query(query, _), FieldNotes::Request) => Some(format!("Query `{query}`.")),
            (Binding::PrefixHeaders(prefix), FieldNotes::Request | FieldNotes::Response) => {
                Some(format!("Headers `{prefix}…`."))
            }
            (Binding::Payload(_), FieldNotes::Request) => Some("Sent as the body.".to_owned()),
            (Binding::Payload(_), FieldNotes::Response) => Some("From the body.".to_owned()),
            (Binding::StatusCode, _) => Some("The HTTP status.".to_owned()),
            _ => None,
        });
        docs.ending(&last.join(" "))
    }
}

/// `Debug` of a structure with members that it must not show, instead of a derived one.
fn by_hand<'f, 's: 'f>(
    names: &Names<'s>,
    ty: &Ident,
    fields: impl Iterator<Item = &'f Field<'s>> + Clone,
) -> Option<TokenStream> {
    fields.clone().find(|field| field.sensitive)?;
    let members = fields.map(|field| {
        let name = names.field(field);
        let text = name.to_string();
        let text = text.trim_start_matches("r#");
        if field.sensitive {
            quote!(.field(#text, &format_args!("***")))
        } else {
            quote!(.field(#text, &self.#name))
        }
    });
    let text = ty.to_string();
    Some(quote! {
        impl std::fmt::Debug for #ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#text) #(#members)* .finish()
            }
        }
    })
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

fn encoder(names: &Names<'_>, type_name: &str, fields: &[Field<'_>]) -> TokenStream {
    let ty = ident(type_name);
    let variables = held::variables(names, fields);
    let members = xml::write_members(names, fields);
    let xml = if members.is_empty() {
        quote!(_xml)
    } else {
        quote!(xml)
    };
    quote! {
        impl rt::Encode for #ty {
            fn encode(&self, #xml: &mut rt::Xml) -> Result<(), rt::EncodeError> {
                #variables
                #members
                Ok(())
            }
        }
    }
}
