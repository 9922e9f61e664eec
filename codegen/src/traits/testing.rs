//! Traits that test a client: protocol tests and examples.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::value_trait;

value_trait! {
    /// What is sent for an input.
    HttpRequestTests(Vec<HttpRequestTest>) = "smithy.test#httpRequestTests";
    /// What is made of a response.
    HttpResponseTests(Vec<HttpResponseTest>) = "smithy.test#httpResponseTests";
    /// Calls for the documentation.
    Examples(Vec<Example>) = "smithy.api#examples";
}

/// Who runs a protocol test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppliesTo {
    /// Clients.
    Client,
    /// Servers.
    Server,
}

/// What is sent for an input.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HttpRequestTest {
    /// Unique among the request tests.
    pub id: String,
    /// What it shows.
    pub documentation: Option<String>,
    /// The id of the protocol's trait.
    pub protocol: String,
    /// The id of the authentication trait.
    pub auth_scheme: Option<String>,
    /// The method that is sent.
    pub method: String,
    /// The path that is sent.
    pub uri: String,
    /// The host that is configured.
    pub host: Option<String>,
    /// The host that is called.
    pub resolved_host: Option<String>,
    /// Query parameters that are sent, as `name` or `name=value`, encoded.
    #[serde(default)]
    pub query_params: Vec<String>,
    /// Query parameters that are not sent.
    #[serde(default)]
    pub forbid_query_params: Vec<String>,
    /// Query parameters that are sent, with any value.
    #[serde(default)]
    pub require_query_params: Vec<String>,
    /// Headers that are sent.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// Headers that are not sent.
    #[serde(default)]
    pub forbid_headers: Vec<String>,
    /// Headers that are sent, with any value.
    #[serde(default)]
    pub require_headers: Vec<String>,
    /// The body that is sent; none where the test does not care.
    pub body: Option<String>,
    /// The body's media type, which says how bodies are compared.
    pub body_media_type: Option<String>,
    /// The input.
    #[serde(default)]
    pub params: IndexMap<String, Value>,
    /// Settings of the client.
    pub vendor_params: Option<Value>,
    /// The shape of `vendor_params`.
    pub vendor_params_shape: Option<String>,
    /// Who runs the test; none for both.
    pub applies_to: Option<AppliesTo>,
    /// Free labels.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What is made of a response.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HttpResponseTest {
    /// Unique among the response tests.
    pub id: String,
    /// What it shows.
    pub documentation: Option<String>,
    /// The id of the protocol's trait.
    pub protocol: String,
    /// The id of the authentication trait.
    pub auth_scheme: Option<String>,
    /// The status.
    pub code: u16,
    /// Headers of the response.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// Headers the response does not have.
    #[serde(default)]
    pub forbid_headers: Vec<String>,
    /// Headers the response has, with any value.
    #[serde(default)]
    pub require_headers: Vec<String>,
    /// The body of the response.
    pub body: Option<String>,
    /// The body's media type.
    pub body_media_type: Option<String>,
    /// The output.
    #[serde(default)]
    pub params: IndexMap<String, Value>,
    /// Settings of the client.
    pub vendor_params: Option<Value>,
    /// The shape of `vendor_params`.
    pub vendor_params_shape: Option<String>,
    /// Who runs the test; none for both.
    pub applies_to: Option<AppliesTo>,
    /// Free labels.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A call for the documentation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Example {
    /// What it shows, in a line.
    pub title: String,
    /// What it shows.
    pub documentation: Option<String>,
    /// The input.
    #[serde(default)]
    pub input: IndexMap<String, Value>,
    /// The output.
    pub output: Option<IndexMap<String, Value>>,
    /// The error, where it fails.
    pub error: Option<ExampleError>,
    /// Whether the input may break constraints.
    #[serde(default)]
    pub allow_constraint_errors: bool,
}

/// The error of an example.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExampleError {
    /// The shape.
    pub shape_id: String,
    /// Its members.
    #[serde(default)]
    pub content: IndexMap<String, Value>,
}
