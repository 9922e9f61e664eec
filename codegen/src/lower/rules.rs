//! `endpointRuleSet` → decision graph.
//!
//! The tree is lowered from its last rule to its first, so that what follows from a failing condition is
//! known when the condition is written down. Equal conditions, nodes and results are kept once, which folds
//! the tables that rule sets repeat for every length of a zone's name.

use std::collections::HashMap;
use std::hash::Hash;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::expr::{self, Variables, property, template};
use crate::api::endpoint::{Condition, Graph, Literal, Node, Outcome, Param, Ref};

/// What is wrong with a rule set: where, and what.
pub(super) type Fault = String;

/// The value of the trait.
#[derive(Deserialize)]
pub(super) struct RuleSet {
    parameters: IndexMap<String, ParamValue>,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParamValue {
    built_in: Option<String>,
    #[serde(default)]
    required: bool,
    default: Option<Value>,
}

/// An endpoint, an error, or further rules.
#[derive(Deserialize)]
struct Rule {
    conditions: Vec<ConditionValue>,
    endpoint: Option<EndpointValue>,
    error: Option<String>,
    rules: Option<Vec<Rule>>,
}

#[derive(Deserialize)]
struct ConditionValue {
    #[serde(rename = "fn")]
    function: String,
    argv: Vec<Value>,
    assign: Option<String>,
}

#[derive(Deserialize)]
struct EndpointValue {
    url: Value,
    #[serde(default)]
    properties: IndexMap<String, Value>,
    #[serde(default)]
    headers: IndexMap<String, Vec<Value>>,
}

/// Lowers a rule set.
pub(super) fn lower(rules: RuleSet) -> Result<Graph, Fault> {
    let params = rules
        .parameters
        .into_iter()
        .map(param)
        .collect::<Result<Vec<_>, _>>()?;
    let mut builder = Builder {
        variables: Variables::new(params.iter().map(|param| param.name.clone())),
        ..Builder::default()
    };
    builder.declare(&rules.rules);
    let root = builder.rules(&rules.rules, Ref::NoMatch)?;
    Ok(builder.finish(params, root))
}

fn param((name, value): (String, ParamValue)) -> Result<Param, Fault> {
    let default = match value.default {
        None => None,
        Some(Value::Bool(value)) => Some(Literal::Bool(value)),
        Some(Value::String(text)) => Some(Literal::String(text)),
        Some(other) => {
            return Err(format!(
                "parameter {name}: the default {other} is neither text nor boolean"
            ));
        }
    };
    Ok(Param {
        name,
        builtin: value.built_in,
        required: value.required,
        default,
    })
}

#[derive(Default)]
struct Builder {
    variables: Variables,
    conditions: Interned<Condition>,
    nodes: Interned<Node>,
    results: Interned<Outcome>,
}

impl Builder {
    /// Numbers the variables in the order in which the rules assign them.
    fn declare(&mut self, rules: &[Rule]) {
        for rule in rules {
            for name in rule
                .conditions
                .iter()
                .filter_map(|condition| condition.assign.as_deref())
            {
                self.variables.declare(name);
            }
            self.declare(rule.rules.as_deref().unwrap_or_default());
        }
    }

    /// The first rule that matches wins; `otherwise` follows where none does.
    fn rules(&mut self, rules: &[Rule], otherwise: Ref) -> Result<Ref, Fault> {
        let mut next = otherwise;
        for rule in rules.iter().rev() {
            next = self.rule(rule, next)?;
        }
        Ok(next)
    }

    fn rule(&mut self, rule: &Rule, otherwise: Ref) -> Result<Ref, Fault> {
        let mut then = match (&rule.endpoint, &rule.error, &rule.rules) {
            (Some(endpoint), None, None) => self.endpoint(endpoint)?,
            (None, Some(error), None) => {
                let outcome = Outcome::Error(template(error, &self.variables)?);
                Ref::Result(self.results.intern(outcome))
            }
            // A tree whose conditions hold is final: there is no way back to its siblings.
            (None, None, Some(rules)) => self.rules(rules, Ref::NoMatch)?,
            _ => return Err("a rule has exactly one of `endpoint`, `error` and `rules`".to_owned()),
        };
        for condition in rule.conditions.iter().rev() {
            let test = expr::call(&condition.function, &condition.argv, &self.variables)?;
            let assign = condition
                .assign
                .as_deref()
                .map(|name| self.variables.declare(name));
            let condition = self.conditions.intern(Condition { test, assign });
            then = Ref::Node(self.nodes.intern(Node {
                condition,
                then,
                otherwise,
            }));
        }
        Ok(then)
    }

    fn endpoint(&mut self, endpoint: &EndpointValue) -> Result<Ref, Fault> {
        let url = expr::value(&endpoint.url, &self.variables)?;
        let properties = endpoint
            .properties
            .iter()
            .map(|(name, value)| Ok((name.clone(), property(value, &self.variables)?)))
            .collect::<Result<_, Fault>>()?;
        let headers = endpoint
            .headers
            .iter()
            .map(|(name, values)| {
                let values = values
                    .iter()
                    .map(|value| expr::value(value, &self.variables))
                    .collect::<Result<_, _>>()?;
                Ok((name.clone(), values))
            })
            .collect::<Result<_, Fault>>()?;
        Ok(Ref::Result(self.results.intern(Outcome::Endpoint {
            url,
            properties,
            headers,
        })))
    }

    /// Turns everything around: nodes and results then stand in the order in which they are reached.
    fn finish(self, params: Vec<Param>, root: Ref) -> Graph {
        let (nodes, results) = (self.nodes.items, self.results.items);
        let (last_node, last_result) = (
            nodes.len().saturating_sub(1),
            results.len().saturating_sub(1),
        );
        let turn = |reference: Ref| match reference {
            Ref::Node(at) => Ref::Node(last_node - at),
            Ref::Result(at) => Ref::Result(last_result - at),
            Ref::NoMatch => Ref::NoMatch,
        };
        let turned = nodes.into_iter().rev().map(|node| Node {
            condition: node.condition,
            then: turn(node.then),
            otherwise: turn(node.otherwise),
        });
        Graph {
            variables: self.variables.assigned(params.len()),
            params,
            conditions: self.conditions.items,
            nodes: turned.collect(),
            root: turn(root),
            results: results.into_iter().rev().collect(),
            partitions: Vec::new(),
            tests: Vec::new(),
        }
    }
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
