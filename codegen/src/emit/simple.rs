//! Forms of text that several members have, as aliases: `simple.rs`. What such a text is stands there once,
//! and not at each member.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::scope::{Place, Scope};
use super::types::rust_type;
use crate::api::Type;
use crate::document::Docs;
use crate::files::Files;

/// Writes the aliases and returns what makes them public, if there are any.
pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<Option<TokenStream>, Bug> {
    let mut aliases: BTreeMap<String, (&Docs, &Type<'_>)> = BTreeMap::new();
    for field in cx.api.all_fields() {
        if let Some(id) = field.alias() {
            aliases.insert(
                cx.names.ty(&id).to_string(),
                (&field.type_documentation, &field.ty),
            );
        }
    }
    if aliases.is_empty() {
        return Ok(None);
    }
    let service = cx.api.service.id.to_string();
    let docs = "Forms of text that occur in several places.";
    let mut file = RustFile::new("client/src/simple.rs", service, docs);
    let own: Vec<_> = aliases.keys().map(|name| ident(name)).collect();
    file = file.within(Scope::new(Place::Types, &own));
    let links = Links::new(cx);
    for (name, (docs, ty)) in aliases {
        let docs = doc_lines(&links.docs(docs), 0);
        let (name, ty) = (ident(&name), rust_type(cx.names, ty));
        file.item(quote!(#docs pub type #name = #ty;));
    }
    file.finish(files)?;
    Ok(Some(quote!(
        pub use crate::simple::*;
    )))
}

/// Whether there is an alias.
pub(super) fn has_any(cx: &Context<'_, '_>) -> bool {
    cx.api.all_fields().any(|field| field.alias().is_some())
}
