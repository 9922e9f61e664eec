//! The program as a user of the peer runs it.

#![allow(dead_code, reason = "each test uses a part")]

use std::process::Command;
use std::time::{Duration, Instant};

use zonal_peer::{Operation, Peer};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const SECRET: &str = "MARKER/secret/key/of/the/account/0000000";

/// The program with the environment of a user of the peer, and no other.
pub(crate) fn zonal(peer: &Peer) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zonal"));
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_ENDPOINT_URL_S3", peer.endpoint_url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-west-2")
        .env("AWS_MAX_ATTEMPTS", "1");
    command
}

pub(crate) fn peer() -> Peer {
    Peer::builder()
        .bucket(BUCKET)
        .region("us-west-2")
        .credentials("AKIAEXAMPLE", SECRET)
        .start_blocking()
        .unwrap()
}

/// The output of a run that succeeds.
pub(crate) fn run(peer: &Peer, words: &[&str]) -> String {
    let output = zonal(peer).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    text(&output.stdout)
}

/// The words of a command as they are typed; `B`, alone or before a `/`, is the bucket and `''` an empty word.
pub(crate) fn words(line: &str) -> Vec<String> {
    let words = line.split_whitespace().map(|word| {
        let (scheme, name) = match word.strip_prefix("s3://") {
            Some(name) => ("s3://", name),
            None => ("", word),
        };
        match name.strip_prefix('B') {
            Some(key) if key.is_empty() || key.starts_with('/') => format!("{scheme}{BUCKET}{key}"),
            _ if word == "''" => String::new(),
            _ => word.to_owned(),
        }
    });
    words.collect()
}

/// A command with so many attempts.
pub(crate) fn command(peer: &Peer, line: &str, attempts: u32) -> Command {
    let mut command = zonal(peer);
    command.args(words(line));
    command.env("AWS_MAX_ATTEMPTS", attempts.to_string());
    command
}

/// Runs a command that fails; what it says.
#[track_caller]
pub(crate) fn fails(peer: &Peer, line: &str) -> String {
    let output = command(peer, line, 2).output().unwrap();
    assert_eq!(output.status.code(), Some(255), "{line}: {output:?}");
    assert_eq!(text(&output.stdout), "", "{line}");
    text(&output.stderr)
}

/// Runs a command that succeeds; what it prints.
#[track_caller]
pub(crate) fn prints(peer: &Peer, line: &str) -> String {
    let output = command(peer, line, 2).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    text(&output.stdout)
}

/// What the program says of a write that may have been carried out.
pub(crate) const LOST: &str = "An attempt whose outcome is not known may have succeeded";

/// How many requests of an operation came since this was last asked.
pub(crate) fn count(peer: &Peer, operation: Operation) -> usize {
    let requests = peer.take_requests();
    let of_it = requests.iter().filter(|it| it.operation == operation);
    of_it.count()
}

/// Waits for something that another process does.
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(600), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The same command, with signals as they are by default: who starts the tests in the background may
/// ignore them, and what it starts would as well.
pub(crate) fn interruptible(command: &Command) -> Command {
    let mut env = Command::new("env");
    env.arg("--default-signal=INT,TERM")
        .arg(command.get_program());
    env.args(command.get_args()).env_clear();
    env.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    env
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Whether the test server has the operation of a command. One that only the model has cannot be tried, which this says.
pub(crate) fn is_served(operation: &str) -> bool {
    let is_there = Operation::ALL.iter().any(|it| it.to_string() == operation);
    if !is_there {
        println!("skipped: the test server has no {operation}");
    }
    is_there
}
