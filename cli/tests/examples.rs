//! The commands on the reference pages work: each is run by a shell against a server that holds what the page is about,
//! and prints what the page shows, but for names and times.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use support::{BUCKET, is_served, run, text, words, zonal};
use tempfile::TempDir;
use zonal_peer::Peer;

/// The names that the pages give to what a server makes up.
const UPLOAD: &str = "AAMBAbcd-1234_efgh.5678";
const TAG: &str = "5f2c9a7d1e8b4036a1c45d90";
const OTHER_TAG: &str = "0b7e63d42f9c4815be28a6f1";
const TOKEN: &str = "bmV4dA==";

/// 2026-01-15T10:00:00Z, the time on the pages.
const TIME: Duration = Duration::from_secs(1_768_471_200);

/// An example of a page: the command, and the output that follows it.
#[derive(Debug)]
struct Example {
    command: String,
    output: Option<Value>,
}

/// A server and a folder for one example.
struct Lab {
    peer: Peer,
    folder: TempDir,
}

fn page(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/docs");
    fs::read_to_string(folder.join(format!("{name}.md"))).unwrap()
}

/// The examples of a page, each block of shell with the JSON behind it.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut blocks = page.split("\n```").skip(1);
    while let (Some(block), Some(_)) = (blocks.next(), blocks.next()) {
        let (language, code) = block.split_once('\n').unwrap();
        match language {
            "sh" => examples.push(Example {
                command: code.to_owned(),
                output: None,
            }),
            "json" => {
                if let Some(example) = examples.last_mut() {
                    example.output = Some(serde_json::from_str(code).unwrap());
                }
            }
            _ => {}
        }
    }
    examples
}

impl Lab {
    fn new() -> Self {
        let peer = Peer::builder()
            .region("us-west-2")
            .credentials("AKIAEXAMPLE", support::SECRET)
            .min_part_size(1)
            .start_blocking()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { peer, folder }
    }

    fn shell(&self, command: &str) -> Output {
        let own = zonal(&self.peer);
        let bin = Path::new(env!("CARGO_BIN_EXE_zonal")).parent().unwrap();
        let mut shell = Command::new("sh");
        shell.env_clear().current_dir(self.folder.path());
        for (name, value) in own.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        shell.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        shell.args(["-ec", command]).output().unwrap()
    }

    /// Runs a command line of ours and gives what it prints.
    fn zonal(&self, line: &str) -> String {
        self.run(&words(line))
    }

    fn run(&self, words: &[String]) -> String {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        run(&self.peer, &words).trim().to_owned()
    }

    /// Runs the first example of another page.
    fn first_of(&self, name: &str) {
        let example = &examples(&page(name))[0];
        let output = self.shell(&example.command);
        assert!(output.status.success(), "{example:?}: {output:?}");
    }

    /// Writes an object at the time that the pages have.
    fn put(&self, key: &str, size: usize) {
        self.peer.clock().freeze(SystemTime::UNIX_EPOCH + TIME);
        self.peer.put(BUCKET, key, vec![7; size]);
        self.peer.clock().reset();
    }

    fn tag(&self, key: &str) -> String {
        let line = format!("head-object --bucket B --key {key} --query ETag --output text");
        self.zonal(&line).trim_matches('"').to_owned()
    }

    /// Starts an upload of so many parts; its id and the tags of the parts.
    fn upload(&self, key: &str, options: &str, parts: &[&str]) -> Vec<String> {
        let start = format!(
            "create-multipart-upload --bucket B --key {key} {options} --query UploadId --output text"
        );
        let id = self.zonal(&start);
        let mut names = vec![id.clone()];
        for (number, part) in parts.iter().enumerate() {
            let file = self.folder.path().join("part");
            fs::write(&file, part).unwrap();
            let number = (number + 1).to_string();
            let line = format!(
                "upload-part --bucket B --key {key} --upload-id {id} --part-number {number}"
            );
            let mut words = words(&line);
            words.extend(
                [
                    "--body",
                    file.to_str().unwrap(),
                    "--query",
                    "ETag",
                    "--output",
                    "text",
                ]
                .map(str::to_owned),
            );
            names.push(self.run(&words).trim_matches('"').to_owned());
        }
        names
    }

