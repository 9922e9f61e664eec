//! [`Failure`]: why the program ends without a result, with the words and the exit code of the AWS CLI.

use crate::args::Senseless;

/// What goes to standard error, and what the program exits with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) text: String,
}

/// A command line that makes no sense.
pub(crate) const USAGE: u8 = 2;
/// The output could not be written.
pub(crate) const OUTPUT: u8 = 120;
/// Interrupted from the keyboard.
pub(crate) const INTERRUPTED: u8 = 130;
/// A file of settings cannot be read.
const SETTINGS: u8 = 1;
/// All else.
const GENERAL: u8 = 255;

/// What stands above an error about the command line.
pub(crate) const SYNOPSIS: &str = "\
usage: zonal [options] <command> [parameters]
To see help text, you can run:

  zonal help
  zonal <command> help
";

impl Failure {
    /// An error as the AWS CLI prints most of them: behind an empty line.
    pub(crate) fn new(message: impl AsRef<str>) -> Self {
        Self::with(GENERAL, format!("\n{}\n", message.as_ref()))
    }

    /// An error without the empty line.
    pub(crate) fn plain(message: impl AsRef<str>) -> Self {
        Self::with(GENERAL, format!("{}\n", message.as_ref()))
    }

    /// A value that cannot be used; `name` is the option.
    pub(crate) fn parameter(name: &str, problem: impl AsRef<str>) -> Self {
        let problem = problem.as_ref();
        Self::new(format!("Error parsing parameter '{name}': {problem}"))
    }

    /// Members of the input that do not fit the model.
    pub(crate) fn validation(problems: &[String]) -> Self {
        let problems = problems.join("\n");
        Self::new(format!("Parameter validation failed:\n{problems}"))
    }

    /// A file of settings that cannot be read.
    pub(crate) fn settings(message: impl AsRef<str>) -> Self {
        Self::with(SETTINGS, format!("\n{}\n", message.as_ref()))
    }

    /// Arguments that nobody asked for.
    pub(crate) fn unknown_options(words: &[&str]) -> Self {
        let words = words.join(", ");
        Self::with(GENERAL, format!("{SYNOPSIS}\nUnknown options: {words}\n"))
    }

    /// Standard output is gone or full.
    pub(crate) fn output(error: &std::io::Error) -> Self {
        Self::with(
            OUTPUT,
            format!("\nThe output could not be written: {error}\n"),
        )
    }

    pub(crate) fn with(code: u8, text: String) -> Self {
        Self { code, text }
    }
}

impl From<Senseless> for Failure {
    fn from(Senseless(message): Senseless) -> Self {
        Self::with(USAGE, format!("{SYNOPSIS}zonal: error: {message}\n"))
    }
}
