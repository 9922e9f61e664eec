//! The model's own tests of the rules: `endpoint/tests.rs`.

use quote::quote;

use super::table;
use crate::api::endpoint::{Graph, Literal};
use crate::emit::Context;
use crate::emit::rust_file::{Bug, RustFile};
use crate::files::Files;

pub(super) fn emit(cx: &Context<'_, '_>, graph: &Graph, files: &mut Files) -> Result<(), Bug> {
    if graph.tests.is_empty() {
        return Ok(());
    }
    let docs = "What the model says that the rules answer: an endpoint as its URL and properties, or an error.";
    let mut file = RustFile::new(
        "client/src/endpoint/tests.rs",
        cx.api.service.id.to_string(),
        docs,
    );
    file.uses(quote! {
        use zonal_runtime::protocol_test;

        use crate::client::SERVICE;
    });
    let rows = graph.tests.iter().map(|test| {
        let params: Vec<_> = test
            .params
            .iter()
            .map(|(name, value)| match value {
                Literal::Bool(value) => format!("({name:?}, \"{value}\")"),
                Literal::String(text) => format!("({name:?}, {text:?})"),
                Literal::List(texts) => {
                    format!("({name:?}, {:?})", format!("[{}]", texts.join(", ")))
                }
            })
            .collect();
        let expect = match &test.expect {
            Ok(endpoint) => format!("Ok(r#\"{endpoint}\"#)"),
            Err(error) => format!("Err({error:?})"),
        };
        format!(
            "({:?},\n        &[{}],\n        {expect})",
            test.documentation,
            params.join(", ")
        )
    });
    file.text("type Case = (&'static str, &'static [(&'static str, &'static str)], Result<&'static str, &'static str>);\n");
    file.text(table("CASES", "Case", rows));
    file.item(quote! {
        #[test]
        fn the_rules_answer_what_the_model_says() {
            for (about, params, expected) in CASES {
                let answer = protocol_test::endpoint(&SERVICE, params);
                let answer = answer.as_deref().map_err(String::as_str);
                assert_eq!(answer, *expected, "{about} {params:?}");
            }
        }
    });
    file.finish(files)
}
