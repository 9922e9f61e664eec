//! Commands that are killed or interrupted, anywhere: the next run ends right, nothing is lost, nothing is there twice,
//! and no upload is left.
//!
//! `ZONAL_KILLS` sets how often each command is stopped; `.ci/long` takes 50.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zonal_peer::{Fault, Operation};

use crate::desk::Desk;
use crate::support::{BUCKET, interruptible, text, until};

/// Three parts and a bit, so that it is kept where `--resume` says so.
const LARGE: usize = (24 << 20) + 7;
const SMALL: usize = 20;
/// The most parts that are under way at once, and so may be sent again: all.
const WORKERS: usize = 4;

fn rounds() -> u64 {
    let given = std::env::var("ZONAL_KILLS").ok();
    given.map_or(1, |number| number.parse().unwrap())
}

/// A number below `end`, another one in each round.
fn point(round: u64, end: u64) -> u64 {
    let mut number =
        (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(std::process::id());
    number ^= number >> 29;
    number = number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (number >> 33) % end
}

fn bytes(seed: usize, length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| (at * 31 + at / 251 + seed) as u8)
        .collect()
}

/// A large file and some small ones, by their names.
fn files() -> BTreeMap<String, Vec<u8>> {
    let small = (0..SMALL).map(|at| (format!("sub/{at}"), bytes(at, 1000 + at)));
    small
        .chain([("large".to_owned(), bytes(7, LARGE))])
        .collect()
}

/// How a command is stopped.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stop {
    Kill,
    Interrupt,
}

struct Stopped {
    desk: Desk,
    line: &'static str,
    /// Whether what has arrived of large files is kept.
    resumes: bool,
}

impl Stopped {
    /// Runs the command, and stops it when the service has had so many requests.
    fn stop(&self, stop: Stop, at: usize) {
        self.desk.peer.take_requests();
        let slow = Fault::genuine().delay(Duration::from_millis(3));
        self.desk.peer.fault(slow.always());
        let mut command = interruptible(&self.desk.command(self.line));
        command.current_dir(self.desk.path());
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let requests = || self.desk.peer.requests().len();
        until("the point is reached", || {
            requests() >= at || child.try_wait().unwrap().is_some()
        });
        signal(&child, stop);
        let output = child.wait_with_output().unwrap();
        self.desk.peer.clear_faults();
        let errors = text(&output.stderr);
        match (stop, output.status.code()) {
            // it had come to its end
            (_, Some(0)) => {}
            (Stop::Interrupt, code) => {
                assert_eq!(code, Some(1), "{errors}");
                assert!(errors.contains("cancelled: ctrl-c received"), "{errors}");
                assert!(errors.contains("Run the same command again"), "{errors}");
                assert!(self.resumes || self.desk.peer.uploads(BUCKET).is_empty());
            }
            (Stop::Kill, code) => assert_eq!(code, None, "{errors}"),
        }
    }

    /// Runs the command to its end.
    fn again(&self) {
        let ended = self.desk.run(self.line);
        assert_eq!(ended.code, 0, "{}: {}", self.line, ended.err);
    }

    /// Removes what killed uploads have left.
    fn clean(&self) {
        assert_eq!(self.desk.run("rm s3://B --uploads").code, 0);
        assert_eq!(self.desk.peer.uploads(BUCKET), []);
    }

    fn assert_objects(&self, prefix: &str, files: &BTreeMap<String, Vec<u8>>) {
        let keys: Vec<_> = files.keys().map(|name| format!("{prefix}{name}")).collect();
        assert_eq!(self.desk.keys(), keys, "{}", self.line);
        for (name, bytes) in files {
            let object = self.desk.peer.object(BUCKET, &format!("{prefix}{name}"));
            assert!(object.unwrap().data == *bytes, "{} {name}", self.line);
        }
    }

    fn assert_files(&self, files: &BTreeMap<String, Vec<u8>>) {
        let names: Vec<_> = files.keys().map(|name| format!("d/{name}")).collect();
        let drafts = |name: &String| name.ends_with(".part");
        let mut there = self.desk.files();
        // a draft is all that a killed download may leave
        there.retain(|name| !drafts(name));
        assert_eq!(there, names, "{}", self.line);
        for (name, bytes) in files {
            let path = self.desk.path().join("d").join(name);
            assert!(fs::read(path).unwrap() == *bytes, "{} {name}", self.line);
        }
    }

    fn parts(&self) -> usize {
        let requests = self.desk.peer.requests();
        let parts = |request: &&zonal_peer::Recorded| request.operation == Operation::UploadPart;
        requests.iter().filter(parts).count()
    }
}

