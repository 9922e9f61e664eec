//! Settings of the client that its endpoint rules ask for: `settings.rs`.

use quote::quote;

use super::Context;
use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines};
use crate::api::endpoint::{ParamKind, Setting};
use crate::document::Docs;
use crate::files::Files;

/// Those that the rules know.
pub(super) fn known<'a>(cx: &'a Context<'_, '_>) -> impl Iterator<Item = &'a Setting> {
    let service = &cx.api.service;
    let is_known = |setting: &&Setting| {
        let params = &service.endpoint.params;
        params.iter().any(|param| param.name == setting.name)
    };
    // Whether there are sessions is asked by those who keep them.
    let of_sessions = cx.api.sessions.as_ref().map(|sessions| sessions.disable);
    let settings = service.settings.iter().filter(is_known);
    settings.filter(move |setting| of_sessions != Some(&*setting.name))
}

/// Whether there is any.
pub(super) fn exist(cx: &Context<'_, '_>) -> bool {
    known(cx).next().is_some()
}

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    if !exist(cx) {
        return Ok(());
    }
    let mut file = RustFile::new(
        "client/src/settings.rs",
        cx.api.service.id.to_string(),
        "Settings that this service has besides those of every client.",
    );
    file.uses(quote! {
        use zonal_runtime::Builder;

        use crate::{Client, endpoint};
    });
    let links = Links::new(cx);
    let mut declarations = Vec::new();
    let mut definitions = Vec::new();
    for setting in known(cx) {
        let method = cx.names.setting(&setting.name);
        let param = cx.names.param(&setting.name);
        let mut docs = links.docs(&setting.documentation);
        if docs.is_empty() {
            docs = Docs::of(format!("Sets the endpoint parameter `{}`.", setting.name));
        }
        let docs = doc_lines(&docs, 4);
        let (argument, value) = match setting.kind {
            ParamKind::Boolean => (quote!(yes: bool), quote!(yes)),
            ParamKind::String => (quote!(value: impl Into<String>), quote!(value.into())),
            ParamKind::Strings => (
                quote!(values: impl IntoIterator<Item = impl Into<String>>),
                quote!(
                    values
                        .into_iter()
                        .map(|value| value.into().into())
                        .collect::<Vec<_>>()
                ),
            ),
        };
        declarations.push(quote! {
            #docs
            #[must_use]
            fn #method(self, #argument) -> Self;
        });
        definitions.push(quote! {
            fn #method(self, #argument) -> Self {
                self.endpoint_param(endpoint::#param, #value)
            }
        });
    }
    let docs = " Settings of the service; they extend [`Builder`].";
    file.implementation(
        quote! {
            #[doc = #docs]
            #[allow(clippy::wrong_self_convention, reason = "they are called as the model calls them")]
            pub trait Settings: Sized
        },
        declarations,
    );
    file.implementation(quote!(impl Settings for Builder<Client>), definitions);
    file.finish(files)
}
