//! The program `zonal-codegen`: writes a client from a Smithy model, and compares models.

use std::process::ExitCode;

use zonal_codegen::command::{Failure, Program, main as run};

fn main() -> ExitCode {
    let program = Program {
        name: "zonal-codegen",
        generate: "generate",
        root: None,
        command_line: None,
        package: None,
        further: &[],
    };
    run(&program, |name, _| {
        Err(Failure::Usage(format!("there is no command `{name}`")))
    })
}
