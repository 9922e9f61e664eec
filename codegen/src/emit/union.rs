//! Unions: `types/payload.rs`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::types::{decode_element, decode_entry, decode_item, needs_serde_value, rust_type};
use super::xml;
use crate::api::{Binding, Field, Tag, Type, TypeDef};
use crate::files::Files;
use crate::name::Names;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    fields: &[Field<'_>],
    files: &mut Files,
) -> Result<(), Bug> {
    let type_name = cx.names.ty(&ty.id).to_string();
    let mut file = RustFile::of_type(cx.names.of_type(&ty.id), &ty.id, "union");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = fields.iter().map(|field| {
        let docs = doc_lines(&links.docs(&field.documentation), 4);
        let variant = cx.names.variant(field);
        let inner = rust_type(cx.names, &field.ty);
        let inner = if field.boxed {
            quote!(Box<#inner>)
        } else {
            inner
        };
        let with = needs_serde_value(&field.ty).then(
            || quote!(#[cfg_attr(feature = "serde", serde(with = "zonal_runtime::serde_value"))]),
        );
        quote!(#docs #with #variant(#inner),)
    });
    let name = ident(&type_name);
    let by_hand = by_hand(cx.names, &name, fields);
    let debug = by_hand.is_none().then(|| quote!(Debug,));
    file.item(quote! {
        #docs
        #[derive(Clone, #debug PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A member this version does not know, by its name; it cannot be sent.
            Unknown(String),
        }
    });
    file.item(by_hand.unwrap_or_default());
    if ty.encoded {
        let arms = fields.iter().map(|field| {
            let variant = cx.names.variant(field);
            let value = if field.boxed {
                quote!(&**value)
            } else {
                quote!(value)
            };
            let tag = xml::tag(&tag(field));
            let write = if field.is_flattened() {
                xml::write_flattened(&field.ty, &tag, &value)
            } else {
                xml::write(&field.ty, &tag, &value)
            };
            quote!(Self::#variant(value) => { #write })
        });
        file.item(quote! {
            impl rt::Encode for #name {
                fn encode(&self, xml: &mut rt::Xml) -> Result<(), rt::EncodeError> {
                    match self {
                        #(#arms)*
                        Self::Unknown(name) => {
                            return Err(rt::EncodeError::member(name.clone(), "is unknown to this version"));
                        }
                    }
                    Ok(())
                }
            }
        });
    }
    if ty.decoded {
        let arms = fields.iter().map(|field| {
            let variant = cx.names.variant(field);
            let tag = tag(field);
            let wire = tag.local();
            if field.is_flattened() {
                let items = decode_flattened(cx.names, &field.ty, wire);
                return quote!(#wire => Self::#variant({ #items }),);
            }
            let value = decode_element(cx.names, &field.ty, &quote!(member));
            let value = if field.boxed {
                quote!(Box::new(#value?))
            } else {
                quote!(#value?)
            };
            quote!(#wire => Self::#variant(#value),)
        });
        file.item(quote! {
            impl #name {
                pub(crate) fn decode(mut element: rt::Element<'_, '_>) -> Result<Self, rt::DecodeError> {
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

/// A block that reads the items or entries from `member` and those behind it.
fn decode_flattened(names: &Names<'_>, ty: &Type<'_>, wire: &str) -> TokenStream {
    let read = |element: &TokenStream| match ty {
        Type::List { item, sparse, .. } => decode_item(names, item, *sparse, element),
        Type::Map(map) => decode_entry(names, map, element),
        ty => decode_element(names, ty, element),
    };
    let (first, next) = (read(&quote!(member)), read(&quote!(member)));
    let (start, more) = match ty {
        Type::Map(_) => (
            quote!(rt::BTreeMap::from([#first?])),
            quote!(items.extend([#next?]);),
        ),
        _ => (quote!(vec![#first?]), quote!(items.push(#next?);)),
    };
    quote! {
        let mut items = #start;
        while let Some(member) = element.next()? {
            if member.name() == #wire {
                #more
            }
        }
        items
    }
}

fn tag(field: &Field<'_>) -> Tag {
    match &field.binding {
        Binding::Element(element) => element.tag.clone(),
        _ => Tag::new(field.name),
    }
}

/// `Debug` of a union with members that it must not show, instead of a derived one.
fn by_hand(names: &Names<'_>, ty: &Ident, fields: &[Field<'_>]) -> Option<TokenStream> {
    fields.iter().find(|field| field.sensitive)?;
    let arms = fields.iter().map(|field| {
        let variant = names.variant(field);
        let text = variant.to_string();
        if field.sensitive {
            quote!(Self::#variant(_) => f.debug_tuple(#text).field(&format_args!("***")).finish())
        } else {
            quote!(Self::#variant(value) => f.debug_tuple(#text).field(value).finish())
        }
    });
    Some(quote! {
        impl std::fmt::Debug for #ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms,)*
                    Self::Unknown(name) => f.debug_tuple("Unknown").field(name).finish(),
                }
            }
        }
    })
}
