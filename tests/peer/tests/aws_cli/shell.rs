//! Runs the CLI.

use serde_json::Value;
use std::process::{Command, Output};
use tempfile::TempDir;
use zonal_peer::Peer;

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";

/// The CLI's answer, or `None` if there is no CLI.
pub(crate) fn aws(
    peer: &Peer,
    region: &str,
    secret: &str,
    token: Option<&str>,
    arguments: &[&str],
) -> Option<Output> {
    let mut command = command(peer, region, arguments);
    command.env("AWS_SECRET_ACCESS_KEY", secret);
    if let Some(token) = token {
        command
            .env("AWS_ACCESS_KEY_ID", "ASIATEMPORARY")
            .env("AWS_SESSION_TOKEN", token);
    }
    command.output().ok()
}

/// The CLI with the right credentials and nothing else from its surroundings.
fn command(peer: &Peer, region: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("aws");
    command.args(arguments).args([
        "--endpoint-url",
        &peer.endpoint_url(),
        "--region",
        region,
        "--output",
        "json",
    ]);
    command
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH")
        .env_remove("AWS_DEFAULT_PROFILE");
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1");
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    command.env("NO_PROXY", "127.0.0.1");
    command
}

/// A directory of files, a peer, and the CLI.
pub(crate) struct Shell {
    pub(crate) peer: Peer,
    files: TempDir,
}

impl Shell {
    /// `None` if there is no CLI.
    pub(crate) fn new() -> Option<Self> {
        let present = Command::new("aws").arg("--version").output().is_ok();
        if !present {
            skip();
        }
        present.then(|| Self {
            peer: peer(),
            files: tempfile::tempdir().expect("a directory"),
        })
    }

    pub(crate) fn file(&self, name: &str, data: &[u8]) {
        std::fs::write(self.files.path().join(name), data).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.files.path().join(name)).expect("a file")
    }

    /// Standard output, or the error code.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String, String> {
        self.finish(command(&self.peer, "us-west-2", arguments))
    }

    /// The same for an operation about a key in the bucket.
    pub(crate) fn api(&self, operation: &str, key: &str, more: &[&str]) -> Result<String, String> {
        let start = ["s3api", operation, "--bucket", BUCKET, "--key", key];
        self.run(&[&start, more].concat())
    }

    /// The same without sessions: the CLI asks for one even before it creates a bucket.
    pub(crate) fn run_without_session(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = command(&self.peer, "us-west-2", arguments);
        command.env("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true");
        self.finish(command)
    }

    fn finish(&self, mut command: Command) -> Result<String, String> {
        let output = command.current_dir(self.files.path()).output();
        let output = output.expect("the CLI runs");
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = text.split_once("An error occurred (");
        let code = code.and_then(|(_, rest)| rest.split_once(')'));
        Err(code.map_or(text.clone(), |(code, _)| code.to_owned()))
    }

    pub(crate) fn data(&self, key: &str) -> Vec<u8> {
        let object = self.peer.object(BUCKET, key);
        object
            .expect("an object")
            .data
            .to_bytes()
            .expect("a file")
            .to_vec()
    }
}

/// A member of the CLI's answer.
pub(crate) fn member(json: &str, path: &str) -> String {
    let value: Value = serde_json::from_str(json).expect("JSON");
    match value.pointer(path) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

pub(crate) fn peer() -> Peer {
    Peer::builder()
        .bucket(BUCKET)
        .credentials("AKIDEXAMPLE", "secret")
        .temporary_credentials("ASIATEMPORARY", "secret", "BASETOKEN")
        .start_blocking()
        .expect("a peer")
}

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn skip() {
    eprintln!("skipped: there is no `aws` on the PATH");
}
