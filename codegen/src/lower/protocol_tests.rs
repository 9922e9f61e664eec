//! Tests of the protocol, and the settings of a client that they ask for.

use indexmap::IndexMap;
use serde_json::Value;

use super::Lowering;
use crate::api::protocol_test::{RequestTest, ResponseTest};
use crate::model::{Operation as OperationShape, Shape, ShapeId};
use crate::select::errors_of;
use crate::traits::TraitValue;
use crate::traits::http::RestXml;
use crate::traits::testing::{self, AppliesTo, HttpRequestTests, HttpResponseTests};

impl<'s> Lowering<'_, 's> {
    pub(super) fn response_tests(
        &self,
        shape: &Shape<'s>,
        own: &OperationShape<'s>,
    ) -> Vec<ResponseTest<'s>> {
        let mut tests: Vec<_> = tests_of(shape)
            .into_iter()
            .map(|test| response_test(test, None))
            .collect();
        for error in errors_of(self.service, own) {
            let shape = self.model.target(error);
            tests.extend(
                tests_of(shape)
                    .into_iter()
                    .map(|test| response_test(test, Some(shape.id))),
            );
        }
        tests
    }
}

/// Settings in the forms that the tests of AWS have: `scopedConfig`, as a configuration file would say it, where
/// those of the operation win, and `endpointParams`.
fn settings(vendor: &Value) -> IndexMap<String, String> {
    let mut settings = IndexMap::new();
    let builtins = &vendor["endpointParams"]["builtInParams"];
    for (name, value) in builtins.as_object().into_iter().flatten() {
        settings.extend(text(value).map(|text| (name.clone(), text)));
    }
    for scope in ["client", "operation"] {
        let scope = &vendor["scopedConfig"][scope];
        let s3 = &scope["s3"];
        let found = [
            ("AWS::Region", text(&scope["region"])),
            ("AWS::UseDualStack", text(&s3["use_dualstack_endpoint"])),
            ("AWS::S3::Accelerate", text(&s3["use_accelerate_endpoint"])),
            (
                "AWS::S3::ForcePathStyle",
                s3["addressing_style"]
                    .as_str()
                    .map(|style| (style == "path").to_string()),
            ),
        ];
        for (name, text) in found {
            settings.extend(text.map(|text| (name.to_owned(), text)));
        }
    }
    settings
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

pub(super) fn request_tests(shape: &Shape<'_>) -> Vec<RequestTest> {
    let tests = shape
        .traits
        .get::<HttpRequestTests>()
        .map(|tests| tests.0)
        .unwrap_or_default();
    tests
        .into_iter()
        .filter(|test| test.applies_to != Some(AppliesTo::Server) && test.protocol == RestXml::ID)
        .map(|test| RequestTest {
            id: test.id,
            documentation: test.documentation.unwrap_or_default(),
            params: test.params,
            uri: test.uri,
            resolved_host: test.resolved_host,
            query: test.query_params,
            forbid_query: test.forbid_query_params,
            require_query: test.require_query_params,
            headers: test.headers.into_iter().collect(),
            forbid_headers: test.forbid_headers,
            require_headers: test.require_headers,
            host: test.host,
            settings: test
                .vendor_params
                .as_ref()
                .map(settings)
                .unwrap_or_default(),
            body: test.body,
            xml_body: test.body_media_type.as_deref() == Some("application/xml"),
        })
        .collect()
}

fn tests_of(shape: &Shape<'_>) -> Vec<testing::HttpResponseTest> {
    let tests = shape
        .traits
        .get::<HttpResponseTests>()
        .map(|tests| tests.0)
        .unwrap_or_default();
    tests
        .into_iter()
        .filter(|test| test.applies_to != Some(AppliesTo::Server) && test.protocol == RestXml::ID)
        .collect()
}

fn response_test<'s>(
    test: testing::HttpResponseTest,
    error: Option<ShapeId<'s>>,
) -> ResponseTest<'s> {
    ResponseTest {
        id: test.id,
        documentation: test.documentation.unwrap_or_default(),
        error,
        code: test.code,
        headers: test.headers.into_iter().collect(),
        body: test.body.unwrap_or_default(),
        params: test.params,
    }
}
