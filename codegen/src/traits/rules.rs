//! Traits of endpoint rules. The rules themselves are read by the pass that lowers them.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::{trait_ids, value_trait};

value_trait! {
    /// Parameters that are the same for every call of an operation.
    StaticContextParams(IndexMap<String, StaticContextParam>) = "smithy.rules#staticContextParams";
    /// Parameters that come from paths in an operation's input.
    OperationContextParams(IndexMap<String, OperationContextParam>) = "smithy.rules#operationContextParams";
    /// Parameters that are settings of the client.
    ClientContextParams(IndexMap<String, ClientContextParam>) = "smithy.rules#clientContextParams";
    /// The rules as a tree.
    EndpointRuleSet(Value) = "smithy.rules#endpointRuleSet";
    /// The rules as a decision diagram.
    EndpointBdd(Value) = "smithy.rules#endpointBdd";
}

trait_ids! {
    ContextParam = "smithy.rules#contextParam";
    EndpointTests = "smithy.rules#endpointTests";
}

/// The parameter that a member sets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextParam {
    /// Its name.
    pub name: String,
}

/// A fixed value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticContextParam {
    /// The value.
    pub value: ParamValue,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a string, a boolean or an array of strings"
)]
pub enum ParamValue {
    /// True or false.
    Bool(bool),
    /// Text.
    String(String),
    /// Texts.
    List(Vec<String>),
}

/// Where in the input a value is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationContextParam {
    /// A JMESPath expression.
    pub path: String,
}

/// A setting of the client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientContextParam {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParamType,
    /// What it does.
    pub documentation: Option<String>,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParamType {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// Texts.
    StringArray,
}

/// Tests of the rules.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EndpointTests {
    /// The version of the format.
    pub version: String,
    /// The tests.
    pub test_cases: Vec<EndpointTest>,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EndpointTest {
    /// What it shows.
    pub documentation: Option<String>,
    /// The parameters, as strings, booleans and arrays of strings.
    #[serde(default)]
    pub params: IndexMap<String, ParamValue>,
    /// Calls whose parameters are those of the test.
    #[serde(default)]
    pub operation_inputs: Vec<OperationInput>,
    /// What the rules answer.
    pub expect: Expectation,
}

/// A call of an operation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OperationInput {
    /// The operation, without a namespace.
    pub operation_name: String,
    /// Its input.
    #[serde(default)]
    pub operation_params: IndexMap<String, Value>,
    /// Built-in parameters such as `AWS::Region`.
    #[serde(default)]
    pub built_in_params: IndexMap<String, ParamValue>,
    /// Settings of the client.
    #[serde(default)]
    pub client_params: IndexMap<String, ParamValue>,
}

/// What the rules answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Expectation {
    /// An endpoint.
    Endpoint(ExpectedEndpoint),
    /// An error of this text.
    Error(String),
}

/// An endpoint that is expected.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedEndpoint {
    /// Its URL.
    pub url: String,
    /// Its properties, such as `authSchemes`.
    #[serde(default)]
    pub properties: IndexMap<String, Value>,
    /// Headers it adds.
    #[serde(default)]
    pub headers: IndexMap<String, Vec<String>>,
}
