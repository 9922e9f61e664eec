//! The model's own tests of the rules: `endpoint/tests.rs`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::table;
use crate::api::Operation;
use crate::api::endpoint::{EndpointCall, EndpointTest, Graph, Literal};
use crate::emit::rust_file::{Bug, RustFile};
use crate::emit::scope::Scope;
use crate::emit::{Context, value};
use crate::files::Files;

pub(super) fn emit(cx: &Context<'_, '_>, graph: &Graph, files: &mut Files) -> Result<(), Bug> {
    if graph.tests.is_empty() {
        return Ok(());
    }
    let docs = "The endpoint tests of the model: each expects an endpoint with its properties, or an error.";
    let mut file = RustFile::new(
        "client/src/endpoint/tests.rs",
        cx.api.service.id.to_string(),
        docs,
    );
    let scope = file.scope();
    let mut calls = Calls::default();
    let mut rows = Vec::new();
    for test in &graph.tests {
        // Calls say more than the parameters they come to.
        if !calls.add(cx, scope, test) {
            rows.push(format!(
                "({:?},\n        {},\n        {})",
                test.documentation,
                settings(&test.params),
                expected(test)
            ));
        }
    }
    if !calls.rows.is_empty() {
        file.text(format!(
            "harness::endpoint_calls! {{\n    &client::SERVICE;\n\n{}}}\n",
            calls.rows
        ));
    }
    if !rows.is_empty() {
        file.text(table("CASES", "harness::EndpointCase", rows.into_iter()));
        file.item(quote! {
            #[test]
            fn the_rules_answer_what_the_model_says() {
                harness::assert_endpoints(&client::SERVICE, CASES);
            }
        });
    }
    file.finish(files)
}

/// The tests that make calls.
#[derive(Default)]
struct Calls {
    rows: String,
    /// How many there are of each operation.
    counts: BTreeMap<String, usize>,
}

impl Calls {
    /// Adds the calls of a test; `false` if the client can make none of them.
    fn add(&mut self, cx: &Context<'_, '_>, scope: &mut Scope, test: &EndpointTest) -> bool {
        let mut any = false;
        for call in &test.calls {
            let Some(operation) = cx.api.operation_named(&call.operation) else {
                continue;
            };
            let written = request(cx, operation, call);
            let about = &test.documentation;
            let written = cx.noted(operation.id, "call of the endpoint test", about, written);
            let Some(request) = written else {
                continue;
            };
            let operation = &cx.names.operation(&operation.id).module.file;
            let count = self.counts.entry(operation.clone()).or_default();
            *count += 1;
            let request = scope.resolve(request);
            let layout = value::laid_out(&quote!(let request = #request;));
            let layout = layout
                .trim_start_matches("let request =")
                .trim_end_matches(';');
            self.rows.push_str(&format!(
                "    {operation}_{count}: {:?}\n        {}{layout} =>\n        {},\n",
                test.documentation,
                settings(&call.settings).trim_start_matches('&'),
                expected(test),
            ));
            any = true;
        }
        any
    }
}

/// The request as a value, if the model's input fits.
fn request(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    call: &EndpointCall,
) -> Option<TokenStream> {
    let (arguments, setters) = value::call_of(cx, operation, &call.input)?;
    let ty = &cx.names.operation(&operation.id).request;
    Some(quote!(operation::#ty::new(#(#arguments),*)#setters))
}

fn settings(settings: &[(String, Literal)]) -> String {
    let settings = settings.iter().map(|(name, value)| match value {
        Literal::Bool(value) => format!("({name:?}, \"{value}\")"),
        Literal::String(text) => format!("({name:?}, {text:?})"),
        Literal::List(texts) => format!("({name:?}, {:?})", format!("[{}]", texts.join(", "))),
    });
    format!("&[{}]", settings.collect::<Vec<_>>().join(", "))
}

fn expected(test: &EndpointTest) -> String {
    match &test.expect {
        Ok(endpoint) => format!("Ok({})", raw(endpoint)),
        Err(error) => format!("Err({error:?})"),
    }
}

/// Text as a raw string, with as many `#` as end it for certain.
fn raw(text: &str) -> String {
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod raw_strings {
    use super::raw;

    #[test]
    fn a_raw_string_holds_what_would_end_it() {
        assert_eq!(raw("a\"b"), "r#\"a\"b\"#");
        let written = raw("a\"#b\"##c");
        assert_eq!(written, "r###\"a\"#b\"##c\"###");
        let read: syn::LitStr = syn::parse_str(&written).unwrap();
        assert_eq!(read.value(), "a\"#b\"##c");
    }
}
