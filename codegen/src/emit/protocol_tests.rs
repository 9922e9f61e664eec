//! The model's own tests of the protocol, as tests of the generated client: `protocol_tests.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust_file::{Bug, RustFile, doc_lines, ident};
use super::{Context, value};
use crate::api::Operation;
use crate::api::endpoint::Param;
use crate::api::protocol_test::{RequestTest, ResponseTest};
use crate::document::Docs;
use crate::files::Files;
use crate::name;

/// The Region where a test names none.
const REGION: &str = "us-west-2";

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    let docs = "What the model says that requests and responses look like.";
    let mut file = RustFile::new(
        "client/src/protocol_tests.rs",
        cx.api.service.id.to_string(),
        docs,
    );
    let mut items = Vec::new();
    for operation in &cx.api.operations {
        items.extend(
            operation
                .request_tests
                .iter()
                .filter_map(|test| request(cx, operation, test)),
        );
        items.extend(
            operation
                .response_tests
                .iter()
                .filter_map(|test| response(cx, operation, test)),
        );
    }
    if items.is_empty() {
        return file.finish(files);
    }
    let tokens = quote!(#(#items)*).to_string();
    let service = tokens.contains("SERVICE").then(|| {
        quote!(
            use crate::client::SERVICE;
        )
    });
    file.uses(quote! {
        use zonal_runtime::protocol_test;

        #service
        use crate::operation::*;
    });
    file.uses(value::use_types(cx, &quote!(#(#items)*), "crate"));
    if tokens.contains("SETTINGS") {
        let region = has_region(cx).then(|| quote!(("AWS::Region", #REGION)));
        file.item(quote!(const SETTINGS: &[(&str, &str)] = &[#region];));
    }
    items.into_iter().for_each(|item| file.item(item));
    file.finish(files)
}

fn request(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    test: &RequestTest,
) -> Option<TokenStream> {
    let (arguments, setters) = value::call(cx.api, &operation.input, &test.params)?;
    let ty = ident(&name::type_name(&operation.id));
    let docs = doc_lines(&Docs::new(&test.documentation), 0);
    let test_name = test_name("request", operation, &test.id);
    let (method, uri) = (&operation.http.method, &test.uri);
    let host = test
        .resolved_host
        .iter()
        .map(|host| quote!(.expect_host(#host)));
    let names = |method: &str, names: &[String]| {
        let method = ident(method);
        (!names.is_empty()).then(|| quote!(.#method(&[#(#names),*])))
    };
    let query = names("expect_query", &test.query);
    let forbid_query = names("forbid_query", &test.forbid_query);
    let require_query = names("require_query", &test.require_query);
    let headers = test
        .headers
        .iter()
        .map(|(name, value)| quote!(.expect_header(#name, #value)));
    let forbid = test
        .forbid_headers
        .iter()
        .map(|name| quote!(.forbid_header(#name)));
    let require = test
        .require_headers
        .iter()
        .map(|name| quote!(.require_header(#name)));
    let body = test.body.iter().map(|body| {
        if test.xml_body {
            quote!(.expect_xml(#body))
        } else {
            quote!(.expect_body(#body))
        }
    });
    let settings = settings(cx, test);
    Some(quote! {
        #docs
        #[test]
        fn #test_name() {
            let request = #ty::new(#(#arguments),*)#setters;
            protocol_test::encode(&SERVICE, &request, #settings)
                .unwrap()
                .expect(#method, #uri)
                #(#host)* #query #forbid_query #require_query
                #(#headers)* #(#forbid)* #(#require)* #(#body)*;
        }
    })
}

/// An id stands once among the requests or responses of an operation; errors belong to several.
fn test_name(kind: &str, operation: &Operation<'_>, id: &str) -> syn::Ident {
    let (operation, id) = (name::module(&operation.id), name::snake(id));
    if id.starts_with(&operation) {
        ident(&format!("{kind}_{id}"))
    } else {
        ident(&format!("{kind}_{operation}_{id}"))
    }
}

/// The settings of the client: those of the test and a region, and the endpoint where the model has no rules.
fn settings(cx: &Context<'_, '_>, test: &RequestTest) -> TokenStream {
    let rules = &cx.api.service.endpoint;
    if !rules.in_model {
        let host = test.host.as_deref().unwrap_or("example.com");
        let url = format!("https://{host}");
        return quote!(&[("SDK::Endpoint", #url)]);
    }
    let mut settings = test.settings.clone();
    settings.retain(|name, _| {
        let is_it = |param: &Param| param.name == *name || param.builtin.as_ref() == Some(name);
        rules.params.iter().any(is_it)
    });
    if has_region(cx) {
        let region = settings.entry("AWS::Region".to_owned());
        region.or_insert_with(|| REGION.to_owned());
    }
    let is_usual = |(name, value): (&String, &String)| name == "AWS::Region" && value == REGION;
    if settings.iter().all(is_usual) {
        return quote!(SETTINGS);
    }
    let settings = settings.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#settings),*])
}

fn has_region(cx: &Context<'_, '_>) -> bool {
    let params = &cx.api.service.endpoint.params;
    params
        .iter()
        .any(|param| param.builtin.as_deref() == Some("AWS::Region"))
}

fn response(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    test: &ResponseTest<'_>,
) -> Option<TokenStream> {
    let ty = ident(&name::type_name(&operation.id));
    let docs = doc_lines(&Docs::new(&test.documentation), 0);
    let test_name = test_name("response", operation, &test.id);
    let code = Literal::u16_unsuffixed(test.code);
    let headers = test
        .headers
        .iter()
        .map(|(name, value)| quote!((#name, #value)));
    let body = &test.body;
    let decode = quote!(protocol_test::decode::<#ty>(#code, &[#(#headers),*], #body));
    let check = match &test.error {
        None => {
            let name = name::output_type(&operation.id);
            let expected = value::structure(cx.api, &name, &operation.output.fields, |name| {
                test.params.get(name)
            })?;
            let stream = operation
                .output
                .fields
                .iter()
                .find(|field| field.is_stream());
            if let Some(stream) = stream {
                let member = ident(&name::field(stream.name));
                let body = test.params.get(stream.name);
                let body = body.and_then(|body| body.as_str()).unwrap_or_default();
                quote! {
                    let output = #decode.unwrap();
                    assert_eq!(format!("{output:?}"), format!("{:?}", #expected));
                    assert_eq!(protocol_test::collect(output.#member), #body);
                }
            // A float that is no number equals nothing, itself included.
            } else if expected.to_string().contains("NAN") {
                quote! {
                    let output = #decode.unwrap();
                    assert_eq!(format!("{output:?}"), format!("{:?}", #expected));
                }
            } else {
                quote! {
                    let output = #decode.unwrap();
                    assert_eq!(output, #expected);
                }
            }
        }
        Some(error) => {
            let errors = ident(&name::error_type(&operation.id));
            let variant = ident(&name::type_name(error));
            let fields = cx
                .api
                .errors
                .iter()
                .find(|def| def.id == *error)?
                .fields
                .as_slice();
            let inner = if fields.is_empty() {
                None
            } else {
                let type_name = name::type_name(error);
                let members = |name: &str| test.params.get(name);
                let inner = value::structure(cx.api, &type_name, fields, members)?;
                Some(quote!((crate::types::#inner)))
            };
            quote! {
                let error = #decode.unwrap_err();
                assert_eq!(error.as_service_error(), Some(&#errors::#variant #inner));
            }
        }
    };
    Some(quote! {
        #docs
        #[test]
        fn #test_name() {
            #check
        }
    })
}
