//! Sessions that are kept from one run of the program to the next.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use support::{BUCKET, SECRET, peer, text};
use zonal_peer::{Operation, Peer};

/// A peer with an object, and a home directory.
struct World {
    peer: Peer,
    home: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self::on(peer())
    }

    fn on(peer: Peer) -> Self {
        let world = Self {
            peer,
            home: tempfile::tempdir().unwrap(),
        };
        let put = ["put-object", "--bucket", BUCKET, "--key", "k"];
        assert!(world.run(&put).status.success());
        world.peer.take_requests();
        world
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = support::zonal(&self.peer);
        command.env("HOME", self.home.path()).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Asks for the object with the cache; how many sessions that opened.
    fn head(&self) -> usize {
        let words = [
            "--use-session-cache",
            "head-object",
            "--bucket",
            BUCKET,
            "--key",
            "k",
        ];
        let output = self.run(&words);
        assert!(output.status.success(), "{output:?}");
        support::count(&self.peer, Operation::CreateSession)
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join(".cache/zonal/sessions")
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder()).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }
}

#[test]
fn a_hundred_runs_cost_a_hundred_and_one_requests() {
    let world = World::new();
    for _ in 0..100 {
        let words = ["head-object", "--bucket", BUCKET, "--key", "k"];
        let run = world
            .command(&words)
            .env("ZONAL_SESSION_CACHE", "true")
            .output();
        assert!(run.unwrap().status.success());
    }
    assert_eq!(world.peer.take_requests().len(), 101);
}

#[test]
fn it_is_off_unless_option_variable_or_setting_asks_for_it() {
    let world = World::new();
    let config = world.home.path().join("config");
    fs::write(&config, "[default]\nzonal_session_cache = true\n").unwrap();
    let opened = |options: &[&str], variable: &str, has_config: bool| {
        let words = [options, &["head-object", "--bucket", BUCKET, "--key", "k"]].concat();
        let mut command = world.command(&words);
        command.env("ZONAL_SESSION_CACHE", variable);
        if has_config {
            command.env("AWS_CONFIG_FILE", &config);
        }
        let output = command.output().unwrap();
        (
            output.status.code().unwrap(),
            support::count(&world.peer, Operation::CreateSession),
        )
    };
    assert_eq!(opened(&[], "", false), (0, 1));
    assert!(!world.folder().exists());
    assert_eq!(opened(&[], "", true), (0, 1));
    assert_eq!(opened(&[], "", true), (0, 0));
    assert_eq!(opened(&[], "True", false), (0, 0));
    assert_eq!(opened(&[], "false", true), (0, 1));
    assert_eq!(opened(&["--use-session-cache"], "false", false), (0, 0));
    assert_eq!(opened(&[], "1", false), (255, 0));
}

#[test]
fn nobody_else_can_read_the_files_and_their_names_say_nothing() {
    let world = World::new();
    world.head();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.folder()), 0o700);
    let files = world.files();
    let [file] = &*files else {
        panic!("{files:?}");
    };
    assert_eq!(mode(file), 0o600);
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(
        name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{name}"
    );
    assert!(!fs::read_to_string(file).unwrap().contains(SECRET));
    // another account, another file
    world.peer.add_credentials("AKIAOTHER", SECRET);
    let words = [
        "--use-session-cache",
        "head-object",
        "--bucket",
        BUCKET,
        "--key",
        "k",
    ];
    let other = world
        .command(&words)
        .env("AWS_ACCESS_KEY_ID", "AKIAOTHER")
        .output();
    assert!(other.unwrap().status.success());
    assert_eq!(support::count(&world.peer, Operation::CreateSession), 1);
    assert_eq!(world.files().len(), 2);
}

#[test]
fn a_session_that_is_rejected_is_replaced() {
    let world = World::new();
    assert_eq!(world.head(), 1);
    let before = fs::read(&world.files()[0]).unwrap();
    world.peer.forget_sessions();
    assert_eq!(world.head(), 1);
    assert_ne!(fs::read(&world.files()[0]).unwrap(), before);
    assert_eq!(world.head(), 0);
    world.peer.expire_sessions();
    let words = ["--use-session-cache", "list-objects-v2", "--bucket", BUCKET];
    assert!(world.run(&words).status.success());
    assert_eq!(world.head(), 1, "by the listing, not by the last");
}

