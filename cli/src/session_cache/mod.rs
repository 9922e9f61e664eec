//! The session cache: sessions in files, for the next run of the program. It is off by default, because everybody who
//! can read the files can use the sessions.

mod command;
mod folder;

pub(crate) use command::{ACTIONS, OPTIONS, run};
pub(crate) use folder::Folder;

use zonal_config::Profile;

use crate::app::App;
use crate::console;
use crate::failure::Failure;
use crate::run;

const VARIABLE: &str = "ZONAL_SESSION_CACHE";
const SETTING: &str = "zonal_session_cache";

/// The cache, where the option, the variable or the setting asks for it. One that cannot be trusted is not used.
pub(crate) fn chosen(app: &App) -> Result<Option<Folder>, Failure> {
    let profile = run::sources(app)?.profile;
    if !is_chosen(app, profile)? {
        return Ok(None);
    }
    match Folder::open(&app.env) {
        Ok(folder) => Ok(Some(folder)),
        Err(problem) => {
            console::warn(&format!("the session cache is not used: {problem}"));
            Ok(None)
        }
    }
}

fn is_chosen(app: &App, profile: Profile<'_>) -> Result<bool, Failure> {
    if app.globals.use_session_cache {
        return Ok(true);
    }
    let variable = app.env.filled(VARIABLE).map(|value| (VARIABLE, value));
    let setting = || profile.filled(SETTING).map(|value| (SETTING, value));
    let Some((name, value)) = variable.or_else(setting) else {
        return Ok(false);
    };
    match &*value.to_ascii_lowercase() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Failure::new(format!(
            "{name} is {}; set it to true or false",
            crate::number::quoted(value)
        ))),
    }
}
