//! Every fault, as a client sees it.

use crate::support::{Answer, BASE, BUCKET, Call, Signer, connect, exchange, peer, read_answer};
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};
use zonal_peer::{Fault, Framing, Operation, Peer, Reply};

/// Sends a signed `CreateSession` to a peer with that fault and reads until the connection ends.
fn read_all(fault: Fault) -> (Vec<u8>, Option<ErrorKind>) {
    read_for(fault, Duration::from_secs(60))
}

/// The same, for as long as nothing comes for so long.
fn read_for(fault: Fault, limit: Duration) -> (Vec<u8>, Option<ErrorKind>) {
    let peer = peer();
    peer.fault(fault);
    let mut stream = connect(&peer);
    stream.set_read_timeout(Some(limit)).expect("a timeout");
    stream
        .write_all(
            &Call::create_session()
                .header("connection", "close")
                .signed(BASE),
        )
        .expect("sent");
    let mut received = Vec::new();
    let end = stream
        .read_to_end(&mut received)
        .err()
        .map(|error| error.kind());
    (received, end)
}

fn body_length(received: &[u8]) -> usize {
    let text = String::from_utf8_lossy(received);
    text.split_once("\r\n\r\n")
        .map_or(0, |(_, body)| body.len())
}

fn answer(peer: &Peer, fault: Fault) -> Answer {
    peer.fault(fault);
    Call::create_session().send(peer, BASE)
}

#[test]
fn answers_are_replaced_and_edited() {
    let peer = peer();
    let empty = answer(&peer, Fault::reply(Reply::new(200)));
    assert_eq!((empty.status, empty.body.as_str()), (200, ""));
    assert!(empty.header("x-amz-request-id").is_some());
    assert!(
        answer(&peer, Fault::reply(Reply::new(200).bare()))
            .header("x-amz-request-id")
            .is_none()
    );
    assert_eq!(
        answer(&peer, Fault::reply(Reply::html(200, "<html>"))).header("content-type"),
        Some("text/html")
    );
    assert!(
        answer(&peer, Fault::list_bucket_result())
            .body
            .contains("<ListBucketResult ")
    );
    answer(&peer, Fault::error(200, "InternalError", "no")).expect(200, "InternalError");
    let slow = answer(&peer, Fault::slow_down(7));
    slow.expect(503, "SlowDown");
    assert_eq!(slow.header("retry-after"), Some("7"));
    for status in [301, 307] {
        let redirect = answer(&peer, Fault::redirect(status, "http://127.0.0.1:1/"));
        assert_eq!(
            (redirect.status, redirect.header("location")),
            (status, Some("http://127.0.0.1:1/"))
        );
    }
    assert!(peer.issued_sessions().is_empty());
    assert_eq!(
        answer(&peer, Fault::without_element("SessionToken")).element("SessionToken"),
        None
    );
    let doubled = answer(&peer, Fault::doubled_element("AccessKeyId"));
    assert_eq!(doubled.body.matches("<AccessKeyId>").count(), 2);
    assert!(
        answer(&peer, Fault::with_doctype("<!DOCTYPE x>"))
            .body
            .contains("?>\n<!DOCTYPE x>")
    );
    assert_eq!(
        answer(&peer, Fault::truncated(50)).header("content-length"),
        Some("50")
    );
    let header = answer(
        &peer,
        Fault::genuine().with_header("x-amz-bucket-region", "eu-north-1"),
    );
    assert_eq!(
        (header.status, header.header("x-amz-bucket-region")),
        (200, Some("eu-north-1"))
    );
    assert_eq!(peer.issued_sessions().len(), 5);
    assert_eq!(peer.pending_faults(), 0);
}

#[test]
fn a_fault_never_hides_a_bad_signature() {
    let peer = peer();
    peer.fault(Fault::slow_down(1).on(Operation::CreateSession));
    let wrong = Signer {
        secret: "wrong",
        ..BASE
    };
    Call::create_session()
        .send(&peer, wrong)
        .expect(403, "SignatureDoesNotMatch");
    assert_eq!(
        Call::new("HEAD", &format!("/{BUCKET}"))
            .send(&peer, BASE)
            .status,
        200
    );
    assert_eq!(peer.pending_faults(), 1);
    Call::create_session()
        .send(&peer, BASE)
        .expect(503, "SlowDown");
    let faulted: Vec<_> = peer
        .requests()
        .iter()
        .map(|request| request.faulted)
        .collect();
    assert_eq!(faulted, [false, false, true]);
    peer.fault(Fault::slow_down(1).for_any_caller());
    exchange(&peer, &Call::create_session().unsigned()).expect(503, "SlowDown");
}

