//! An expression that works on JSON values.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::arguments::Arguments;
use super::function::Function;
use super::order;

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Current,
    Field(String),
    Index(i64),
    Slice(Slice),
    Literal(Value),
    /// The right side, applied to what the left side finds.
    Chain(Box<Self>, Box<Self>),
    /// The right side, applied to each element of the list that the left side finds; nulls are left out.
    Project(Box<Self>, Box<Self>),
    /// The right side if the left side is true.
    If(Box<Self>, Box<Self>),
    Values(Box<Self>),
    Flatten(Box<Self>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Compare(Comparison, Box<Self>, Box<Self>),
    List(Vec<Self>),
    Hash(Vec<(String, Self)>),
    Call(&'static Function, Vec<Argument>),
}

/// `[start:stop:step]`; the step is not zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) stop: Option<i64>,
    pub(super) step: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a function is called with.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Value(Node),
    /// `&expression`, which the function applies itself.
    Reference(Node),
}

/// What was found: a part of the value, or something made.
pub(super) type Found<'a> = Result<Cow<'a, Value>, String>;

impl Node {
    /// What the expression finds in `value`.
    pub(super) fn find<'a>(&'a self, value: &'a Value) -> Found<'a> {
        Ok(match self {
            Self::Current => Cow::Borrowed(value),
            Self::Field(name) => borrowed(value.as_object().and_then(|members| members.get(name))),
            Self::Index(index) => borrowed(value.as_array().and_then(|items| at(items, *index))),
            Self::Literal(literal) => Cow::Borrowed(literal),
            Self::Slice(slice) => list(value.as_array().map(|items| slice.of(items))),
            Self::Chain(left, right) => match left.find(value)? {
                Cow::Borrowed(left) => right.find(left)?,
                Cow::Owned(left) => Cow::Owned(right.find(&left)?.into_owned()),
            },
            Self::Project(left, right) => project(&*left.find(value)?, right)?,
            Self::If(condition, then) => {
                if is_true(&*condition.find(value)?) {
                    then.find(value)?
                } else {
                    Cow::Owned(Value::Null)
                }
            }
            Self::Values(node) => {
                let found = node.find(value)?;
                list(
                    found
                        .as_object()
                        .map(|members| members.values().cloned().collect()),
                )
            }
            Self::Flatten(node) => list(node.find(value)?.as_array().map(|items| flatten(items))),
            Self::Not(node) => Cow::Owned(Value::Bool(!is_true(&*node.find(value)?))),
            Self::And(left, right) => either(left, right, false, value)?,
            Self::Or(left, right) => either(left, right, true, value)?,
            Self::Compare(comparison, left, right) => {
                let (left, right) = (left.find(value)?, right.find(value)?);
                Cow::Owned(order::compare(*comparison, &left, &right)?)
            }
            Self::List(_) | Self::Hash(_) if value.is_null() => Cow::Owned(Value::Null),
            Self::List(nodes) => {
                let items = nodes.iter().map(|node| Ok(node.find(value)?.into_owned()));
                Cow::Owned(Value::Array(items.collect::<Result<_, String>>()?))
            }
            Self::Hash(nodes) => Cow::Owned(hash(nodes, value)?),
            Self::Call(function, arguments) => {
                let arguments = Arguments::find(arguments, value)?;
                function.check(&arguments)?;
                Cow::Owned((function.call)(&arguments)?)
            }
        })
    }
}

fn borrowed(value: Option<&Value>) -> Cow<'_, Value> {
    Cow::Borrowed(value.unwrap_or(&Value::Null))
}

fn list<'a>(items: Option<Vec<Value>>) -> Cow<'a, Value> {
    Cow::Owned(items.map_or(Value::Null, Value::Array))
}

/// Whether JMESPath calls the value true: all but null, false and what is empty.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// The left side if it is as true as `wanted`, or else the right side.
fn either<'a>(left: &'a Node, right: &'a Node, wanted: bool, value: &'a Value) -> Found<'a> {
    let left = left.find(value)?;
    if is_true(&left) == wanted {
        Ok(left)
    } else {
        right.find(value)
    }
}

fn project<'a>(left: &Value, right: &Node) -> Found<'a> {
    let Some(items) = left.as_array() else {
        return Ok(Cow::Owned(Value::Null));
    };
    let mut found = Vec::new();
    for item in items {
        let item = right.find(item)?;
        if !item.is_null() {
            found.push(item.into_owned());
        }
    }
    Ok(Cow::Owned(Value::Array(found)))
}

fn flatten(items: &[Value]) -> Vec<Value> {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Value::Array(items) => flat.extend(items.iter().cloned()),
            other => flat.push(other.clone()),
        }
    }
    flat
}

fn hash(nodes: &[(String, Node)], value: &Value) -> Result<Value, String> {
    let mut members = Map::new();
    for (key, node) in nodes {
        members.insert(key.clone(), node.find(value)?.into_owned());
    }
    Ok(Value::Object(members))
}

/// Negative numbers count from the end.
fn at(items: &[Value], index: i64) -> Option<&Value> {
    let length = i64::try_from(items.len()).ok()?;
    let index = if index < 0 { index + length } else { index };
    items.get(usize::try_from(index).ok()?)
}

impl Slice {
    fn of(self, items: &[Value]) -> Vec<Value> {
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let (low, high) = if self.step > 0 {
            (0, length)
        } else {
            (-1, length - 1)
        };
        let bound = |bound: Option<i64>, otherwise: i64| match bound {
            None => otherwise,
            Some(bound) if bound < 0 => (bound + length).max(low),
            Some(bound) => bound.min(high),
        };
        let (first, last) = if self.step > 0 {
            (low, high)
        } else {
            (high, low)
        };
        let (mut index, stop) = (bound(self.start, first), bound(self.stop, last));
        let mut taken = Vec::new();
        while (self.step > 0 && index < stop) || (self.step < 0 && index > stop) {
            let item = usize::try_from(index)
                .ok()
                .and_then(|index| items.get(index));
            taken.extend(item.cloned());
            index += self.step;
        }
        taken
    }
}
