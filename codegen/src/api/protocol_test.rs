//! `smithy.test#httpRequestTests` and `httpResponseTests`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::model::ShapeId;

/// A request that a client must send for an input.
#[derive(Debug)]
pub struct RequestTest {
    /// Its id, unique among the request tests of a service.
    pub id: String,
    /// What it is about.
    pub documentation: String,
    /// The input.
    pub params: IndexMap<String, Value>,
    /// Settings of the client: endpoint parameters by built-in name.
    pub settings: IndexMap<String, String>,
    /// The path.
    pub uri: String,
    /// The host that is configured.
    pub host: Option<String>,
    /// The host, once the endpoint is resolved.
    pub resolved_host: Option<String>,
    /// `name=value` pairs that must be in the query.
    pub query: Vec<String>,
    /// Query names that must not be there.
    pub forbid_query: Vec<String>,
    /// Query names that must be there.
    pub require_query: Vec<String>,
    /// Headers that must be there with these values.
    pub headers: Vec<(String, String)>,
    /// Headers that must not be there.
    pub forbid_headers: Vec<String>,
    /// Headers that must be there.
    pub require_headers: Vec<String>,
    /// The body; none is not compared.
    pub body: Option<String>,
    /// Whether bodies are compared as XML.
    pub xml_body: bool,
}

/// A response and what a client must make of it.
#[derive(Debug)]
pub struct ResponseTest<'s> {
    /// Its id, unique among the response tests of a service.
    pub id: String,
    /// What it is about.
    pub documentation: String,
    /// The error structure it is about; none for an output.
    pub error: Option<ShapeId<'s>>,
    /// The HTTP status.
    pub code: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The output or error.
    pub params: IndexMap<String, Value>,
}
