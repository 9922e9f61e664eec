//! Options that every command takes.

use super::{Option_, Takes};
use crate::failure::Failure;
use crate::number::integer;

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Json,
    Text,
    Table,
    /// `export` lines for a shell.
    Env,
    /// What a `credential_process` prints.
    CredentialProcess,
}

/// Whether tables are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Color {
    On,
    Off,
    /// On a terminal.
    #[default]
    Auto,
}

/// Help for an option that every command takes.
#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) option: Option_<'static>,
    /// What its value is called.
    pub(crate) value: &'static str,
    pub(crate) docs: &'static str,
}

const fn flag(name: &'static str, docs: &'static str) -> Global {
    let option = Option_ {
        name,
        takes: Takes::Nothing,
        choices: &[],
    };
    Global {
        option,
        value: "",
        docs,
    }
}

const fn value(name: &'static str, value: &'static str, docs: &'static str) -> Global {
    let option = Option_ {
        name,
        takes: Takes::Value,
        choices: &[],
    };
    Global {
        option,
        value,
        docs,
    }
}

const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    value: &'static str,
    docs: &'static str,
) -> Global {
    let option = Option_ {
        name,
        takes: Takes::Value,
        choices,
    };
    Global {
        option,
        value,
        docs,
    }
}

/// The options, in the order of the help.
pub(crate) static GLOBALS: &[Global] = &[
    flag(
        "debug",
        "Say on standard error what is done. Secrets are left out.",
    ),
    value(
        "endpoint-url",
        "url",
        "Send requests to this URL instead of the service's own.",
    ),
    flag("no-verify-ssl", "Do not check the server's certificate."),
    flag("no-paginate", "Ask for the first page only."),
    choice(
        "output",
        &["json", "text", "table", "env", "credential-process"],
        "json|text|table|env|credential-process",
        "How the result is printed. The last two are for sessions: exports for a shell, and what a \
         credential_process prints.",
    ),
    value(
        "query",
        "expression",
        "A JMESPath expression that chooses what is printed.",
    ),
    value("profile", "name", "Use this profile of the configuration."),
    value("region", "name", "Send requests to this region."),
    flag("version", "Print the version."),
    choice(
        "color",
        &["on", "off", "auto"],
        "on|off|auto",
        "Whether tables are coloured.",
    ),
    flag(
        "no-sign-request",
        "Send requests without a signature; look for no credentials.",
    ),
    value(
        "ca-bundle",
        "file",
        "Trust the certificates in this PEM file instead of the system's.",
    ),
    value(
        "cli-read-timeout",
        "seconds",
        "How long an answer may pause; 60, or 0 for no limit.",
    ),
    value(
        "cli-connect-timeout",
        "seconds",
        "How long a connection may take to open; 60, or 0.",
    ),
    flag(
        "allow-unknown-values",
        "Send values that the model does not list.",
    ),
    flag("v2-debug", "Does nothing; the AWS CLI has it."),
];

/// The global options of one command line; the last of repeated ones counts.
#[derive(Debug, Default)]
pub(crate) struct Globals {
    pub(crate) debug: bool,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) no_verify_ssl: bool,
    pub(crate) no_paginate: bool,
    pub(crate) output: Option<Output>,
    pub(crate) query: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) color: Color,
    pub(crate) no_sign_request: bool,
    pub(crate) ca_bundle: Option<String>,
    pub(crate) read_timeout: Option<String>,
    pub(crate) connect_timeout: Option<String>,
    pub(crate) allow_unknown_values: bool,
}

impl Output {
    /// The format of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "text" => Self::Text,
            "table" => Self::Table,
            "env" => Self::Env,
            "credential-process" => Self::CredentialProcess,
            _ => return None,
        })
    }
}

impl Globals {
    /// Takes an option that the parser has found.
    pub(crate) fn set(&mut self, at: usize, value: Option<&str>) {
        let text = || value.map(str::to_owned);
        match GLOBALS[at].option.name {
            "debug" => self.debug = true,
            "endpoint-url" => self.endpoint_url = text(),
            "no-verify-ssl" => self.no_verify_ssl = true,
            "no-paginate" => self.no_paginate = true,
            "output" => self.output = value.and_then(Output::named),
            "query" => self.query = text(),
            "profile" => self.profile = text(),
            "region" => self.region = text(),
            "color" => {
                self.color = match value {
                    Some("on") => Color::On,
                    Some("off") => Color::Off,
                    _ => Color::Auto,
                };
            }
            "no-sign-request" => self.no_sign_request = true,
            "ca-bundle" => self.ca_bundle = text(),
            "cli-read-timeout" => self.read_timeout = text(),
            "cli-connect-timeout" => self.connect_timeout = text(),
            "allow-unknown-values" => self.allow_unknown_values = true,
            _ => {}
        }
    }

    /// Checks the URL and the timeouts, which are looked at before the command is.
    pub(crate) fn check(&self) -> Result<Timeouts, Failure> {
        if let Some(url) = &self.endpoint_url
            && !has_scheme(url)
        {
            return Err(Failure::new(format!(
                "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
                 http://<hostname>/ or https://<hostname>/"
            )));
        }
        Ok(Timeouts {
            read: timeout(self.read_timeout.as_deref())?,
            connect: timeout(self.connect_timeout.as_deref())?,
        })
    }
}

/// Seconds as they were given; 60 unless they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    pub(crate) read: i128,
    pub(crate) connect: i128,
}

fn timeout(text: Option<&str>) -> Result<i128, Failure> {
    match text {
        None => Ok(60),
        Some(text) => integer(text),
    }
}

/// Whether a URL has something before its first colon that can be a scheme.
fn has_scheme(url: &str) -> bool {
    let Some((scheme, _)) = url.trim().split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}
