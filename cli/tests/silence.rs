//! How long the program waits for a server: while it works, while it is silent, and where it answers too early.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use support::{BUCKET, SECRET, count, text, words, zonal};
use zonal_peer::{Fault, Operation, Peer, Reply};

const MS: Duration = Duration::from_millis(1);
/// The program ends long before, however busy this machine is.
const SOON: Duration = Duration::from_secs(30);
/// What is waited for with a limit of two seconds on silence takes longer than that, in short steps.
const LIMIT: Duration = Duration::from_secs(2);

fn run(peer: &Peer, attempts: &str, limit: &str, line: &str) -> Output {
    let mut command = zonal(peer);
    command.env("AWS_MAX_ATTEMPTS", attempts);
    command
        .args(words(line))
        .args(["--cli-read-timeout", limit]);
    command.output().unwrap()
}

/// A file of zeros.
fn file(length: u64) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(length).unwrap();
    file
}

/// Runs a command with a limit of two seconds, which takes longer and succeeds with its only request.
#[track_caller]
fn is_waited_for(peer: &Peer, operation: Operation, line: &str) -> Output {
    peer.take_requests();
    let start = Instant::now();
    let output = run(peer, "3", "2", line);
    assert!(output.status.success(), "{line}: {output:?}");
    assert!(start.elapsed() > LIMIT, "{line}: {:?}", start.elapsed());
    assert_eq!(count(peer, operation), 1, "{line}");
    output
}

#[test]
fn a_server_at_work_is_waited_for() {
    let peer = support::peer();
    peer.put(BUCKET, "source", "data");
    let create = "create-multipart-upload --bucket B --key big --query UploadId --output text";
    let id = support::run(
        &peer,
        &words(create).iter().map(|word| &**word).collect::<Vec<_>>(),
    );
    let upload = format!("--bucket B --key big --upload-id {}", id.trim());
    let copy = "copy-object --bucket B --key k --copy-source B/source".to_owned();
    let part = format!("upload-part-copy {upload} --part-number 1 --copy-source B/source");
    let works = |operation| peer.fault(Fault::working(26, 100 * MS).on(operation));
    works(Operation::CopyObject);
    is_waited_for(&peer, Operation::CopyObject, &copy);
    assert_eq!(peer.object(BUCKET, "k").unwrap().data, "data");
    works(Operation::UploadPartCopy);
    let output = is_waited_for(&peer, Operation::UploadPartCopy, &part);
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tag = printed["CopyPartResult"]["ETag"].as_str().unwrap();
    works(Operation::CompleteMultipartUpload);
    let parts = format!("Parts=[{{ETag={tag},PartNumber=1}}]");
    let complete = format!("complete-multipart-upload {upload} --multipart-upload {parts}");
    is_waited_for(&peer, Operation::CompleteMultipartUpload, &complete);
    assert_eq!(peer.object(BUCKET, "big").unwrap().data, "data");
    // an error after the blanks is one
    let document = "<Error><Code>InternalError</Code><Message>later</Message></Error>";
    let late = Reply::xml(200, format!("{}{document}", " \n".repeat(30)));
    let late = Fault::reply(late).pace(10, 20 * MS);
    peer.fault(late.on(Operation::CopyObject).always());
    let output = run(&peer, "2", "2", &copy);
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    let said = text(&output.stderr);
    let says =
        "(InternalError) when calling the CopyObject operation (reached max retries: 1): later";
    assert!(said.contains(says), "{said}");
    assert_eq!(count(&peer, Operation::CopyObject), 2);
}

#[test]
fn what_moves_slowly_is_waited_for() {
    let peer = support::peer();
    let data = file(1 << 20);
    let put = format!(
        "put-object --bucket B --key k --body {}",
        data.path().display()
    );
    peer.fault(Fault::slow_read(16_000, 40 * MS).on(Operation::PutObject));
    is_waited_for(&peer, Operation::PutObject, &put);
    assert_eq!(peer.object(BUCKET, "k").unwrap().data.len(), 1 << 20);
    for (operation, line) in [
        (
            Operation::GetObject,
            "get-object --bucket B --key k /dev/null",
        ),
        (Operation::ListObjectsV2, "list-objects-v2 --bucket B"),
    ] {
        let slow = match operation {
            Operation::GetObject => Fault::genuine().pace(40_000, 100 * MS),
            _ => Fault::genuine().pace(40, 200 * MS),
        };
        peer.fault(slow.on(operation));
        is_waited_for(&peer, operation, line);
    }
    // so are a few interim responses
    peer.fault(
        Fault::genuine()
            .interim(8, 300 * MS)
            .on(Operation::HeadObject),
    );
    is_waited_for(
        &peer,
        Operation::HeadObject,
        "head-object --bucket B --key k",
    );
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
fn with_agent(peer: &Peer, url: &str) -> Command {
    let mut command = zonal(peer);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        command.env_remove(name);
    }
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        command.env(name, "/dev/null");
    }
    command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/keys"));
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command.args(words("list-objects-v2 --bucket B --cli-read-timeout 2"));
    command
}

#[test]
fn who_hands_out_keys_may_be_slow_and_not_silent() {
    let peer = support::peer();
    peer.add_temporary_credentials("ASIAEXAMPLE", SECRET, "agent-token");
    let keys = format!(
        r#"{{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"{SECRET}","Token":"agent-token",
        "Expiration":"2999-01-01T00:00:00Z"}}"#
    );
    let slow = server(move |mut stream| {
        read_head(&mut stream);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", keys.len());
        for piece in [head.as_bytes()]
            .into_iter()
            .chain(keys.as_bytes().chunks(8))
        {
            if stream.write_all(piece).is_err() {
                break;
            }
            thread::sleep(150 * MS);
        }
    });
    let start = Instant::now();
    let output = with_agent(&peer, &slow).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(start.elapsed() > LIMIT, "{:?}", start.elapsed());
    let start = Instant::now();
    let output = with_agent(&peer, &server(idle)).output().unwrap();
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    let said = text(&output.stderr);
    assert!(said.contains("no answer began within 2s"), "{said}");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}
