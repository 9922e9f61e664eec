//! How long the program waits for a server: while it works, while it is silent, and where it answers too early.
//!
//! The program has the machine's clock and no other, so this takes real time. No pause of a server that is to be waited
//! for is longer than a tenth of the limit, and a program that does not get the processor for a while reads what has
//! come before it looks at the time. What is to be waited for runs side by side.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use support::{BUCKET, SECRET, count, text, words, zonal};
use zonal_peer::{Fault, Operation, Peer, Reply, Tls};

const MS: Duration = Duration::from_millis(1);
/// A guard against what hangs: the program ends long before, however busy this machine is.
const SOON: Duration = Duration::from_secs(180);
/// How long nothing may move. What is to be waited for takes longer, in steps of a tenth.
const LIMIT: Duration = Duration::from_secs(5);
const STEPS: usize = 13;

fn command(peer: &Peer, attempts: &str, limit: &str, line: &str) -> Command {
    let mut command = zonal(peer);
    command.env("AWS_MAX_ATTEMPTS", attempts);
    command
        .args(words(line))
        .args(["--cli-read-timeout", limit]);
    command
}

fn run(peer: &Peer, attempts: &str, limit: &str, line: &str) -> Output {
    command(peer, attempts, limit, line).output().unwrap()
}

/// A file of zeros.
fn file(length: u64) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(length).unwrap();
    file
}

/// Runs commands side by side. Each takes longer than the limit, and succeeds with its only request.
#[track_caller]
fn are_waited_for<const N: usize>(peer: &Peer, lines: [(Operation, &str); N]) -> [Output; N] {
    peer.take_requests();
    let outputs = thread::scope(|scope| {
        let runs = lines.map(|(_, line)| {
            scope.spawn(move || {
                let start = Instant::now();
                let output = run(peer, "3", &LIMIT.as_secs().to_string(), line);
                (output, start.elapsed())
            })
        });
        runs.map(|run| run.join().unwrap())
    });
    let requests = peer.take_requests();
    for ((operation, line), (output, elapsed)) in lines.iter().zip(&outputs) {
        assert!(output.status.success(), "{line}: {output:?}");
        assert!(*elapsed > LIMIT, "{line}: {elapsed:?}");
        let of_it = requests.iter().filter(|it| it.operation == *operation);
        assert_eq!(of_it.count(), 1, "{line}");
    }
    outputs.map(|(output, _)| output)
}

#[test]
fn a_server_at_work_is_waited_for() {
    let peer = support::peer();
    peer.put(BUCKET, "source", "data");
    let text_of = |line: &str| {
        let words = words(line);
        let words: Vec<_> = words.iter().map(|word| &**word).collect();
        support::run(&peer, &words).trim().to_owned()
    };
    let create = "create-multipart-upload --bucket B --query UploadId --output text --key";
    let [one, other] = ["one", "other"].map(|key| text_of(&format!("{create} {key}")));
    let part = file(4);
    let part = format!(
        "upload-part --bucket B --key one --upload-id {one} --part-number 1 --body {} --query ETag --output text",
        part.path().display()
    );
    let tag = text_of(&part);
    let copy = "copy-object --bucket B --key k --copy-source B/source";
    let copy_part = format!(
        "upload-part-copy --bucket B --key other --upload-id {other} --part-number 1 --copy-source B/source"
    );
    let parts = format!("Parts=[{{ETag={tag},PartNumber=1}}]");
    let complete = format!(
        "complete-multipart-upload --bucket B --key one --upload-id {one} --multipart-upload {parts}"
    );
    let lines = [
        (Operation::CopyObject, copy),
        (Operation::UploadPartCopy, copy_part.as_str()),
        (Operation::CompleteMultipartUpload, complete.as_str()),
    ];
    for (operation, _) in lines {
        peer.fault(Fault::working(STEPS, LIMIT / 10).on(operation));
    }
    are_waited_for(&peer, lines);
    assert_eq!(peer.object(BUCKET, "k").unwrap().data, "data");
    assert_eq!(peer.object(BUCKET, "one").unwrap().data.len(), 4);
    // an error after the blanks is one
    let document = "<Error><Code>InternalError</Code><Message>later</Message></Error>";
    let late = Reply::xml(200, format!("{}{document}", " \n".repeat(30)));
    let late = Fault::reply(late).pace(10, 20 * MS);
    peer.fault(late.on(Operation::CopyObject).always());
    let output = run(&peer, "2", "5", copy);
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    let said = text(&output.stderr);
    let says =
        "(InternalError) when calling the CopyObject operation (reached max retries: 1): later";
    assert!(said.contains(says), "{said}");
    assert_eq!(count(&peer, Operation::CopyObject), 2);
}

