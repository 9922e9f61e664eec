//! The command line of the generator, for programs: `zonal-codegen`, and `cargo xtask` of this repository. A build
//! script needs none of it: see [`build_script`](crate::build_script).
//!
//! This is the one module that reads and writes files, apart from [`Files::write`](crate::files::Files::write).

mod arguments;
mod files;
mod generate;
mod help;
mod model;
mod paths;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::command_line::CommandLine;
use crate::diagnostics::Diagnostics;
use crate::package::Package;

pub(crate) use files::add;
pub use files::{load_with_partitions, read};
pub use help::Help;

/// The program that reads the command line.
#[derive(Debug, Clone)]
pub struct Program {
    /// What is typed before a command, such as `cargo xtask`.
    pub name: &'static str,
    /// The command that generates.
    pub generate: &'static str,
    /// The repository whose `model/` and `generated/` are taken where no others are named.
    pub root: Option<PathBuf>,
    /// Reads what the command line of the repository says of itself, where it has one.
    pub command_line: Option<fn() -> Result<CommandLine>>,
    /// Reads the licence and the guides of the repository, where it has them.
    pub package: Option<fn() -> Result<Package>>,
    /// The commands it has besides.
    pub further: &'static [Help],
}

/// What can go wrong, and what to exit with.
pub enum Failure {
    /// The command line makes no sense; exit with 2.
    Usage(String),
    /// The command has failed and says why; exit with 1.
    Failed(String),
    /// The command has found what it looks for, and that is no success: lines for other programs, and a summary; exit
    /// with 1.
    Found {
        /// The lines, for standard output.
        text: String,
        /// The summary, for standard error.
        summary: String,
    },
}

/// The output of a command, or why there is none.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "error: {text}"),
            Self::Failed(text) => f.write_str(text.trim_end()),
            Self::Found { text, summary } => write!(f, "{text}{summary}"),
        }
    }
}

/// As `Display`: diagnostics have several lines, and `main` prints an error so.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Failed(diagnostics.to_string())
    }
}

/// Runs the command that the arguments of this process name, or hands it to `further`, and prints what comes of it.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is what a program prints"
)]
pub fn main(
    program: &Program,
    further: impl FnOnce(&str, lexopt::Parser) -> Result<String>,
) -> ExitCode {
    match run(program, std::env::args_os().skip(1).collect(), further) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(Failure::Found { text, summary }) => {
            print!("{text}");
            eprintln!("{summary}");
            ExitCode::FAILURE
        }
        Err(failure @ Failure::Failed(_)) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
        Err(failure @ Failure::Usage(_)) => {
            eprintln!(
                "{failure}\nhelp: `{} help` lists what there is",
                program.name
            );
            ExitCode::from(2)
        }
    }
}

/// Runs the command that the arguments name and gives what it prints.
///
/// # Errors
///
/// Where the arguments make no sense or the command fails.
pub fn run(
    program: &Program,
    arguments: Vec<OsString>,
    further: impl FnOnce(&str, lexopt::Parser) -> Result<String>,
) -> Result<String> {
    if let Some(text) = help::asked(program, &arguments) {
        return Ok(text);
    }
    let mut parser = lexopt::Parser::from_args(arguments);
    let name = match parser.next()? {
        Some(Value(name)) => name.string()?,
        Some(Short('V') | Long("version")) => {
            return Ok(format!("{} {}\n", program.name, env!("CARGO_PKG_VERSION")));
        }
        Some(other) => return Err(other.unexpected().into()),
        None => return Err(Failure::Usage("a command is missing".to_owned())),
    };
    match &*name {
        name if name == program.generate => generate::run(program, parser),
        "model" => model::run(program, parser),
        name if program.further.iter().any(|help| help.is_of(name)) => further(name, parser),
        name => Err(Failure::Usage(format!("there is no command `{name}`"))),
    }
}
