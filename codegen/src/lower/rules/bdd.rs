//! `endpointBdd`, a binary decision diagram.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{ConditionValue, EndpointValue, Fault, ParamValue, RuleType, Variables};
use crate::api::endpoint::{Graph, Node, Ref};

/// References from here on mean results; the first is the implicit one of no match, which the model leaves out.
const RESULTS: i32 = 100_000_000;

/// The value of the trait.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Bdd {
    #[serde(default, rename = "version")]
    _version: IgnoredAny,
    parameters: IndexMap<String, ParamValue>,
    conditions: Vec<ConditionValue>,
    results: Vec<ResultValue>,
    root: i32,
    node_count: usize,
    nodes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultValue {
    #[serde(rename = "type")]
    kind: Option<RuleType>,
    #[serde(default, rename = "documentation")]
    _documentation: IgnoredAny,
    /// None: those of the diagram have led here.
    #[serde(default, rename = "conditions")]
    _conditions: IgnoredAny,
    endpoint: Option<EndpointValue>,
    error: Option<String>,
}

/// A node as the model encodes it: three big-endian numbers.
struct Encoded {
    condition: i32,
    high: i32,
    low: i32,
}

/// Lowers a diagram.
pub(super) fn lower(bdd: Bdd) -> Result<Graph, Fault> {
    let params = super::params(bdd.parameters)?;
    let mut variables = Variables::new(params.iter().map(|param| param.name.clone()));
    // A condition may refer to what another one assigns, wherever the two stand in the list.
    for name in bdd
        .conditions
        .iter()
        .filter_map(|condition| condition.assign.as_deref())
    {
        variables.declare(name);
    }
    let conditions = bdd
        .conditions
        .iter()
        .map(|value| super::condition(value, &mut variables));
    let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
    let results = bdd.results.iter().map(|value| {
        let (endpoint, error) = (value.endpoint.as_ref(), value.error.as_deref());
        super::outcome(value.kind, endpoint, error, &variables)
    });
    let results = results.collect::<Result<Vec<_>, _>>()?;
    let mut diagram = Diagram {
        encoded: decode(&bdd.nodes, bdd.node_count)?,
        conditions: conditions.len(),
        results: results.len(),
        nodes: Vec::new(),
        numbers: HashMap::new(),
    };
    let root = diagram.lower(bdd.root)?;
    Ok(Graph {
        variables: variables.assigned(params.len()),
        params,
        conditions,
        nodes: diagram.nodes,
        root,
        results,
        partitions: Vec::new(),
        tests: Vec::new(),
        in_model: true,
    })
}

fn decode(text: &str, count: usize) -> Result<Vec<Encoded>, Fault> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|error| format!("`nodes` is not base64: {error}"))?;
    if bytes.len() != count * 12 {
        return Err(format!(
            "`nodes` holds {} bytes, and `nodeCount` says {}",
            bytes.len(),
            count * 12
        ));
    }
    let (numbers, _) = bytes.as_chunks::<4>();
    let numbers: Vec<_> = numbers
        .iter()
        .map(|number| i32::from_be_bytes(*number))
        .collect();
    let (nodes, _) = numbers.as_chunks::<3>();
    Ok(nodes
        .iter()
        .map(|&[condition, high, low]| Encoded {
            condition,
            high,
            low,
        })
        .collect())
}

struct Diagram {
    encoded: Vec<Encoded>,
    conditions: usize,
    results: usize,
    nodes: Vec<Node>,
    /// The numbers that references have got, complemented ones being nodes of their own.
    numbers: HashMap<i32, usize>,
}

impl Diagram {
    /// Lowers what a reference leads to. Conditions increase along every edge, which is checked and bounds the
    /// depth.
    fn lower(&mut self, reference: i32) -> Result<Ref, Fault> {
        if reference >= RESULTS {
            // Beyond the terminals nothing is out of range by more than the number of results.
            return match usize::try_from(reference - RESULTS).unwrap_or(usize::MAX) {
                0 => Ok(Ref::NoMatch),
                number if number <= self.results => Ok(Ref::Result(number - 1)),
                _ => Err(format!("reference {reference} leads to no result")),
            };
        }
        if matches!(reference, 1 | -1) {
            return Ok(Ref::NoMatch);
        }
        if let Some(number) = self.numbers.get(&reference) {
            return Ok(Ref::Node(*number));
        }
        let node = self.node(reference)?;
        let number = self.nodes.len();
        self.numbers.insert(reference, number);
        self.nodes.push(Node {
            condition: node.0,
            then: Ref::NoMatch,
            otherwise: Ref::NoMatch,
        });
        for next in [node.1, node.2] {
            if next.unsigned_abs() < RESULTS.unsigned_abs()
                && !matches!(next, 1 | -1)
                && self.node(next)?.0 <= node.0
            {
                return Err(format!("reference {next} leads back in the diagram"));
            }
        }
        let (then, otherwise) = (self.lower(node.1)?, self.lower(node.2)?);
        self.nodes[number] = Node {
            condition: node.0,
            then,
            otherwise,
        };
        Ok(Ref::Node(number))
    }

    /// Condition and references of a node; a negative reference swaps them.
    fn node(&self, reference: i32) -> Result<(usize, i32, i32), Fault> {
        let wrong = || format!("reference {reference} leads to no node");
        let index = usize::try_from(reference.unsigned_abs())
            .ok()
            .and_then(|number| number.checked_sub(1));
        let node = index
            .filter(|index| *index > 0)
            .and_then(|index| self.encoded.get(index))
            .ok_or_else(wrong)?;
        let condition = usize::try_from(node.condition)
            .ok()
            .filter(|condition| *condition < self.conditions);
        let condition =
            condition.ok_or_else(|| format!("a node asks condition {}", node.condition))?;
        Ok(if reference < 0 {
            (condition, node.low, node.high)
        } else {
            (condition, node.high, node.low)
        })
    }
}