#[test]
fn what_moves_slowly_is_waited_for() {
    const LENGTH: usize = 1 << 20;
    // several times what the system takes from the program before the peer reads it, in 262 short steps
    const SENT: usize = 4 << 20;
    let peer = support::peer();
    peer.put(BUCKET, "k", vec![7; LENGTH]);
    let data = file(SENT as u64);
    let put = format!(
        "put-object --bucket B --key new --body {}",
        data.path().display()
    );
    let pause = LIMIT / 10;
    for (operation, slow) in [
        (Operation::PutObject, Fault::slow_read(16_000, 20 * MS)),
        (
            Operation::GetObject,
            Fault::genuine().pace(LENGTH / STEPS, pause),
        ),
        (Operation::ListObjectsV2, Fault::genuine().pace(45, pause)),
        // a few interim responses
        (
            Operation::HeadObject,
            Fault::genuine().interim(STEPS as u32, pause),
        ),
    ] {
        peer.fault(slow.on(operation));
    }
    are_waited_for(
        &peer,
        [
            (Operation::PutObject, &*put),
            (
                Operation::GetObject,
                "get-object --bucket B --key k /dev/null",
            ),
            (Operation::ListObjectsV2, "list-objects-v2 --bucket B"),
            (Operation::HeadObject, "head-object --bucket B --key k"),
        ],
    );
    assert_eq!(peer.object(BUCKET, "new").unwrap().data.len(), SENT);
}

/// What moves counts below TLS.
#[test]
fn what_moves_slowly_under_tls_is_waited_for() {
    const LENGTH: usize = STEPS * 16 * 1024;
    let peer = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKIAEXAMPLE", SECRET);
    let peer = peer.tls(Tls::default()).start_blocking().unwrap();
    peer.put(BUCKET, "k", vec![7; LENGTH]);
    let data = file(4 << 20);
    let put = format!(
        "put-object --no-verify-ssl --bucket B --key new --body {}",
        data.path().display()
    );
    peer.fault(Fault::slow_read(16_000, 20 * MS).on(Operation::PutObject));
    let slow = Fault::genuine().pace(LENGTH / STEPS, LIMIT / 10);
    peer.fault(slow.on(Operation::GetObject));
    let get = "get-object --no-verify-ssl --bucket B --key k /dev/null";
    are_waited_for(
        &peer,
        [(Operation::PutObject, &*put), (Operation::GetObject, get)],
    );
}

