//! Enums: `types/session_mode.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines};
use crate::api::{EnumValue, TypeDef};
use crate::document::{Docs, code_span};
use crate::files::Files;
use crate::name::Names;

pub(super) fn emit(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    values: &[EnumValue],
    files: &mut Files,
) -> Result<(), Bug> {
    let mut file = RustFile::of_type(cx.names.of_type(&ty.id), &ty.id, "enum");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = variants(cx, ty, values);
    let name = cx.names.ty(&ty.id);
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value this version does not know; it is kept and sent as it is.
            Unknown(String),
        }
    });
    let literal = |value: &str| Literal::string(value).to_string();
    file.text(table(cx.names, "string_enum", ty, values, literal));
    file.finish(files)
}

/// An `intEnum`: the same with integers.
pub(super) fn emit_integers(
    cx: &Context<'_, '_>,
    ty: &TypeDef<'_>,
    values: &[EnumValue],
    files: &mut Files,
) -> Result<(), Bug> {
    let mut file = RustFile::of_type(cx.names.of_type(&ty.id), &ty.id, "enum of integers");
    let links = Links::new(cx);
    let docs = doc_lines(&links.docs(&ty.documentation).headings_from(1), 0);
    let variants = variants(cx, ty, values);
    let name = cx.names.ty(&ty.id);
    file.item(quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value this version does not know; it is kept and sent as it is.
            Unknown(i32),
        }
    });
    file.text(table(cx.names, "int_enum", ty, values, str::to_owned));
    file.finish(files)
}

/// The variants and what is sent for them, for a macro of the runtime.
fn table(
    names: &Names<'_>,
    name: &str,
    ty: &TypeDef<'_>,
    values: &[EnumValue],
    literal: impl Fn(&str) -> String,
) -> String {
    let lines = values.iter().map(|value| {
        let variant = names.value(&ty.id, value);
        format!("    {variant} = {},\n", literal(&value.value))
    });
    let lines: String = lines.collect();
    format!("rt::{name}!({} {{\n{lines}}});\n", names.ty(&ty.id))
}

/// The variants with their documentation.
fn variants(cx: &Context<'_, '_>, ty: &TypeDef<'_>, values: &[EnumValue]) -> Vec<TokenStream> {
    let links = Links::new(cx);
    let variants = values.iter().map(|value| {
        let variant = cx.names.value(&ty.id, value);
        let mut docs = links.docs(&value.documentation);
        if docs.is_empty() {
            docs = Docs::of(match value.value.as_str() {
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