    /// Makes what an example is about; what stands for the made-up names of the page.
    fn prepare(&self, command: &str, number: usize) -> Vec<(&'static str, String)> {
        if !matches!(command, "create-bucket" | "list-directory-buckets") {
            self.peer.create_bucket(BUCKET);
        }
        match (command, number) {
            ("abort-multipart-upload" | "list-parts" | "upload-part", _) => {
                let mut names = self.upload("video.mp4", "", &["one"]);
                vec![(UPLOAD, names.swap_remove(0))]
            }
            ("complete-multipart-upload", 0) => {
                let names = self.upload("video.mp4", "", &["one", "two"]);
                [UPLOAD, TAG, OTHER_TAG].into_iter().zip(names).collect()
            }
            ("complete-multipart-upload", _) => {
                let options = "--checksum-algorithm CRC32 --checksum-type FULL_OBJECT";
                let names = self.upload("video.mp4", options, &["hello world"]);
                [UPLOAD, TAG].into_iter().zip(names).collect()
            }
            ("copy-object", 1) => {
                self.peer.create_bucket("example-reports");
                self.peer.put("example-reports", "2026/report 1.csv", "a,b");
                Vec::new()
            }
            ("copy-object" | "get-object" | "delete-object", 0) => {
                self.first_of("put-object");
                Vec::new()
            }
            ("get-object", _) => {
                self.first_of("put-object");
                vec![(TAG, self.tag("notes/today.txt"))]
            }
            ("delete-object", _) => {
                self.put("notes/today.txt", 11);
                Vec::new()
            }
            ("create-session", 2) | ("get-bucket-encryption", _) => {
                self.first_of("put-bucket-encryption");
                Vec::new()
            }
            ("delete-objects", 0) => {
                self.put("tmp/1", 1);
                Vec::new()
            }
            ("delete-objects", _) => {
                self.put("logs/a", 1);
                self.put("logs/b", 11);
                vec![(TAG, self.tag("logs/a"))]
            }
            ("get-object-attributes", _) => {
                let options = "--checksum-algorithm CRC32 --checksum-type FULL_OBJECT";
                let parts = ["one", "two"];
                let names = self.upload("video.mp4", options, &parts);
                self.complete("video.mp4", &names);
                Vec::new()
            }
            ("head-object", 0) => {
                self.put("logs/app.log", 1024);
                Vec::new()
            }
            ("head-object", _) => {
                let names = self.upload("video.mp4", "", &["one", "two"]);
                self.complete("video.mp4", &names);
                Vec::new()
            }
            ("put-object", 2) => {
                self.put("logs/app.log", 1024);
                Vec::new()
            }
            ("list-directory-buckets", _) => {
                self.first_of("create-bucket");
                Vec::new()
            }
            ("list-multipart-uploads", _) => {
                self.upload("videos/1.mp4", "", &[]);
                self.upload("videos/1.mp4", "", &[]);
                Vec::new()
            }
            ("list-objects-v2", 0) => {
                self.put("notes/today.txt", 11);
                self.put("notes/old/1", 1);
                Vec::new()
            }
            ("list-objects-v2", _) => {
                ["a", "b", "c", "d", "e"]
                    .iter()
                    .for_each(|key| self.put(key, 1));
                let line = "list-objects-v2 --bucket B --max-keys 2 --query NextContinuationToken --output text";
                vec![(TOKEN, self.zonal(line))]
            }
            ("rename-object", 0) => {
                self.put("queue/job-7.json", 1);
                Vec::new()
            }
            ("rename-object", _) => {
                self.put("draft v2.txt", 1);
                let object = self.peer.object(BUCKET, "draft v2.txt").unwrap();
                vec![(TAG, object.etag.trim_matches('"').to_owned())]
            }
            ("upload-part-copy", _) => {
                self.put("large.bin", 8_388_608);
                let mut names = self.upload("copy.bin", "", &[]);
                vec![(UPLOAD, names.swap_remove(0)), (TAG, self.tag("large.bin"))]
            }
            ("get-bucket-policy" | "delete-bucket-policy", _) => {
                self.first_of("put-bucket-policy");
                Vec::new()
            }
            (
                "get-bucket-inventory-configuration"
                | "delete-bucket-inventory-configuration"
                | "list-bucket-inventory-configurations",
                _,
            ) => {
                self.first_of("put-bucket-inventory-configuration");
                Vec::new()
            }
            ("get-bucket-metrics-configuration", _) => {
                self.first_of("put-bucket-metrics-configuration");
                Vec::new()
            }
            ("delete-bucket-metrics-configuration" | "list-bucket-metrics-configurations", _) => {
                for example in examples(&page("put-bucket-metrics-configuration")) {
                    self.shell(&example.command);
                }
                Vec::new()
            }
            ("get-bucket-lifecycle-configuration", _) => {
                self.first_of("put-bucket-lifecycle-configuration");
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn complete(&self, key: &str, names: &[String]) {
        let parts = names[1..].iter().zip(1..);
        let parts = parts.map(|(tag, number)| format!("{{ETag={tag},PartNumber={number}}}"));
        let parts: Vec<_> = parts.collect();
        self.zonal(&format!(
            "complete-multipart-upload --bucket B --key {key} --upload-id {} --multipart-upload Parts=[{}]",
            names[0],
            parts.join(",")
        ));
    }
}

/// A value without what a server makes up: names of members, lengths and kinds stay.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), shape(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => Value::from("text"),
        Value::Number(_) => Value::from(0),
        other => other.clone(),
    }
}

#[test]
fn the_commands_on_the_pages_work_and_print_what_the_pages_show() {
    let mut problems = Vec::new();
    let mut count = 0;
    for command in zonal_commands::COMMANDS {
        let examples = examples(&page(command.name));
        assert_eq!(examples.len(), command.examples.len(), "{}", command.name);
        assert!(!examples.is_empty(), "{} has no example", command.name);
        if !is_served(command.operation) {
            continue;
        }
        for (number, example) in examples.iter().enumerate() {
            let lab = Lab::new();
            let names = lab.prepare(command.name, number);
            let line = names
                .iter()
                .fold(example.command.clone(), |line, (name, real)| {
                    line.replace(name, real)
                });
            let output = lab.shell(&line);
            let printed = serde_json::from_slice::<Value>(&output.stdout).ok();
            let same = printed.as_ref().map(shape) == example.output.as_ref().map(shape);
            if !output.status.success() || !same {
                problems.push(format!(
                    "{line}\n{}{}{:?}",
                    text(&output.stdout),
                    text(&output.stderr),
                    example.output.as_ref().map(ToString::to_string)
                ));
            }
            count += 1;
        }
    }
    assert!(
        problems.is_empty(),
        "{} of {count}:\n\n{}",
        problems.len(),
        problems.join("\n\n")
    );
}
