//! What the operation that opens sessions says of itself.

use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Field, Operation, Sessions, Type};
use crate::emit::rust_file::{RustFile, ident};
use crate::emit::types;
use crate::name;

/// `impl SessionOperation for CreateSession { … }`
pub(super) fn emit(operation: &Operation<'_>, sessions: &Sessions<'_>, file: &mut RustFile) {
    let ty = ident(&name::type_name(&operation.id));
    let output = ident(&name::output_type(&operation.id));
    let member = |name: &str| ident(&name::field(name));
    let input_type = |name: &str| -> TokenStream {
        let field = operation
            .input
            .iter()
            .find(|field: &&Field<'_>| field.name == name);
        types::rust_type(field.map_or(&Type::String, |field| &field.ty))
    };
    let mode = member(sessions.mode);
    let mode_type = input_type(sessions.mode);
    let algorithm_type = input_type(sessions.encryption[0]);
    let [algorithm, key, context, bucket_key] = sessions.encryption.map(member);
    let credentials = member(sessions.credentials);
    let [id, secret, token, expiration] = sessions.parts.map(member);
    let items = vec![
        quote! {
            fn open(new: NewSession) -> Self {
                let mut request = Self::new(new.bucket);
                request.#mode = new.mode.map(|mode| #mode_type::from(mode.as_str()));
                if let Some(encryption) = new.encryption {
                    request.#algorithm = Some(#algorithm_type::from(encryption.algorithm));
                    request.#key = encryption.kms_key_id;
                    request.#context = encryption.kms_context;
                    request.#bucket_key = encryption.bucket_key;
                }
                request
            }
        },
        quote! {
            fn opened(output: #output) -> SessionParts {
                SessionParts {
                    access_key_id: output.#credentials.#id,
                    secret_access_key: output.#credentials.#secret,
                    session_token: output.#credentials.#token,
                    expiration: output.#credentials.#expiration,
                    algorithm: output.#algorithm.map(|algorithm| algorithm.to_string()),
                    kms_key_id: output.#key,
                    kms_context: output.#context,
                    bucket_key: output.#bucket_key,
                }
            }
        },
    ];
    file.implementation(quote!(impl SessionOperation for #ty), items);
}
