//! Connections and answers that are unusual, but allowed, and some that are not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Version};
use zonal::runtime::Body;
use zonal::runtime::transport::{HttpTransport, RequestBody, Transport as _, TransportErrorKind};
use zonal::{Builder, Client};
use zonal_peer::{Fault, Operation, Tls};

use crate::support::{BUCKET, builder, builder_for, bytes, peer, pieces_of};

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";

/// Reads one request; how long its body was, if there was a request.
pub(crate) fn read(stream: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    std::io::copy(&mut stream.take(length), &mut std::io::sink()).ok()?;
    Some(length as usize)
}

/// A server that answers every request with the next of these bytes and closes where they are over; how often it
/// was connected to.
pub(crate) fn serve(
    listener: TcpListener,
    answers: Vec<Vec<u8>>,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::Relaxed);
            let mut stream = BufReader::new(stream.unwrap());
            for answer in &answers {
                if read(&mut stream).is_none() {
                    break;
                }
                let _ = stream.get_mut().write_all(answer);
            }
        }
    });
    (address, count)
}

pub(crate) fn local() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

pub(crate) fn asking(address: SocketAddr) -> Builder<Client> {
    builder(format!("http://{address}")).session_auth(false)
}

/// What a client reads of an answer.
async fn body(answer: impl Into<Vec<u8>>) -> Result<Bytes, String> {
    let (address, _) = serve(local(), vec![answer.into()]);
    let client = asking(address).build().unwrap();
    let got = client.get_object(BUCKET, "k").await;
    let got = got.map_err(|error| error.to_string())?;
    got.body.collect().await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn unusual_answers_are_read() {
    let hints = "HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n";
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    for answer in [
        format!("{go_on}{GOOD}"),
        format!("{go_on}{hints}{hints}HTTP/1.1 102 Processing\r\n\r\n{GOOD}"),
        "HTTP/1.0 200 OK\r\n\r\nbody".to_owned(),
        "HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nbody".to_owned(),
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;ext=1\r\nbo\r\n2\r\ndy\r\n0\r\n\
         x-amz-checksum-crc32: AAAAAA==\r\nx-other: y\r\n\r\n"
            .to_owned(),
        "HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody".to_owned(),
    ] {
        assert_eq!(
            body(&*answer).await.as_deref(),
            Ok(&b"body"[..]),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let name = "x".repeat(1000);
    let line = |at: usize| format!("x-{at}: {name}\r\n");
    let many = (0..1048).map(line).collect::<String>();
    let long = format!("x-long: {}\r\n", "y".repeat(1 << 20));
    for lines in [many, long] {
        let error = body(GOOD.replacen("\r\n", &format!("\r\n{lines}"), 1)).await;
        let text = error.unwrap_err();
        assert!(text.contains("the answer is not HTTP"), "{text}");
        assert!(!text.contains("yyyy") && !text.contains("xxxx"), "{text}");
    }
}

/// Whose end is told in two ways, or in a way of which one knows only a part.
#[tokio::test]
async fn an_answer_without_a_certain_end_is_refused() {
    let chunks = "4\r\nbody\r\n0\r\n\r\n";
    for (head, says) in [
        (
            "transfer-encoding: chunked, identity",
            "not `chunked` alone",
        ),
        ("transfer-encoding: gzip, chunked", "not `chunked` alone"),
        ("transfer-encoding: chunked, chunked", "not `chunked` alone"),
        (
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
            "not `chunked` alone",
        ),
        ("transfer-encoding: identity", "not `chunked` alone"),
        (
            "content-length: 19\r\ntransfer-encoding: chunked",
            "both a `content-length` and",
        ),
        (
            "transfer-encoding: chunked\r\ncontent-length: 4",
            "both a `content-length` and",
        ),
        ("content-length: -4", "invalid content-length"),
        (
            "content-length: 4\r\ncontent-length: 6",
            "invalid content-length",
        ),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{chunks}");
        let error = body(answer).await.unwrap_err();
        assert!(error.contains(says), "{head}: {error}");
    }
    // no other call is answered by the rest
    let odd = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n{chunks}");
    let (address, count) = serve(local(), vec![odd.into(), GOOD.into()]);
    let client = asking(address).max_attempts(1).build().unwrap();
    for number in 1..=2 {
        let error = client.put_object(BUCKET, "k").body("c").await.unwrap_err();
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Protocol));
        assert!(
            error.may_have_succeeded() && !error.is_retryable(),
            "{error}"
        );
        assert_eq!(count.load(Ordering::Relaxed), number);
    }
}

/// The parts of an answer in chunks that are no body.
#[tokio::test]
async fn chunks_without_end_are_refused() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for (start, piece, says) in [
        // the size of a chunk, and what may stand behind it
        ("", "0000000000000000", "without any of the body"),
        (
            "4\r\nbody\r\n",
            "0000000000000000",
            "without any of the body",
        ),
        ("4", " \t \t \t \t \t \t \t \t", "without any of the body"),
        // an extension, and one for each chunk
        ("4;", "xxxxxxxxxxxxxxxx", "over limit"),
        ("", "1;xxxxxxxxxxxxxxxx\r\nx\r\n", "over limit"),
        // trailing fields, and a long one
        (
            "4\r\nbody\r\n0\r\n",
            "x-t: xxxxxxxxxxxxxxxx\r\n",
            "chunk trailers",
        ),
        (
            "4\r\nbody\r\n0\r\nx: ",
            "xxxxxxxxxxxxxxxx",
            "chunk trailers",
        ),
    ] {
        let answer = format!("{head}{start}{}", piece.repeat(100_000));
        let error = body(answer).await.unwrap_err();
        assert!(error.contains(says), "{start:?}{piece:?}: {error}");
    }
    // whole bodies are longer than that
    let chunk = format!("{:x}\r\n{}\r\n", 5 << 20, "x".repeat(5 << 20));
    let answer = format!("{head}{chunk}{}0\r\n\r\n", "0001\r\nx\r\n".repeat(20_000));
    assert_eq!(body(answer).await.unwrap().len(), (5 << 20) + 20_000);
}

