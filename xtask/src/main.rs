//! `cargo xtask …`: what maintainers run.

mod codegen;
mod conformance;
mod model;
mod peer;
mod project;
mod replay;

use std::process::ExitCode;

use lexopt::prelude::*;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

Commands:
  codegen                    Write the client and its pages from the model
    --check                  Write nothing; name what differs and exit with 1 if anything does
    --model PATH             Read this file; again for more (default: all of model/)
    --operation NAME         Generate this operation; again for more (default: all)
    --service NAME           The service, where the model has several
    --all                    Generate all operations of the service
    --out DIR                Write there (default: generated)
    --crate-name NAME        Name the crate (default: zonal)
    --runtime-path DIR       Where zonal-runtime is, for a crate outside of this repository (default: the registry)
    --allow-trait NAME       Pass over this trait, which the generator does not know; again for more
  model diff --against FILE  Compare model/ with another model, documentation aside: a line for each difference
    --deliberate             Show also what differs on purpose, with the reasons
    --accept                 Record what is covered by model/deviations.json as reviewed, in model/deviations.lock
  model show OPERATION       Show the members of an operation and where they stand on the wire
    --model PATH             As above
  conformance [SUITE]        Generate from the test models of Smithy and run the tests in them
  peer [OPTION …]            Run a small S3 server for directory buckets on 127.0.0.1; `peer --help` for options
  replay [OPTION …]          Compare zonal with recorded runs of the AWS CLI; options are those of the tool
  help                       Print this
";

/// What can go wrong, and what to exit with.
enum Failure {
    /// The command line makes no sense.
    Usage(String),
    /// The command has failed and says why.
    Failed(String),
    /// The command has found what it looks for, and that is no success: lines for other programs, and a summary.
    Found { text: String, summary: String },
}

type Result<T, E = Failure> = std::result::Result<T, E>;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command"
)]
fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(Failure::Failed(message)) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
        Err(Failure::Found { text, summary }) => {
            print!("{text}");
            eprintln!("{summary}");
            ExitCode::FAILURE
        }
        Err(Failure::Usage(message)) => {
            eprintln!("error: {message}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: lexopt::Parser) -> Result<String> {
    match arguments.next()? {
        Some(Value(command)) => match command.to_str() {
            Some(name) if helped(name) => Ok(help(name)),
            Some("codegen") => codegen::run(arguments),
            Some("conformance") => conformance::run(arguments),
            Some("model") => model::run(arguments),
            Some("peer") => peer::run(arguments),
            Some("replay") => replay::run(arguments),
            Some("help") => Ok(USAGE.to_owned()),
            _ => Err(Failure::Usage(format!(
                "there is no command {}",
                command.display()
            ))),
        },
        Some(Short('h') | Long("help")) => Ok(USAGE.to_owned()),
        Some(other) => Err(other.unexpected().into()),
        None => Err(Failure::Usage("a command is missing".to_owned())),
    }
}

/// Whether help is asked for; the programs behind some commands have their own.
fn helped(command: &str) -> bool {
    let has_own = matches!(command, "peer" | "replay");
    !has_own && std::env::args().any(|argument| matches!(&*argument, "-h" | "--help"))
}

/// The lines of the usage that are about a command; all of them where it has none.
fn help(command: &str) -> String {
    let mut lines = String::new();
    let mut is_about = false;
    for line in USAGE.lines() {
        if let Some(entry) = line
            .strip_prefix("  ")
            .filter(|entry| !entry.starts_with(' '))
        {
            is_about = entry.split(' ').next() == Some(command);
        }
        if is_about {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    match lines.is_empty() {
        true => USAGE.to_owned(),
        false => format!("Usage: cargo xtask {command} …\n\n{lines}"),
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<zonal_codegen::diagnostics::Diagnostics> for Failure {
    fn from(diagnostics: zonal_codegen::diagnostics::Diagnostics) -> Self {
        Self::Failed(diagnostics.to_string())
    }
}
