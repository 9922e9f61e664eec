//! Endpoint rules → one decision graph, from either form of them.

mod bdd;
mod expr;
mod partitions;
mod tests;
mod tree;

use std::collections::HashMap;
use std::hash::Hash;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use self::expr::Variables;
use super::Lowering;
use crate::api::endpoint::{Condition, Graph, Literal, Outcome, Param};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::{self, Shape};
use crate::source::Span;
use crate::traits::rules::{EndpointBdd, EndpointRuleSet};
use crate::traits::{Trait, TraitValue};

/// What is wrong with rules.
type Fault = String;

/// A form in which a model can give its endpoint rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `smithy.rules#endpointBdd`, a decision diagram.
    Bdd,
    /// `smithy.rules#endpointRuleSet`, a tree.
    RuleSet,
}

impl Lowering<'_, '_> {
    /// The rules of a service: from the diagram where it has one, which asks fewer questions, or the tree.
    pub(super) fn endpoint(&mut self, service: &Shape<'_>) -> Graph {
        for form in [Form::Bdd, Form::RuleSet] {
            match lower(service, form, self.model.partitions()) {
                None => {}
                Some(Ok(graph)) => return graph,
                Some(Err((span, message))) => {
                    let error =
                        Diagnostic::error(Code::BadTraitValue, "the endpoint rules cannot be used");
                    self.diagnostics
                        .push(error.at(span, message).of(service.id));
                }
            }
        }
        Graph::endpoint_only()
    }
}

/// Lowers the rules of a service in one of their forms; none where it does not have them so.
///
/// # Errors
///
/// What is wrong with them, and where.
pub fn lower(
    service: &Shape<'_>,
    form: Form,
    data: Option<&model::Partitions>,
) -> Option<Result<Graph, (Span, Fault)>> {
    let id = match form {
        Form::Bdd => EndpointBdd::ID,
        Form::RuleSet => EndpointRuleSet::ID,
    };
    let found = service.traits.find(id)?;
    let graph =
        match form {
            Form::Bdd => parse(found)
                .and_then(|rules| bdd::lower(rules).map_err(|fault| (found.span, fault))),
            Form::RuleSet => parse(found)
                .and_then(|rules| tree::lower(rules).map_err(|fault| (found.span, fault))),
        };
    let data = data
        .map(|data| data.partitions.as_slice())
        .unwrap_or_default();
    Some(graph.and_then(|mut graph| {
        graph.partitions = partitions::lower(data).map_err(|fault| (found.span, fault))?;
        graph.tests = tests::lower(service, &graph.params).map_err(|fault| (found.span, fault))?;
        Ok(graph)
    }))
}

fn parse<'a, T: Deserialize<'a>>(found: &Trait<'a>) -> Result<T, (Span, Fault)> {
    found
        .value
        .parse()
        .map_err(|error| (error.span, error.message))
}

/// What a rule is, as it says itself beside what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RuleType {
    Endpoint,
    Error,
    Tree,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ParamValue {
    built_in: Option<String>,
    #[serde(default)]
    required: bool,
    default: Option<Value>,
    #[serde(default, rename = "type")]
    _type: IgnoredAny,
    #[serde(default, rename = "documentation")]
    _documentation: IgnoredAny,
    #[serde(default, rename = "deprecated")]
    _deprecated: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionValue {
    #[serde(rename = "fn")]
    function: String,
    argv: Vec<Value>,
    assign: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointValue {
    url: Value,
    #[serde(default)]
    properties: IndexMap<String, Value>,
    #[serde(default)]
    headers: IndexMap<String, Vec<Value>>,
}

fn params(values: IndexMap<String, ParamValue>) -> Result<Vec<Param>, Fault> {
    let params = values.into_iter().map(|(name, value)| {
        let default = match value.default {
            None => None,
            Some(Value::Bool(value)) => Some(Literal::Bool(value)),
            Some(Value::String(text)) => Some(Literal::String(text)),
            Some(Value::Array(texts)) if texts.iter().all(Value::is_string) => {
                let texts = texts.iter().filter_map(Value::as_str);
                Some(Literal::List(texts.map(str::to_owned).collect()))
            }
            Some(other) => {
                return Err(format!(
                    "parameter {name}: the default {other} is neither text nor boolean nor a list of texts"
                ));
            }
        };
        Ok(Param {
            name,
            builtin: value.built_in,
            required: value.required,
            default,
        })
    });
    params.collect()
}

fn condition(value: &ConditionValue, variables: &mut Variables) -> Result<Condition, Fault> {
    let test = expr::call(&value.function, &value.argv, variables)?;
    let assign = value.assign.as_deref().map(|name| variables.declare(name));
    Ok(Condition { test, assign })
}

fn outcome(
    kind: Option<RuleType>,
    endpoint: Option<&EndpointValue>,
    error: Option<&str>,
    variables: &Variables,
) -> Result<Outcome, Fault> {
    let is = |expected| kind.is_none_or(|kind| kind == expected);
    let endpoint = match (endpoint, error) {
        (Some(endpoint), None) if is(RuleType::Endpoint) => endpoint,
        (None, Some(error)) if is(RuleType::Error) => {
            return Ok(Outcome::Error(expr::template(error, variables)?));
        }
        _ => {
            return Err(
                "a result has either an `endpoint` or an `error`, as its `type` says".to_owned(),
            );
        }
    };
    let properties = endpoint.properties.iter();
    let properties =
        properties.map(|(name, value)| Ok((name.clone(), expr::property(value, variables)?)));
    let headers = endpoint.headers.iter().map(|(name, values)| {
        let values = values.iter().map(|value| expr::value(value, variables));
        Ok((name.clone(), values.collect::<Result<_, Fault>>()?))
    });
    Ok(Outcome::Endpoint {
        url: expr::value(&endpoint.url, variables)?,
        properties: properties.collect::<Result<_, Fault>>()?,
        headers: headers.collect::<Result<_, Fault>>()?,
    })
}

/// A list that holds each item once.
struct Interned<T> {
    items: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    fn intern(&mut self, item: T) -> usize {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        self.items.push(item.clone());
        self.numbers.insert(item, self.items.len() - 1);
        self.items.len() - 1
    }
}