fn signal(child: &Child, stop: Stop) {
    let name = match stop {
        Stop::Kill => "-KILL",
        Stop::Interrupt => "-INT",
    };
    // it may have ended
    let _ = Command::new("kill")
        .args([name, &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
}

fn write(directory: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        let path = directory.join("d").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn stopped(line: &'static str) -> Stopped {
    Stopped {
        desk: Desk::new(),
        line,
        resumes: line.contains("--resume"),
    }
}

/// Each command, each way to stop it, at some point.
fn each(lines: &[&'static str], check: impl Fn(&Stopped, Stop, usize)) {
    for round in 0..rounds() {
        for (at, line) in lines.iter().enumerate() {
            let stop = match (round + at as u64) % 2 {
                0 => Stop::Kill,
                _ => Stop::Interrupt,
            };
            let end = SMALL as u64 + 8;
            let at = point(round * lines.len() as u64 + at as u64, end);
            check(&stopped(line), stop, 1 + at as usize);
        }
    }
    println!("{} times stopped: {}", rounds(), lines.join(", "));
}

#[test]
fn uploads_that_are_stopped_end_right_the_next_time() {
    let files = files();
    let lines = [
        "cp d s3://B/d --recursive",
        "cp d s3://B/d --recursive --resume",
        "mv d s3://B/d --recursive",
        "mv d s3://B/d --recursive --resume",
        "sync d s3://B/d",
    ];
    each(&lines, |stopped, stop, at| {
        write(stopped.desk.path(), &files);
        stopped.stop(stop, at);
        stopped.again();
        stopped.assert_objects("d/", &files);
        let most = LARGE.div_ceil(8 << 20) + WORKERS;
        assert!(
            !stopped.resumes || stopped.parts() <= most,
            "{}",
            stopped.parts()
        );
        stopped.clean();
        if stopped.line.starts_with("mv") {
            stopped.assert_files(&BTreeMap::new());
        }
    });
}

#[test]
fn a_killed_upload_goes_on_with_the_parts_that_are_missing() {
    let stopped = stopped("cp d/large s3://B/k --resume");
    let (desk, large) = (&stopped.desk, bytes(7, LARGE));
    write(desk.path(), &[("large".to_owned(), large.clone())].into());
    let stall = Fault::genuine().stall_before_head();
    desk.peer
        .fault(stall.on(Operation::UploadPart).skip(2).always());
    let mut child = desk.command(stopped.line).spawn().unwrap();
    let noted = || {
        let states = fs::read_dir(desk.path().join(".local/zonal"));
        let paths = states
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path());
        let texts = paths.map(|path| fs::read_to_string(path).unwrap());
        texts.map(|text| text.lines().count()).sum::<usize>()
    };
    // what has come of the killed process is not counted with what the next one sends
    until("all four parts have come", || stopped.parts() == WORKERS);
    until("two parts are noted below the first line", || noted() == 3);
    child.kill().unwrap();
    child.wait().unwrap();
    desk.peer.clear_faults();
    desk.peer.take_requests();
    stopped.again();
    assert!(stopped.parts() <= 2, "{}", stopped.parts());
    assert!(desk.peer.object(BUCKET, "k").unwrap().data == large);
    assert_eq!(desk.files(), ["d/large"]);
    stopped.clean();
}

#[test]
fn downloads_that_are_stopped_end_right_the_next_time() {
    let files = files();
    let lines = [
        "cp s3://B/d d --recursive",
        "cp s3://B/d d --recursive --resume",
        "mv s3://B/d d --recursive",
        "sync s3://B/d d",
        "sync s3://B/d d --delete --resume",
    ];
    each(&lines, |stopped, stop, at| {
        for (name, bytes) in &files {
            stopped
                .desk
                .peer
                .put(BUCKET, &format!("d/{name}"), bytes.clone());
        }
        stopped.stop(stop, at);
        stopped.again();
        stopped.assert_files(&files);
        if stopped.line.starts_with("mv") {
            stopped.assert_objects("d/", &BTreeMap::new());
        }
    });
}

#[test]
fn copies_that_are_stopped_end_right_the_next_time() {
    let mut files = files();
    files.retain(|name, _| name != "large");
    let lines = [
        "cp s3://B/d s3://B/e --recursive",
        "mv s3://B/d s3://B/e --recursive",
        "sync s3://B/d s3://B/e",
    ];
    each(&lines, |stopped, stop, at| {
        for (name, bytes) in &files {
            stopped
                .desk
                .peer
                .put(BUCKET, &format!("d/{name}"), bytes.clone());
        }
        stopped.stop(stop, at);
        stopped.again();
        if stopped.line.starts_with("mv") {
            return stopped.assert_objects("e/", &files);
        }
        let mut both = BTreeMap::new();
        for (name, bytes) in &files {
            both.insert(format!("d/{name}"), bytes.clone());
            both.insert(format!("e/{name}"), bytes.clone());
        }
        stopped.assert_objects("", &both);
    });
}
