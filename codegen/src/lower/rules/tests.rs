//! `smithy.rules#endpointTests`.

use serde_json::Value;

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
    let properties = Value::Object(endpoint.properties.into_iter().collect());
    let mut text = format!("{} {}", endpoint.url, sorted(properties));
    if !endpoint.headers.is_empty() {
        let headers = endpoint.headers.into_iter();
        let headers = headers.map(|(name, values)| (name, Value::from(values)));
        text.push_str(&format!(" {}", sorted(Value::Object(headers.collect()))));
    }
    text
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(mut object) => {
            object.sort_keys();
            let entries = object.into_iter();
            Value::Object(entries.map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
