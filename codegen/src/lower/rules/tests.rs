//! `smithy.rules#endpointTests`.

use serde_json::Value;

use super::Fault;
use crate::api::endpoint::{EndpointCall, EndpointTest, Literal, Param};
use crate::lower::operation;
use crate::model::Shape;
use crate::traits::rules::{
    ClientContextParams, EndpointTests, Expectation, ExpectedEndpoint, OperationInput, ParamValue,
};

/// The tests of a service's rules. What they set and nothing reads, of which validation has warned, is not in them.
pub(super) fn lower(service: &Shape<'_>, params: &[Param]) -> Result<Vec<EndpointTest>, Fault> {
    let tests = service
        .traits
        .get::<EndpointTests>()
        .map(|tests| tests.test_cases);
    let settings = service.traits.get::<ClientContextParams>();
    let settings = settings.map(|params| params.0).unwrap_or_default();
    let is_param = |name: &str| params.iter().any(|param| param.name == name);
    let is_built_in = |name: &str| {
        let mut built_in = params.iter().filter_map(|param| param.builtin.as_deref());
        built_in.any(|known| known == name)
    };
    let tests = tests.unwrap_or_default().into_iter().map(|mut test| {
        test.params.retain(|name, _| is_param(name));
        for input in &mut test.operation_inputs {
            input.built_in_params.retain(|name, _| is_built_in(name));
            let is_setting = |name: &String| settings.contains_key(name);
            input.client_params.retain(|name, _| is_setting(name));
        }
        let calls = test.operation_inputs.into_iter().map(call);
        Ok(EndpointTest {
            documentation: test.documentation.unwrap_or_default(),
            params: literals(test.params)?,
            calls: calls.collect::<Result<_, Fault>>()?,
            expect: match test.expect {
                Expectation::Endpoint(endpoint) => Ok(text(endpoint)),
                Expectation::Error(error) => Err(error),
            },
        })
    });
    tests.collect()
}

fn literals(
    params: impl IntoIterator<Item = (String, ParamValue)>,
) -> Result<Vec<(String, Literal)>, Fault> {
    let params = params.into_iter().map(|(name, value)| {
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
    params.collect()
}

fn call(input: OperationInput) -> Result<EndpointCall, Fault> {
    let settings = input.built_in_params.into_iter().chain(input.client_params);
    Ok(EndpointCall {
        operation: input.operation_name,
        input: input.operation_params,
        settings: literals(settings)?,
    })
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