/// The connection ends while nobody looks: neither the pool nor the client knows when the next call begins, and its body
/// comes in pieces, signed as they go.
#[test]
fn a_connection_that_was_closed_in_the_pool_is_not_noticed() {
    let data = bytes(1_000_003);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    for tls in [None, Some(Tls::default())] {
        let peer = peer(tls);
        let client = builder_for(&peer).build().unwrap();
        // the answer is whole, then the connection ends without a word
        let ended = Fault::genuine().close_after(u64::MAX);
        peer.fault(ended.on(Operation::PutObject).always());
        for number in 1..=4 {
            let source = data.clone();
            let body = Body::from_fn(Some(data.len() as u64), move || pieces_of(&source));
            let key = format!("k{number}");
            let put = client.put_object(BUCKET, &key).body(body);
            runtime.block_on(put).unwrap();
            assert!(peer.object(BUCKET, &key).unwrap().data == data);
            thread::sleep(Duration::from_millis(150));
        }
        let mut requests = peer.take_requests().into_iter();
        assert!(requests.all(|request| request.status == Some(200)));
        // the first was shared with the session
        assert_eq!(peer.connection_count(), 4);
    }
}

#[tokio::test]
async fn addresses_of_every_kind_are_asked() {
    if let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        let (address, count) = serve(listener, vec![GOOD.into()]);
        let client = asking(address).build().unwrap();
        client.get_object(BUCKET, "k").await.unwrap();
        assert_eq!(count.load(Ordering::Relaxed), 1);
    } else {
        println!("skipped: this machine has no IPv6");
    }
    // the name has two addresses; nothing listens on the second, or on the first
    for listener in [
        Some(local()),
        TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).ok(),
    ] {
        let Some(listener) = listener else { continue };
        let (address, _) = serve(listener, vec![GOOD.into()]);
        let url = format!("http://localhost:{}", address.port());
        let client = builder(url).session_auth(false).build().unwrap();
        client.get_object(BUCKET, "k").await.unwrap();
    }
}

#[tokio::test]
async fn a_request_of_any_version_is_sent() {
    let (address, count) = serve(local(), vec![GOOD.into(); 2]);
    let transport = HttpTransport::new(Duration::from_secs(5));
    for version in [Version::HTTP_10, Version::HTTP_3] {
        let request = Request::get(format!("http://{address}/")).version(version);
        let request = request.body(RequestBody::default()).unwrap();
        let mut body = transport.send(request).await.unwrap().into_body();
        assert_eq!(body.next().await.unwrap().unwrap(), "body");
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn who_speaks_tls_is_not_asked_without() {
    let peer = peer(Some(Tls::default()));
    let client = asking(peer.address()).build().unwrap();
    let error = client.get_object(BUCKET, "k").await.unwrap_err();
    let kind = error.transport_kind().unwrap();
    assert!(
        matches!(
            kind,
            TransportErrorKind::Protocol | TransportErrorKind::Closed
        ),
        "{error}"
    );
    assert!(peer.requests().is_empty());
}

#[test]
fn a_call_outside_of_a_runtime_is_told_and_not_tried_again() {
    let client = asking(([127, 0, 0, 1], 9).into()).build().unwrap();
    let mut call = pin!(async { client.get_object(BUCKET, "k").await });
    let context = &mut Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = call.as_mut().poll(context) else {
        panic!("it waits for a runtime");
    };
    assert_eq!(error.transport_kind(), Some(TransportErrorKind::Unsent));
    let text = error.to_string();
    assert!(text.contains("there is no tokio runtime"), "{text}");
}
