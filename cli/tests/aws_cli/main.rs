//! The program and the real AWS CLI, each against a server of its own: the same standard output, error text, exit code and
//! files for all operations, but for what the page of differences lists. Skipped where there is no `aws`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod objects;
mod settings;
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;
use zonal_peer::Peer;

use support::{BUCKET, SECRET, is_served, text, zonal};

/// A command that both programs run.
struct Step {
    words: Vec<String>,
    /// Made-up values in the output: the name that later steps call each by, and the pointer to it.
    kept: Vec<(&'static str, &'static str)>,
    /// Where the two differ on purpose, what the page of differences says of it.
    difference: Option<&'static str>,
}

impl Step {
    fn new(words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            words,
            kept: Vec::new(),
            difference: None,
        }
    }

    /// Gives a value of the output a name, such as `$ETAG`: the two servers make up their own.
    fn keep(mut self, name: &'static str, pointer: &'static str) -> Self {
        self.kept.push((name, pointer));
        self
    }

    fn differs(mut self, words: &'static str) -> Self {
        self.difference = Some(words);
        self
    }

    fn command(&self) -> &str {
        &self.words[0]
    }
}

/// One of the programs, with its server and its folder.
struct Side {
    peer: Peer,
    folder: TempDir,
    program: fn(&Peer) -> Command,
    /// What the server has made up, by name.
    names: BTreeMap<&'static str, String>,
}

/// What a run shows; made-up values stand there by name.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    output: String,
    error: String,
    code: Option<i32>,
}

impl Side {
    fn new(program: fn(&Peer) -> Command) -> Self {
        let peer = Peer::builder()
            .bucket(BUCKET)
            .region("us-west-2")
            .credentials("AKIAEXAMPLE", SECRET)
            .min_part_size(1)
            .start_blocking()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("hello"), "hello world").unwrap();
        let names = BTreeMap::from([("$ENDPOINT", peer.endpoint_url())]);
        Self {
            peer,
            folder,
            program,
            names,
        }
    }

    fn run(&mut self, step: &Step) -> Shown {
        let words = step.words.iter().map(|word| {
            let names = self.names.iter();
            names.fold(word.clone(), |word, (name, value)| {
                word.replace(name, value)
            })
        });
        let mut command = (self.program)(&self.peer);
        command.args(words).current_dir(self.folder.path());
        if is_of_the_account(step.command()) {
            // the AWS CLI would open a session
            command.env("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true");
        }
        let output = command.output().unwrap();
        self.name(step, &output);
        // how a command is used stands before the error, with the name of the program
        let error = self.named(&output.stderr);
        let usage = error.strip_prefix("usage: ");
        let error = usage.and_then(|usage| Some(usage.split_once(": error: ")?.1.to_owned()));
        Shown {
            output: self.named(&output.stdout),
            error: error.unwrap_or_else(|| self.named(&output.stderr)),
            code: output.status.code(),
        }
    }

    fn name(&mut self, step: &Step, output: &Output) {
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        for (name, pointer) in &step.kept {
            if let Some(text) = value.pointer(pointer).and_then(Value::as_str) {
                self.names.insert(name, text.trim_matches('"').to_owned());
            }
        }
    }

    fn named(&self, bytes: &[u8]) -> String {
        let names = self.names.iter();
        let text = names.fold(text(bytes), |text, (name, value)| text.replace(value, name));
        text.trim().to_owned()
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.folder.path()).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        files
            .map(|path| (name(&path), fs::read(path).unwrap()))
            .collect()
    }
}

/// Whether an operation takes the credentials of the account, on a bucket that a session would not be opened on.
fn is_of_the_account(command: &str) -> bool {
    command.contains("bucket")
}

fn ours(peer: &Peer) -> Command {
    let mut zonal = zonal(peer);
    zonal.env("AWS_DEFAULT_REGION", "us-west-2");
    zonal
}

/// The AWS CLI with the surroundings of ours.
fn theirs(peer: &Peer) -> Command {
    let mut aws = Command::new("aws");
    aws.env_clear();
    for (name, value) in ours(peer).get_envs() {
        aws.env(name, value.unwrap_or_default());
    }
    for name in ["PATH", "HOME"] {
        aws.env(name, std::env::var_os(name).unwrap_or_default());
    }
    aws.env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .arg("s3api");
    aws
}

/// Runs the steps with both programs.
fn compare(steps: &[Step]) {
    if Command::new("aws").arg("--version").output().is_err() {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: there is no `aws` on the PATH");
        }
        return;
    }
    let (mut ours, mut theirs) = (Side::new(ours), Side::new(theirs));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/docs/differences.md");
    let page = fs::read_to_string(page).unwrap();
    let mut problems = Vec::new();
    for step in steps {
        // the times in the answers of both are those of the step, however long one of them takes
        let now = SystemTime::now();
        ours.peer.clock().freeze(now);
        theirs.peer.clock().freeze(now);
        let (mine, other) = (ours.run(step), theirs.run(step));
        let is_listed = step.difference.map(|words| page.contains(words));
        let is_named = step.kept.is_empty() || mine.code == Some(0);
        match (mine == other && is_named, is_listed) {
            (true, None) | (false, Some(true)) => {}
            _ => problems.push(format!(
                "{:?} {:?}\nours {mine:#?}\ntheirs {other:#?}",
                step.words, step.difference
            )),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert_eq!(ours.files(), theirs.files());
}

#[test]
fn objects_and_buckets() {
    compare(&objects::steps());
}

#[test]
fn settings_of_buckets() {
    compare(&settings::steps());
}

#[test]
fn every_operation_is_compared() {
    let (objects, settings) = (objects::steps(), settings::steps());
    let steps: BTreeSet<_> = objects.iter().chain(&settings).map(Step::command).collect();
    let all = zonal_commands::COMMANDS.iter();
    let all = all.filter(|command| is_served(command.operation));
    let all = all.map(|command| command.name);
    let missing: Vec<_> = all.filter(|name| !steps.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
