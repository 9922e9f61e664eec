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
    let literal = |value: &str| Literal::string(value).to_string();
    file.text(table("string_enum", &type_name, values, literal));
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
    let type_name = name::type_name(&ty.id);
    let ty = ident(&type_name);
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
    file.text(table("int_enum", &type_name, values, str::to_owned));
    file.finish(files)
}

/// The variants and what is sent for them, for a macro of the runtime.
fn table(
    name: &str,
    type_name: &str,
    values: &[EnumValue],
    literal: impl Fn(&str) -> String,
) -> String {
    let lines = values
        .iter()
        .map(|value| format!("    {} = {},\n", ident_of(value), literal(&value.value)));
    format!(
        "{name}!({type_name} {{\n{}}});\n",
        lines.collect::<String>()
    )
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