#[test]
fn bodies_of_any_size_and_framing() {
    const SIZE: usize = 20_000_000;
    let size = u64::try_from(SIZE).expect("a size");
    for framing in [Framing::ContentLength, Framing::UntilClose] {
        let (received, end) = read_all(Fault::endless(size).framing(framing));
        assert_eq!((body_length(&received), end), (SIZE, None), "{framing:?}");
    }
    let (received, _) = read_all(Fault::endless(size).framing(Framing::Chunked));
    assert!(body_length(&received) > SIZE && received.ends_with(b"\r\n0\r\n\r\n"));
    let (received, end) = read_all(Fault::genuine().declared_length(100_000));
    let text = String::from_utf8_lossy(&received);
    assert!(
        text.contains("content-length: 100000\r\n") && text.ends_with("</CreateSessionResult>"),
        "{text}"
    );
    assert_eq!(end, None);
}

#[test]
fn a_length_that_lies_closes_a_kept_connection() {
    let peer = peer();
    peer.fault(Fault::genuine().declared_length(5000));
    let mut stream = connect(&peer);
    stream
        .write_all(&Call::create_session().signed(BASE))
        .expect("sent");
    let answer = read_answer(&mut stream).expect("an answer");
    assert!(answer.body.len() < 5000);
}

#[test]
fn answers_stall_close_and_reset() {
    let soon = Duration::from_millis(500);
    let timeout =
        |kind: Option<ErrorKind>| matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut));
    let (received, end) = read_for(Fault::genuine().stall_before_head(), soon);
    assert!(received.is_empty() && timeout(end), "{end:?}");
    let (received, end) = read_for(Fault::genuine().stall_after(10), soon);
    assert!(body_length(&received) == 10 && timeout(end), "{end:?}");
    let (received, end) = read_all(Fault::genuine().close_before_head());
    assert!(received.is_empty() && end.is_none(), "{end:?}");
    let (received, end) = read_all(Fault::genuine().close_after(10));
    assert!(body_length(&received) == 10 && end.is_none(), "{end:?}");
    let (received, end) = read_all(Fault::genuine().reset_before_head());
    assert!(
        received.is_empty() && end == Some(ErrorKind::ConnectionReset),
        "{end:?}"
    );
    let (_, end) = read_all(Fault::genuine().reset_after(10));
    assert_eq!(end, Some(ErrorKind::ConnectionReset));
    let (received, end) = read_all(Fault::raw("SSH-2.0-OpenSSH_9.6\r\n"));
    assert_eq!(
        (received.as_slice(), end),
        (b"SSH-2.0-OpenSSH_9.6\r\n".as_slice(), None)
    );
}

#[test]
fn answers_are_delayed_and_paced() {
    let peer = peer();
    let start = Instant::now();
    assert_eq!(
        answer(&peer, Fault::genuine().delay(Duration::from_millis(150))).status,
        200
    );
    assert!(start.elapsed() >= Duration::from_millis(150));
    let start = Instant::now();
    let paced = answer(&peer, Fault::genuine().pace(100, Duration::from_millis(50)));
    assert!(paced.element("Expiration").is_some(), "{paced:?}");
    assert!(
        start.elapsed() >= Duration::from_millis(150),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_head_request_gets_no_body_from_a_fault() {
    let peer = peer();
    peer.fault(Fault::slow_down(1));
    let mut stream = connect(&peer);
    let head = Call::new("HEAD", &format!("/{BUCKET}")).signed(BASE);
    stream
        .write_all(&[head.clone(), head].concat())
        .expect("sent");
    assert_eq!(read_answer(&mut stream).expect("first").status, 503);
    assert_eq!(read_answer(&mut stream).expect("second").status, 200);
    peer.fault(Fault::genuine().reset_after(0));
    let mut rest = Vec::new();
    stream
        .write_all(&Call::new("HEAD", &format!("/{BUCKET}")).signed(BASE))
        .expect("sent");
    assert!(stream.read_to_end(&mut rest).is_err());
}
