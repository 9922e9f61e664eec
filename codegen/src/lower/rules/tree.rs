//! `endpointRuleSet`, a tree of rules.
//!
//! It is lowered from its last rule to its first, so that what follows from a failing condition is known when
//! the condition is written down. Equal conditions, nodes and results are kept once, which folds the tables
//! that rule sets repeat for every length of a zone's name.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{ConditionValue, EndpointValue, Fault, Interned, ParamValue, RuleType, Variables};
use crate::api::endpoint::{Condition, Graph, Node, Outcome, Param, Ref};

/// The value of the trait.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleSet {
    #[serde(default, rename = "version")]
    _version: IgnoredAny,
    parameters: IndexMap<String, ParamValue>,
    rules: Vec<Rule>,
}

/// An endpoint, an error, or further rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(rename = "type")]
    kind: Option<RuleType>,
    #[serde(default, rename = "documentation")]
    _documentation: IgnoredAny,
    conditions: Vec<ConditionValue>,
    endpoint: Option<EndpointValue>,
    error: Option<String>,
    rules: Option<Vec<Rule>>,
}

/// Lowers a rule set.
pub(super) fn lower(rules: RuleSet) -> Result<Graph, Fault> {
    let params = super::params(rules.parameters)?;
    let mut builder = Builder {
        variables: Variables::new(params.iter().map(|param| param.name.clone())),
        ..Builder::default()
    };
    builder.declare(&rules.rules);
    let root = builder.rules(&rules.rules, Ref::NoMatch)?;
    Ok(builder.finish(params, root))
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
        let mut then = match &rule.rules {
            Some(_) if rule.kind.is_some_and(|kind| kind != RuleType::Tree) => {
                return Err("a rule with `rules` is of the type `tree`".to_owned());
            }
            // A tree whose conditions hold is final: there is no way back to its siblings.
            Some(rules) => self.rules(rules, Ref::NoMatch)?,
            None => {
                let outcome = super::outcome(
                    rule.kind,
                    rule.endpoint.as_ref(),
                    rule.error.as_deref(),
                    &self.variables,
                )?;
                Ref::Result(self.results.intern(outcome))
            }
        };
        for condition in rule.conditions.iter().rev() {
            let condition = super::condition(condition, &mut self.variables)?;
            let condition = self.conditions.intern(condition);
            then = Ref::Node(self.nodes.intern(Node {
                condition,
                then,
                otherwise,
            }));
        }
        Ok(then)
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
            in_model: true,
        }
    }
}
