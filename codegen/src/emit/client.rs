//! What stands around the operations: `lib.rs`, `client.rs`, `operation.rs`, `types.rs`.

mod sessions;

use quote::quote;

use super::links::Links;
use super::rust_file::{Bug, RustFile, doc, ident};
use super::{Context, settings, simple};
use crate::api::{TypeDef, TypeKind};
use crate::files::Files;
use crate::model::ShapeId;
use crate::name;

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    library(cx, files)?;
    client(cx, files)?;
    operations(cx, files)?;
    types(cx, files)
}

fn library(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = Links::new(cx).docs(&service.documentation).headings_from(1);
    let mut file = RustFile::new("client/src/lib.rs", service.id.to_string(), docs.markdown())
        .without_imports();
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
            Body, BodyError, BuildError, Builder, ByteStream, Checksums, Credentials, DateTime, Error,
            ErrorKind, Operation, PresignAuth, PresignLimit, PresignOptions, Presignable,
            PresignedRequest, ProvideCredentials, Secret,
        };
        #pages
    });
    if cx.api.sessions.is_some() {
        file.item(quote! {
            pub use zonal_runtime::session;
        });
    }
    let has_events = |ty: &TypeDef<'_>| matches!(ty.kind, TypeKind::Events { .. });
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

fn client(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let mut file = RustFile::new(
        "client/src/client.rs",
        service.id.to_string(),
        "The client and its calls.",
    )
    .without_imports();
    let paginate = (cx.api.has_pages()).then(|| {
        quote!(
            use zonal_runtime::paginate::{Paginated, Paginator};
        )
    });
    let wait = (cx.api.has_waiters()).then(|| {
        quote!(
            use zonal_runtime::waiter::{Wait, Waiter};
        )
    });
    file.uses(quote! {
        use std::fmt;
        use std::pin::Pin;
        use std::time::Duration;

        use zonal_runtime::{
            BuildError, Builder, Core, Error, Operation, PresignOptions, Presignable, PresignedRequest,
            ServiceSpec,
        };
        #paginate
        #wait

        use crate::endpoint;
    });
    let name = &service.name;
    let signing_name = &service.signing_name;
    let sessions = cx.api.sessions.as_ref();
    let spec = sessions::spec(sessions);
    file.item(quote! {
        pub(crate) static SERVICE: ServiceSpec = ServiceSpec {
            name: #name,
            signing_name: #signing_name,
            rules: &endpoint::RULES,
            sessions: #spec,
        };
    });
    let docs = doc(&[
        format!("A client for {}.", service.title),
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
    file.item(quote! {
        impl From<Core> for Client {
            fn from(core: Core) -> Self {
                Self { core }
            }
        }
    });
    if let Some(sessions) = sessions {
        sessions::client(sessions, &mut file);
    }
    call(cx, &mut file);
    file.text(MEMBERS);
    file.finish(files)
}

fn call(cx: &Context<'_, '_>, file: &mut RustFile) {
    let sessions = cx.api.sessions.as_ref().map(|_| sessions::call());
    file.item(quote! {
        /// A request on its way to a client: set what else it needs, then await it.
        #[must_use = "a call does nothing until it is awaited"]
        pub struct Call<O> {
            client: Client,
            pub(crate) request: O,
        }
    });
    let mut methods = vec![quote! {
        pub(crate) fn new(client: &Client, request: O) -> Self {
            Self { client: client.clone(), request }
        }
    }];
    methods.extend(sessions.unwrap_or_default());
    methods.extend([
        quote! {
            /// The request, to keep it or to send it elsewhere.
            pub fn into_request(self) -> O {
                self.request
            }
        },
        quote! {
            /// Sends the request; awaiting the call does the same.
            ///
            /// # Errors
            ///
            /// As [`Client::send`].
            pub async fn send(self) -> Result<O::Output, Error<O::Error>> {
                self.client.send(self.request).await
            }
        },
    ]);
    file.implementation(quote!(impl<O: Operation> Call<O>), methods);
    following(cx, file);
    presign(file);
    file.item(quote! {
        impl<O: Operation + 'static> IntoFuture for Call<O> {
            type Output = Result<O::Output, Error<O::Error>>;
            type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    });
    file.item(quote! {
        impl<O: fmt::Debug> fmt::Debug for Call<O> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple("Call").field(&self.request).finish()
            }
        }
    });
}

