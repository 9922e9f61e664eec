//! What stands around the operations: `lib.rs`, `client.rs`, `operation.rs`, `types.rs`.

mod call;
mod sessions;

use proc_macro2::TokenStream;
use quote::quote;

use super::links::Links;
use super::rust_file::{Bug, RustFile, doc};
use super::{Context, settings, simple};
use crate::api::{Field, Type, TypeDef, TypeKind};
use crate::document::title;
use crate::files::Files;

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    library(cx, files)?;
    client(cx, files)?;
    operations(cx, files)?;
    types(cx, files)
}

/// Types nested no deeper than this are no trouble to the compiler.
const SHALLOW: usize = 32;

fn library(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = Links::new(cx).docs(&service.documentation).headings_from(1);
    let mut file = RustFile::new("client/src/lib.rs", service.id.to_string(), docs.markdown());
    // Links say where they lead, also in a file that imports the name.
    file.item(quote!(
        #![allow(rustdoc::redundant_explicit_links)]
    ));
    file.item(allowed(cx));
    if cx.api.nesting > SHALLOW {
        // The compiler takes several steps for each level, and gives up after 128.
        file.item(quote!(
            #![recursion_limit = "1024"]
        ));
    }
    let settings = settings::exist(cx);
    let module = settings.then(|| {
        quote!(
            mod settings;
        )
    });
    let waiter = cx.api.has_waiters().then(|| {
        quote!(
            pub mod waiter;
        )
    });
    let simple = simple::has_any(cx).then(|| {
        quote!(
            mod simple;
        )
    });
    file.item(quote! {
        mod client;
        mod endpoint;
        pub mod operation;
        #[cfg(test)]
        mod protocol_tests;
        #module
        #simple
        pub mod types;
        #waiter
    });
    let pages = cx.api.has_pages().then(|| {
        quote!(
            pub use zonal_runtime::paginate::{Items, Pages, Paginator};
        )
    });
    file.item(quote! {
        pub use zonal_runtime as runtime;
        pub use zonal_runtime::{
            AnyError, AnyServiceError, Body, BodyError, BuildError, Builder, ByteStream, Checksums,
            Credentials, DateTime, Error, ErrorKind, ModeledError, Operation, PresignAuth, PresignLimit, PresignOptions, Presignable,
            PresignedRequest, ProvideCredentials, Secret,
        };
        #pages
    });
    let mut inputs = cx.api.operations.iter().flat_map(|it| &it.input);
    if inputs.any(|field| matches!(field.ty, Type::Source(_))) {
        file.item(quote! {
            pub use zonal_runtime::{CopySource, RenameSource, SourceError};
        });
    }
    if cx.api.sessions.is_some() {
        file.item(quote! {
            pub use zonal_runtime::session;
        });
    }
    let has_events = |ty: &TypeDef<'_>| ty.decoded && matches!(ty.kind, TypeKind::Events { .. });
    if cx.api.types.iter().any(has_events) {
        file.item(quote! {
            pub use zonal_runtime::{EventError, EventStream};
        });
    }
    let export = settings.then(|| {
        quote!(
            pub use settings::Settings;
        )
    });
    file.item(quote! {
        pub use client::{Call, Client};
        #export
    });
    file.finish(files)
}

/// As many arguments as clippy takes without a word.
const ARGUMENTS: usize = 7;

/// What clippy is not to say, where the model makes it so: how large members are, and how many are required.
fn allowed(cx: &Context<'_, '_>) -> TokenStream {
    let required = |fields: &[Field<'_>]| fields.iter().filter(|field| field.required).count();
    let operations = cx.api.operations.iter();
    let operations = operations.map(|operation| required(&operation.input));
    let types = cx.api.types.iter().map(|ty| match &ty.kind {
        TypeKind::Structure(fields) => required(fields),
        _ => 0,
    });
    // A method for a call has `self` besides.
    let many = operations.map(|count| count + 1).chain(types).max();
    let many = many.is_some_and(|many| many > ARGUMENTS);
    let holds = |ty: &TypeDef<'_>| {
        let is_one_of_many = matches!(ty.kind, TypeKind::Union(_) | TypeKind::Events { .. });
        let fields = ty.kind.fields().iter();
        is_one_of_many && fields.map(|field| &field.ty).any(Type::is_aggregate)
    };
    let mut errors = cx.api.errors.iter();
    let errors = errors.any(|error| {
        let fields = &error.fields;
        fields.len() > 4 || fields.iter().any(|field| field.ty.is_aggregate())
    });
    let large = errors || cx.api.types.iter().any(holds);
    let large = large.then(|| quote!(clippy::large_enum_variant));
    let many = many.then(|| quote!(clippy::too_many_arguments));
    let lints: Vec<_> = large.into_iter().chain(many).collect();
    match lints.is_empty() {
        true => TokenStream::new(),
        false => quote!(#![allow(#(#lints),*)]),
    }
}

fn client(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let mut file = RustFile::new(
        "client/src/client.rs",
        service.id.to_string(),
        "The client and its calls.",
    );
    file.uses(imports(cx));
    let name = &service.name;
    let signing_name = &service.signing_name;
    let sessions = cx.api.sessions.as_ref();
    let spec = sessions::spec(cx.names, sessions);
    file.item(quote! {
        pub(crate) static SERVICE: ServiceSpec = ServiceSpec {
            name: #name,
            signing_name: #signing_name,
            rules: &endpoint::RULES,
            sessions: #spec,
        };
    });
    let docs = doc(&[
        format!("A client for {}.", title(&service.title)),
        String::new(),
        "It holds the connection pool and is cheap to clone; make one and share it.".to_owned(),
    ]);
    file.item(quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            core: Core,
        }
    });
    methods(&mut file);
    file.item(quote! {
        impl From<Core> for Client {
            fn from(core: Core) -> Self {
                Self { core }
            }
        }
    });
    if sessions.is_some() {
        sessions::client(&mut file);
    }
    call::emit(cx, &mut file);
    file.finish(files)
}

