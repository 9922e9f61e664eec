//! What a client offers whose service has sessions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::Sessions;
use crate::emit::rust_file::RustFile;
use crate::name::Names;

/// The field of the service's description.
pub(super) fn spec(names: &Names<'_>, sessions: Option<&Sessions<'_>>) -> TokenStream {
    let Some(sessions) = sessions else {
        return quote!(None);
    };
    let operation = &names.operation(&sessions.operation).request;
    let (bucket, disable) = (names.param(sessions.bucket), names.param(sessions.disable));
    quote!(Some(SessionSpec::new::<#operation>(endpoint::#bucket, endpoint::#disable)))
}

pub(super) fn imports(names: &Names<'_>, sessions: &Sessions<'_>) -> TokenStream {
    let operation = &names.operation(&sessions.operation).request;
    quote! {
        use zonal_runtime::session::{Encryption, SessionSpec, SessionStatus, SessionUse};

        use crate::operation::#operation;
    }
}

/// What a client can do with sessions.
pub(super) fn client(file: &mut RustFile) {
    file.implementation(
        quote!(impl Client),
        vec![quote! {
            /// Opens the sessions that calls on a bucket will need, so that the first of them does
            /// not wait for one, and says how they are. Without it the first call opens them. A
            /// bucket that takes no sessions has none.
            ///
            /// # Errors
            ///
            /// Where one cannot be opened.
            pub async fn warm(
                &self,
                bucket: impl AsRef<str>,
            ) -> Result<Vec<SessionStatus>, Error<NoModeledError>> {
                self.core.warm(bucket.as_ref()).await
            }
        }],
    );
}

/// The methods of a call.
pub(super) fn call() -> Vec<TokenStream> {
    vec![
        quote! {
            /// Says how this call uses sessions; otherwise it does as the client does.
            pub fn sessions(mut self, sessions: SessionUse) -> Self {
                self.client.core = self.client.core.with_sessions(sessions);
                self
            }
        },
        quote! {
            /// Says how the session of this call encrypts what is written in it, or with `None` that
            /// the bucket decides; otherwise it does as the client says. A call that goes in no
            /// session cannot be encrypted so and fails.
            pub fn session_encryption(mut self, encryption: impl Into<Option<Encryption>>) -> Self {
                self.client.core = self.client.core.with_session_encryption(encryption.into());
                self
            }
        },
    ]
}
