//! Operations: `operation/create_session.rs`.

mod decode;
mod encode;
pub(super) mod pages;
mod params;
mod sessions;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::scope::{Place, Scope};
use super::structure::{self, Definitions, FieldNotes};
use super::{Context, protocol_tests, value};
use crate::api::{Auth, Binding, Content, Direction, Field, Operation, Type};
use crate::document::Docs;
use crate::files::Files;
use crate::model::ShapeId;
use crate::name::Names;

pub(super) fn emit<'s>(
    cx: &Context<'_, 's>,
    operation: &Operation<'s>,
    files: &mut Files,
) -> Result<(), Bug> {
    let names = cx.names.operation(&operation.id);
    let module = &names.module.file;
    let mut file = RustFile::new(
        format!("client/src/operation/{module}.rs"),
        operation.id.to_string(),
        &format!(
            "The operation `{}`: `{} {}`.",
            operation.id.name(),
            operation.http.method,
            operation.http.uri
        ),
    )
    .within(Scope::new(
        Place::Operation,
        [&names.request, &names.output, &names.error]
            .into_iter()
            .chain(&names.required),
    ));
    if params::uses_endpoint(cx, operation) {
        file.uses(quote!(
            use crate::endpoint;
        ));
    }
    let mut definitions = Definitions::new(cx.names, Links::of_operation(cx, operation));
    file.item(request(cx, operation, &mut definitions));
    let head = format!("{}, client::Call", names.request);
    let by_name = names.required.as_ref();
    file.text(definitions.members_by(&head, by_name, &operation.input));
    if let Some(required) = by_name {
        file.item(definitions.required(required, &names.request, &operation.input));
    }
    file.item(method(cx.names, operation));
    file.item(output(cx.names, operation, &mut definitions));
    file.text(definitions.members(&names.output.to_string(), &operation.output.fields));
    errors(cx, operation, &mut file);
    implementation(cx, operation, &mut file);
    let sessions = cx.api.sessions.as_ref();
    if let Some(sessions) = sessions.filter(|sessions| sessions.operation == operation.id) {
        sessions::emit(cx, operation, sessions, &mut file);
    }
    pages::implementations(cx, operation, &mut file);
    if !cx.is_module() && protocol_tests::emit(cx, operation, files)? {
        file.item(quote! {
            #[cfg(test)]
            mod tests;
        });
    }
    file.finish(files)
}

/// The request structure, with the operation's own documentation.
fn request<'s>(
    cx: &Context<'_, 's>,
    operation: &Operation<'s>,
    definitions: &mut Definitions<'_, 's>,
) -> TokenStream {
    let mut docs = Links::of_operation(cx, operation)
        .docs(&operation.documentation)
        .headings_from(1);
    if let Some(example) = example(cx, operation) {
        docs = docs.and(&example);
    }
    let ty = cx.names.operation(&operation.id).request.to_string();
    if docs.is_empty() {
        docs = Docs::of(format!(
            "A request of the operation `{}`.",
            operation.id.name()
        ));
    }
    let docs = docs.and(&super::page::calls::rustdoc(cx, operation));
    definitions.structure(
        &ty,
        &doc_lines(&docs, 0),
        &operation.input,
        FieldNotes::Request,
    )
}

