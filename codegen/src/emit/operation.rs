//! Operations: `operation/create_session.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::links::Links;
use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::structure::{self, Definitions, FieldNotes};
use super::types::{self, decode_element, timestamp_format};
use super::{Context, value, xml};
use crate::api::{Binding, Field, Operation, Output, PathPart, Payload, Type, endpoint};
use crate::document::Docs;
use crate::files::Files;
use crate::model::ShapeId;
use crate::name;

pub(super) fn emit<'s>(
    cx: &Context<'_, 's>,
    operation: &Operation<'s>,
    files: &mut Files,
) -> Result<(), Bug> {
    let module = name::module(&operation.id);
    let mut file = RustFile::new(
        format!("client/src/operation/{module}.rs"),
        operation.id.to_string(),
        &format!(
            "The operation `{}`: `{} {}`.",
            operation.id.name(),
            operation.http.method,
            operation.http.uri
        ),
    );
    let fields = operation.input.iter().chain(&operation.output.fields);
    let setters_macro = operation
        .input
        .iter()
        .any(|field| !field.required)
        .then(|| quote!(, setters));
    file.uses(quote!(use crate::client::{Call, Client #setters_macro};));
    if uses_endpoint(cx, operation) {
        file.uses(quote!(
            use crate::endpoint;
        ));
    }
    file.uses(types::imports(&operation.id, fields, &quote!(crate::types)));
    let mut definitions = Definitions::new(Links::of_operation(cx, operation));
    file.item(request(cx, operation, &mut definitions));
    file.item(structure::constructor(
        &name::type_name(&operation.id),
        &operation.input,
        true,
    ));
    if let Some(setters) = setters(operation) {
        file.text(setters);
    }
    file.item(method(operation));
    file.item(output(operation, &mut definitions));
    file.item(errors(cx, operation));
    implementation(cx, operation, &mut file);
    file.finish(files)
}

/// The request structure, with the operation's own documentation.
fn request<'s>(
    cx: &Context<'_, 's>,
    operation: &Operation<'s>,
    definitions: &mut Definitions<'s>,
) -> TokenStream {
    let mut docs = Links::of_operation(cx, operation)
        .docs(&operation.documentation)
        .headings_from(1);
    if let Some(example) = example(cx, operation) {
        docs = docs.and(&example);
    }
    let ty = name::type_name(&operation.id);
    if docs.is_empty() {
        docs = Docs::new(&format!(
            "A request of the operation `{}`.",
            operation.id.name()
        ));
    }
    definitions.structure(
        &ty,
        &doc_lines(&docs, 0),
        &operation.input,
        FieldNotes::Request,
    )
}

/// The first example of the model that fits, as rustdoc.
fn example(cx: &Context<'_, '_>, operation: &Operation<'_>) -> Option<String> {
    let method = name::method(&operation.id);
    let krate = cx.crate_ident();
    let (example, (arguments, setters)) = super::example::fitting(cx, operation)?;
    let uses = value::use_types(cx, &quote!(#(#arguments)* #setters), &cx.crate_ident());
    let uses = if uses.is_empty() {
        String::new()
    } else {
        format!("{}\n", value::text(uses))
    };
    let code = value::statement(&method, &quote!(#(#arguments),*), &setters);
    Some(format!(
        "# Example\n\n{}\n\n```no_run\n{uses}# async fn example(client: {krate}::Client) -> Result<(), Box<dyn \
         std::error::Error>> {{\n{code}\n# Ok(())\n# }}\n```",
        example.title_sentence(),
    ))
}

/// `setters! { CreateSession { session_mode: SessionMode, … } }`
fn setters(operation: &Operation<'_>) -> Option<String> {
    let lines: Vec<_> = operation
        .input
        .iter()
        .filter(|field| !field.required)
        .map(|field| {
            format!(
                "        {}: {},\n",
                name::field(field.name),
                types::text(&field.ty)
            )
        })
        .collect();
    let ty = name::type_name(&operation.id);
    (!lines.is_empty()).then(|| format!("setters! {{\n    {ty} {{\n{}    }}\n}}\n", lines.concat()))
}

/// `client.create_session(…)`
fn method(operation: &Operation<'_>) -> TokenStream {
    let ty = ident(&name::type_name(&operation.id));
    let method = ident(&name::method(&operation.id));
    let required: Vec<_> = operation
        .input
        .iter()
        .filter(|field| field.required)
        .collect();
    let arguments = required.iter().map(|field| structure::argument(field));
    let names = required.iter().map(|field| ident(&name::field(field.name)));
    let docs = format!(" Prepares [`{ty}`]; await it to send it.");
    quote! {
        impl Client {
            #[doc = #docs]
            pub fn #method(&self, #(#arguments),*) -> Call<#ty> {
                Call::new(self, #ty::new(#(#names),*))
            }
        }
    }
}

fn output<'s>(operation: &Operation<'s>, definitions: &mut Definitions<'s>) -> TokenStream {
    let mut docs = Docs::new(&operation.output.documentation);
    if docs.is_empty() {
        docs = Docs::new(&format!(
            "What [`{}`] answers.",
            name::type_name(&operation.id)
        ));
    }
    let ty = name::output_type(&operation.id);
    definitions.structure(
        &ty,
        &doc_lines(&docs, 0),
        &operation.output.fields,
        FieldNotes::Response,
    )
}

fn errors(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    if operation.errors.is_empty() {
        return TokenStream::new();
    }
    let ty = ident(&name::error_type(&operation.id));
    let variants = operation.errors.iter().filter_map(|id| {
        let error = cx.api.errors.iter().find(|error| error.id == *id)?;
        let variant = ident(&name::type_name(id));
        let docs = Links::new(cx).docs(&error.documentation);
        let docs = doc_lines(&docs.and(&format!("HTTP status {}.", error.status)), 4);
        let inner = (!error.fields.is_empty()).then(|| quote!((crate::types::#variant)));
        Some(quote!(#docs #variant #inner))
    });
    let docs = format!(
        " The errors that the model lists for [`{}`]; others come as their code.",
        name::type_name(&operation.id)
    );
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #ty { #(#variants),* }
    }
}

fn implementation(cx: &Context<'_, '_>, operation: &Operation<'_>, file: &mut RustFile) {
    let ty = ident(&name::type_name(&operation.id));
    let output = ident(&name::output_type(&operation.id));
    let error = if operation.errors.is_empty() {
        quote!(NoModeledError)
    } else {
        let error = ident(&name::error_type(&operation.id));
        quote!(#error)
    };
    let name = operation.id.name();
    let method = ident(&operation.http.method);
    let success = Literal::u16_unsuffixed(operation.http.success);
    let limit = if operation.output.bounded_body {
        quote!(64 * 1024)
    } else {
        quote!(16 * 1024 * 1024)
    };
    let secret = operation.output.secret_body;
    let spec = quote! {
        const SPEC: OperationSpec = OperationSpec {
            name: #name,
            method: Method::#method,
            success: #success,
            response_limit: #limit,
            secret_response: #secret,
        };
    };
    let items = vec![
        quote!(type Output = #output; type Error = #error;),
        spec,
        endpoint_params(cx, operation),
        encode(operation),
        decode(operation),
        error_code(cx, operation),
    ];
    file.implementation(quote!(impl Operation for #ty), items);
}

/// The constant of an endpoint parameter, where the rules know it.
fn endpoint_param(cx: &Context<'_, '_>, name: &str) -> Option<syn::Ident> {
    cx.api
        .service
        .endpoint
        .params
        .iter()
        .any(|param| param.name == name)
        .then(|| ident(&name::constant(name)))
}

fn uses_endpoint(cx: &Context<'_, '_>, operation: &Operation<'_>) -> bool {
    let context = operation
        .input
        .iter()
        .filter_map(|field| field.context_param.as_deref());
    let fixed = operation
        .static_params
        .iter()
        .map(|(name, _)| name.as_str());
    context
        .chain(fixed)
        .any(|name| endpoint_param(cx, name).is_some())
}

fn endpoint_params(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    let known = |name: &str| endpoint_param(cx, name);
    let context = operation.input.iter().filter_map(|field| {
        let param = known(field.context_param.as_deref()?)?;
        let member = ident(&name::field(field.name));
        Some(match (&field.ty, field.required) {
            (Type::String, true) => quote!(params.set(endpoint::#param, self.#member.as_str());),
            (Type::String, false) => {
                quote!(params.set_optional(endpoint::#param, self.#member.as_deref());)
            }
            (_, true) => quote!(params.set(endpoint::#param, self.#member);),
            (_, false) => quote!(params.set_optional(endpoint::#param, self.#member);),
        })
    });
    let fixed = operation
        .static_params
        .iter()
        .filter_map(|(name, literal)| {
            let param = known(name)?;
            Some(match literal {
                endpoint::Literal::Bool(value) => quote!(params.set(endpoint::#param, #value);),
                endpoint::Literal::String(value) => quote!(params.set(endpoint::#param, #value);),
            })
        });
    let lines = quote!(#(#context)* #(#fixed)*);
    if lines.is_empty() {
        return lines;
    }
    quote! {
        fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) { #lines }
    }
}

fn encode(operation: &Operation<'_>) -> TokenStream {
    let tokens = operation
        .input
        .iter()
        .filter(|field| field.idempotency_token)
        .map(|field| {
            let member = ident(&name::field(field.name));
            quote!(let #member = Some(request.idempotency_token(&self.#member));)
        });
    let tokens: Vec<_> = tokens.collect();
    let host = operation.host_prefix.iter().map(|part| match part {
        PathPart::Literal(text) => quote!(.host_prefix(#text)),
        PathPart::Label { member, .. } => {
            let value = ident(&name::field(member));
            quote!(.host_label(#member, &self.#value)?)
        }
    });
    let path = operation.http.path.iter().map(|part| match part {
        PathPart::Literal(text) => quote!(.path(#text)),
        PathPart::Label { member, greedy } => label(operation, member, *greedy),
    });
    let query = &operation.http.query;
    // Headers of maps first: members that are bound by name win. Query maps last: they give way.
    let prefixes = operation
        .input
        .iter()
        .filter_map(|field| match &field.binding {
            Binding::PrefixHeaders(prefix) => {
                let entries = entries(field);
                Some(quote!(.prefix_headers(#prefix, #entries)?))
            }
            _ => None,
        });
    let members = operation
        .input
        .iter()
        .filter_map(|field| match &field.binding {
            Binding::Header(wire) => Some(bound("header", wire, field)),
            Binding::Query(wire) => Some(bound("query", wire, field)),
            _ => None,
        });
    let maps = operation
        .input
        .iter()
        .filter(|field| field.binding == Binding::QueryParams);
    let maps = maps.map(|field| {
        let entries = entries(field);
        match &field.ty {
            Type::Map(map) if matches!(map.value, Type::List { .. }) => {
                quote!(.query_list_map(#entries)?)
            }
            _ => quote!(.query_map(#entries)?),
        }
    });
    let body = body(operation);
    quote! {
        fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
            #(#tokens)*
            request #(#host)* #(#path)* #(.query_literal(#query))* #(#prefixes)* #(#members)* #(#maps)*;
            #body
            Ok(())
        }
    }
}

fn label(operation: &Operation<'_>, member: &str, greedy: bool) -> TokenStream {
    let value = ident(&name::field(member));
    let field = operation.input.iter().find(|field| field.name == member);
    match field.map(|field| &field.ty) {
        Some(Type::Timestamp(format)) => {
            let format = timestamp_format(*format);
            quote!(.label_timestamp(#member, &self.#value, #format)?)
        }
        _ if greedy => quote!(.greedy_label(#member, &self.#value)?),
        _ => quote!(.label(#member, &self.#value)?),
    }
}

/// A header or query parameter of one member.
fn bound(method: &str, wire: &str, field: &Field<'_>) -> TokenStream {
    let member = ident(&name::field(field.name));
    if field.idempotency_token {
        let method = ident(method);
        return quote!(.#method(#wire, &#member)?);
    }
    let named = |suffix: &str| ident(&format!("{method}{suffix}"));
    match &field.ty {
        Type::Timestamp(format) => {
            let (method, format) = (named("_timestamp"), timestamp_format(*format));
            let time = if field.required {
                quote!(Some(&self.#member))
            } else {
                quote!(self.#member.as_ref())
            };
            quote!(.#method(#wire, #time, #format)?)
        }
        Type::List { item, .. } => {
            let items = items(field);
            if let Type::Timestamp(format) = **item {
                let (method, format) = (named("_timestamps"), timestamp_format(format));
                return quote!(.#method(#wire, #items, #format)?);
            }
            let method = named("_list");
            quote!(.#method(#wire, #items)?)
        }
        _ if field.media_type && method == "header" => {
            quote!(.header_base64(#wire, &self.#member)?)
        }
        _ if field.required => {
            let method = ident(&format!("required_{method}"));
            quote!(.#method(#wire, &self.#member)?)
        }
        _ => {
            let method = ident(method);
            quote!(.#method(#wire, &self.#member)?)
        }
    }
}

/// The items of a list that may not be there.
fn items(field: &Field<'_>) -> TokenStream {
    let member = ident(&name::field(field.name));
    if field.required {
        quote!(&self.#member)
    } else {
        quote!(self.#member.iter().flatten())
    }
}

/// The entries of a map that may not be there.
fn entries(field: &Field<'_>) -> TokenStream {
    items(field)
}

/// Statements that set the body.
fn body(operation: &Operation<'_>) -> TokenStream {
    if let Some(root) = &operation.body {
        let tag = xml::tag(root);
        let members = xml::write_members(&operation.input);
        return quote! {
            let mut xml = Xml::new();
            xml.element(#tag, |xml| {
                #members
                Ok(())
            })?;
            request.xml(xml);
        };
    }
    let payload = operation
        .input
        .iter()
        .find_map(|field| match &field.binding {
            Binding::Payload(payload) => Some((field, payload)),
            _ => None,
        });
    let Some((field, Payload { tag, media_type })) = payload else {
        return TokenStream::new();
    };
    xml::if_there(field, |value| match &field.ty {
        Type::Structure(_) | Type::Union(_) => {
            let tag = xml::tag(tag);
            quote! {
                let mut xml = Xml::new();
                xml.structure(#tag, #value)?;
                request.xml(xml);
            }
        }
        Type::Enum(_) => quote!(request.payload(#value.as_str().to_owned(), #media_type);),
        Type::Secret => quote!(request.payload(#value.expose().to_owned(), #media_type);),
        // A reference to the member itself is taken away again, for the clone to read well.
        _ if field.required => {
            let member = ident(&name::field(field.name));
            quote!(request.payload(self.#member.clone(), #media_type);)
        }
        _ => quote!(request.payload(#value.clone(), #media_type);),
    })
}

fn decode(operation: &Operation<'_>) -> TokenStream {
    let output = &operation.output;
    let ty = ident(&name::output_type(&operation.id));
    let in_body =
        |field: &&Field<'_>| matches!(field.binding, Binding::Element(_) | Binding::Attribute(_));
    let body = output.fields.iter().any(|field| in_body(&field)).then(|| {
        if output.unwrapped {
            unwrapped(output)
        } else {
            read_body(output)
        }
    });
    let members = output.fields.iter().map(|field| {
        let name = ident(&name::field(field.name));
        let value = match (structure::take_header(field), field.required) {
            (Some(value), _) => value,
            (None, true) if !structure::is_flattened(field) && !output.unwrapped => {
                let slot = ident(&name::variable(field.name));
                quote!(document.required(#slot)?)
            }
            (None, _) => structure::take_slot(field),
        };
        structure::initializer(&name, value)
    });
    let response = if output.fields.is_empty() {
        quote!(_response)
    } else {
        quote!(response)
    };
    quote! {
        fn decode(#response: &Response) -> Result<#ty, DecodeError> {
            #body
            Ok(#ty { #(#members),* })
        }
    }
}

/// Statements that read the members of a body into slots.
fn read_body(output: &Output<'_>) -> TokenStream {
    let root = &output.root;
    let attributes = structure::attributes(&output.fields, &quote!(document));
    let slots = structure::slots(&output.fields);
    let arms = structure::arms(&output.fields, &quote!(element));
    quote! {
        let mut document = response.xml(#root)?;
        #attributes
        #slots
        while let Some(element) = document.next()? {
            match element.name() {
                #arms
                _ => element.skip()?,
            }
        }
    }
}

/// The same where the root element is the one member.
fn unwrapped(output: &Output<'_>) -> TokenStream {
    let slots = structure::slots(&output.fields);
    let member = output.fields.iter().find_map(|field| match &field.binding {
        Binding::Element(element) => Some((field, element)),
        _ => None,
    });
    let Some((field, element)) = member else {
        return TokenStream::new();
    };
    let slot = ident(&name::variable(field.name));
    let root = element.tag.local();
    let value = decode_element(&field.ty, &quote!(element));
    quote! {
        #slots
        let mut document = response.xml(#root)?;
        if let Some(element) = document.element() {
            #slot.set(#value?)?;
        }
    }
}

fn error_code(cx: &Context<'_, '_>, operation: &Operation<'_>) -> TokenStream {
    if operation.errors.is_empty() {
        return TokenStream::new();
    }
    let ty = ident(&name::error_type(&operation.id));
    let mut reads_body = false;
    let arms: Vec<_> = operation
        .errors
        .iter()
        .map(|id| {
            let code = id.name();
            let variant = ident(&name::type_name(id));
            if has_members(cx, id) {
                reads_body = true;
                quote!(#code => crate::types::#variant::from_error(body).map(#ty::#variant),)
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
        fn error(code: &str, #body: &ErrorBody<'_>) -> Option<#ty> {
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
