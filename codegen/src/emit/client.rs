//! What stands around the operations: `lib.rs`, `client.rs`, `operation.rs`, `types.rs`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::links::Links;
use super::rust_file::{Bug, RustFile, head, ident};
use super::scope::{EXPORTED, SOURCES};
use super::{Context, manifest, protocol_tests, settings, simple};
use crate::api::{Field, Type, TypeDef, TypeKind};
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
    let docs = if cx.is_module() {
        docs.and(&needs_of_module(cx))
    } else {
        docs
    };
    let file = RustFile::new("client/src/lib.rs", service.id.to_string(), docs.markdown());
    let mut file = file.included(cx.is_module());
    if !cx.is_module() {
        crate_attributes(cx)
            .into_iter()
            .for_each(|it| file.item(it));
    }
    let lints = module_attributes(cx);
    let settings = settings::exist(cx);
    let module = settings.then(|| quote!(#lints mod settings;));
    let waiter = cx
        .api
        .has_waiters()
        .then(|| quote!(#lints pub mod waiter; #lints mod waits;));
    let simple = simple::has_any(cx).then(|| quote!(#lints mod simple;));
    let sessions = cx.api.sessions.as_ref();
    let sessions = sessions.map(|_| quote!(#lints mod sessions;));
    let pages = cx.api.has_pages().then(|| quote!(#lints mod pages;));
    let package = cx.options.package.as_ref();
    let guide = package.map(|_| {
        quote!(
            pub mod guide;
        )
    });
    file.item(quote! {
        #lints mod client;
        #lints mod endpoint;
        #guide
        #lints pub mod operation;
        #lints mod options;
        #pages
        #lints mod service;
        #sessions
        #module
        #simple
        #lints pub mod types;
        #waiter
    });
    exports(cx, &mut file);
    file.finish(files)
}

/// What holds for the whole crate.
fn crate_attributes(cx: &Context<'_, '_>) -> [TokenStream; 4] {
    let package = cx.options.package.as_ref();
    let front_page = package.filter(|it| it.has_front_page());
    let front_page = front_page.map(|_| quote!(#![doc = include_str!("guide/front-page.md")]));
    let front_page = front_page.unwrap_or_default();
    // Links say where they lead, also in a file that imports the name.
    let links = quote!(#![allow(rustdoc::redundant_explicit_links)]);
    // The compiler takes several steps for each level, and gives up after 128.
    let limit = if cx.api.nesting > SHALLOW {
        quote!(#![recursion_limit = "1024"])
    } else {
        TokenStream::new()
    };
    [front_page, links, allowed(cx), limit]
}

/// What the crate around a module has to say.
fn needs_of_module(cx: &Context<'_, '_>) -> String {
    let root = if cx.api.nesting > SHALLOW {
        " At the root of the crate: `#![recursion_limit = \"1024\"]`."
    } else {
        ""
    };
    let manifest = manifest::of_module(cx);
    format!("The crate needs in its manifest what follows.{root}\n\n```toml\n{manifest}```")
}

/// The same for each item of a module, whose file may be included and can have no attributes of its own. A crate may
/// use only a part of it, and has its own layout.
fn module_attributes(cx: &Context<'_, '_>) -> Option<TokenStream> {
    cx.is_module().then(|| {
        quote! {
            #[allow(dead_code, unreachable_pub, unused_imports, rustdoc::redundant_explicit_links)]
            #[allow(
                clippy::large_enum_variant, clippy::module_inception, clippy::too_many_arguments, clippy::type_complexity
            )]
            #[rustfmt::skip]
        }
    })
}

fn exports(cx: &Context<'_, '_>, file: &mut RustFile) {
    let lints = cx
        .is_module()
        .then(|| quote!(#[allow(unreachable_pub, unused_imports)]));
    let exported = EXPORTED.iter().map(|name| ident(name));
    let pages = cx.api.has_pages().then(|| {
        quote!(
            #lints
            #[doc(inline)]
            pub use zonal_runtime::paginate::{Items, Pages, Paginator};
        )
    });
    let testing = (!cx.is_module()).then(|| {
        quote!(
            #[cfg(feature = "test-util")]
            #[doc(inline)]
            pub use zonal_runtime::testing;
        )
    });
    file.item(quote! {
        #lints
        #[doc(hidden)]
        pub use zonal_runtime as __private;
        #lints
        #[doc(inline)]
        pub use zonal_runtime::public as runtime;
        #lints
        #[doc(inline)]
        pub use zonal_runtime::{#(#exported),*};
        #lints
        #[doc(inline)]
        pub use zonal_runtime::{hook, transport};
        #pages
        #testing
    });
    let sources = SOURCES.iter().map(|name| ident(name));
    let mut inputs = cx.api.operations.iter().flat_map(|it| &it.input);
    if inputs.any(|field| matches!(field.ty, Type::Source(_))) {
        file.item(quote! {
            #lints
            #[doc(inline)]
            pub use zonal_runtime::{#(#sources),*};
        });
    }
    if cx.api.sessions.is_some() {
        file.item(quote! {
            #lints
            #[doc(inline)]
            pub use zonal_runtime::public::session;
        });
    }
    let has_events = |ty: &TypeDef<'_>| ty.decoded && matches!(ty.kind, TypeKind::Events { .. });
    if cx.api.types.iter().any(has_events) {
        file.item(quote! {
            #lints
            #[doc(inline)]
            pub use zonal_runtime::{EventError, EventStream};
        });
    }
    let export = settings::exist(cx).then(|| {
        quote!(
            #lints
            pub use settings::Settings;
        )
    });
    file.item(quote! {
        #lints
        pub use client::{Call, Client};
        #export
    });
}

/// As many arguments as clippy takes without a word.
const ARGUMENTS: usize = 7;

/// As complex a type as clippy takes without a word, with room for what may stand around it.
const COMPLEXITY: usize = 200;

/// What clippy is not to say, where the model makes it so: how large and how complex members are, and how many are
/// required.
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
    let mut fields = cx.api.all_fields();
    let complex = fields.any(|field| complexity(&field.ty, 2) > COMPLEXITY);
    let complex = complex.then(|| quote!(clippy::type_complexity));
    let lints: Vec<_> = large.into_iter().chain(many).chain(complex).collect();
    if lints.is_empty() {
        TokenStream::new()
    } else {
        quote!(#![allow(#(#lints),*)])
    }
}

/// How complex clippy finds a type at this depth.
fn complexity(ty: &Type<'_>, depth: usize) -> usize {
    let below = |sparse: bool| depth + 1 + usize::from(sparse);
    let inside = match ty {
        Type::List { item, sparse, .. } => complexity(item, below(*sparse)),
        Type::Map(map) => {
            complexity(&map.key, depth + 1) + complexity(&map.value, below(map.sparse))
        }
        _ => 0,
    };
    10 * depth + inside
}

/// The client and its calls, which are the same for every model but for what its operations can do.
fn client(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    service(cx, files)?;
    let mut include = |name: &str, text: &str| {
        files.insert(
            format!("client/src/{name}.rs"),
            format!("{}\n{text}", head()),
        );
    };
    include("client", include_str!("../../included/client.rs"));
    include("options", include_str!("../../included/options.rs"));
    if cx.api.sessions.is_some() {
        include("sessions", include_str!("../../included/sessions.rs"));
    }
    if cx.api.has_pages() {
        include("pages", include_str!("../../included/pages.rs"));
    }
    if cx.api.has_waiters() {
        include("waits", include_str!("../../included/waits.rs"));
    }
    Ok(())
}

fn service(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = "What the runtime has to know of the service.";
    let mut file = RustFile::new("client/src/service.rs", service.id.to_string(), docs);
    file.uses(quote! {
        use zonal_runtime::ServiceSpec;

        use crate::endpoint;
    });
    let sessions = match &cx.api.sessions {
        None => quote!(None),
        Some(sessions) => {
            let operation = &cx.names.operation(&sessions.operation).request;
            let param = |name: &str| {
                cx.names
                    .param(name)
                    .map(Ident::to_string)
                    .unwrap_or_default()
            };
            let (bucket, disable) = (param(sessions.bucket), param(sessions.disable));
            file.uses(quote! {
                use zonal_runtime::session::SessionSpec;

                use crate::operation::#operation;
            });
            file.text(format!(
                "const SESSIONS: SessionSpec =\n    \
                 SessionSpec::new::<{operation}>(endpoint::{bucket}, endpoint::{disable});\n"
            ));
            quote!(Some(SESSIONS))
        }
    };
    let (name, signing_name) = (&service.name, &service.signing_name);
    file.item(quote! {
        pub(crate) static SERVICE: ServiceSpec = ServiceSpec {
            name: #name,
            signing_name: #signing_name,
            rules: &endpoint::RULES,
            sessions: #sessions,
        };
    });
    file.finish(files)
}

fn operations(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = "The operations: a request, an output and an error each.";
    let mut file = RustFile::new("client/src/operation.rs", service.id.to_string(), docs);
    let exports = cx.api.operations.iter().map(|operation| {
        let module = &cx.names.operation(&operation.id).module.ident;
        let request = &cx.names.operation(&operation.id).request;
        let output = &cx.names.operation(&operation.id).output;
        let error =
            (!operation.errors.is_empty()).then(|| &cx.names.operation(&operation.id).error);
        let required = cx.names.operation(&operation.id).required.iter();
        quote! {
            mod #module;
            pub use #module::{#request, #(#required,)* #output, #error};
        }
    });
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
    if !cx.is_module() {
        file.item(protocol_tests::usual_settings(cx).unwrap_or_default());
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
    let exports = all.iter().map(|(names, error)| {
        let (module, name) = (&names.module.ident, &names.ty);
        match error {
            Some(error) => quote!(mod #module; pub use #module::{#name, #error};),
            None => quote!(mod #module; pub use #module::#name;),
        }
    });
    file.item(quote!(#(#exports)*));
    let simple = simple::emit(cx, files)?;
    file.item(quote!(#simple));
    file.finish(files)
}

/// Whether it is a stream of events with errors of its own.
fn has_errors(ty: &TypeDef<'_>) -> bool {
    matches!(&ty.kind, TypeKind::Events { errors, .. } if !errors.is_empty())
}
