//! The HTTP side: keep-alive, framing, limits, and things that are not requests.

use crate::support::{BASE, BUCKET, Call, builder, connect, exchange, peer, read_answer};
use std::io::{Read, Write};
use std::time::{Duration, Instant};
use zonal_peer::{Fault, Limits, Peer};

#[test]
fn connections_are_kept_and_pipelined_requests_answered() {
    let peer = peer();
    let mut stream = connect(&peer);
    let request = Call::create_session().signed(BASE);
    stream
        .write_all(&[request.clone(), request.clone()].concat())
        .expect("sent");
    assert_eq!(read_answer(&mut stream).expect("first").status, 200);
    assert_eq!(read_answer(&mut stream).expect("second").status, 200);
    stream
        .write_all(
            &Call::create_session()
                .header("connection", "close")
                .signed(BASE),
        )
        .expect("sent");
    let last = read_answer(&mut stream).expect("third");
    assert_eq!(
        (last.status, last.header("connection")),
        (200, Some("close"))
    );
    assert_eq!(stream.read(&mut [0; 1]).expect("an end"), 0);
    assert_eq!(peer.connection_count(), 1);
    assert!(
        peer.requests()
            .iter()
            .all(|request| request.connection == 0)
    );
}

#[test]
fn bodies_come_by_length_in_chunks_and_after_continue() {
    let peer = peer();
    let target = format!("/{BUCKET}/key");
    Call::new("PUT", &target)
        .body("hello")
        .send(&peer, BASE)
        .expect(200, "");
    let signed =
        String::from_utf8(Call::new("PUT", &target).body("hello").signed(BASE)).expect("text");
    let chunked = signed
        .replace("content-length: 5", "transfer-encoding: chunked")
        .replace(
            "\r\n\r\nhello",
            "\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Trailer: t\r\n\r\n",
        );
    exchange(&peer, chunked.as_bytes()).expect(200, "");
    let changed = signed.replace("\r\n\r\nhello", "\r\n\r\nHELLO");
    exchange(&peer, changed.as_bytes()).expect(400, "XAmzContentSHA256Mismatch");
    let mut stream = connect(&peer);
    let waiting = signed.replace("content-length", "expect: 100-continue\r\ncontent-length");
    let (head, body) = waiting.split_at(waiting.len() - 5);
    stream.write_all(head.as_bytes()).expect("sent");
    assert_eq!(read_answer(&mut stream).expect("continue").status, 100);
    stream.write_all(body.as_bytes()).expect("sent");
    read_answer(&mut stream).expect("an answer").expect(200, "");
    let requests = peer.requests();
    assert!(
        [0, 1, 3]
            .iter()
            .all(|index| requests[*index].body == b"hello")
    );
    assert_eq!(requests[1].trailers[0].name, "X-Trailer");
}

#[test]
fn what_is_not_a_request_gets_400_and_the_connection_closes() {
    let peer = peer();
    let long = format!(
        "GET / HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nHost: h\r\n{}\r\n",
        "A: b\r\n".repeat(1000)
    );
    for (request, code) in [
        ("\u{16}\u{3}\u{1}garbage\r\n\r\n", "BadRequest"),
        ("GET / HTTP/1.1\r\n\r\n", "BadRequest"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "BadRequest"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n Folded: b\r\n\r\n",
            "BadRequest",
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            "BadRequest",
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "BadRequest",
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n",
            "EntityTooLarge",
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n",
            "EntityTooLarge",
        ),
        (&long, "RequestHeaderSectionTooLarge"),
        (&many, "RequestHeaderSectionTooLarge"),
    ] {
        let mut stream = connect(&peer);
        let _ = stream.write_all(request.as_bytes());
        let answer = read_answer(&mut stream).expect(code);
        answer.expect(400, code);
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(
            matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)),
            "{code} left the connection open"
        );
    }
    exchange(
        &peer,
        b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
    )
    .expect(501, "NotImplemented");
    exchange(&peer, b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n").expect(400, "InvalidURI");
    exchange(&peer, b"GET * HTTP/1.1\r\nHost: a\r\n\r\n").expect(400, "InvalidURI");
    assert_eq!(peer.refused_count(), 11);
    assert_eq!(Call::create_session().send(&peer, BASE).status, 200);
}

#[test]
fn slow_clients_are_cut_off() {
    let mut limits = Limits::default();
    limits.head_timeout = Duration::from_millis(200);
    limits.body_timeout = Duration::from_millis(200);
    limits.idle_timeout = Duration::from_millis(200);
    let peer = builder().limits(limits).start_blocking().expect("a peer");
    for partial in [
        "GET / HT",
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
    ] {
        exchange(&peer, partial.as_bytes()).expect(400, "RequestTimeout");
    }
    assert_eq!(connect(&peer).read(&mut [0; 1]).expect("an end"), 0);
}

#[test]
fn a_thousand_connections_are_served() {
    let peer = peer();
    let request = Call::create_session().signed(BASE);
    let mut streams: Vec<_> = (0..1000).map(|_| connect(&peer)).collect();
    streams
        .iter_mut()
        .for_each(|stream| stream.write_all(&request).expect("sent"));
    for stream in &mut streams {
        assert_eq!(read_answer(stream).expect("an answer").status, 200);
    }
    assert_eq!(peer.issued_sessions().len(), 1000);
}

#[test]
fn a_dropped_peer_closes_everything_at_once() {
    let peer = peer();
    peer.fault(Fault::genuine().stall_before_head());
    let mut stalled = connect(&peer);
    stalled
        .write_all(&Call::create_session().signed(BASE))
        .expect("sent");
    let mut idle = connect(&peer);
    while peer.requests().is_empty() || peer.connection_count() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let start = Instant::now();
    drop(peer);
    assert!(matches!(stalled.read(&mut [0; 1]), Ok(0) | Err(_)));
    assert!(matches!(idle.read(&mut [0; 1]), Ok(0) | Err(_)));
    // long before it would give them up
    assert!(start.elapsed() < Duration::from_secs(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_runs_on_the_callers_runtime() {
    let peer = Peer::builder()
        .bucket(BUCKET)
        .credentials(BASE.key, BASE.secret)
        .start()
        .await
        .expect("a peer");
    let address = peer.address();
    assert!(address.ip().is_loopback());
    assert_eq!(peer.endpoint_url(), format!("http://{address}"));
    let (peer, status) = tokio::task::spawn_blocking(move || {
        let status = Call::create_session().send(&peer, BASE).status;
        (peer, status)
    })
    .await
    .expect("joined");
    assert_eq!(status, 200);
    peer.shutdown().await;
    assert!(std::net::TcpStream::connect(address).is_err());
}
