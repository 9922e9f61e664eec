//! Calls from first to last, against good and bad servers.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use common::{Answer, GetToken, GetTokenError, PutBlob, SERVICE, Server, client, http};
use zonal_runtime::transport::{HttpTransport, Transport};
use zonal_runtime::{Body, BuildError, Builder, Core, Error, ErrorKind, Secret};

const GOOD: &str =
    "<?xml version=\"1.0\"?><Result><Token>MARKERANSWER</Token><Count>3</Count></Result>";

/// Asks a server that answers so; nothing secret may be in the error.
async fn fail(answer: Answer) -> Error<GetTokenError> {
    // those that stall are not waited for to the end of the time
    fail_within(Duration::from_secs(60), answer).await
}

/// The same with this read timeout.
async fn fail_within(limit: Duration, answer: Answer) -> Error<GetTokenError> {
    let server = Server::start(answer);
    let client = client(server.address).read_timeout(limit).build().unwrap();
    let error = client.send(&GetToken::new("demo")).await.unwrap_err();
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        text += &format!("{error} {error:?}");
        source = error.source();
    }
    assert!(!text.contains("MARKER"), "{text}");
    assert!(text.starts_with("GetToken failed: "), "{text}");
    assert!(text.contains("host demo.localhost"), "{text}");
    error
}

async fn fail_with_body(body: &str) -> Error<GetTokenError> {
    fail(http(200, "", body)).await
}

#[tokio::test]
async fn a_good_answer_is_decoded_and_the_request_is_signed() {
    let server = Server::start(http(200, "x-amz-mode: ReadOnly\r\n", GOOD));
    let client = client(server.address).build().unwrap();
    let mut request = GetToken::new("demo");
    request.key = "a b/ü".to_owned();
    request.context = Some(Secret::from("MARKERCONTEXT"));
    let output = client.send(&request).await.unwrap();
    assert_eq!(output.token.expose(), "MARKERANSWER");
    assert_eq!(
        (output.count, output.mode.as_deref()),
        (Some(3), Some("ReadOnly"))
    );
    let head = &server.requests()[0];
    assert!(
        head.starts_with("GET /a%20b/%C3%BC?session HTTP/1.1\r\n"),
        "{head}"
    );
    let port = server.address.port();
    for line in [
        &format!("host: demo.localhost:{port}"),
        "x-amz-security-token: MARKERTOKEN",
        "x-amz-context: MARKERCONTEXT",
        "accept-encoding: identity",
        "SignedHeaders=host;x-amz-content-sha256;x-amz-context;x-amz-date;x-amz-security-token,",
    ] {
        assert!(head.contains(line), "{line} in {head}");
    }
    assert!(!head.contains("s3session"), "{head}");
}

#[tokio::test]
async fn answers_that_are_no_result() {
    for (body, says) in [
        ("", "empty where `<Result>` was expected"),
        (
            "<ListBucketResult><Name>MARKER</Name></ListBucketResult>",
            "answered with `<ListBucketResult>` instead of `<Result>`",
        ),
        (
            "<html><body><p>MARKER<br></body></html>",
            "answered with `<html>`",
        ),
        ("<!DOCTYPE html><html>MARKER</html>", "DOCTYPE"),
        ("<Result><Count>3</Count></Result>", "`Token` is missing"),
        (
            "<Result><Token/></Result>",
            "`Token` is not right: expected a value that is not empty",
        ),
        (
            "<Result><Token>MARKER</Token><Token>MARKER</Token></Result>",
            "`Token` occurs twice",
        ),
        ("<Result><Token>MARKER</Token", "in the middle"),
        (
            "<Result><Token>MARKER</Token><Count>MARKER</Count></Result>",
            "`Count` is not right",
        ),
        ("MARKER", "not XML"),
    ] {
        let error = fail_with_body(body).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(error.request_id(), Some("4442587FB7D0A2F9"));
        assert_eq!(error.status().unwrap(), 200);
    }
    assert!(
        fail_with_body("<Result><Token>MARKER</Tok")
            .await
            .is_retryable()
    );
}

#[tokio::test]
async fn refusals_of_the_service() {
    let body = "<Error><Code>NoSuchBucket</Code><Message>Not here</Message><Token-0>MARKER</Token-0></Error>";
    let error = fail(http(404, "x-amz-id-2: ext\r\n", body)).await;
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.as_service_error(), Some(&GetTokenError::NoSuchBucket));
    assert_eq!(
        (error.code(), error.message()),
        (Some("NoSuchBucket"), Some("Not here"))
    );
    assert_eq!(error.extended_request_id(), Some("ext"));
    let text = error.to_string();
    assert!(text.starts_with("GetToken failed: NoSuchBucket: Not here (HTTP 404, request id 4442587FB7D0A2F9, host demo.localhost"), "{text}");

    let error = fail_with_body("\n<Error><Code>InternalError</Code></Error>").await;
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Service, Some("InternalError"))
    );
    assert!(error.is_retryable());
    assert_eq!(error.status().unwrap(), 200);

    let error = fail(http(403, "", "")).await;
    assert_eq!(error.code(), Some("Forbidden"));
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let other = Server::start(http(200, "", GOOD));
    for status in [301, 302, 307, 308] {
        let location = format!(
            "location: http://{}/\r\nx-amz-bucket-region: eu-west-1\r\n",
            other.address
        );
        let error = fail(http(status, &location, "")).await;
        assert_eq!(
            (error.kind(), error.bucket_region()),
            (ErrorKind::Service, Some("eu-west-1"))
        );
        assert!(error.to_string().contains("never followed"), "{error}");
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn connections_that_end_too_early() {
    let error = fail(Answer::Close).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.is_retryable());

    let short = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<Result><Token>MARKER";
    let error = fail(Answer::Send(short.into())).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(
        error.to_string().contains("closed after 21 of 100 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn bodies_without_end_and_false_lengths() {
    let error = fail(Answer::Endless).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("longer than the 65536 bytes"),
        "{error}"
    );
    let huge = "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n<Result>MARKER";
    let error = fail(Answer::Stall(huge.into())).await;
    assert!(
        error.to_string().contains("longer than the 65536 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn servers_that_stall() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nMARKER";
    let mut limit = Duration::from_millis(50);
    // a busy machine may need longer for the head
    let error = loop {
        let error = fail_within(limit, Answer::Stall(head.into())).await;
        if limit > Duration::from_secs(60) || error.to_string().contains("paused") {
            break error;
        }
        limit *= 2;
    };
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.is_retryable());
    let says = format!("paused for longer than {limit:?}");
    assert!(error.to_string().contains(&says), "{error}");

    let server = Server::start(Answer::Stall(String::new()));
    let client = client(server.address)
        .attempt_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let error = client.send(&GetToken::new("demo")).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no complete answer within 300ms"),
        "{error}"
    );
}

/// A stream of one piece.
struct OnePiece(Option<&'static str>);

impl futures_core::Stream for OnePiece {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(|piece| Ok(piece.into())))
    }
}

