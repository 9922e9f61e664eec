//! [`Failure`]: an error of the program, with the message and the exit code of the AWS CLI.

use crate::args::{Senseless, global_options, is_near};
use crate::error_format::{self, Details};
use crate::output::terminal;
use crate::version;

/// The cause, for the exit codes of version 2 of the AWS CLI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fault {
    /// The command line or the input.
    Input,
    /// Credentials or a region are missing.
    Missing(&'static str),
    /// The service refused.
    Service,
    #[default]
    Other,
}

/// The message for standard error, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) text: String,
    fault: Fault,
    /// The HTTP status with which the service refused.
    status: Option<u16>,
    /// What the service says, for the forms of version 2.
    details: Option<Box<Details>>,
}

/// An invalid command line.
pub(crate) const USAGE: u8 = 2;
/// The output could not be written.
pub(crate) const OUTPUT: u8 = 120;
/// Interrupted from the keyboard.
pub(crate) const INTERRUPTED: u8 = 130;
/// A file of settings cannot be read.
const SETTINGS: u8 = 1;
/// All else.
const GENERAL: u8 = 255;

/// The usage text above an error of the command line.
pub(crate) const SYNOPSIS: &str = "\
usage: zonal [options] <command> [parameters]
To see help text, you can run:

  zonal help
  zonal <command> help
";
/// The message of missing credentials as a value.
const NO_CREDENTIALS: &str =
    "Unable to locate credentials. You can configure credentials by running \"aws login\".";
/// What stands between it and the error.
const ERROR: &str = "zonal: error: ";

impl Failure {
    /// A command lacks the word that says what to do. Version 1 has a code of its own for that.
    pub(crate) fn too_few(choices: &[&str]) -> Self {
        let choices = choices.join(", ");
        let text = format!("too few arguments: one of these has to follow: {choices}");
        let mut failure = Self::from(Senseless(text));
        failure.code = GENERAL;
        failure
    }

    /// An error as the AWS CLI prints most of them: behind an empty line.
    pub(crate) fn new(message: impl AsRef<str>) -> Self {
        Self::with(GENERAL, format!("\n{}\n", message.as_ref()))
    }

    /// An error without the empty line.
    pub(crate) fn plain(message: impl AsRef<str>) -> Self {
        Self::with(GENERAL, format!("{}\n", message.as_ref()))
    }

    /// Something is wrong with what was given.
    pub(crate) fn wrong_input(message: impl AsRef<str>) -> Self {
        Self::new(message).due_to(Fault::Input)
    }

    /// There are no credentials, or there is no region; `code` is what version 2 of the AWS CLI calls it.
    pub(crate) fn missing(self, code: &'static str) -> Self {
        self.due_to(Fault::Missing(code))
    }

    /// A service has refused.
    pub(crate) fn refusal(self) -> Self {
        self.due_to(Fault::Service)
    }

