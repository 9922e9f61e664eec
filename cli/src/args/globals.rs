//! Options that every command takes.

use zonal_commands::{OPTIONS, Of};

use super::{OptionSpec, Takes};
use crate::failure::Failure;
use crate::number::whole;
use crate::output::Format;
use crate::version::behaviour;

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Json,
    Text,
    Table,
    Yaml,
    /// YAML, a page as soon as it is there.
    YamlStream,
    /// Nothing.
    Off,
    /// `export` lines for a shell.
    Env,
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

/// The options as the parser takes them, in the order of the help.
pub(crate) fn global_options() -> Vec<OptionSpec<'static>> {
    let is_known = |name: &str| name != "v2-debug" || !behaviour().strict_options;
    let options = OPTIONS.iter().filter(|option| option.of == Of::All);
    let options = options.filter(move |option| is_known(option.name));
    let options = options.map(|option| OptionSpec {
        name: option.name,
        takes: match option.value {
            "" => Takes::Nothing,
            _ => Takes::Value,
        },
        choices: option.choices,
    });
    options.collect()
}

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
    pub(crate) use_session_cache: bool,
    pub(crate) no_cli_pager: bool,
}

impl Output {
    /// The format of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "text" => Self::Text,
            "table" => Self::Table,
            "yaml" => Self::Yaml,
            "yaml-stream" => Self::YamlStream,
            "off" => Self::Off,
            "env" => Self::Env,
            _ => return None,
        })
    }

    /// How a value is written.
    pub(crate) fn format(self) -> Format {
        match self {
            Self::Text => Format::Text,
            Self::Yaml => Format::Yaml,
            Self::YamlStream => Format::YamlStream,
            Self::Table => Format::Table,
            Self::Json | Self::Off | Self::Env => Format::Json,
        }
    }
}

impl Globals {
    /// Takes an option that the parser has found.
    pub(crate) fn set(&mut self, at: usize, value: Option<&str>) {
        let text = || value.map(str::to_owned);
        match OPTIONS[at].name {
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
            "use-session-cache" => self.use_session_cache = true,
            "no-cli-pager" => self.no_cli_pager = true,
            "allow-unknown-values" => self.allow_unknown_values = true,
            _ => {}
        }
    }

    /// Checks the URL and the timeouts, which are looked at before the command is.
    pub(crate) fn check(&self) -> Result<Timeouts, Failure> {
        if let Some(url) = &self.endpoint_url
            && !has_scheme(url)
        {
            return Err(Failure::wrong_input(format!(
                "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
                 http://<hostname>/ or https://<hostname>/"
            )));
        }
        Ok(Timeouts {
            read: seconds("--cli-read-timeout", self.read_timeout.as_deref())?,
            connect: seconds("--cli-connect-timeout", self.connect_timeout.as_deref())?
                .unwrap_or(60),
        })
    }
}

fn seconds(name: &str, text: Option<&str>) -> Result<Option<i128>, Failure> {
    text.map(|text| whole(name, text)).transpose()
}

/// Seconds as they were given; 60 for a connection unless they were, and what the library waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    pub(crate) read: Option<i128>,
    pub(crate) connect: i128,
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