/// The first example of the model that fits, as rustdoc.
fn example(cx: &Context<'_, '_>, operation: &Operation<'_>) -> Option<String> {
    let method = &cx.names.operation(&operation.id).method;
    let krate = ident(&cx.crate_ident());
    let (example, (arguments, setters)) = super::example::fitting(cx, operation)?;
    let mut scope = Scope::new(Place::Outside(krate.clone()), []);
    let arguments = scope.resolve(quote!(#(#arguments),*));
    let setters = scope.resolve(setters);
    let call = quote!(let output = client.#method(#arguments)#setters.await?;);
    let code = value::laid_out(&call);
    let uses = match scope.imports() {
        uses if uses.is_empty() => String::new(),
        uses => format!("{}\n", value::text(uses)),
    };
    // Whether a module can be named from outside is not known here.
    let fence = if cx.is_module() { "ignore" } else { "no_run" };
    Some(format!(
        "# Example\n\n{}\n\n```{fence}\n{uses}# async fn example(client: {krate}::Client) -> Result<(), Box<dyn \
         std::error::Error>> {{\n{code}\n# Ok(())\n# }}\n```",
        example.title_sentence(),
    ))
}

/// `client.create_session(…)`
fn method(names: &Names<'_>, operation: &Operation<'_>) -> TokenStream {
    let ty = &names.operation(&operation.id).request;
    let method = &names.operation(&operation.id).method;
    let required: Vec<_> = operation
        .input
        .iter()
        .filter(|field| field.required)
        .collect();
    let arguments = required
        .iter()
        .map(|field| structure::argument(names, field));
    let docs = format!(" Prepares [`{ty}`]; await it to send it.");
    if let Some(required) = &names.operation(&operation.id).required {
        return quote! {
            impl client::Client {
                #[doc = #docs]
                pub fn #method(&self, required: #required) -> client::Call<#ty> {
                    client::Call::new(self, #ty::new(required))
                }
            }
        };
    }
    let names = required.iter().map(|field| names.field(field));
    quote! {
        impl client::Client {
            #[doc = #docs]
            pub fn #method(&self, #(#arguments),*) -> client::Call<#ty> {
                client::Call::new(self, #ty::new(#(#names),*))
            }
        }
    }
}

fn output<'s>(
    names: &Names<'_>,
    operation: &Operation<'s>,
    definitions: &mut Definitions<'_, 's>,
) -> TokenStream {
    let mut docs = operation.output.documentation.clone();
    if docs.is_empty() {
        docs = Docs::of(format!(
            "The output of [`{}`].",
            names.operation(&operation.id).request
        ));
    }
    let ty = names.operation(&operation.id).output.to_string();
    definitions.structure(
        &ty,
        &doc_lines(&docs, 0),
        &operation.output.fields,
        FieldNotes::Response,
    )
}

fn errors(cx: &Context<'_, '_>, operation: &Operation<'_>, file: &mut RustFile) {
    if operation.errors.is_empty() {
        return;
    }
    let ty = &cx.names.operation(&operation.id).error;
    let variants = operation.errors.iter().filter_map(|id| {
        let error = cx.api.error_def(id)?;
        let variant = cx.names.error(&operation.id, id.name());
        let docs = Links::new(cx).docs(&error.documentation);
        let docs = doc_lines(&docs.ending(&format!("HTTP status {}.", error.status)), 4);
        let inner = (!error.fields.is_empty()).then(|| {
            let structure = &cx.names.of_error(id).ty;
            quote!((crate::types::#structure))
        });
        Some(quote!(#docs #variant #inner))
    });
    let docs = format!(
        " The errors that the model lists for [`{}`]; others come as their code.",
        cx.names.operation(&operation.id).request
    );
    file.item(quote! {
        #[doc = #docs]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #ty { #(#variants),* }
    });
    file.item(quote!(impl rt::ModeledError for #ty {}));
}

fn implementation(cx: &Context<'_, '_>, operation: &Operation<'_>, file: &mut RustFile) {
    let ty = &cx.names.operation(&operation.id).request;
    let output = &cx.names.operation(&operation.id).output;
    let error = if operation.errors.is_empty() {
        quote!(rt::NoModeledError)
    } else {
        let error = &cx.names.operation(&operation.id).error;
        quote!(#error)
    };
    let spec = spec(cx, operation);
    let items = vec![
        quote!(type Output = #output; type Error = #error;),
        spec,
        params::endpoint_params(cx, operation),
        encode::encode(cx.names, operation),
        decode::decode(cx, operation),
        error_code(cx, operation),
    ];
    file.implementation(quote!(impl rt::Operation for #ty), items);
    if is_presignable(operation) {
        file.item(quote!(impl rt::Presignable for #ty {}));
    }
}

/// Whether a URL and headers make the whole request, but for a body that may be anything: somebody
/// else can send it then. An answer that holds a secret is not for others.
pub(super) fn is_presignable(operation: &Operation<'_>) -> bool {
    let makes_body = operation.input.iter().any(|field| match &field.binding {
        Binding::Payload(payload) => !matches!(payload.content, Content::Stream | Content::Bytes),
        _ => false,
    });
    matches!(&*operation.http.method, "DELETE" | "GET" | "HEAD" | "PUT")
        && operation.body.is_none()
        && !makes_body
        && !operation.output.secret_body
}

/// `const SPEC: … = OperationSpec::new("CreateSession", Method::GET).small_response();`
fn spec(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    let name = operation.id.name();
    let method = ident(&operation.http.method);
    let success = match operation.http.success {
        200 => None,
        status => {
            let status = Literal::u16_unsuffixed(status);
            Some(quote!(.success(#status)))
        }
    };
    let streaming = operation.output.fields.iter().any(Field::is_stream);
    let facts = [
        (operation.readonly, quote!(.readonly())),
        (operation.assembles, quote!(.assembles())),
        (operation.auth == Auth::Optional, quote!(.optional_auth())),
        (operation.auth == Auth::Anonymous, quote!(.anonymous())),
        (operation.unsigned_payload, quote!(.unsigned_payload())),
        (operation.compressed, quote!(.compressed())),
        (streaming, quote!(.streaming())),
        (sends_events(operation), quote!(.sends_events())),
        (
            operation.output.bounded_body && !streaming,
            quote!(.small_response()),
        ),
        (operation.output.secret_body, quote!(.secret_response())),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(is, fact)| is.then_some(fact));
    let acknowledged = operation.acknowledged();
    let (headers, elements): (Vec<_>, Vec<_>) = acknowledged.into_iter().unzip();
    let acknowledges =
        (!headers.is_empty()).then(|| quote!(.acknowledges(&[#((#headers, #elements)),*])));
    let has_documents = !streaming && cx.api.documents().next().is_some();
    let documents = has_documents.then(|| quote!(.documents(super::DOCUMENTS)));
    let checksums = &operation.checksums;
    let checksum = checksums
        .request
        .iter()
        .map(|header| quote!(.checksum(#header)));
    let required = checksums.required.then(|| quote!(.checksum_required()));
    let verified = checksums
        .response
        .iter()
        .map(|header| quote!(.verified(#header)));
    quote! {
        const SPEC: rt::OperationSpec =
            rt::OperationSpec::new(#name, rt::Method::#method)
                #success #(#facts)* #documents #(#checksum)* #required #(#verified)* #acknowledges;
    }
}

/// Whether the body of a request is made of events.
pub(super) fn sends_events(operation: &Operation<'_>) -> bool {
    let is_sent = |field: &Field<'_>| matches!(field.ty, Type::Events(_, Direction::Request));
    operation.input.iter().any(is_sent)
}

fn error_code(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    if operation.errors.is_empty() {
        return TokenStream::new();
    }
    let ty = &cx.names.operation(&operation.id).error;
    let mut reads_body = false;
    let arms: Vec<_> = operation
        .errors
        .iter()
        .map(|id| {
            let code = id.name();
            let variant = cx.names.error(&operation.id, id.name());
            if has_members(cx, id) {
                reads_body = true;
                let structure = &cx.names.of_error(id).ty;
                quote!(#code => crate::types::#structure::from_error(body).map(#ty::#variant),)
            } else {
                quote!(#code => Some(#ty::#variant),)
            }
        })
        .collect();
    let body = if reads_body {
        quote!(body)
    } else {
        quote!(_body)
    };
    quote! {
        fn error(code: &str, #body: &rt::ErrorBody<'_>) -> Option<#ty> {
            match code { #(#arms)* _ => None }
        }
    }
}

fn has_members(cx: &Context<'_, '_>, id: &ShapeId<'_>) -> bool {
    cx.api
        .errors
        .iter()
        .any(|error| error.id == *id && !error.fields.is_empty())
}
