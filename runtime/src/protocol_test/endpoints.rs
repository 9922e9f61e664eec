//! Tests of endpoint rules: by parameters, and by calls of a client.

use crate::client::Core;
use crate::config::Builder;
use crate::endpoint::{Endpoint, Params, PropertyValue, ResolveError, Value, resolve};
use crate::operation::Operation;
use crate::service::ServiceSpec;

/// What a model says of its rules: what the test is about, the settings, and what [`endpoint`]
/// answers to them.
pub type EndpointCase = (
    &'static str,
    &'static [(&'static str, &'static str)],
    Result<&'static str, &'static str>,
);

/// Sees to it that the rules answer what the model says.
///
/// # Panics
///
/// If they do not.
pub fn assert_endpoints(service: &'static ServiceSpec, cases: &[EndpointCase]) {
    for (about, settings, expected) in cases {
        let answer = endpoint(service, settings);
        let answer = answer.as_deref().map_err(String::as_str);
        assert_eq!(answer, *expected, "{about} {settings:?}");
    }
}

/// Writes a test for each call: its name, what it is about, the settings of the client, the request,
/// and what [`endpoint_of`](crate::protocol_test::endpoint_of) answers.
#[macro_export]
macro_rules! endpoint_calls {
    ($service:expr; $($name:ident: $about:literal $settings:tt $request:expr => $expected:expr,)*) => {$(
        #[test]
        fn $name() {
            let answer = $crate::protocol_test::endpoint_of($service, &$settings, &$request);
            let answer = answer.as_deref().map_err(::std::string::String::as_str);
            assert_eq!(answer, $expected, "{}", $about);
        }
    )*};
}

/// What the endpoint rules answer: an endpoint on one line (URL, properties, and headers where it
/// has any, as JSON with sorted keys), or the text of the error. In the values of `settings`, `true`
/// and `false` are truth values, and `[a, b]` is a list.
pub fn endpoint(
    service: &'static ServiceSpec,
    settings: &[(&str, &str)],
) -> Result<String, String> {
    shown(resolve(params(service, settings)))
}

/// Where a client with these settings sends a request, in the form of [`endpoint`]. Whether the request can be
/// encoded is for protocol tests: those of endpoints leave lists and names empty that have to hold something.
/// Settings that no client can have, such as none of a region, are for the rules alone to judge.
pub fn endpoint_of<O: Operation>(
    service: &'static ServiceSpec,
    settings: &[(&str, &str)],
    operation: &O,
) -> Result<String, String> {
    let mut builder = Builder::<Core>::new(service);
    for (name, text) in settings {
        builder = match *name {
            "AWS::Region" => builder.region(*text),
            "AWS::UseFIPS" => builder.use_fips(*text == "true"),
            "AWS::UseDualStack" => builder.use_dual_stack(*text == "true"),
            "SDK::Endpoint" => builder.endpoint_url(*text),
            name => {
                let param = service.rules.param(name);
                let param = param.unwrap_or_else(|| panic!("the rules have no parameter `{name}`"));
                builder.endpoint_param(param, value(text))
            }
        };
    }
    let Ok(core) = builder.build() else {
        let mut params = params(service, settings);
        operation.endpoint_params(&mut params);
        return shown(resolve(params));
    };
    shown(core.endpoint_of(operation))
}

fn shown(resolved: Result<Endpoint, ResolveError>) -> Result<String, String> {
    let endpoint = resolved.map_err(|error| match error {
        ResolveError::Rule(text) => text,
        other => other.to_string(),
    })?;
    let properties = PropertyValue::Map(endpoint.properties.clone());
    let mut text = format!("{} {}", endpoint.url(), sorted(properties));
    if !endpoint.headers.is_empty() {
        let list = |values: &[String]| {
            let texts = values.iter().cloned();
            PropertyValue::List(
                texts
                    .map(|text| PropertyValue::String(text.into()))
                    .collect(),
            )
        };
        let headers = endpoint
            .headers
            .iter()
            .map(|(name, values)| (*name, list(values)));
        text.push_str(&format!(
            " {}",
            sorted(PropertyValue::Map(headers.collect()))
        ));
    }
    Ok(text)
}

/// The same with the keys of all maps in order.
fn sorted(value: PropertyValue) -> PropertyValue {
    match value {
        PropertyValue::Map(mut entries) => {
            entries.sort_by_key(|(name, _)| *name);
            let entries = entries.into_iter();
            PropertyValue::Map(entries.map(|(name, value)| (name, sorted(value))).collect())
        }
        PropertyValue::List(items) => PropertyValue::List(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// Endpoint parameters; `true` and `false` are truth values, texts in brackets with commas between
/// them a list.
pub(super) fn params<'a>(service: &'static ServiceSpec, settings: &[(&str, &str)]) -> Params<'a> {
    let mut params = Params::new(service.rules);
    for (name, text) in settings {
        assert!(
            params.set_named(name, value(text)),
            "the rules have no parameter `{name}`"
        );
    }
    params
}

fn value(text: &str) -> Value<'static> {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => match text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        {
            Some("") => Value::List(Vec::new()),
            Some(texts) => {
                let texts = texts.split(", ").map(|text| text.to_owned().into());
                Value::List(texts.collect())
            }
            None => Value::from(text.to_owned()),
        },
    }
}