#[test]
fn the_last_thirty_seconds_of_a_session_are_not_used() {
    let lasting = |seconds| {
        let peer = Peer::builder()
            .bucket(BUCKET)
            .region("us-west-2")
            .credentials("AKIAEXAMPLE", SECRET)
            .session_lifetime(Duration::from_secs(seconds));
        World::on(peer.start_blocking().unwrap())
    };
    let short = lasting(30);
    assert_eq!([short.head(), short.head()], [1, 1]);
    let long = lasting(3_000);
    assert_eq!([long.head(), long.head()], [1, 0]);
    // as though that had been 270 seconds ago
    let file = &long.files()[0];
    let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    for (ends, opened) in [(now + 29, 1), (now + 600, 0), (now + 10_000, 1), (0, 1)] {
        kept["Ends"] = ends.into();
        fs::write(file, kept.to_string()).unwrap();
        assert_eq!(long.head(), opened, "{ends}, now {now}");
        kept = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    }
}

#[test]
fn what_others_could_have_written_is_not_believed() {
    let world = World::new();
    world.head();
    let file = &world.files()[0];
    let permit = |path: &PathBuf, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    permit(file, 0o644);
    assert_eq!(world.head(), 1);
    permit(file, 0o600);
    fs::write(file, "{\"Ends\": ").unwrap();
    assert_eq!(world.head(), 1);
    let elsewhere = world.home.path().join("elsewhere");
    fs::rename(file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, file).unwrap();
    assert_eq!(world.head(), 1);
    permit(&world.folder(), 0o755);
    let words = [
        "--use-session-cache",
        "head-object",
        "--bucket",
        BUCKET,
        "--key",
        "k",
    ];
    let output = world.run(&words);
    assert!(output.status.success(), "{output:?}");
    let told = text(&output.stderr);
    assert!(
        told.contains("the session cache is not used") && told.contains("chmod 700"),
        "{told}"
    );
    assert_eq!(support::count(&world.peer, Operation::CreateSession), 1);
    let output = world.run(&["session", "status"]);
    assert_eq!(output.status.code(), Some(255), "{output:?}");
}

#[test]
fn sessions_can_be_opened_shown_and_forgotten() {
    let world = World::new();
    let run = |words: &[&str]| {
        let output = world.run(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        text(&output.stdout)
    };
    let json = |words: &[&str]| serde_json::from_str::<serde_json::Value>(&run(words)).unwrap();
    assert_eq!(
        json(&["session", "status"])["Sessions"],
        serde_json::json!([])
    );
    let opened = json(&["session", "open", "--bucket", BUCKET]);
    assert_eq!(opened["Sessions"][0]["Bucket"], BUCKET);
    assert_eq!(opened["Sessions"][0]["AccountAccessKeyId"], "AKIAEXAMPLE");
    world.peer.take_requests();
    assert_eq!(world.head(), 0);
    let left = run(&[
        "session",
        "status",
        "--query",
        "Sessions[0].SecondsLeft",
        "--output",
        "text",
    ]);
    assert!(
        (200..=300).contains(&left.trim().parse().unwrap()),
        "{left}"
    );
    let shown = run(&["session", "status"]);
    let kept = fs::read_to_string(&world.files()[0]).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    for secret in ["SecretAccessKey", "SessionToken"] {
        assert!(!shown.contains(kept[secret].as_str().unwrap()), "{shown}");
    }
    let other = ["session", "forget", "--bucket", "other--usw2-az1--x-s3"];
    assert_eq!(json(&other)["Forgotten"], 0);
    assert_eq!(json(&["session", "forget"])["Forgotten"], 1);
    assert_eq!(world.head(), 1);
    for (words, code) in [
        (&["session"][..], 255),
        (&["session", "close"], 2),
        (&["session", "open"], 2),
        (&["session", "status", "--key", "k"], 255),
        (
            &["session", "open", "--bucket", "none--usw2-az1--x-s3"],
            255,
        ),
    ] {
        assert_eq!(world.run(words).status.code(), Some(code), "{words:?}");
    }
}
