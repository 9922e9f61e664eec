//! Numbers that are typed, and those in JSON, which keep their digits.

pub(crate) use zonal_config::{integer, quoted};

use serde_json::Number;

use crate::failure::Failure;

/// Reads a number as Python does; what it is the value of stands in the error.
pub(crate) fn whole(name: &str, text: &str) -> Result<i128, Failure> {
    let refuse = |_| {
        let text = quoted(text);
        Failure::new(format!(
            "Error parsing parameter '{name}': {text} is not a whole number"
        ))
    };
    integer(text).map_err(refuse)
}

/// Whether a number has a fraction or an exponent. `Number::is_f64` denies it of numbers that no double holds.
pub(crate) fn is_float(number: &Number) -> bool {
    number.as_str().contains(['.', 'e', 'E'])
}
