//! The model's own tests of the protocol, as tests of the generated client: `operation/create_session/tests.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust_file::{Bug, RustFile, WIDTH};
use super::scope::Scope;
use super::{Context, value};
use crate::api::Operation;
use crate::api::endpoint::Param;
use crate::api::protocol_test::{RequestTest, ResponseTest};
use crate::document::Docs;
use crate::files::Files;
use crate::model::ShapeId;
use crate::name::Names;

/// The Region where a test names none.
const REGION: &str = "us-west-2";

/// The settings that most tests have, where any has them.
pub(super) fn usual_settings(cx: &Context<'_, '_>) -> Option<TokenStream> {
    let requests = cx.api.operations.iter();
    let mut requests = requests.flat_map(|operation| &operation.request_tests);
    requests.any(|test| settings(cx, test).is_none()).then(|| {
        let region = has_region(cx).then(|| quote!(("AWS::Region", #REGION)));
        quote! {
            /// The settings of tests that name no other.
            #[cfg(test)]
            const SETTINGS: &[(&str, &str)] = &[#region];
        }
    })
}

/// Writes the tests of an operation; says whether there are any.
pub(super) fn emit(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    files: &mut Files,
) -> Result<bool, Bug> {
    let names = cx.names.operation(&operation.id);
    let path = format!("client/src/operation/{}/tests.rs", names.module.file);
    let name = operation.id.name();
    let docs = format!("The protocol tests of `{name}` in the model.");
    let mut file = RustFile::new(path, operation.id.to_string(), &docs);
    let mut tests = Vec::new();
    let scope = file.scope();
    let requests = operation.request_tests.iter().zip(&names.request_tests);
    tests.extend(requests.filter_map(|(test, name)| {
        let written = request(cx, scope, operation, test, name);
        cx.noted(operation.id, "request test", &test.id, written)
    }));
    let responses = operation.response_tests.iter().zip(&names.response_tests);
    tests.extend(responses.filter_map(|(test, name)| {
        let written = response(cx, scope, operation, test, name);
        cx.noted(operation.id, "response test", &test.id, written)
    }));
    if tests.is_empty() {
        return Ok(false);
    }
    tests.into_iter().for_each(|test| file.text(test));
    file.finish(files)?;
    Ok(true)
}

/// What is checked stands on a line each, however long that is.
fn request(
    cx: &Context<'_, '_>,
    scope: &mut Scope,
    operation: &Operation<'_>,
    test: &RequestTest,
    name: &syn::Ident,
) -> Option<String> {
    let (arguments, setters) = value::call_of(cx, operation, &test.params)?;
    let ty = &cx.names.operation(&operation.id).request;
    let request = quote!(let request = operation::#ty::new(#(#arguments),*)#setters;);
    let request = value::laid_out(&scope.resolve(request));
    let settings = settings(cx, test).unwrap_or_else(|| "operation::SETTINGS".to_owned());
    let mut lines: Vec<_> = request.lines().map(str::to_owned).collect();
    lines.push(format!(
        "harness::encode(&client::SERVICE, &request, {settings}).unwrap()"
    ));
    let mut check = |method: &str, arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(|text| literal(text)).collect();
        lines.push(format!("    .{method}({})", arguments.join(", ")));
    };
    check("expect", &[&operation.http.method, &address(test)]);
    let mut all = |method: &str, names: &[String]| {
        if !names.is_empty() {
            check(method, &[&names.join(" ")]);
        }
    };
    all("forbid_query", &test.forbid_query);
    all("require_query", &test.require_query);
    all("forbid_headers", &test.forbid_headers);
    all("require_headers", &test.require_headers);
    for (header, value) in &test.headers {
        check("expect_header", &[header, value]);
    }
    if let Some(body) = &test.body {
        let method = if test.xml_body {
            "expect_xml"
        } else {
            "expect_body"
        };
        check(method, &[body]);
    }
    if let Some(last) = lines.last_mut() {
        last.push(';');
    }
    Some(function(&test.documentation, name, &lines))
}

/// Host, path and query as in a URL, with as much of them as the test names.
fn address(test: &RequestTest) -> String {
    let host = test.resolved_host.as_deref().unwrap_or_default();
    let query = match test.query.join("&") {
        query if query.is_empty() => query,
        query => format!("?{query}"),
    };
    format!("{host}{}{query}", test.uri)
}

/// A test: its documentation and the lines of its body.
fn function(documentation: &str, name: &syn::Ident, body: &[String]) -> String {
    let docs = Docs::new(documentation).lines(WIDTH - 4);
    let docs: String = docs
        .iter()
        .map(|line| format!("{}\n", format!("/// {line}").trim_end()))
        .collect();
    let body: String = body.iter().map(|line| format!("    {line}\n")).collect();
    format!("{docs}#[test]\nfn {name}() {{\n{body}}}\n")
}

/// A text as a literal, without escapes where it can do without.
fn literal(text: &str) -> String {
    let is_shown = |c: char| matches!(c, '"' | '\'' | '\\') || c.escape_debug().count() == 1;
    let is_plain = text.chars().all(is_shown) && !text.contains("\"#");
    if text.contains(['"', '\\']) && is_plain {
        format!("r#\"{text}\"#")
    } else {
        Literal::string(text).to_string()
    }
}

/// The settings of the client: those of the test and a region, and the endpoint where the model has no rules. None
/// where they are the usual ones.
fn settings(cx: &Context<'_, '_>, test: &RequestTest) -> Option<String> {
    let rules = &cx.api.service.endpoint;
    if !rules.in_model {
        let host = test.host.as_deref().unwrap_or("example.com");
        let url = format!("https://{host}");
        return Some(quote!(&[("SDK::Endpoint", #url)]).to_string());
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
        return None;
    }
    let settings = settings.iter().map(|(name, value)| quote!((#name, #value)));
    Some(quote!(&[#(#settings),*]).to_string())
}

fn has_region(cx: &Context<'_, '_>) -> bool {
    let params = &cx.api.service.endpoint.params;
    params
        .iter()
        .any(|param| param.builtin.as_deref() == Some("AWS::Region"))
}

fn response(
    cx: &Context<'_, '_>,
    scope: &mut Scope,
    operation: &Operation<'_>,
    test: &ResponseTest<'_>,
    name: &syn::Ident,
) -> Option<String> {
    let headers = test.headers.iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| format!("({}, {})", literal(name), literal(value)))
        .collect();
    // First, as there may be none: nothing is imported for a test that is left out.
    let checks = match &test.error {
        None => success(cx, scope, operation, test)?,
        Some(error) => failure(cx, scope, operation, error, test)?,
    };
    let mut lines = answer(
        scope,
        cx.names,
        operation,
        test.code,
        &headers.join(", "),
        &literal(&test.body),
    );
    lines.extend(checks.lines().map(str::to_owned));
    Some(function(&test.documentation, name, &lines))
}

/// The call; body and headers have a line of their own where they do not fit into it.
fn answer(
    scope: &mut Scope,
    names: &Names<'_>,
    operation: &Operation<'_>,
    code: u16,
    headers: &str,
    body: &str,
) -> Vec<String> {
    let request = &names.operation(&operation.id).request;
    let operation = scope.resolve(quote!(operation::#request)).to_string();
    let decode = scope.resolve(quote!(harness::decode));
    let call = |headers: &str, body: &str| {
        format!("let answer = {decode}::<{operation}>({code}, {headers}, {body});")
    };
    let here = format!("&[{headers}]");
    let mut lines = Vec::new();
    let mut arguments = (here.as_str(), body);
    if !fits(&call(&here, body)) && body != "\"\"" {
        lines.push(format!("let body = {body};"));
        arguments.1 = "body";
    }
    if !fits(&call(&here, arguments.1)) {
        lines.push(format!("let headers = [{headers}];"));
        arguments.0 = "&headers";
    }
    lines.push(call(arguments.0, arguments.1));
    lines
}

/// Whether the body of a function can have this line.
fn fits(line: &str) -> bool {
    line.chars().count() + 4 <= WIDTH
}

/// An assertion about a value, which stands before it unless all is one line.
fn asserted(expected: &TokenStream, assertion: impl Fn(&str) -> String) -> String {
    let binding = value::laid_out(&quote!(let expected = #expected;));
    let value = binding.strip_prefix("let expected = ");
    let short = value.and_then(|value| Some(assertion(value.strip_suffix(';')?)));
    match short {
        Some(short) if fits(&short) && !short.contains('\n') => short,
        _ => format!("{binding}\n{}", assertion("expected")),
    }
}

fn success(
    cx: &Context<'_, '_>,
    scope: &mut Scope,
    operation: &Operation<'_>,
    test: &ResponseTest<'_>,
) -> Option<String> {
    let fields = &operation.output.fields;
    let output = &cx.names.operation(&operation.id).output;
    let ty = quote!(operation::#output);
    let expected = value::structure(cx, &ty, fields, |name| test.params.get(name))?;
    let expected = scope.resolve(expected);
    if let Some(stream) = fields.iter().find(|field| field.is_stream()) {
        let member = cx.names.field(stream);
        let body = test.params.get(stream.name);
        let body = body.and_then(|body| body.as_str()).unwrap_or_default();
        let collect = scope.resolve(quote!(harness::collect));
        return Some(value::laid_out(&quote! {
            let output = answer.unwrap();
            let expected = #expected;
            assert_eq!(format!("{output:?}"), format!("{expected:?}"));
            assert_eq!(#collect(output.#member), #body);
        }));
    }
    // A float that is no number equals nothing, itself included.
    if expected.to_string().contains("NAN") {
        return Some(value::laid_out(&quote! {
            let expected = #expected;
            assert_eq!(format!("{:?}", answer.unwrap()), format!("{expected:?}"));
        }));
    }
    Some(asserted(&expected, |expected| {
        format!("assert_eq!(answer.unwrap(), {expected});")
    }))
}

fn failure(
    cx: &Context<'_, '_>,
    scope: &mut Scope,
    operation: &Operation<'_>,
    error: &ShapeId<'_>,
    test: &ResponseTest<'_>,
) -> Option<String> {
    let errors = &cx.names.operation(&operation.id).error;
    let variant = cx.names.error(&operation.id, error.name());
    let def = cx.api.error_def(error)?;
    let inner = if def.fields.is_empty() {
        None
    } else {
        let members = |name: &str| test.params.get(name);
        let ty = &cx.names.of_error(error).ty;
        let inner = value::structure(cx, &quote!(types::#ty), &def.fields, members)?;
        Some(quote!((#inner)))
    };
    let expected = scope.resolve(quote!(operation::#errors::#variant #inner));
    Some(asserted(&expected, |expected| {
        format!("assert_eq!(answer.unwrap_err().as_service_error(), Some(&{expected}));")
    }))
}