#[tokio::test]
async fn a_stream_is_sent_once_and_bytes_again() {
    let bodies = [
        (Body::from("piece"), 3, ", 3 attempts)"),
        (
            Body::from_stream(OnePiece(Some("piece")), Some(5)),
            1,
            ", not retried because its body can be sent only once)",
        ),
    ];
    for (body, attempts, says) in bodies {
        let server = Server::start(http(503, "", ""));
        let client = client(server.address).build().unwrap();
        let bucket = "demo".to_owned();
        let error = client.send(&PutBlob { bucket, body }).await.unwrap_err();
        assert_eq!(error.code(), Some("ServiceUnavailable"), "{error}");
        assert_eq!(error.attempts(), attempts);
        assert_eq!(server.requests().len(), attempts as usize);
        assert!(error.to_string().ends_with(says), "{error}");
    }
}

#[tokio::test]
async fn secrets_are_not_asked_for_over_plain_http() {
    let client = |allow| {
        Builder::<Core>::new(&SERVICE)
            .region("us-west-2")
            .credentials(common::credentials())
            .endpoint_url("http://192.0.2.1:1")
            .attempt_timeout(Duration::from_millis(50))
            .allow_http(allow)
            .build()
            .unwrap()
    };
    let error = client(false).send(&GetToken::new("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InsecureTransport);
    assert!(error.to_string().contains("allow_http"), "{error}");
    let error = client(true).send(&GetToken::new("a")).await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::InsecureTransport);
}

#[tokio::test]
async fn what_is_wrong_before_anything_is_sent() {
    let server = Server::start(http(200, "", GOOD));
    let with = client(server.address).build().unwrap();
    let without = Builder::<Core>::new(&SERVICE)
        .region("us-west-2")
        .build()
        .unwrap();
    let error = without.send(&GetToken::new("demo")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("credentials(…)"), "{error}");

    let mut request = GetToken::new("demo");
    request.key = "k".to_owned();
    request.context = Some(Secret::from("MARKER\r\nx: y"));
    let error = with.send(&request).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`x-amz-context` has a line break"),
        "{error}"
    );
    assert!(!format!("{error:?}").contains("MARKER"));
    for bucket in ["x@evil.com/#", "evil.com/#--x-s3", "a b", ""] {
        let error = with.send(&GetToken::new(bucket)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Endpoint, "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn connection_and_tls_failures_are_told_apart() {
    let server = Server::start(http(200, "", GOOD));
    let url = format!("https://localhost:{}", server.address.port());
    let client = client(server.address).endpoint_url(url).build().unwrap();
    let error = client.send(&GetToken::new("demo")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(
        error.to_string().contains("no secure connection"),
        "{error}"
    );

    let client = common::client("127.0.0.1:1".parse().unwrap())
        .build()
        .unwrap();
    let error = client.send(&GetToken::new("demo")).await.unwrap_err();
    assert!(error.to_string().contains("no connection: "), "{error}");
    assert!(error.is_retryable());
}

#[test]
fn settings_are_checked_when_a_client_is_built() {
    let builder = || Builder::<Core>::new(&SERVICE);
    assert_eq!(builder().build().unwrap_err(), BuildError::MissingRegion);
    for region in ["", "x@attacker.com:443/#", "us-west-2\n", "a.b"] {
        assert!(
            matches!(
                builder().region(region).build().unwrap_err(),
                BuildError::Region(_)
            ),
            "{region}"
        );
    }
    let error = builder()
        .region("r")
        .endpoint_url("https://u:PASS@h")
        .build()
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("PASS"));
    let zero = builder()
        .region("r")
        .read_timeout(Duration::ZERO)
        .build()
        .unwrap_err();
    assert_eq!(zero, BuildError::ZeroTimeout("read_timeout"));
    let none = builder().region("r").max_attempts(0).build().unwrap_err();
    assert_eq!(none, BuildError::NoAttempts);
}

#[test]
fn futures_stay_small_and_can_be_sent() {
    fn size<F: Future + Send>(future: F) -> usize {
        size_of_val(&future)
    }
    let core: Core = Builder::new(&SERVICE).region("r").build().unwrap();
    let request = GetToken::new("demo");
    assert!(
        size(core.send(&request)) < 1024,
        "{}",
        size(core.send(&request))
    );
    let transport: Box<dyn Transport> = Box::new(HttpTransport::new(Duration::from_secs(1)));
    assert!(format!("{transport:?} {core:?}").contains("HttpTransport"));
}
