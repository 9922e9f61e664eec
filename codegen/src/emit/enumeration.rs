//! Enums: `types/session_mode.rs`.

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
    values: &[EnumValue<'_>],
    files: &mut Files,
) -> Result<(), Bug> {
    let type_name = name::type_name(&ty.id);
    let mut file = RustFile::of_type(&ty.id, "enum");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let ident_of = |value: &EnumValue<'_>| ident(&name::variant(value.name));
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
