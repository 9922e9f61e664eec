//! The command line: its options, and what they come to.

mod globals;
mod operation;
mod parser;
mod refused;

pub(crate) use globals::{Color, Globals, Output, Timeouts, global_options};
pub(crate) use operation::{
    Arguments, FROM_JSON, FROM_YAML, Given, arguments, has_outfile, is_session, options_of,
};
pub(crate) use parser::{OptionSpec, Senseless, Takes, Word, invalid_choice, is_near, parse};
pub(crate) use refused::{check as check_refused, check_json};
