//! The input of an operation, from options and JSON to a value that fits the model.

mod file;
mod gather;
mod older;
mod shorthand;
mod times;
mod validate;
mod value;
mod yaml;

pub(crate) use gather::{Source, gather};
pub(crate) use older::{kind_of, write_as_modelled};
pub(crate) use times::{iso8601, read as moment};
pub(crate) use validate::{Unknown, validate};

#[cfg(test)]
mod tests;
