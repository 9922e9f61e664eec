//! The program `zonal`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(zonal_cli::main(std::env::args_os().skip(1)))
}
