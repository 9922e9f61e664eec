//! Unions: `types/payload.rs`.

use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::types::{decode_element, imports, needs_serde_value, rust_type};
use super::xml;
use crate::api::{Binding, Field, Tag, TypeDef};
use crate::files::Files;
use crate::name;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    fields: &[Field<'_>],
    files: &mut Files,
) -> Result<(), Bug> {
    let type_name = name::type_name(&ty.id);
    let mut file = RustFile::of_type(&ty.id, "union");
    file.uses(imports(&ty.id, fields.iter(), &quote!(super)));
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = fields.iter().map(|field| {
        let docs = doc_lines(&links.docs(&field.documentation), 4);
        let variant = ident(&name::variant(field.name));
        let inner = rust_type(&field.ty);
        let inner = if field.boxed {
            quote!(Box<#inner>)
        } else {
            inner
        };
        let with = (ty.encoded && needs_serde_value(&field.ty)).then(
            || quote!(#[cfg_attr(feature = "serde", serde(with = "zonal_runtime::serde_value"))]),
        );
        quote!(#docs #with #variant(#inner),)
    });
    let name = ident(&type_name);
    let serde = ty.encoded.then(
        || quote!(#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]),
    );
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #serde
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A member this version does not know, by its name; it cannot be sent.
            Unknown(String),
        }
    });
    if ty.encoded {
        let arms = fields.iter().map(|field| {
            let variant = ident(&name::variant(field.name));
            let value = if field.boxed {
                quote!(&**value)
            } else {
                quote!(value)
            };
            let write = xml::write(&field.ty, &xml::tag(&tag(field)), &value);
            quote!(Self::#variant(value) => { #write })
        });
        file.item(quote! {
            impl Encode for #name {
                fn encode(&self, xml: &mut Xml) -> Result<(), EncodeError> {
                    match self {
                        #(#arms)*
                        Self::Unknown(name) => {
                            return Err(EncodeError::member(name.clone(), "is unknown to this version"));
                        }
                    }
                    Ok(())
                }
            }
        });
    }
    if ty.decoded {
        let arms = fields.iter().map(|field| {
            let variant = ident(&name::variant(field.name));
            let tag = tag(field);
            let wire = tag.local();
            let value = decode_element(&field.ty, &quote!(member));
            let value = if field.boxed {
                quote!(Box::new(#value?))
            } else {
                quote!(#value?)
            };
            quote!(#wire => Self::#variant(#value),)
        });
        file.item(quote! {
            impl #name {
                pub(crate) fn decode(mut element: Element<'_, '_>) -> Result<Self, DecodeError> {
                    let member = element.variant()?;
                    Ok(match member.name() {
                        #(#arms)*
                        other => Self::Unknown(other.to_owned()),
                    })
                }
            }
        });
    }
    file.finish(files)
}

fn tag(field: &Field<'_>) -> Tag {
    match &field.binding {
        Binding::Element(element) => element.tag.clone(),
        _ => Tag::new(field.name),
    }
}