/// Who writes into the program, or reads what it says, has all the time in the world.
#[test]
fn the_time_of_the_other_end_of_a_pipe_does_not_count() {
    // more than pipes and sockets hold
    const LENGTH: usize = 16 << 20;
    let peer = support::peer();
    peer.put(BUCKET, "k", vec![7; LENGTH]);
    peer.take_requests();
    let limit = LIMIT.as_secs().to_string();
    let start = |line: &str| {
        let mut command = command(&peer, "3", &limit, line);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut put = start("put-object --bucket B --key new --body -");
    let mut get = start("get-object --bucket B --key k /dev/stdout");
    let copied = format!("cp - s3://{BUCKET}/copied");
    let mut copy = start(&copied);
    let mut pipes = [&mut put, &mut copy].map(|child| child.stdin.take().unwrap());
    for pause in [LIMIT * 3 / 2, Duration::ZERO] {
        for pipe in &mut pipes {
            pipe.write_all(&[7; 30_000]).unwrap();
        }
        thread::sleep(pause);
    }
    drop(pipes);
    let mut got = vec![0; LENGTH];
    let out = get.stdout.as_mut().unwrap();
    out.read_exact(&mut got).unwrap();
    assert!(got.iter().all(|byte| *byte == 7));
    for child in [put, get, copy] {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    for key in ["new", "copied"] {
        assert_eq!(peer.object(BUCKET, key).unwrap().data.len(), 60_000);
    }
    let requests = peer.take_requests();
    let of = |operation| requests.iter().filter(move |it| it.operation == operation);
    assert_eq!(of(Operation::GetObject).count(), 1);
    assert_eq!(of(Operation::PutObject).count(), 2);
}

/// A read on a connection that was open before goes out once more where nothing comes, and that is no attempt.
#[test]
fn a_dead_connection_costs_no_attempt() {
    let peer = support::peer();
    peer.put(BUCKET, "k", "data");
    for (operation, line, is_read) in [
        (Operation::ListObjectsV2, "list-objects-v2 --bucket B", true),
        (
            Operation::GetObject,
            "get-object --bucket B --key k /dev/null",
            true,
        ),
        (
            Operation::DeleteObject,
            "delete-object --bucket B --key other",
            false,
        ),
    ] {
        // that of the session
        peer.fault(Fault::genuine().stall_before_head().on(operation));
        let connections = peer.connection_count();
        peer.take_requests();
        let output = run(&peer, "1", "2", line);
        assert_eq!(output.status.success(), is_read, "{line}: {output:?}");
        let made = if is_read { 2 } else { 1 };
        assert_eq!(count(&peer, operation), made, "{line}");
        let opened = peer.connection_count() - connections;
        assert_eq!(opened, made as u64, "{line}");
    }
}

/// Where others wait, there is an end, however steadily something moves.
#[test]
fn what_others_wait_for_has_a_limit_in_all() {
    let peer = support::peer();
    let refusal = Fault::error(503, "SlowDown", "no").pace(1, LIMIT);
    peer.fault(refusal.on(Operation::ListObjectsV2).always());
    let other = support::peer();
    let session = Fault::genuine().pace(1, LIMIT);
    other.fault(session.on(Operation::CreateSession).always());
    let start = Instant::now();
    thread::scope(|scope| {
        for peer in [&peer, &other] {
            scope.spawn(move || {
                // nothing pauses for so long
                let output = run(peer, "1", "60", "list-objects-v2 --bucket B");
                assert_eq!(output.status.code(), Some(255), "{output:?}");
                let said = text(&output.stderr);
                assert!(said.contains("Read timeout on endpoint URL"), "{said}");
            });
        }
    });
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

/// A server that takes connections, and does this with each.
fn server(act: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let act = act.clone();
            thread::spawn(move || act(stream));
        }
    });
    url
}

/// Keeps a connection open, and reads nothing.
fn idle(stream: TcpStream) {
    thread::sleep(10 * SOON);
    drop(stream);
}

fn read_head(stream: &mut TcpStream) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
}

