//! Enums: `types/session_mode.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use crate::api::{EnumValue, TypeDef};
use crate::document::{Docs, code_span};
use crate::files::Files;
use crate::name;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    values: &[EnumValue],
    files: &mut Files,
) -> Result<(), Bug> {
    let type_name = name::type_name(&ty.id);
    let mut file = RustFile::of_type(&ty.id, "enum");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = variants(&links, values);
    let ty = ident(&type_name);
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #ty {
            #(#variants,)*
            /// A value this version does not know; it is kept and sent as it is.
            Unknown(String),
        }
    });
    let names: Vec<_> = values.iter().map(|value| &value.value).collect();
    let idents: Vec<_> = values.iter().map(ident_of).collect();
    file.implementation(
        quote!(impl #ty),
        vec![
            quote! {
                /// The values this version knows, as they are sent.
                pub const VALUES: &[&str] = &[#(#names),*];
            },
            quote! {
                /// The value as it is sent.
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#idents => #names,)*
                        Self::Unknown(value) => value,
                    }
                }
            },
        ],
    );
    file.item(quote! {
        impl From<&str> for #ty {
            fn from(value: &str) -> Self {
                match value {
                    #(#names => Self::#idents,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }
    });
    file.item(quote!(string_enum!(#ty);));
    file.finish(files)
}

/// An `intEnum`: the same with integers.
pub(super) fn emit_integers(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    values: &[EnumValue],
    files: &mut Files,
) -> Result<(), Bug> {
    let mut file = RustFile::of_type(&ty.id, "enum of integers");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = variants(&links, values);
    let ty = ident(&name::type_name(&ty.id));
    file.item(quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #ty {
            #(#variants,)*
            /// A value this version does not know; it is kept and sent as it is.
            Unknown(i32),
        }
    });
    // Validation has read them.
    let numbers = values
        .iter()
        .map(|value| value.value.parse().unwrap_or_default());
    let numbers: Vec<_> = numbers.map(Literal::i32_unsuffixed).collect();
    let idents: Vec<_> = values.iter().map(ident_of).collect();
    file.implementation(
        quote!(impl #ty),
        vec![
            quote! {
                /// The values this version knows, as they are sent.
                pub const VALUES: &[i32] = &[#(#numbers),*];
            },
            quote! {
                /// The value as it is sent.
                pub fn as_i32(self) -> i32 {
                    match self {
                        #(Self::#idents => #numbers,)*
                        Self::Unknown(value) => value,
                    }
                }
            },
        ],
    );
    file.item(quote! {
        impl From<i32> for #ty {
            fn from(value: i32) -> Self {
                match value {
                    #(#numbers => Self::#idents,)*
                    other => Self::Unknown(other),
                }
            }
        }
    });
    file.item(quote!(int_enum!(#ty);));
    file.finish(files)
}

fn ident_of(value: &EnumValue) -> syn::Ident {
    ident(&name::variant(&value.name))
}

/// The variants with their documentation.
fn variants(links: &Links, values: &[EnumValue]) -> Vec<TokenStream> {
    let variants = values.iter().map(|value| {
        let variant = ident_of(value);
        let mut docs = links.docs(&value.documentation);
        if docs.is_empty() {
            docs = Docs::new(&match value.value.as_str() {
                "" => "The empty text.".to_owned(),
                value => code_span(value),
            });
        }
        if let Some(deprecated) = &value.deprecated {
            docs = docs.and(links.docs(deprecated).markdown());
        }
        let docs = doc_lines(&docs, 4);
        quote!(#docs #variant)
    });
    variants.collect()
}
