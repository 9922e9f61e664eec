//! Output and queries equal the AWS CLI's, and no value or expression makes them panic.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod any_input;
mod golden;
mod recorded;

use serde_json::Value;
use zonal_cli::output::{self, Style};

fn printed(value: &Value, style: &Style<'_>) -> String {
    let mut out = Vec::new();
    output::write(value, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
