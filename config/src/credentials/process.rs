//! `credential_process`: a program that prints credentials.

use std::process::Stdio;

use aws_credential_types::Credentials;
use serde_json::Value;

use super::chain::moment;
use crate::error::{Error, ErrorKind, shown};
use crate::ini::words;
use crate::profiles::Profile;

/// Runs the command, without a shell, and reads what it prints.
pub(super) async fn run(command: &str, profile: Profile<'_>) -> Result<Credentials, Error> {
    let profile = shown(profile.name);
    let words = words(command)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| {
            Error::invalid(format!(
                "credential_process of the profile {profile} has no command, or an open quotation mark"
            ))
        })?;
    let program = shown(&words[0]);
    let output = tokio::process::Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| {
            let text = format!(
                "{error}: '{program}'. It is the credential_process of the profile {profile}, and is run without a \
                 shell: neither ~ nor variables are replaced."
            );
            Error::new(ErrorKind::Source, text)
        })?;
    if !output.status.success() {
        let message = shown(&String::from_utf8_lossy(&output.stderr));
        let status = output.status;
        return Err(failed(&format!(
            "{message} ({program}, the credential_process of the profile {profile}, ended with {status})"
        )));
    }
    read(&output.stdout)
}

fn failed(message: &str) -> Error {
    let text = format!("Error when retrieving credentials from custom-process: {message}");
    Error::new(ErrorKind::Source, text)
}

/// What was printed is never repeated: it may hold keys.
fn read(output: &[u8]) -> Result<Credentials, Error> {
    let value: Value = serde_json::from_slice(output).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        failed(&format!(
            "it printed no JSON (line {line}, column {column})"
        ))
    })?;
    match value.get("Version") {
        Some(version) if version.as_f64() == Some(1.0) => {}
        version => {
            let version =
                version.map_or_else(|| "<Version key not provided>".to_owned(), Value::to_string);
            return Err(failed(&format!(
                "Unsupported version '{version}' for credential process provider, supported versions: 1"
            )));
        }
    }
    for name in ["SessionToken", "Expiration"] {
        if value
            .get(name)
            .is_some_and(|value| !value.is_string() && !value.is_null())
        {
            return Err(failed(&format!("{name} is not a text")));
        }
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let required = |name: &str| {
        text(name).ok_or_else(|| failed(&format!("Missing required key in response: '{name}'")))
    };
    let (id, secret) = (required("AccessKeyId")?, required("SecretAccessKey")?);
    let token = text("SessionToken").filter(|token| !token.is_empty());
    let token = token.map(str::to_owned);
    let expiry = text("Expiration").map(|text| moment(text, "the output of credential_process"));
    let expiry = expiry.transpose()?;
    Ok(Credentials::new(
        id,
        secret,
        token,
        expiry,
        "custom-process",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_checked_and_not_repeated() {
        let good = read(br#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S"}"#).unwrap();
        assert_eq!(good.access_key_id(), "A");
        for bad in [
            "MARKER",
            r#"{"Version":2,"SecretAccessKey":"MARKER"}"#,
            r#"{"Version":1,"AccessKeyId":"MARKER"}"#,
            r#"{"Version":1,"AccessKeyId":"MARKER","SecretAccessKey":"S","SessionToken":["MARKER"]}"#,
            r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"MARKER"}"#,
        ] {
            let error = read(bad.as_bytes()).unwrap_err();
            assert!(!error.to_string().contains("MARKER"), "{error}");
        }
    }
}
