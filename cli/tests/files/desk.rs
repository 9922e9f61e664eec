//! A bucket, a folder, and the program between them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use zonal_peer::Peer;

use crate::support::{BUCKET, peer, text, zonal};

/// A peer, and an empty folder in which the program runs.
pub(crate) struct Desk {
    pub(crate) peer: Peer,
    pub(crate) folder: TempDir,
}

/// How a run ends.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            peer: peer(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, data: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path().join(name)).ok()
    }

    pub(crate) fn put(&self, keys: &[&str]) {
        for key in keys {
            self.peer.put(BUCKET, key, format!("data of {key}"));
        }
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = zonal(&self.peer);
        command.current_dir(self.path());
        command.env("XDG_STATE_HOME", self.path().join(".local"));
        for word in line.split_whitespace() {
            let key = word.strip_prefix("s3://B");
            let key = key.filter(|key| key.is_empty() || key.starts_with('/'));
            match key {
                Some(key) => command.arg(format!("s3://{BUCKET}{key}")),
                None if word == "B" => command.arg(BUCKET),
                None => command.arg(word),
            };
        }
        command
    }

    /// Runs a line, in which `B` is the bucket; its output is sorted, for files are worked on at once and buckets list in no order.
    pub(crate) fn run(&self, line: &str) -> Ended {
        ended(self.command(line).output().unwrap())
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys = self.peer.keys(BUCKET);
        keys.sort();
        keys
    }

    /// The paths of all files in the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path)
                } else {
                    let path = path.strip_prefix(self.path()).unwrap();
                    files.push(path.to_str().unwrap().to_owned());
                }
            }
        }
        files.sort();
        files
    }

    pub(crate) fn data(&self, key: &str) -> String {
        let object = self.peer.object(BUCKET, key);
        let object = object.unwrap_or_else(|| panic!("there is no {key}"));
        text(&object.data.to_bytes().unwrap())
    }
}

pub(crate) fn ended(output: Output) -> Ended {
    let sorted = |bytes: &[u8]| {
        let text = text(bytes).replace(BUCKET, "B");
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: sorted(&output.stdout),
        err: sorted(&output.stderr),
    }
}

/// Runs each line in turn and compares exit code and output.
pub(crate) fn check(desk: &Desk, table: &[(&str, i32, &str)]) {
    for (line, code, out) in table {
        let ended = desk.run(line);
        assert_eq!(
            (ended.code, &*ended.out),
            (*code, *out),
            "{line}: {}",
            ended.err
        );
        if *code == 0 {
            assert_eq!(ended.err, "", "{line}");
        }
    }
}
