//! Whole numbers among the options.

pub(crate) use zonal_config::{integer, quoted};

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
