//! `smithy.rules#endpointTests`.

use super::Fault;
use crate::api::endpoint::{EndpointTest, Literal};
use crate::lower::operation;
use crate::model::Shape;
use crate::traits::rules::{EndpointTests, Expectation, ExpectedEndpoint};

/// The tests of a service's rules.
pub(super) fn lower(service: &Shape<'_>) -> Result<Vec<EndpointTest>, Fault> {
    let tests = service
        .traits
        .get::<EndpointTests>()
        .map(|tests| tests.test_cases);
    let tests = tests.unwrap_or_default().into_iter().map(|test| {
        let params = test.params.into_iter().map(|(name, value)| {
            let literal = operation::literal(value);
            // The test writes a list as `[a, b]`.
            if let Literal::List(texts) = &literal
                && texts.iter().any(|text| text.contains([',', '[', ']']))
            {
                return Err(format!(
                    "an endpoint test sets `{name}` to texts with commas or brackets"
                ));
            }
            Ok((name, literal))
        });
        Ok(EndpointTest {
            documentation: test.documentation.unwrap_or_default(),
            params: params.collect::<Result<_, Fault>>()?,
            expect: match test.expect {
                Expectation::Endpoint(endpoint) => Ok(text(endpoint)),
                Expectation::Error(error) => Err(error),
            },
        })
    });
    tests.collect()
}

/// The endpoint on one line: URL, properties, and headers where it has any. Keys are sorted.
fn text(endpoint: ExpectedEndpoint) -> String {
    let properties: serde_json::Map<_, _> = endpoint.properties.into_iter().collect();
    let mut text = format!("{} {}", endpoint.url, serde_json::Value::Object(properties));
    if !endpoint.headers.is_empty() {
        let headers: serde_json::Map<_, _> = endpoint
            .headers
            .into_iter()
            .map(|(name, values)| (name, values.into()))
            .collect();
        text.push_str(&format!(" {}", serde_json::Value::Object(headers)));
    }
    text
}