    fn due_to(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    /// What the program exits with.
    pub(crate) fn exit_code(&self) -> u8 {
        match (self.fault, self.code) {
            _ if !version::is_two() => self.code,
            (Fault::Input, _) => 252,
            (Fault::Missing(_), _) => 253,
            (Fault::Service, _) => 254,
            (Fault::Other, SETTINGS) => GENERAL,
            (Fault::Other, code) => code,
        }
    }

    /// What is said, in the manner of the version.
    pub(crate) fn words(&self) -> String {
        if !version::is_two() {
            return self.text.clone();
        }
        let code = match self.fault {
            Fault::Input => "An error occurred (ParamValidation): ".to_owned(),
            Fault::Missing(code) => format!("An error occurred ({code}): "),
            Fault::Service | Fault::Other => String::new(),
        };
        let Some(rest) = self.text.strip_prefix(SYNOPSIS) else {
            return format!("\nzonal: [ERROR]: {code}{}\n", self.text.trim());
        };
        match rest.strip_prefix(ERROR) {
            Some(rest) => format!("\nzonal: [ERROR]: {code}{}\n\n{SYNOPSIS}", rest.trim()),
            None => format!("\n{SYNOPSIS}\n\nzonal: [ERROR]: {}\n", rest.trim()),
        }
    }

    /// A value that cannot be used; `name` is the option.
    pub(crate) fn parameter(name: &str, problem: impl AsRef<str>) -> Self {
        let problem = problem.as_ref();
        Self::wrong_input(format!("Error parsing parameter '{name}': {problem}"))
    }

    /// Members of the input that do not fit the model.
    pub(crate) fn validation(problems: &[String]) -> Self {
        let problems = problems.join("\n");
        Self::wrong_input(format!("Parameter validation failed:\n{problems}"))
    }

    /// A file of settings that cannot be read.
    pub(crate) fn settings(message: impl AsRef<str>) -> Self {
        Self::with(SETTINGS, format!("\n{}\n", message.as_ref()))
    }

    /// Unknown arguments, with options of similar names. The word after an unknown option is not shown, because it may
    /// be a secret value.
    pub(crate) fn unknown_options(words: &[&str], known: &[&str]) -> Self {
        let globals = global_options();
        let mut shown = Vec::new();
        let mut hint = String::new();
        let mut follows = false;
        for word in words {
            let Some(option) = word.strip_prefix("--").filter(|name| !name.is_empty()) else {
                follows = follows || word.starts_with('-');
                if follows && !word.starts_with('-') {
                    shown.push("(a value, not shown)".to_owned())
                } else {
                    shown.push(terminal::safe(word).into_owned())
                }
                continue;
            };
            follows = true;
            let name = option.split('=').next().unwrap_or_default();
            shown.push(format!("--{}", terminal::safe(name)));
            let names = known
                .iter()
                .copied()
                .chain(globals.iter().map(|it| it.name));
            if let Some(near) = names.into_iter().find(|known| is_near(name, known)) {
                hint.push_str(&format!(
                    "Maybe you meant --{near} in place of --{}.\n",
                    terminal::safe(name)
                ));
            }
        }
        if hint.is_empty() {
            hint.push_str("The command takes no more than its help shows: leave them out, or quote a value with blanks.\n");
        }
        let shown = shown.join(", ");
        let text = format!("{SYNOPSIS}\nUnknown options: {shown}\n{hint}");
        Self::with(GENERAL, text).due_to(Fault::Input)
    }

    /// Standard output is closed or full.
    pub(crate) fn output(error: &std::io::Error) -> Self {
        Self::with(
            OUTPUT,
            format!("\nThe output could not be written: {error}\n"),
        )
    }

    pub(crate) fn with(code: u8, text: String) -> Self {
        Self {
            code,
            text,
            fault: Fault::default(),
            status: None,
            details: None,
        }
    }

    /// The same with what the service says.
    pub(crate) fn with_details(self, details: Option<Details>) -> Self {
        let details = details.map(Box::new);
        Self { details, ..self }
    }

    /// What is shown, in the form that the user has chosen.
    pub(crate) fn shown(&self) -> String {
        error_format::shown(self.words(), self.details().as_ref())
    }

    fn details(&self) -> Option<Details> {
        if let Some(details) = &self.details {
            return Some(Details::clone(details));
        }
        let (usage, text) = match self.text.strip_prefix(SYNOPSIS) {
            Some(rest) => (format!("\n\n{SYNOPSIS}"), rest),
            None => (String::new(), &*self.text),
        };
        let text = text.strip_prefix(ERROR).unwrap_or(text).trim();
        let (code, message) = match self.fault {
            Fault::Input => ("ParamValidation", format!("{text}{usage}")),
            // what to do about it, without where it was looked for
            Fault::Missing(code @ "NoCredentials") => (code, NO_CREDENTIALS.to_owned()),
            Fault::Missing(code) => (code, text.to_owned()),
            Fault::Service | Fault::Other => return None,
        };
        Some(Details {
            code: code.to_owned(),
            message,
            members: Vec::new(),
        })
    }

    /// The same, with the HTTP status with which the service refused.
    pub(crate) fn refused_with(self, status: u16) -> Self {
        let status = Some(status);
        Self {
            status,
            ..self.due_to(Fault::Service)
        }
    }

    /// The HTTP status with which the service refused.
    pub(crate) fn status(&self) -> Option<u16> {
        self.status
    }
}

impl From<Senseless> for Failure {
    fn from(Senseless(message): Senseless) -> Self {
        let text = format!("{SYNOPSIS}{ERROR}{message}\n");
        Self::with(USAGE, text).due_to(Fault::Input)
    }
}
