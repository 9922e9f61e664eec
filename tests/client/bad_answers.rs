//! Answers that break off, never end, have a wrong length, or are not HTTP.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use zonal::{Builder, Client, ErrorKind};
use zonal_peer::{Fault, Framing, Reply};

use crate::support::{BUCKET, Error, Lab, builder, expect, says};
use crate::virtual_clock::VirtualClock;

const GIB: u64 = 1 << 30;
/// The longest answer that is read.
const LIMIT: u64 = 64 * 1024;
/// A limit that time passes when a test says so.
const LIMIT_OF_TIME: Duration = Duration::from_secs(7);

/// The transport failed and said so.
async fn broken(lab: &Lab, fault: Fault, words: &str) -> Error {
    let error = lab.fail(fault).await;
    expect(&error, ErrorKind::Transport, None);
    says(&error, words);
    assert!(error.is_retryable() && !error.is_timeout(), "{error}");
    error
}

/// The error of a call that lasts for longer than [`LIMIT_OF_TIME`], which is that of this client:
/// the time passes when it waits and this is so.
async fn time_out(lab: &Lab, client: Builder<Client>, is_so: impl Fn() -> bool) -> Error {
    let clock = VirtualClock::new();
    let call = lab.refuse(client.clock(clock.clone()));
    let error = clock.run(LIMIT_OF_TIME, is_so, call).await;
    expect(&error, ErrorKind::Timeout, None);
    assert!(error.is_timeout() && error.is_retryable());
    error
}

/// After a bad answer the same client goes on as if nothing had happened.
async fn goes_on_after(fault: Fault) {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    lab.fault(fault);
    client.create_session(BUCKET).await.unwrap_err();
    for _ in 0..3 {
        client.create_session(BUCKET).await.unwrap();
    }
}

#[tokio::test]
async fn a_body_of_a_gibibyte() {
    for framing in [
        Framing::ContentLength,
        Framing::Chunked,
        Framing::UntilClose,
    ] {
        for status in [200, 403] {
            let lab = Lab::new();
            let fault = Fault::edit_reply(move |reply| {
                let head = "<CreateSessionResult><Credentials><SessionToken>MARKER";
                reply.status(status).endless_body(head, "MARKER", GIB)
            });
            let error = lab.fail(fault.framing(framing)).await;
            match status {
                200 => {
                    expect(&error, ErrorKind::Decode, None);
                    says(&error, "the response is longer than the 65536 bytes");
                }
                _ => expect(&error, ErrorKind::Service, Some("Forbidden")),
            }
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.request_id().unwrap().len(), 16);
            // what the peer could not send was never in our memory; sockets hold some megabytes
            tokio::time::sleep(Duration::from_millis(20)).await;
            let sent = lab.sent_bytes();
            assert!(sent < 256 * LIMIT, "{framing:?}: {sent} bytes");
        }
    }
}

#[tokio::test]
async fn the_longest_body_that_is_read() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let padded = |length: usize| {
        Fault::edit(move |body| format!("{body}{}", " ".repeat(length - body.len())))
    };
    let limit = usize::try_from(LIMIT).unwrap();
    for framing in [
        Framing::ContentLength,
        Framing::Chunked,
        Framing::UntilClose,
    ] {
        lab.fault(padded(limit).framing(framing));
        client.create_session(BUCKET).await.unwrap();
        let error = lab.fail(padded(limit + 1).framing(framing)).await;
        expect(&error, ErrorKind::Decode, None);
    }
}

#[tokio::test]
async fn a_body_that_stalls() {
    let lab = Lab::new();
    // in the middle, and before the first byte
    for bytes in [150, 0] {
        let before = lab.sent_bytes();
        lab.fault(Fault::genuine().stall_after(bytes));
        let client = lab.client().read_timeout(LIMIT_OF_TIME);
        let error = time_out(&lab, client, || lab.sent_bytes() > before + bytes).await;
        // whether the head is there by then is for the sockets to say
        says(&error, " 7s");
    }
    // and then the same client goes on
    let clock = VirtualClock::new();
    let client = lab.client().read_timeout(LIMIT_OF_TIME);
    let client = client.clock(clock.clone()).build().unwrap();
    lab.fault(Fault::genuine().stall_after(100));
    let call = client.create_session(BUCKET);
    let is_sent = || lab.requests().len() == 3;
    let call = clock.run(LIMIT_OF_TIME, is_sent, call.into_future());
    call.await.unwrap_err();
    client.create_session(BUCKET).await.unwrap();
}

