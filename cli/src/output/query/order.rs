//! Which values are equal, and which comes first.

use std::cmp::Ordering;

use serde_json::Value;

use super::function::python_type;
use super::node::Comparison;
use super::number::Num;

/// Compares by an operator. Only two numbers or two texts have an order; with other types the result is null.
///
/// # Errors
///
/// A number and a text.
pub(super) fn compare(
    comparison: Comparison,
    left: &Value,
    right: &Value,
) -> Result<Value, String> {
    let sign = match comparison {
        Comparison::Equal => return Ok(Value::Bool(equal(left, right))),
        Comparison::NotEqual => return Ok(Value::Bool(!equal(left, right))),
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    };
    let has_order = |value: &Value| value.is_number() || value.is_string();
    if !has_order(left) || !has_order(right) {
        return Ok(Value::Null);
    }
    let order = order(left, right).ok_or_else(|| no_order(sign, left, right))?;
    Ok(Value::Bool(match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// The message for two values that have no order.
pub(super) fn no_order(sign: &str, left: &Value, right: &Value) -> String {
    let (left, right) = (python_type(left), python_type(right));
    format!("'{sign}' not supported between instances of '{left}' and '{right}'")
}

/// The order of two numbers, or of two texts by their characters.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Num::from(left).order(&Num::from(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whether two values are the same, where 1 and 1.0 are, and the order of keys does not matter.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => order(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let same = |(key, value): (&String, &Value)| {
                right.get(key).is_some_and(|other| equal(value, other))
            };
            left.len() == right.len() && left.iter().all(same)
        }
        _ => left == right,
    }
}