/// What a call is the first of: pages, and waits.
fn following(cx: &Context<'_, '_>, file: &mut RustFile) {
    if cx.api.has_pages() {
        file.item(quote! {
            impl<O: Paginated> Call<O> {
                /// Asks for all pages, one after another, from that on which the request names: the first if
                /// it names none.
                ///
                /// [`pages`](Paginator::pages) and [`items`](Paginator::items) are streams;
                /// [`next_page`](Paginator::next_page) and [`next_item`](crate::Items::next_item) do
                /// without.
                pub fn paginate(self) -> Paginator<O> {
                    Paginator::new(&self.client.core, self.request)
                }
            }
        });
    }
    if cx.api.has_waiters() {
        file.item(quote! {
            impl<O: Operation> Call<O> {
                /// Makes the call again and again, until it shows one of the states in
                /// [`waiter`](crate::waiter). Await what this returns; [`max_wait`](Wait::max_wait) limits it.
                pub fn wait_until<W: Waiter<Operation = O>>(self, state: W) -> Wait<W> {
                    let _ = state;
                    Wait::new(&self.client.core, self.request)
                }
            }
        });
    }
}

fn presign(file: &mut RustFile) {
    file.implementation(
        quote!(impl<O: Presignable> Call<O>),
        vec![
            quote! {
                /// Signs the request in its URL, for somebody else to send within this time. The
                /// account's credentials sign it, even where the request itself would be sent in a
                /// session; [`presign_with`](Self::presign_with) has other ways.
                ///
                /// # Errors
                ///
                /// If the time is less than a second or more than seven days, if there are no usable
                /// credentials, or if the request cannot be sent as it is; a body has no place in it.
                pub async fn presign(
                    self,
                    expires_in: Duration,
                ) -> Result<PresignedRequest, Error<O::Error>> {
                    self.presign_with(PresignOptions::new(expires_in)).await
                }
            },
            quote! {
                /// Signs the request in its URL, as these options say.
                ///
                /// # Errors
                ///
                /// As [`presign`](Self::presign).
                pub async fn presign_with(
                    self,
                    options: PresignOptions,
                ) -> Result<PresignedRequest, Error<O::Error>> {
                    self.client.presign(self.request, options).await
                }
            },
        ],
    );
}

/// A constructor that takes the required members, and a setter for each of the others, on the request and on a
/// call of it.
const MEMBERS: &str = r##"/// Writes `new` with the members in parentheses, and a setter for each member in braces.
macro_rules! members {
    (struct $name:ident($($required:ident: $needed:ty),*) { $($member:ident: $type:ty,)* }) => {
        impl $name {
            /// One with its required members; the others are not set.
            pub fn new($($required: impl Into<$needed>),*) -> Self {
                Self { $($required: $required.into(),)* $($member: None,)* }
            }

            $(
                /// Sets the field of this name.
                pub fn $member(mut self, value: impl Into<$type>) -> Self {
                    self.$member = Some(value.into());
                    self
                }
            )*
        }
    };
    ($operation:ident($($required:tt)*) { $($member:ident: $type:ty,)* }) => {
        members! {
            struct $operation($($required)*) { $($member: $type,)* }
        }

        impl Call<$operation> {
            $(
                #[doc = concat!("Sets the field of this name; see [`", stringify!($operation), "`].")]
                pub fn $member(mut self, value: impl Into<$type>) -> Self {
                    self.request.$member = Some(value.into());
                    self
                }
            )*
        }
    };
}

pub(crate) use members;
"##;

fn operations(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = "The operations: a request, an output and an error each.";
    let mut file =
        RustFile::new("client/src/operation.rs", service.id.to_string(), docs).without_imports();
    let modules = cx
        .api
        .operations
        .iter()
        .map(|operation| ident(&name::module_ident(&operation.id)));
    let exports = cx.api.operations.iter().map(|operation| {
        let module = ident(&name::module_ident(&operation.id));
        let request = ident(&name::type_name(&operation.id));
        let output = ident(&name::output_type(&operation.id));
        let error = (!operation.errors.is_empty()).then(|| ident(&name::error_type(&operation.id)));
        quote!(pub use #module::{#request, #output, #error};)
    });
    file.item(quote!(#(mod #modules;)*));
    file.item(quote!(#(#exports)*));
    file.finish(files)
}

fn types(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let service = &cx.api.service;
    let docs = "The structures and enums that requests and outputs hold.";
    let mut file =
        RustFile::new("client/src/types.rs", service.id.to_string(), docs).without_imports();
    let types = cx.api.types.iter().map(|ty| ty.id);
    let errors = cx
        .api
        .errors
        .iter()
        .filter(|error| !error.fields.is_empty());
    let mut ids: Vec<_> = types.chain(errors.map(|error| error.id)).collect();
    ids.sort_by_key(|id| name::module(id));
    let modules = ids.iter().map(|id| ident(&name::module_ident(id)));
    let exports = ids.iter().map(|id| {
        let module = ident(&name::module_ident(id));
        let name = ident(&name::type_name(id));
        let error = stream_errors(cx, id).then(|| ident(&name::error_type(id)));
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
fn stream_errors(cx: &Context<'_, '_>, id: &ShapeId<'_>) -> bool {
    cx.api.types.iter().any(|ty| {
        ty.id == *id && matches!(&ty.kind, TypeKind::Events { errors, .. } if !errors.is_empty())
    })
}