#[tokio::test]
async fn a_body_that_drips() {
    let lab = Lab::new();
    // it has longer pauses than the test can last
    lab.fault(Fault::genuine().pace(1, Duration::from_secs(60)));
    let client = lab.client().attempt_timeout(LIMIT_OF_TIME);
    let error = time_out(&lab, client, || lab.sent_bytes() > 0).await;
    says(&error, "no complete answer within 7s");
    // slow and steady is good enough while the time lasts
    lab.fault(Fault::genuine().pace(50, Duration::from_millis(5)));
    let client = lab.client().build().unwrap();
    client.create_session(BUCKET).await.unwrap();
}

#[tokio::test]
async fn a_head_that_stalls() {
    let lab = Lab::new();
    lab.fault(Fault::genuine().stall_before_head());
    let client = lab.client().attempt_timeout(LIMIT_OF_TIME);
    let error = time_out(&lab, client, || !lab.requests().is_empty()).await;
    says(&error, "no complete answer within 7s");
    assert_eq!((error.status(), error.request_id()), (None, None));
}

/// A server that reads once, sends this, and keeps the connection open.
async fn silent_after(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut scratch = [0; 4096];
        let _ = stream.read(&mut scratch).await;
        let _ = stream.write_all(bytes).await;
        while matches!(stream.read(&mut scratch).await, Ok(1..)) {}
    });
    url
}

#[tokio::test]
async fn a_head_that_stops_half_way() {
    let lab = Lab::new();
    for bytes in [
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nx-amz-id-2: MARKER",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n",
    ] {
        let url = silent_after(bytes.as_bytes()).await;
        let client = builder().endpoint_url(url).attempt_timeout(LIMIT_OF_TIME);
        time_out(&lab, client, || true).await;
    }
}

#[tokio::test]
async fn a_server_that_takes_connections_and_nothing_else() {
    let lab = Lab::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = builder().endpoint_url(url).attempt_timeout(LIMIT_OF_TIME);
    time_out(&lab, client, || true).await;
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = lab.refuse(builder().endpoint_url(closed)).await;
    expect(&error, ErrorKind::Transport, None);
    says(&error, "no connection: ");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn lengths_that_lie() {
    let lab = Lab::new();
    broken(
        &lab,
        Fault::genuine().declared_length(5000),
        " of 5000 bytes",
    )
    .await;
    broken(
        &lab,
        Fault::genuine().close_after(100),
        "the connection was closed after 100 of ",
    )
    .await;
    let too_long = lab.fail(Fault::genuine().declared_length(1 << 62)).await;
    expect(&too_long, ErrorKind::Decode, None);
    says(&too_long, "longer than the 65536 bytes");
    for length in [0, 1, 100] {
        let error = lab.fail(Fault::genuine().declared_length(length)).await;
        expect(&error, ErrorKind::Decode, None);
    }
    goes_on_after(Fault::genuine().declared_length(5000)).await;
    goes_on_after(Fault::genuine().declared_length(100)).await;
    for field in [
        "content-length: 1\r\ncontent-length: 2",
        "content-length: -1",
        "content-length: MARKER",
    ] {
        let raw = format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n<a/>");
        expect(&lab.fail(Fault::raw(raw)).await, ErrorKind::Transport, None);
    }
}

#[tokio::test]
async fn chunks_that_are_none() {
    let lab = Lab::new();
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for chunks in [
        "MARKER\r\n",
        "5\r\nabc",
        "fffffffffffffffff\r\n",
        "3\r\nabcMARKER",
        "",
        "3\r\nabc\r\n",
    ] {
        let error = lab.fail(Fault::raw(format!("{head}{chunks}"))).await;
        expect(&error, ErrorKind::Transport, None);
    }
}

#[tokio::test]
async fn redirects_are_told_and_never_followed() {
    let other = Lab::new();
    let lab = Lab::new();
    for (status, code) in [
        (301, "PermanentRedirect"),
        (302, "TemporaryRedirect"),
        (307, "TemporaryRedirect"),
        (308, "TemporaryRedirect"),
    ] {
        let location = format!("{}/{BUCKET}?session", other.endpoint_url());
        let fault =
            Fault::redirect(status, &location).with_header("x-amz-bucket-region", "eu-north-1");
        let error = lab.fail(fault).await;
        expect(&error, ErrorKind::Service, Some(code));
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.bucket_region(), Some("eu-north-1"));
        says(
            &error,
            "the server redirects, which is never followed; it says the bucket is in region eu-north-1",
        );
        assert!(!error.is_retryable());
        // without a document of S3, with a hint that is none
        let bare = Reply::new(status)
            .header("location", &location)
            .header("x-amz-bucket-region", "x@evil/#");
        let error = lab.fail(Fault::reply(bare)).await;
        assert_eq!(
            (error.kind(), error.bucket_region()),
            (ErrorKind::Service, None)
        );
        says(&error, "never followed");
    }
    // to where it came from
    let itself = format!("{}/{BUCKET}?session", lab.endpoint_url());
    lab.fail(Fault::redirect(307, &itself)).await;
    assert_eq!(lab.requests().len(), 9);
    assert_eq!((other.requests().len(), other.connection_count()), (0, 0));
}

