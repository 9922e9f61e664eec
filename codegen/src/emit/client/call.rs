//! Calls: requests on their way to a client.

use quote::quote;

use super::sessions;
use crate::emit::Context;
use crate::emit::rust_file::RustFile;

pub(super) fn emit(cx: &Context<'_, '_>, file: &mut RustFile) {
    let sessions = cx.api.sessions.as_ref().map(|_| sessions::call());
    file.item(quote! {
        /// A request on its way to a client: set what else it needs, then await it.
        #[must_use = "a call does nothing until it is awaited"]
        pub struct Call<O> {
            client: Client,
            pub(crate) request: O,
        }
    });
    // Only operations use these, and a service may have none.
    let has_operations = !cx.api.operations.is_empty();
    let mut methods = Vec::new();
    if has_operations {
        methods.push(quote! {
            pub(crate) fn new(client: &Client, request: O) -> Self {
                Self { client: client.clone(), request }
            }
        });
    }
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
                self.client.core.send(&self.request).await
            }
        },
    ]);
    file.implementation(quote!(impl<O: Operation> Call<O>), methods);
    following(cx, file);
    presign(file);
    traits(file);
}

fn traits(file: &mut RustFile) {
    file.implementation(
        quote!(impl<O: Operation> IntoFuture for Call<O>),
        vec![
            quote! {
                type Output = Result<O::Output, Error<O::Error>>;
                type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;
            },
            quote! {
                fn into_future(self) -> Self::IntoFuture {
                    self.client.core.send(&self.request)
                }
            },
        ],
    );
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
