//! Whole numbers among the options.

pub(crate) use zonal_config::{integer, quoted};

use crate::failure::Failure;

/// Reads a number as Python does; what it is the value of stands in the error.
pub(crate) fn whole(name: &str, text: &str) -> Result<i128, Failure> {
    let refuse = |_| Failure::parameter(name, format!("{} is no whole number", quoted(text)));
    integer(text).map_err(refuse)
}
