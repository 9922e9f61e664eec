//! Bodies from and to files and pipes, and what remains after a failure.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use support::{BUCKET, interruptible, peer, run, text, until, zonal};
use zonal_peer::{Fault, Operation, Peer};

const LENGTH: usize = 9 * 1024 * 1024 + 5;

fn data() -> Vec<u8> {
    (0..LENGTH).map(|at| (at % 251) as u8).collect()
}

fn put(peer: &Peer, key: &str, body: &str) -> Command {
    let mut command = zonal(peer);
    command.args([
        "put-object",
        "--bucket",
        BUCKET,
        "--key",
        key,
        "--body",
        body,
    ]);
    command.stdout(Stdio::null());
    command
}

fn get(peer: &Peer, outfile: &str) -> Command {
    let mut command = zonal(peer);
    command.args(["get-object", "--bucket", BUCKET, "--key", "k", outfile]);
    command
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A shell with the environment that the program would have.
fn shell(peer: &Peer, script: &str) -> Command {
    let of_user = zonal(peer);
    let envs = of_user.get_envs();
    let mut shell = Command::new("sh");
    shell.env_clear().args(["-c", script]);
    shell.envs(envs.filter_map(|(name, value)| Some((name, value?))));
    shell
}

fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

#[test]
fn bodies_of_any_length_come_from_files_and_pipes_and_go_there() {
    let peer = peer();
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    fs::write(&source, data()).unwrap();
    let source = source.to_str().unwrap();
    assert!(put(&peer, "k", source).status().unwrap().success());
    assert_eq!(peer.object(BUCKET, "k").unwrap().data, data());
    let feed = |bytes: &[u8], key: &str| {
        let mut command = put(&peer, key, "-");
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(peer.object(BUCKET, key).unwrap().data, bytes);
    };
    feed(&data(), "long");
    feed(b"short", "short");
    feed(b"", "empty");
    // in JSON stands the body itself, and a file on the line counts more
    let json = r#"{"Body": "in JSON"}"#;
    let mut from_json = zonal(&peer);
    from_json.args(["put-object", "--bucket", BUCKET, "--key", "json"]);
    let commands = [
        (from_json, b"in JSON".to_vec()),
        (put(&peer, "json", source), data()),
    ];
    for (mut command, stored) in commands {
        let status = command.args(["--cli-input-json", json]).status();
        assert!(status.unwrap().success());
        assert_eq!(peer.object(BUCKET, "json").unwrap().data, stored);
    }
    // a pipe with a name, attempts included
    peer.fault(Fault::slow_down(1).on(Operation::PutObject));
    let script = format!(
        "cat {source} | {} put-object --bucket {BUCKET} --key named --body /dev/stdin",
        env!("CARGO_BIN_EXE_zonal")
    );
    let status = shell(&peer, &script).env("AWS_MAX_ATTEMPTS", "3").status();
    assert!(status.unwrap().success());
    assert_eq!(peer.object(BUCKET, "named").unwrap().data, data());
    let output = get(&peer, "-").output().unwrap();
    assert!(output.stdout == data() && output.stderr.is_empty());
    let copy = folder.path().join("copy");
    run(
        &peer,
        &[
            "get-object",
            "--bucket",
            BUCKET,
            "--key",
            "k",
            copy.to_str().unwrap(),
        ],
    );
    assert_eq!(fs::read(copy).unwrap(), data());
}

#[test]
fn calls_go_in_a_session_unless_that_is_switched_off() {
    let peer = peer();
    let operations = |value: Option<&str>| {
        let mut command = put(&peer, "k", "-");
        if let Some(value) = value {
            command.env("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", value);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        let requests = peer.take_requests();
        let requests = requests.iter().map(|request| request.operation);
        (output.status.code(), requests.collect::<Vec<_>>())
    };
    let put = Operation::PutObject;
    let both = vec![Operation::CreateSession, put];
    assert_eq!(operations(None), (Some(0), both.clone()));
    assert_eq!(operations(Some("false")), (Some(0), both));
    assert_eq!(operations(Some("True")), (Some(0), vec![put]));
    assert_eq!(operations(Some("yes")), (Some(255), vec![]));
}

/// What a download leaves that was stopped by a signal.
fn stopped(name: &str, outfile: &Path) -> Output {
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let fault = Fault::genuine().stall_after(1024 * 1024);
    peer.fault(fault.on(Operation::GetObject));
    let mut child = interruptible(&get(&peer, outfile.to_str().unwrap()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let folder = outfile.parent().unwrap();
    until("a file grows", || {
        let parts = names(folder).into_iter();
        parts.filter(|name| name.ends_with(".part")).any(|name| {
            let length = fs::metadata(folder.join(name)).map(|file| file.len());
            length.is_ok_and(|length| length > 0)
        })
    });
    signal(&child, name);
    until("the program ends", || child.try_wait().unwrap().is_some());
    child.wait_with_output().unwrap()
}

#[test]
fn a_signal_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let outfile = folder.path().join("out");
    let output = stopped("-INT", &outfile);
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(text(&output.stdout), "\n");
    assert!(names(folder.path()).is_empty());
    fs::write(&outfile, "before").unwrap();
    let output = stopped("-TERM", &outfile);
    assert_eq!(output.status.signal(), Some(15), "{output:?}");
    assert_eq!(names(folder.path()), ["out"]);
    assert_eq!(fs::read(&outfile).unwrap(), b"before");
}

#[test]
fn a_signal_ends_a_program_whose_output_nobody_reads() {
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let get = interruptible(&get(&peer, "-"))
        .stdout(Stdio::piped())
        .spawn();
    let mut child = get.unwrap();
    let mut first = [0];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    signal(&child, "-INT");
    until("the program ends", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn what_breaks_off_or_does_not_fit_leaves_nothing() {
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let folder = tempfile::tempdir().unwrap();
    let outfile = folder.path().join("out");
    let outfile = outfile.to_str().unwrap();
    peer.fault(Fault::genuine().close_after(4096).on(Operation::GetObject));
    let output = get(&peer, outfile).output().unwrap();
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    assert!(names(folder.path()).is_empty(), "{output:?}");
    // as large as files may be: what a full disk does
    let script = format!(
        "ulimit -f 100; exec {} get-object --bucket {BUCKET} --key k {outfile}",
        env!("CARGO_BIN_EXE_zonal")
    );
    let output = shell(&peer, &script).output().unwrap();
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    assert!(
        text(&output.stderr).contains("could not be written"),
        "{output:?}"
    );
    assert!(names(folder.path()).is_empty(), "{output:?}");
    for (outfile, code) in [("/dev/full", 255), ("/dev/null", 0)] {
        if Path::new(outfile).exists() {
            let status = get(&peer, outfile).output().unwrap().status;
            assert_eq!(status.code(), Some(code), "{outfile}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let mut child = get(&peer, "-")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(120), "{output:?}");
    assert!(!text(&output.stderr).contains("panicked"), "{output:?}");
}

#[test]
fn an_existing_file_keeps_its_permissions_and_a_link_stays_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let peer = peer();
    peer.put(BUCKET, "k", "new");
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let output = get(&peer, link.to_str().unwrap()).output();
    assert!(output.unwrap().status.success());
    assert_eq!(fs::read(&file).unwrap(), b"new");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn other_names_for_standard_output_are_written_as_it_is() {
    let peer = peer();
    peer.put(BUCKET, "k", "body\n");
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let run = |outfile: &str, redirected: &str| {
        // with - there is nothing to choose from
        let query = if outfile == "-" {
            ""
        } else {
            "--query ContentLength"
        };
        fs::write(&log, "before\n").unwrap();
        let script = format!(
            "{{ echo first; {} get-object --bucket {BUCKET} --key k {outfile} {query}; echo last; }} \
             {redirected}{}",
            env!("CARGO_BIN_EXE_zonal"),
            log.display()
        );
        let output = shell(&peer, &script).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(names(folder.path()), ["log"]);
        fs::read_to_string(&log).unwrap()
    };
    for outfile in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let appended = run(outfile, ">>");
        assert_eq!(appended, "before\nfirst\nbody\n5\nlast\n", "{outfile}");
        let anew = run(outfile, ">");
        assert_eq!(anew, "first\nbody\n5\nlast\n", "{outfile}");
    }
    assert_eq!(run("/dev/stderr", "2>>"), "before\nbody\n");
    assert_eq!(run("/dev/fd/3", "3>>"), "before\nbody\n");
    // the body has standard output for itself
    assert_eq!(run("-", ">>"), "before\nfirst\nbody\nlast\n");
}

#[test]
fn files_of_others_are_neither_removed_nor_cut_off() {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let get = |name: &str| get(&peer, at(name).to_str().unwrap()).output().unwrap();
    // process numbers are the same in two containers
    let drafts: Vec<_> = (1..40_000).map(|id| format!(".out.{id}.part")).collect();
    for draft in &drafts {
        fs::write(at(draft), "").unwrap();
    }
    assert!(get("out").status.success());
    assert_eq!(names(folder.path()).len(), drafts.len() + 1);
    for draft in &drafts {
        fs::remove_file(at(draft)).unwrap();
    }
    fs::hard_link(at("out"), at("second")).unwrap();
    peer.put(BUCKET, "k", "new");
    assert!(get("second").status.success());
    assert_eq!(fs::read(at("out")).unwrap(), b"new");
    assert_eq!(fs::metadata(at("out")).unwrap().nlink(), 2);
    // a file that may not be written
    fs::remove_file(at("second")).unwrap();
    fs::set_permissions(at("out"), fs::Permissions::from_mode(0o400)).unwrap();
    let output = get("out");
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    let problem = text(&output.stderr);
    assert!(problem.contains("write permission"), "{problem}");
    // a named pipe
    let pipe = at("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let reader = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::read(pipe).unwrap())
    };
    assert!(get("pipe").status.success());
    assert_eq!(reader.join().unwrap(), b"new");
    assert!(fs::metadata(pipe).unwrap().file_type().is_fifo());
    assert_eq!(names(folder.path()), ["out", "pipe"]);
}

/// Whether file systems can be mounted here, where only a command of the test sees them.
fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "true"]).output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        println!("skipped: nothing can be mounted here");
    }
    can
}

#[test]
fn a_full_or_read_only_disk_is_an_error_that_leaves_all_as_it_was() {
    if !can_mount() {
        return;
    }
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let folder = tempfile::tempdir().unwrap();
    for (options, outfile, problem) in [
        ("remount,size=1m", "old", "No space left on device"),
        ("remount,size=1m", "new", "No space left on device"),
        ("remount,ro", "old", "Read-only file system"),
        ("remount,ro", "new", "Read-only file system"),
    ] {
        let script = format!(
            "unshare -rm sh -c 'mount -t tmpfs none {folder} && cd {folder} && echo before >old && \
             mount -o {options} {folder} || exit 77; \
             {} get-object --bucket {BUCKET} --key k {outfile}; code=$?; ls -A; cat old; exit $code'",
            env!("CARGO_BIN_EXE_zonal"),
            folder = folder.path().display(),
        );
        let output = shell(&peer, &script).output().unwrap();
        if output.status.code() == Some(77) {
            println!("skipped: no such disk can be mounted here");
            return;
        }
        assert_eq!(output.status.code(), Some(255), "{output:?}");
        let told = text(&output.stderr);
        assert!(told.contains(problem) && told.contains(outfile), "{told}");
        assert_eq!(text(&output.stdout), "old\nbefore\n", "{options}");
    }
}

#[test]
fn a_file_of_the_working_directory_needs_no_path() {
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let folder = tempfile::tempdir().unwrap();
    for outfile in ["out", "./out", "out"] {
        let output = get(&peer, outfile).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(names(folder.path()), ["out"]);
    }
    assert_eq!(fs::read(folder.path().join("out")).unwrap(), data());
    for outfile in [".", "..", "new/", ""] {
        let output = get(&peer, outfile).current_dir(&folder).output().unwrap();
        assert_ne!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(names(folder.path()), ["out"]);
    }
}

#[test]
fn a_file_that_is_mounted_is_written_in_place() {
    if !can_mount() {
        return;
    }
    let peer = peer();
    peer.put(BUCKET, "k", "new");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("outside"), "a longer text").unwrap();
    fs::write(at("inside"), "what is mounted upon").unwrap();
    let (outside, inside) = (at("outside"), at("inside"));
    let script = format!(
        "unshare -rm sh -c 'mount --bind {} {inside} && exec {} get-object --bucket {BUCKET} --key k {inside}'",
        outside.display(),
        env!("CARGO_BIN_EXE_zonal"),
        inside = inside.display(),
    );
    let output = shell(&peer, &script).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read(outside).unwrap(), b"new");
    assert_eq!(fs::read(inside).unwrap(), b"what is mounted upon");
    assert_eq!(names(folder.path()), ["inside", "outside"]);
}

#[test]
fn a_signal_ends_a_program_whose_pipe_nobody_opens() {
    let peer = peer();
    peer.put(BUCKET, "k", data());
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let get = interruptible(&get(&peer, pipe.to_str().unwrap()));
    let mut child = { get }.stdout(Stdio::null()).spawn().unwrap();
    until("the request comes", || {
        let requests = peer.requests();
        requests
            .iter()
            .any(|request| request.operation == Operation::GetObject)
    });
    signal(&child, "-INT");
    until("the program ends", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(folder.path()), ["pipe"]);
}

#[test]
fn what_is_not_utf_8_is_refused_and_not_changed() {
    let peer = peer();
    let name = std::ffi::OsStr::from_bytes(b"\xff");
    let output = get(&peer, "x").arg(name).output().unwrap();
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    assert!(text(&output.stderr).contains("not UTF-8"));
    let output = get(&peer, "x").env("AWS_PROFILE", name).output().unwrap();
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    assert!(text(&output.stderr).contains("AWS_PROFILE"));
    let mut child = zonal(&peer);
    child.args(["create-session", "--bucket", BUCKET, "--exec", "--"]);
    let output = child.args(["printf", "%s"]).arg(name).output().unwrap();
    assert_eq!(output.stdout, b"\xff");
    assert!(peer.keys(BUCKET).is_empty());
}