#[tokio::test]
async fn connections_that_end_too_early() {
    let lab = Lab::new();
    let closed = "the connection was closed before the answer was complete";
    broken(&lab, Fault::genuine().reset_before_head(), closed).await;
    broken(&lab, Fault::genuine().close_before_head(), closed).await;
    broken(&lab, Fault::genuine().reset_after(100), "closed").await;
    broken(
        &lab,
        Fault::genuine().framing(Framing::Chunked).close_after(100),
        "closed after 100 bytes",
    )
    .await;
    broken(
        &lab,
        Fault::raw("HTTP/1.1 200 OK\r\nx-amz-id-2: MARKER"),
        "closed",
    )
    .await;
    // ended by closing, so what came is all there is
    let error = lab
        .fail(
            Fault::genuine()
                .framing(Framing::UntilClose)
                .close_after(200),
        )
        .await;
    expect(&error, ErrorKind::Decode, None);
    assert!(error.is_retryable());
    goes_on_after(Fault::genuine().reset_before_head()).await;
    goes_on_after(Fault::genuine().reset_after(100)).await;
    // nothing was sent twice behind the caller's back
    assert_eq!(lab.requests().len(), 6);
}

#[tokio::test]
async fn answers_that_are_no_http() {
    let lab = Lab::new();
    for bytes in [
        "SSH-2.0-MARKER\r\n",
        "220 mail.example ESMTP MARKER\r\n",
        "<html>MARKER</html>",
        "\u{15}\u{3}\u{1}\0\u{2}\u{2}F",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 MARKER\r\n\r\n",
        "HTTP/1.1 200 OK\r\nMARK ER: x\r\n\r\n",
        "\r\n\r\n\r\n\0",
    ] {
        let error = lab.fail(Fault::raw(bytes)).await;
        expect(&error, ErrorKind::Transport, None);
        says(&error, "the answer is not HTTP: ");
        assert_eq!(error.status(), None);
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn heads_without_end() {
    let lab = Lab::new();
    let one = format!("HTTP/1.1 200 OK\r\nx: {}", "MARKER".repeat(1_000_000));
    let many = format!(
        "HTTP/1.1 200 OK\r\n{}",
        "x-amz-id-2: MARKER\r\n".repeat(100_000)
    );
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(50_000);
    for raw in [one, many, interim] {
        let error = lab.fail(Fault::raw(raw)).await;
        expect(&error, ErrorKind::Transport, None);
    }
}
