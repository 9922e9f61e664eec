//! `credential_process`: a program that prints credentials.

use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use aws_credential_types::Credentials;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use zonal_runtime::Secret;

use super::chain::moment;
use crate::error::{Error, ErrorKind, shown};
use crate::http_client::LIMIT;
use crate::ini::words;
use crate::profiles::Profile;
use crate::secret_json::SecretJson;

/// How many bytes of standard error are kept.
const LIMIT_OF_MESSAGES: usize = 8 * 1024;

/// Runs the command without a shell, and reads its output. Kills it if it runs longer than `limit` or prints too much.
pub(super) async fn run(
    command: &str,
    profile: Profile<'_>,
    limit: Duration,
) -> Result<Credentials, Error> {
    let profile = shown(profile.name);
    let words = words(command)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| {
            Error::invalid(format!(
                "credential_process of the profile {profile} has no command, or an open quotation mark"
            ))
        })?;
    let program = shown(&words[0]);
    let child = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            let text = format!(
                "{error}: '{program}'. It is the credential_process of the profile {profile}, and is run without a \
                 shell: neither ~ nor variables are replaced."
            );
            Error::new(ErrorKind::Source, text)
        })?;
    let name = format!("{program}, the credential_process of the profile {profile},");
    let output = tokio::time::timeout(limit, output(child)).await;
    let output = output.map_err(|_| {
        failed(&format!(
            "{name} did not end within {limit:?} and was stopped. Run it by hand to see what it waits for."
        ))
    })?;
    let output = output.map_err(|error| failed(&format!("{name} was stopped: {error}")))?;
    if !output.status.success() {
        let message = shown(&String::from_utf8_lossy(&output.stderr));
        let status = output.status;
        return Err(failed(&format!("{message} ({name} ended with {status})")));
    }
    // it is overwritten
    let printed = String::from_utf8(output.stdout);
    let printed = printed.map_err(|_| failed("its output is not UTF-8"))?;
    read(Secret::from(printed).expose().as_bytes())
}

/// Returns the output of a child process when it ends. Kills the child on a failure, or if this future is dropped.
async fn output(mut child: Child) -> io::Result<Output> {
    let mut messages = JoinSet::new();
    if let Some(stderr) = child.stderr.take() {
        messages.spawn(async move {
            let (kept, mut rest) = beginning(stderr, LIMIT_OF_MESSAGES).await?;
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
            Ok::<_, io::Error>(kept)
        });
    }
    let mut stdout = Vec::new();
    if let Some(pipe) = child.stdout.take() {
        (stdout, _) = beginning(pipe, LIMIT + 1).await?;
    }
    if stdout.len() > LIMIT {
        let text = format!("it printed more than {LIMIT} bytes");
        return Err(io::Error::other(text));
    }
    let status = child.wait().await?;
    let mut stderr = Vec::new();
    // after a success nobody needs standard error, and a program that the child started may keep it open
    if !status.success()
        && let Some(read) = messages.join_next().await
    {
        stderr = read.map_err(io::Error::other)??;
    }
    Ok(Output {
        status,
        stdout,
        stderr,
    })
}

/// The first bytes, and the pipe with the others.
async fn beginning<R: AsyncRead + Unpin>(pipe: R, limit: usize) -> io::Result<(Vec<u8>, R)> {
    // room for what such a program prints: a buffer that grows leaves copies
    let mut kept = Vec::with_capacity(limit.min(16 * 1024));
    let mut pipe = pipe.take(limit as u64);
    pipe.read_to_end(&mut kept).await?;
    Ok((kept, pipe.into_inner()))
}

fn failed(message: &str) -> Error {
    let text = format!("Error when retrieving credentials from custom-process: {message}");
    Error::new(ErrorKind::Source, text)
}

/// The error never contains the output, which may have keys.
fn read(output: &[u8]) -> Result<Credentials, Error> {
    let value = SecretJson::parse(output).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        failed(&format!(
            "its output is not JSON (line {line}, column {column})"
        ))
    })?;
    match value.get("Version") {
        Some(version) if version.as_f64() == Some(1.0) => {}
        version => {
            let version = match version {
                None => "<Version key not provided>".to_owned(),
                Some(Value::Number(version)) => version.to_string(),
                Some(_) => "<not a number>".to_owned(),
            };
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
            r#"{"Version":{"SecretAccessKey":"MARKER"}}"#,
            r#"{"Version":1,"AccessKeyId":"MARKER"}"#,
            r#"{"Version":1,"AccessKeyId":"MARKER","SecretAccessKey":"S","SessionToken":["MARKER"]}"#,
            r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"MARKER"}"#,
        ] {
            let error = read(bad.as_bytes()).unwrap_err();
            assert!(!error.to_string().contains("MARKER"), "{error}");
        }
    }

    /// The virtual clock advances when the test only waits for the program.
    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn a_program_that_does_not_end_is_stopped() {
        let profiles = crate::Profiles::default();
        let limit = Duration::from_secs(60);
        // one program keeps its output open, the other closes it
        for rest in ["", "exec >/dev/null 2>&1;"] {
            let command = format!("/bin/sh -c '{rest} exec sleep 1000'");
            let error = run(&command, profiles.get("p"), limit).await.unwrap_err();
            let text = error.to_string();
            for word in ["/bin/sh", "profile p", "within 60s", "stopped"] {
                assert!(text.contains(word), "no {word:?} in {text}");
            }
        }
    }
}