#[test]
fn a_silent_server_is_left() {
    let start = Instant::now();
    let peer = support::peer();
    peer.put(BUCKET, "k", "data");
    let elsewhere = |url: &str, line: &str| {
        let line = format!("{line} --endpoint-url {url}");
        run(&peer, "1", "1", &line)
    };
    // one that takes a connection and does nothing, one that says nothing but that it will, without end
    let nothing = elsewhere(&server(idle), "list-objects-v2 --bucket B");
    let flood = server(|mut stream| {
        read_head(&mut stream);
        while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").is_ok() {}
    });
    let flood = elsewhere(&flood, "list-objects-v2 --bucket B");
    let trickle = server(|mut stream| {
        read_head(&mut stream);
        while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").is_ok() {
            thread::sleep(100 * MS);
        }
    });
    let trickle = elsewhere(&trickle, "list-objects-v2 --bucket B");
    // one that is silent where the call is concerned, one that takes no body, and one that breaks off
    let silent = Fault::genuine().stall_before_head();
    peer.fault(silent.on(Operation::DeleteObject).always());
    let mute = run(&peer, "1", "1", "delete-object --bucket B --key k");
    peer.fault(Fault::slow_read(1, 10 * SOON).on(Operation::PutObject));
    let data = file(32 << 20);
    let put = format!(
        "put-object --bucket B --key k --body {}",
        data.path().display()
    );
    let deaf = run(&peer, "1", "1", &put);
    peer.fault(
        Fault::genuine()
            .stall_after(20)
            .on(Operation::ListObjectsV2),
    );
    let half = run(&peer, "1", "1", "list-objects-v2 --bucket B");
    for (output, says) in [
        (nothing, "Read timeout on endpoint URL"),
        (
            flood,
            "Connection was closed before we received a valid response",
        ),
        (trickle, "Read timeout on endpoint URL"),
        (mute, "Read timeout on endpoint URL"),
        (deaf, "Read timeout on endpoint URL"),
        (half, "Read timeout on endpoint URL"),
    ] {
        assert_eq!(output.status.code(), Some(255), "{output:?}");
        let said = text(&output.stderr);
        assert!(said.contains(says), "{said}");
    }
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn a_success_before_the_body_was_read_is_an_error() {
    let peer = support::peer();
    let hasty = Fault::reply(Reply::new(200).header("etag", "\"x\""));
    peer.fault(hasty.on(Operation::PutObject).before_body().always());
    let data = file(32 << 20);
    let put = format!(
        "put-object --bucket B --key k --body {}",
        data.path().display()
    );
    let output = run(&peer, "3", "20", &put);
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let said = text(&output.stderr);
    let says = "a success before the body of the request was all sent";
    assert!(said.contains(says), "{said}");
    assert_eq!(count(&peer, Operation::PutObject), 1);
}

/// The program with keys that only the agent of a container has.
fn with_agent(peer: &Peer, url: &str, limit: Duration) -> Output {
    let mut command = zonal(peer);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        command.env_remove(name);
    }
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        command.env(name, "/dev/null");
    }
    command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/keys"));
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    let line = format!(
        "list-objects-v2 --bucket B --cli-read-timeout {}",
        limit.as_secs()
    );
    command.args(words(&line)).output().unwrap()
}

#[test]
fn who_hands_out_keys_may_be_slow_and_not_silent() {
    // all in all it has ten seconds
    let limit = Duration::from_secs(3);
    let peer = support::peer();
    peer.add_temporary_credentials("ASIAEXAMPLE", SECRET, "agent-token");
    let keys = format!(
        r#"{{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"{SECRET}","Token":"agent-token",
        "Expiration":"2999-01-01T00:00:00Z"}}"#
    );
    let slow = server(move |mut stream| {
        read_head(&mut stream);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", keys.len());
        let pieces = keys.as_bytes().chunks(keys.len() / STEPS);
        for piece in [head.as_bytes()].into_iter().chain(pieces) {
            if stream.write_all(piece).is_err() {
                break;
            }
            thread::sleep(limit / 10);
        }
    });
    let start = Instant::now();
    let output = thread::scope(|scope| {
        let silent = scope.spawn(|| with_agent(&peer, &server(idle), limit));
        let output = with_agent(&peer, &slow, limit);
        assert!(output.status.success(), "{output:?}");
        assert!(start.elapsed() > limit, "{:?}", start.elapsed());
        silent.join().unwrap()
    });
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    let said = text(&output.stderr);
    assert!(said.contains("no answer began within 3s"), "{said}");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}
