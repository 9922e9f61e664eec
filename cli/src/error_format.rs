//! The form of errors, which version 2 of the AWS CLI lets the user choose: the option `--cli-error-format`, the variable
//! `AWS_CLI_ERROR_FORMAT` or the setting `cli_error_format` of the profile.

use std::ffi::OsString;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value};
use zonal_config::Profile;

use crate::output::{self, Format, Style};
use crate::version::{behaviour, option_value};

const OPTION: &str = "cli-error-format";
const VARIABLE: &str = "AWS_CLI_ERROR_FORMAT";
const SETTING: &str = "cli_error_format";

/// What is said of an error beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) code: String,
    pub(crate) message: String,
    /// What else the service says of it.
    pub(crate) members: Vec<(String, String)>,
}

/// The forms, by name. The first is that of version 1, the second the default of version 2.
const FORMS: [(&str, Form); 6] = [
    ("legacy", Form::Words),
    ("enhanced", Form::More),
    ("text", Form::Parts(Format::Text)),
    ("json", Form::Parts(Format::Json)),
    ("table", Form::Parts(Format::Table)),
    ("yaml", Form::Parts(Format::Yaml)),
];
const DEFAULT: usize = 1;

#[derive(Clone, Copy, Debug)]
enum Form {
    /// The text alone.
    Words,
    /// With what else is known.
    More,
    /// Code and message as values.
    Parts(Format),
}

static CHOSEN: AtomicUsize = AtomicUsize::new(DEFAULT);

fn set(name: &str) {
    let name = name.to_ascii_lowercase();
    if let Some(at) = FORMS.iter().position(|(known, _)| *known == name) {
        CHOSEN.store(at, Ordering::Relaxed);
    }
}

/// Takes the form from the option, or else from the variable, before anything can fail; whether one of them names it.
pub(crate) fn choose(line: &[OsString]) -> bool {
    let variable = || std::env::var(VARIABLE).ok().filter(|name| !name.is_empty());
    let named = option_value(line, OPTION)
        .map(str::to_owned)
        .or_else(variable);
    if let Some(name) = &named {
        set(name);
    }
    named.is_some()
}

/// The same from the profile.
pub(crate) fn choose_by(profile: Profile<'_>) {
    if let Some(name) = profile.filled(SETTING) {
        set(name);
    }
}

/// An error in the form that was chosen. Where it has no code, its words are all there is.
pub(crate) fn shown(words: String, details: Option<&Details>) -> String {
    let form = FORMS[CHOSEN.load(Ordering::Relaxed)].1;
    match (form, details) {
        (Form::More, Some(details)) if behaviour().has_error_formats => more(words, details),
        (Form::Parts(format), Some(details)) if behaviour().has_error_formats => {
            parts(details, format).unwrap_or(words)
        }
        _ => words,
    }
}

fn more(mut words: String, details: &Details) -> String {
    if !details.members.is_empty() {
        words.push_str("\nAdditional error details:\n");
        for (name, value) in &details.members {
            words.push_str(&format!("{name}: {}\n", output::terminal::safe(value)));
        }
    }
    words
}

fn parts(details: &Details, format: Format) -> Option<String> {
    let first = [("Code", &details.code), ("Message", &details.message)];
    let first = first.map(|(name, value)| (name.to_owned(), Value::from(value.as_str())));
    let members = details.members.iter();
    let members = members.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let all: Map<_, _> = first.into_iter().chain(members).collect();
    let mut text = Vec::new();
    output::write(&Value::Object(all), &Style::new(format, "error"), &mut text).ok()?;
    String::from_utf8(text).ok()
}
