//! What the operation that opens sessions says of itself.

use crate::api::{Field, Operation, Sessions};
use crate::emit::Context;
use crate::emit::rust_file::RustFile;
use quote::quote;

/// `impl SessionOperation for CreateSession { … }`
pub(super) fn emit(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    sessions: &Sessions<'_>,
    file: &mut RustFile,
) {
    let names = cx.names;
    let ty = &names.operation(&operation.id).request;
    let output = &names.operation(&operation.id).output;
    let input = |name: &str| operation.input.iter().find(|field| field.name == name);
    let member = |name: &str| input(name).map(|field| names.field(field));
    let mode = member(sessions.mode);
    let [algorithm, key, context, bucket_key] = sessions.encryption.map(member);
    let output_fields = &operation.output.fields;
    let is_credentials = |field: &&Field<'_>| field.name == sessions.credentials;
    let credentials = output_fields.iter().find(is_credentials);
    let parts = credentials.and_then(|field| field.ty.named().first().copied());
    let parts = parts.and_then(|id| cx.api.type_def(id));
    let part = |name: &str| {
        let mut fields = parts.into_iter().flat_map(|ty| ty.kind.fields());
        fields
            .find(|field| field.name == name)
            .map(|field| names.field(field))
    };
    let credentials = credentials.map(|field| names.field(field));
    let [id, secret, token, expiration] = sessions.parts.map(part);
    let items = vec![
        quote! {
            fn open(new: rt::NewSession) -> Self {
                let mut request = Self::new(new.bucket);
                request.#mode = new.mode.map(|mode| mode.as_str().into());
                if let Some(encryption) = new.encryption {
                    request.#algorithm = Some(encryption.algorithm.into());
                    request.#key = encryption.kms_key_id;
                    request.#context = encryption.kms_context;
                    request.#bucket_key = encryption.bucket_key;
                }
                request
            }
        },
        quote! {
            fn opened(output: #output) -> rt::SessionParts {
                rt::SessionParts {
                    access_key_id: output.#credentials.#id,
                    secret_access_key: output.#credentials.#secret,
                    session_token: output.#credentials.#token,
                    expiration: output.#credentials.#expiration,
                    algorithm: output.#algorithm.map(|name| name.to_string()),
                    kms_key_id: output.#key,
                    kms_context: output.#context,
                    bucket_key: output.#bucket_key,
                }
            }
        },
    ];
    file.implementation(quote!(impl rt::SessionOperation for #ty), items);
}
