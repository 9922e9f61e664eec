//! A body that streams takes no memory to speak of, whatever its length. It is a program of its own, as it looks at the
//! memory of the whole process; the server throws away what it is sent, and repeats one piece in its answers.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use bytes::Bytes;
use futures_core::Stream;
use zonal::runtime::{Body, BodyError};
use zonal::{Client, Credentials};
use zonal_tests::memory;

const LENGTH: usize = 128 << 20;
const PIECE: usize = 64 << 10;
/// What code and buffers of all sorts may take. Half of it was seen, with bodies half as long and twice as long alike.
const ALLOWED: u64 = 24 << 20;
const BUCKET: &str = "demo--usw2-az1--x-s3";

#[tokio::test]
async fn memory_does_not_grow_with_the_body() {
    let Some(before) = memory("VmHWM") else {
        println!("skipped: this system does not tell how much memory was used");
        return;
    };
    let client = Client::builder()
        .region("us-west-2")
        .session_auth(false)
        .credentials(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            None,
            None,
            "test",
        ))
        .endpoint_url(format!("http://{}", serve()))
        .build()
        .unwrap();
    let streamed = Body::from_stream(Repeated(LENGTH / PIECE), Some(LENGTH as u64));
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("object");
    let file = fs::File::create(&path).unwrap();
    file.set_len(LENGTH as u64).unwrap();
    for body in [streamed, Body::from_path(&path)] {
        let put = zonal::operation::PutObject::new(BUCKET, "k").body(body);
        client.send(put).await.unwrap();
    }
    let get = || client.send(zonal::operation::GetObject::new(BUCKET, "k"));
    let mut body = get().await.unwrap().body;
    let mut read = 0;
    while let Some(piece) = body.next().await {
        read += piece.unwrap().len();
    }
    assert_eq!(read, LENGTH);
    let written = get().await.unwrap().body.to_file(&path).await.unwrap();
    assert_eq!(written, LENGTH as u64);
    let grown = memory("VmHWM").unwrap() - before;
    assert!(grown < ALLOWED, "{} KiB", grown >> 10);
}

fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    address
}

/// Answers the requests of one connection until it ends.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::with_capacity(PIECE, stream.try_clone()?);
    loop {
        let (mut length, mut is_get, mut line) = (0, false, String::new());
        while line != "\r\n" {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            is_get |= line.starts_with("GET ");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        let sent = if is_get { LENGTH } else { 0 };
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {sent}\r\n\r\n")?;
        for _ in 0..sent / PIECE {
            stream.write_all(&[7; PIECE])?;
        }
    }
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