fn imports(cx: &Context<'_, '_>) -> TokenStream {
    let paginate = cx.api.has_pages().then(|| {
        quote!(
            use zonal_runtime::paginate::{Paginated, Paginator};
        )
    });
    let wait = cx.api.has_waiters().then(|| {
        quote!(
            use zonal_runtime::waiter::{Wait, Waiter};
        )
    });
    let sessions = cx.api.sessions.as_ref();
    let sessions = sessions.map(|sessions| sessions::imports(cx.names, sessions));
    let no_error = cx.api.sessions.as_ref().map(|_| quote!(NoModeledError,));
    quote! {
        use std::fmt;
        use std::pin::Pin;
        use std::time::Duration;

        use crate::endpoint;
        #paginate
        #sessions
        #wait
        use zonal_runtime::{
            BuildError, Builder, Core, Error, #no_error Operation, PresignOptions, Presignable,
            PresignedRequest, ServiceSpec,
        };
    }
}

fn methods(file: &mut RustFile) {
    file.implementation(
        quote!(impl Client),
        vec![
            quote! {
                /// Starts the configuration of a client.
                pub fn builder() -> Builder<Self> {
                    Builder::new(&SERVICE)
                }
            },
            quote! {
                /// A client for the region, endpoint and credentials that the environment names, as
                /// [`Builder::with_env`] reads them.
                ///
                /// # Errors
                ///
                /// Where one that is needed is missing or cannot be used.
                pub fn from_env() -> Result<Self, BuildError> {
                    Self::builder().with_env()?.build()
                }
            },
            quote! {
                /// Sends a request that was made as a value.
                ///
                /// # Errors
                ///
                /// Whatever keeps the operation from succeeding; see [`Error`].
                pub async fn send<O: Operation>(&self, request: O) -> Result<O::Output, Error<O::Error>> {
                    self.core.send(&request).await
                }
            },
            quote! {
                /// Signs a request in its URL, for somebody else to send; see [`Call::presign`].
                ///
                /// # Errors
                ///
                /// As [`Call::presign`].
                pub async fn presign<O: Presignable>(
                    &self,
                    request: O,
                    options: PresignOptions,
                ) -> Result<PresignedRequest, Error<O::Error>> {
                    self.core.presign(&request, &options).await
                }
            },
        ],
    );
}

fn operations(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = "The operations: a request, an output and an error each.";
    let mut file = RustFile::new("client/src/operation.rs", service.id.to_string(), docs);
    let modules = cx
        .api
        .operations
        .iter()
        .map(|operation| &cx.names.operation(&operation.id).module.ident);
    let exports = cx.api.operations.iter().map(|operation| {
        let module = &cx.names.operation(&operation.id).module.ident;
        let request = &cx.names.operation(&operation.id).request;
        let output = &cx.names.operation(&operation.id).output;
        let error =
            (!operation.errors.is_empty()).then(|| &cx.names.operation(&operation.id).error);
        quote!(pub use #module::{#request, #output, #error};)
    });
    file.item(quote!(#(mod #modules;)*));
    file.item(quote!(#(#exports)*));
    let mut documents: Vec<_> = cx.api.documents().collect();
    documents.sort_unstable();
    documents.dedup();
    if !documents.is_empty() {
        file.item(quote! {
            /// The roots of the documents that the operations answer.
            const DOCUMENTS: &[&str] = &[#(#documents),*];
        });
    }
    file.finish(files)
}

fn types(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = "The structures and enums that requests and outputs hold.";
    let mut file = RustFile::new("client/src/types.rs", service.id.to_string(), docs);
    let types = cx.api.types.iter().map(|ty| {
        let names = cx.names.of_type(&ty.id);
        (names, has_errors(ty).then_some(&names.error))
    });
    let errors = cx.api.errors.iter();
    let errors = errors.filter(|error| !error.fields.is_empty());
    let errors = errors.map(|error| (cx.names.of_error(&error.id), None));
    let mut all: Vec<_> = types.chain(errors).collect();
    all.sort_by_key(|(names, _)| &names.module.file);
    let modules = all.iter().map(|(names, _)| &names.module.ident);
    let exports = all.iter().map(|(names, error)| {
        let (module, name) = (&names.module.ident, &names.ty);
        match error {
            Some(error) => quote!(pub use #module::{#name, #error};),
            None => quote!(pub use #module::#name;),
        }
    });
    file.item(quote!(#(mod #modules;)*));
    let simple = simple::emit(cx, files)?;
    file.item(quote!(#(#exports)* #simple));
    file.finish(files)
}

/// Whether it is a stream of events with errors of its own.
fn has_errors(ty: &TypeDef<'_>) -> bool {
    matches!(&ty.kind, TypeKind::Events { errors, .. } if !errors.is_empty())
}
