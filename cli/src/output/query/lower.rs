//! From the crate's syntax tree to ours.

use jmespath::ast::{Ast, Comparator};
use serde_json::Value;

use super::QueryError;
use super::function::{self, Function};
use super::literal::Prepared;
use super::node::{Argument, Comparison, Node, Slice};

/// The node for a syntax tree.
///
/// # Errors
///
/// A function that is not there, or a wrong number or kind of arguments, in the words of the AWS CLI.
pub(super) fn lower(ast: &Ast, prepared: &Prepared<'_>) -> Result<Node, QueryError> {
    let boxed = |ast: &Ast| lower(ast, prepared).map(Box::new);
    Ok(match ast {
        Ast::Identity { .. } => Node::Current,
        Ast::Field { name, .. } => Node::Field(name.clone()),
        Ast::Index { idx, .. } => Node::Index(i64::from(*idx)),
        Ast::Literal { value, offset } => Node::Literal(match prepared.literals.get(offset) {
            Some(value) => value.clone(),
            None => Value::from(value.as_string().map(String::as_str).unwrap_or_default()),
        }),
        Ast::Slice {
            start, stop, step, ..
        } => {
            let slice = slice(*start, *stop, *step);
            Node::Slice(slice.ok_or_else(|| bad(prepared, "slice step cannot be zero").late())?)
        }
        Ast::Subexpr { lhs, rhs, .. } => Node::Chain(boxed(lhs)?, boxed(rhs)?),
        Ast::Projection { lhs, rhs, .. } => project(lower(lhs, prepared)?, lower(rhs, prepared)?),
        Ast::Condition {
            predicate, then, ..
        } => Node::If(boxed(predicate)?, boxed(then)?),
        Ast::ObjectValues { node, .. } => Node::Values(boxed(node)?),
        Ast::Flatten { node, .. } => Node::Flatten(boxed(node)?),
        Ast::Not { node, .. } => Node::Not(boxed(node)?),
        Ast::And { lhs, rhs, .. } => Node::And(boxed(lhs)?, boxed(rhs)?),
        Ast::Or { lhs, rhs, .. } => Node::Or(boxed(lhs)?, boxed(rhs)?),
        Ast::Comparison {
            comparator,
            lhs,
            rhs,
            ..
        } => Node::Compare(comparison(comparator), boxed(lhs)?, boxed(rhs)?),
        Ast::MultiList { elements, offset } => {
            if !prepared.has_commas(*offset, elements.len()) {
                return Err(bad(
                    prepared,
                    "a list needs elements with commas between them",
                ));
            }
            let nodes = elements.iter().map(|element| lower(element, prepared));
            Node::List(nodes.collect::<Result<_, _>>()?)
        }
        Ast::MultiHash { elements, .. } => {
            let nodes = elements.iter().map(|pair| {
                let value = lower(&pair.value, prepared)?;
                Ok((pair.key.clone(), value))
            });
            Node::Hash(nodes.collect::<Result<_, QueryError>>()?)
        }
        Ast::Function { name, args, .. } => call(name, args, prepared)?,
        Ast::Expref { .. } => {
            return Err(bad(prepared, "& is for the arguments of functions only"));
        }
    })
}

fn bad(prepared: &Prepared<'_>, detail: &str) -> QueryError {
    QueryError::bad_value(prepared.expression, detail)
}

/// A projection. What follows `.{…}` on its right side works on the list of all results, as in the AWS CLI: in
/// `Contents[].{K: Key}[0]` it is the first of them. The crate has it work on each result.
fn project(left: Node, right: Node) -> Node {
    let on_left = |right| Node::Project(Box::new(left), Box::new(right));
    match right {
        Node::If(condition, then) => {
            let condition = |then| Node::If(condition, Box::new(then));
            at_hash(*then, |hash| on_left(condition(hash)))
        }
        right => at_hash(right, on_left),
    }
}

/// Applies `change` to what `node` starts with if that is a hash, or else to `node`.
fn at_hash(node: Node, change: impl FnOnce(Node) -> Node) -> Node {
    if !starts_with_hash(&node) {
        return change(node);
    }
    match node {
        Node::Chain(first, rest) => Node::Chain(at_hash(*first, change).into(), rest),
        Node::Project(first, rest) => Node::Project(at_hash(*first, change).into(), rest),
        Node::Values(first) => Node::Values(at_hash(*first, change).into()),
        Node::Flatten(first) => Node::Flatten(at_hash(*first, change).into()),
        hash => change(hash),
    }
}

fn starts_with_hash(node: &Node) -> bool {
    match node {
        Node::Hash(_) => true,
        Node::Chain(first, _)
        | Node::Project(first, _)
        | Node::Values(first)
        | Node::Flatten(first) => starts_with_hash(first),
        _ => false,
    }
}

fn comparison(comparator: &Comparator) -> Comparison {
    match comparator {
        Comparator::Equal => Comparison::Equal,
        Comparator::NotEqual => Comparison::NotEqual,
        Comparator::LessThan => Comparison::Less,
        Comparator::LessThanEqual => Comparison::LessOrEqual,
        Comparator::GreaterThan => Comparison::Greater,
        Comparator::GreaterThanEqual => Comparison::GreaterOrEqual,
    }
}

fn slice(start: Option<i32>, stop: Option<i32>, step: i32) -> Option<Slice> {
    (step != 0).then(|| Slice {
        start: start.map(i64::from),
        stop: stop.map(i64::from),
        step: i64::from(step),
    })
}

fn call(name: &str, args: &[Ast], prepared: &Prepared<'_>) -> Result<Node, QueryError> {
    let unknown = || QueryError::new(format!("Unknown function: {name}()")).late();
    let function = function::find(name).ok_or_else(unknown)?;
    check_count(function, args.len())?;
    let mut arguments = Vec::with_capacity(args.len());
    for (index, arg) in args.iter().enumerate() {
        let wants_reference = function.types(index) == ["expref"];
        arguments.push(match arg {
            Ast::Expref { ast, .. } if wants_reference => {
                Argument::Reference(lower(ast, prepared)?)
            }
            Ast::Expref { .. } => return Err(wrong_kind(function, index, "expref")),
            _ if wants_reference => return Err(wrong_kind(function, index, "value")),
            value => Argument::Value(lower(value, prepared)?),
        });
    }
    Ok(Node::Call(function, arguments))
}

fn check_count(function: &Function, count: usize) -> Result<(), QueryError> {
    let expected = function.parameters.len();
    let (name, plural) = (function.name, if expected == 1 { "" } else { "s" });
    let least = if function.variadic && count < expected {
        "at least "
    } else if !function.variadic && count != expected {
        ""
    } else {
        return Ok(());
    };
    let text = format!(
        "Expected {least}{expected} argument{plural} for function {name}(), received {count}"
    );
    Err(QueryError::new(text).late())
}

fn wrong_kind(function: &Function, index: usize, kind: &str) -> QueryError {
    let (name, number) = (function.name, index + 1);
    let types = function::list(function.types(index));
    QueryError::new(format!(
        "In function {name}(), invalid type for argument {number}, expected one of: {types}, received: \"{kind}\""
    ))
}
