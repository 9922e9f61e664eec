//! Uses the credentials of a session in other ways than to print them.
//!
//! The variables have their own names. The token of a session belongs into `x-amz-s3session-token`; a program that
//! finds it in `AWS_SESSION_TOKEN` would send it in `x-amz-security-token`, which S3 refuses.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, ExitStatus};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::failure::Failure;

/// The variables, and the members that they hold.
const VARIABLES: [(&str, &str); 4] = [
    ("S3_SESSION_ACCESS_KEY_ID", "AccessKeyId"),
    ("S3_SESSION_SECRET_ACCESS_KEY", "SecretAccessKey"),
    ("S3_SESSION_TOKEN", "SessionToken"),
    ("S3_SESSION_EXPIRATION", "Expiration"),
];

/// The variables of a session with their values.
fn variables(value: &Value) -> Result<[(&'static str, &str); 4], Failure> {
    let mut variables = VARIABLES.map(|(name, _)| (name, ""));
    for (variable, (name, member)) in variables.iter_mut().zip(VARIABLES) {
        let text = value["Credentials"][member].as_str();
        variable.1 = text
            .filter(|text| !text.contains('\0'))
            .ok_or_else(|| Failure::new(format!("The answer has no {member} for {name}.")))?;
    }
    Ok(variables)
}

/// Lines for a shell, such as `eval "$(zonal create-session --bucket NAME --output env)"` runs.
pub(crate) fn exports(value: &Value) -> Result<String, Failure> {
    let lines = variables(value)?.map(|(name, text)| {
        let text = text.replace('\'', r"'\''");
        format!("export {name}='{text}'\n")
    });
    Ok(lines.concat())
}

/// Says below a table on a terminal how long the session lasts. The table itself is that of the AWS CLI.
pub(crate) fn tell_time_left(value: &Value) {
    if !io::stdout().is_terminal() || !io::stderr().is_terminal() {
        return;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let end = value["Credentials"]["Expiration"]
        .as_str()
        .and_then(crate::input::moment);
    if let (Ok(now), Some(end)) = (now, end) {
        drop(writeln!(
            io::stderr(),
            "{}",
            time_left(end.secs(), now.as_secs())
        ));
    }
}

fn time_left(end: i64, now: u64) -> String {
    let left = u64::try_from(end).unwrap_or(0).saturating_sub(now);
    match (left / 60, left % 60) {
        (0, 0) => "The session is over.".to_owned(),
        (0, seconds) => format!("The session lasts {seconds} s."),
        (minutes, seconds) => format!("The session lasts {minutes} min {seconds:02} s."),
    }
}

/// Runs a command with the session in its environment. Where it can be, this program becomes that command: signals
/// and the exit code are the command's own.
pub(crate) fn exec(value: &Value, words: &[OsString]) -> Result<u8, Failure> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::new("No command to run is given."));
    };
    let mut child = Command::new(program);
    child.args(arguments).envs(variables(value)?);
    run(&mut child).map_err(|error| cannot_run(program, &error))
}

/// A command that cannot be run, with the exit code of a shell.
pub(crate) fn cannot_run(program: &OsStr, error: &io::Error) -> Failure {
    let program = program.to_string_lossy();
    let program = crate::output::terminal::safe(&program);
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => 126,
        _ => 127,
    };
    Failure::with(code, format!("\n'{program}' cannot be run: {error}\n"))
}

/// The exit code of a command, as a shell has it.
pub(crate) fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(unix)]
fn run(child: &mut Command) -> io::Result<u8> {
    Err(std::os::unix::process::CommandExt::exec(child))
}

#[cfg(not(unix))]
fn run(child: &mut Command) -> io::Result<u8> {
    child.status().map(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn time_left_is_told_in_minutes() {
        assert_eq!(time_left(1_300, 1_000), "The session lasts 5 min 00 s.");
        assert_eq!(time_left(1_007, 1_000), "The session lasts 7 s.");
        for end in [1_000, 0, -5] {
            assert_eq!(time_left(end, 1_000), "The session is over.");
        }
    }

    #[test]
    fn exports_are_quoted_for_a_shell() {
        let value = json!({"Credentials": {
            "AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "a'b$(c)", "Expiration": "E"
        }});
        let text = exports(&value).unwrap();
        assert!(
            text.contains(r"export S3_SESSION_TOKEN='a'\''b$(c)'"),
            "{text}"
        );
        let failure = exports(&json!({"Credentials": {"AccessKeyId": "MARKER"}})).unwrap_err();
        assert!(!failure.text.contains("MARKER"));
    }
}
