//! [`App`]: what every command needs.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use zonal_config::{Env, Profiles};

use crate::args::{Color, Globals, Output, Timeouts};
use crate::console::{columns, unwritten};
use crate::failure::Failure;
use crate::output::query::Query;
use crate::output::{self, Format, Style, Terminal};
use crate::pager::{self, Pager};
use crate::version::behaviour;

/// What every command needs.
pub(crate) struct App {
    pub(crate) globals: Globals,
    pub(crate) timeouts: Timeouts,
    pub(crate) query: Option<Query>,
    pub(crate) env: Arc<Env>,
    pub(crate) profiles: Arc<Profiles>,
    /// The command behind `--`.
    pub(crate) child: Vec<OsString>,
    /// What shows the results, once there is one.
    pub(crate) pager: RefCell<Option<Pager>>,
}

impl App {
    /// Applies `--query` to a value, and prints the result.
    pub(crate) fn show(
        &self,
        value: &Value,
        operation: &str,
        format: Format,
    ) -> Result<u8, Failure> {
        let chosen = match &self.query {
            Some(query) => query
                .apply(value)
                .map_err(|error| Failure::new(error.to_string()))?,
            None => value.clone(),
        };
        let is_terminal = io::stdout().is_terminal();
        let color = match self.globals.color {
            Color::On => true,
            Color::Off => false,
            // see no-color.org
            Color::Auto => is_terminal && self.env.filled("NO_COLOR").is_none(),
        };
        let style = Style {
            color,
            terminal: if is_terminal {
                Terminal::Yes
            } else {
                Terminal::No
            },
            columns: columns(is_terminal),
            shows_scalars: !behaviour().tables_hide_scalars,
            refuses_mixed_lists: behaviour().refuses_mixed_lists,
            ..Style::new(format, operation)
        };
        if is_terminal && behaviour().has_pager {
            let mut pager = self.pager.borrow_mut();
            if pager.is_none() {
                *pager = pager::of_results(self);
            }
            if let Some(pager) = &mut *pager {
                let mut out = io::BufWriter::new(pager);
                return match output::write(&chosen, &style, &mut out) {
                    Ok(()) => Ok(0),
                    Err(error) => unprinted(&error),
                };
            }
        }
        let mut out = io::BufWriter::new(io::stdout().lock());
        match output::write(&chosen, &style, &mut out) {
            Ok(()) => Ok(0),
            Err(error) => {
                // the buffer would be written once more when it is dropped
                drop(out.into_parts());
                unprinted(&error)
            }
        }
    }

    /// The output format: from the option, the environment or the profile.
    pub(crate) fn output(&self, of_profile: Option<&str>) -> Result<Output, Failure> {
        if let Some(output) = self.globals.output {
            return Ok(output);
        }
        let named = self.env.get("AWS_DEFAULT_OUTPUT").or(of_profile);
        match named {
            None => Ok(Output::Json),
            Some(name) => Output::named(name)
                .ok_or_else(|| Failure::new(format!("Unknown output type: {name}"))),
        }
    }
}

/// The output cannot be written, or has no such form.
fn unprinted(error: &io::Error) -> Result<u8, Failure> {
    match error.kind() {
        io::ErrorKind::InvalidData => Err(Failure::new(error.to_string())),
        _ => unwritten(error),
    }
}

/// A directory of the user: the path in this variable, or else a default below the home directory. The XDG Base
/// Directory Specification says to ignore relative paths.
pub(crate) fn user_directory(env: &Env, variable: &str, below_home: &str) -> Option<PathBuf> {
    let named = env.filled(variable).map(PathBuf::from);
    let named = named.filter(|path| path.is_absolute());
    named.or_else(|| Some(env.home()?.join(below_home)))
}
