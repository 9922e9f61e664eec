//! Bodies of 64 MiB over TLS take no memory to speak of. It is a program of its own, as it looks at the memory of the
//! whole process; the peer, which keeps the object, is another process.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::pin::Pin;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use zonal::runtime::{Body, BodyError};
use zonal::{Client, Credentials};
use zonal_peer::{Peer, Tls};
use zonal_tests::memory;

const LENGTH: usize = 64 << 20;
const PIECE: usize = 64 << 10;
/// What code, buffers and certificates may take.
const ALLOWED: u64 = 24 << 20;
const BUCKET: &str = "demo--usw2-az1--x-s3";

#[tokio::test]
async fn memory_does_not_grow_with_the_body_over_tls() {
    let Some(before) = memory("VmHWM") else {
        println!("skipped: this system does not tell how much memory was used");
        return;
    };
    let (_server, url, pem) = server_process();
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let client = Client::builder()
        .region("us-west-2")
        .credentials(credentials)
        .endpoint_url(url)
        .ca_bundle(pem)
        .build()
        .unwrap();
    let body = Body::from_stream(Repeated(LENGTH / PIECE), Some(LENGTH as u64));
    client.put_object(BUCKET, "k").body(body).await.unwrap();
    let mut body = client.get_object(BUCKET, "k").await.unwrap().body;
    let mut read = 0;
    while let Some(piece) = body.next().await {
        let piece = piece.unwrap();
        assert!(piece.iter().all(|byte| *byte == 7));
        read += piece.len();
    }
    assert_eq!(read, LENGTH);
    let grown = memory("VmHWM").unwrap() - before;
    assert!(grown < ALLOWED, "{} KiB", grown >> 10);
}

#[test]
#[ignore = "runs in a process of its own, for the test above"]
fn server() {
    if std::env::var_os("SERVE").is_none() {
        return;
    }
    let builder = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKIDEXAMPLE", "secret")
        .tls(Tls::default());
    let peer = builder.start_blocking().unwrap();
    println!(
        "\n{}\n{}",
        peer.endpoint_url(),
        peer.root_certificate().unwrap()
    );
    peer.serve_forever();
}

/// Ends with the test, and what it prints is not closed before.
struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A peer in another process, its URL and its root.
fn server_process() -> (Server, String, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "server"]);
    let command = command.env("SERVE", "1").stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    let mut server = Server { process, output };
    let (mut url, mut pem) = (String::new(), String::new());
    for line in server.output.by_ref().lines().map(Result::unwrap) {
        if line.starts_with("https://") {
            url = line;
        } else if !url.is_empty() {
            pem.push_str(&line);
            pem.push('\n');
        }
        if pem.contains("END CERTIFICATE") {
            break;
        }
    }
    (server, url, pem)
}

/// So many pieces, each of them new memory.
struct Repeated(usize);

impl Stream for Repeated {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or(0);
        Poll::Ready(left.map(|_| Ok(Bytes::from(vec![7; PIECE]))))
    }
}
