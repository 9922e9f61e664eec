//! The input of an operation, from options and JSON to a value that fits the model.

mod calendar;
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
pub(crate) use value::of_text as option_value;

#[cfg(test)]
mod tests;

#[cfg(fuzzing)]
pub(crate) fn fuzz_option(command: usize, member: usize, text: &str) {
    let commands = zonal_commands::COMMANDS;
    let members = commands[command % commands.len()].input.members;
    if text.starts_with("file") || members.is_empty() {
        return;
    }
    let env = zonal_config::Env::default();
    drop(value::of_text(&members[member % members.len()], text, &env));
}

#[cfg(fuzzing)]
pub(crate) fn fuzz_yaml(text: &str) -> Option<serde_json::Value> {
    yaml::read(text).ok()
}
