//! What a call can do otherwise than its client, what hooks see and add, and what comes with an answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use zonal::hook::{AttemptEnd, AttemptStart, Hook};
use zonal::operation::{GetObject, GetObjectOutput, HeadObject, HeadObjectOutput};
use zonal::runtime::retry::RetryRules;
use zonal::testing::{self, FakeTransport};
use zonal::transport::{TransportError, TransportErrorKind};
use zonal::{AnyError, Client, ErrorKind};
use zonal_peer::{CredentialKind, Fault, Operation};

use crate::support::{BUCKET, KEY, Lab, REGION, SECRET, credentials};

#[tokio::test]
async fn a_call_has_options_of_its_own() {
    let lab = Lab::new();
    let client = lab.client().max_attempts(1).build().unwrap();
    lab.add_credentials("AKIDOTHER", SECRET);

    lab.fault(Fault::error(503, "SlowDown", "slow").times(2));
    let head = client.head_bucket(BUCKET).max_attempts(3);
    let (_, metadata) = head.send_with_metadata().await.unwrap();
    assert_eq!((metadata.attempts(), metadata.status().as_u16()), (3, 200));
    assert!(metadata.request_id().is_some());
    assert!(metadata.headers().contains_key("x-amz-bucket-region"));
    lab.take_requests();

    let put = client.put_object(BUCKET, "a").body("abc");
    let put = put
        .header("X-Trace", "MARKED")
        .credentials(credentials("AKIDOTHER", SECRET, None));
    put.await.unwrap();
    let requests = lab.take_requests();
    let put = requests
        .iter()
        .find(|it| it.operation == Operation::PutObject)
        .unwrap();
    assert_eq!(put.header("x-trace").as_deref(), Some("MARKED"));
    let signed = put.header("authorization").unwrap();
    assert!(signed.contains(";x-trace"), "{signed}");
    let opened = requests
        .iter()
        .find(|it| it.operation == Operation::CreateSession);
    let opened = opened.unwrap().header("authorization").unwrap();
    assert!(
        opened.contains("AKIDOTHER/"),
        "the session is not that of the call"
    );

    // the client itself is as it was
    client.get_object(BUCKET, "a").await.unwrap();
    let requests = lab.take_requests();
    assert!(requests.iter().all(|it| it.header("x-trace").is_none()));
    let opened = requests
        .iter()
        .find(|it| it.operation == Operation::CreateSession);
    assert!(
        opened
            .unwrap()
            .header("authorization")
            .unwrap()
            .contains(KEY)
    );
    assert!(
        requests
            .iter()
            .any(|it| matches!(it.credentials, CredentialKind::Session { .. }))
    );
}

#[tokio::test]
async fn options_that_cannot_be_are_refused_before_anything_is_sent() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let head = || client.head_object(BUCKET, "a").if_match("\"t\"");
    for (call, expected) in [
        (
            head().header("x trace", "1"),
            "`x trace` needs another name",
        ),
        (
            head().header("x-trace", "a\nb"),
            "`x-trace` has a line break",
        ),
        (
            head().header("Authorization", "MARKER"),
            "`authorization` cannot be set",
        ),
        (head().header("Host", "MARKER"), "`host` cannot be set"),
        (
            head().header("X-Amz-Date", "20990101T000000Z"),
            "`x-amz-date` cannot be set",
        ),
        (
            head().header("x-amz-security-token", "MARKER"),
            "`x-amz-security-token` cannot be set",
        ),
        (
            head().header("content-length", "1"),
            "`content-length` cannot be set",
        ),
        (
            head().header("Transfer-Encoding", "chunked"),
            "`transfer-encoding` cannot be set",
        ),
        (
            head().header("accept-encoding", "gzip"),
            "`accept-encoding` cannot be set",
        ),
        (
            head().header("if-match", "\"u\""),
            "`if-match` is written by the operation itself",
        ),
        (
            head().timeout(Duration::ZERO),
            "`timeout` must be longer than zero",
        ),
        (head().max_attempts(0), "`max_attempts` must be at least 1"),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let text = format!("{error} {error:?}");
        assert!(
            text.contains(expected) && !text.contains("MARKER"),
            "{text}"
        );
    }
    assert!(lab.requests().is_empty());
}

#[tokio::test]
async fn a_call_limits_its_own_time_and_may_be_signed_for_a_client_that_signs_nothing() {
    let lab = Lab::new();
    lab.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::HeadBucket)
            .always(),
    );
    let client = lab.client().build().unwrap();
    let error = client
        .head_bucket(BUCKET)
        .timeout(Duration::from_millis(50))
        .await
        .unwrap_err();
    assert_eq!(
        error.transport_kind(),
        Some(TransportErrorKind::CallTimeout)
    );

    let nobody = lab.client().anonymous().build().unwrap();
    assert!(nobody.list_objects_v2(BUCKET).await.is_err());
    let list = nobody
        .list_objects_v2(BUCKET)
        .credentials(credentials(KEY, SECRET, None));
    list.await.unwrap();
}

#[tokio::test]
async fn calls_are_futures() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    tokio::spawn(client.put_object(BUCKET, "a").body("abc"))
        .await
        .unwrap()
        .unwrap();
    let (a, b) = tokio::join!(
        client.head_object(BUCKET, "a"),
        client.head_object(BUCKET, "b")
    );
    assert_eq!(a.unwrap().content_length, Some(3));
    assert_eq!(b.unwrap_err().status(), Some(StatusCode::NOT_FOUND));
    let call = client.get_object(BUCKET, "a");
    assert!(size_of_val(&call) <= 128, "{}", size_of_val(&call));
    // a request can be taken back before it is sent
    assert_eq!(
        call.range("bytes=0-1").into_request().range.as_deref(),
        Some("bytes=0-1")
    );
}

/// A client that makes one attempt and has no hook, and calls that say how they are made again.
#[tokio::test]
async fn a_call_is_retried_by_rules_of_its_own_and_seen_by_its_own_hook() {
    static ONCE: RetryRules = RetryRules {
        in_doubt: false,
        bad_requests: &["BadDigest"],
        ..RetryRules::CLIENT
    };
    static QUOTALESS: RetryRules = RetryRules {
        quota: false,
        ..RetryRules::CLIENT
    };
    let lab = Lab::new();
    let builder = lab.client().session_auth(false).max_attempts(1);
    let client = builder.build().unwrap();
    let seen = Arc::new(Seen::default());
    let put = |rules: &'static RetryRules, attempts: u32| {
        let put = client.put_object(BUCKET, "a").body("abc");
        put.max_attempts(attempts)
            .retry_wait(Duration::ZERO, Duration::ZERO)
            .retry_rules(rules)
            .hook(Arc::clone(&seen))
    };
    // what was refused is made again, and what may have been carried out is not
    lab.fault(Fault::error(400, "BadDigest", "damaged"));
    put(&ONCE, 3).await.unwrap();
    lab.fault(Fault::error(503, "SlowDown", "slow"));
    put(&ONCE, 3).await.unwrap();
    lab.fault(Fault::error(500, "InternalError", "broken"));
    let error = put(&ONCE, 3).await.unwrap_err();
    assert!(error.may_have_succeeded() && !error.is_retryable());
    assert_eq!(error.attempts(), 1);
    let lines = std::mem::take(&mut *seen.lines.lock().unwrap());
    let failed: Vec<_> = lines.iter().filter(|line| line.contains("fails")).collect();
    assert_eq!(
        failed,
        [
            "PutObject 1 fails, again true 400",
            "PutObject 1 fails, again true 503",
            "PutObject 1 fails, again false 500",
        ]
    );
    // more retries in a row than the client's quota has
    lab.fault(Fault::error(503, "SlowDown", "slow").times(150));
    put(&QUOTALESS, 200).await.unwrap();
    lab.fault(Fault::error(503, "SlowDown", "slow").times(150));
    let error = put(&RetryRules::CLIENT, 200).await.unwrap_err();
    assert!(error.to_string().contains("too many calls"), "{error}");
    // another call has none of it
    let error = client.head_object(BUCKET, "a").await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(
        !seen
            .lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("HeadObject"))
    );
}

/// Notes what it sees, adds a header, and refuses the first attempts.
#[derive(Debug, Default)]
struct Seen {
    lines: Mutex<Vec<String>>,
    refuse: Mutex<u32>,
}

impl Hook for Seen {
    fn before_attempt(&self, attempt: &mut AttemptStart<'_>) -> Result<(), TransportError> {
        let (name, number) = (attempt.operation(), attempt.number());
        self.lines
            .lock()
            .unwrap()
            .push(format!("{name} {number} begins"));
        attempt.add_header("x-attempt", &number.to_string());
        let mut refuse = self.refuse.lock().unwrap();
        if *refuse == 0 {
            return Ok(());
        }
        *refuse -= 1;
        Err(TransportError::new(
            TransportErrorKind::Closed,
            "refused by a test",
        ))
    }

    fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
        let (name, number) = (attempt.operation(), attempt.number());
        let status = attempt.status().map_or(0, |status| status.as_u16());
        let ends = match (attempt.error(), attempt.is_dropped()) {
            (_, true) => "is dropped".to_owned(),
            (None, _) => format!("succeeds, id {}", attempt.request_id().is_some()),
            (Some(error), _) => {
                assert!(!error.to_string().is_empty());
                format!("fails, again {}", attempt.retry_in().is_some())
            }
        };
        self.lines
            .lock()
            .unwrap()
            .push(format!("{name} {number} {ends} {status}"));
    }
}

#[tokio::test]
async fn hooks_see_each_attempt_and_its_end() {
    let lab = Lab::new();
    let seen = Arc::new(Seen::default());
    let client = lab
        .client()
        .max_attempts(3)
        .retry_wait(Duration::ZERO, Duration::ZERO);
    let client = client
        .session_auth(false)
        .hook(Arc::clone(&seen))
        .build()
        .unwrap();
    let lines = || std::mem::take(&mut *seen.lines.lock().unwrap());

    *seen.refuse.lock().unwrap() = 1;
    lab.fault(Fault::error(503, "SlowDown", "slow"));
    client.put_object(BUCKET, "a").body("abc").await.unwrap();
    assert_eq!(
        lines(),
        [
            "PutObject 1 begins",
            "PutObject 1 fails, again true 0",
            "PutObject 2 begins",
            "PutObject 2 fails, again true 503",
            "PutObject 3 begins",
            "PutObject 3 succeeds, id true 200",
        ]
    );
    // what was refused was not sent, and what was added is signed
    let sent = lab.take_requests();
    let added: Vec<_> = sent
        .iter()
        .map(|it| it.header("x-attempt").unwrap())
        .collect();
    assert_eq!(added, ["2", "3"]);
    assert!(
        sent[0]
            .header("authorization")
            .unwrap()
            .contains("x-attempt")
    );

    lab.fault(Fault::genuine().stall_before_head());
    let call = client.head_object(BUCKET, "a");
    tokio::time::timeout(Duration::from_millis(50), call)
        .await
        .unwrap_err();
    assert_eq!(
        lines(),
        ["HeadObject 1 begins", "HeadObject 1 is dropped 0"]
    );

    client.head_object(BUCKET, "none").await.unwrap_err();
    let last = lines().pop().unwrap();
    assert_eq!(last, "HeadObject 1 fails, again false 404");
}

#[derive(Debug)]
struct Wrong(&'static str);

impl Hook for Wrong {
    fn before_attempt(&self, attempt: &mut AttemptStart<'_>) -> Result<(), TransportError> {
        attempt.add_header(self.0, "v");
        Ok(())
    }
}

#[tokio::test]
async fn what_a_hook_cannot_add_fails_the_call() {
    let lab = Lab::new();
    for name in ["host", "x-amz-date", "if-match", "a b"] {
        let client = lab
            .client()
            .session_auth(false)
            .hook(Wrong(name))
            .build()
            .unwrap();
        let error = client
            .head_object(BUCKET, "a")
            .if_match("\"t\"")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}: {error}");
    }
    assert!(lab.requests().is_empty());
}

fn faked() -> (FakeTransport, Client) {
    let fake = FakeTransport::new();
    let client = Client::builder()
        .region(REGION)
        .credentials(testing::credentials());
    let client = client
        .retry_wait(Duration::ZERO, Duration::ZERO)
        .transport(fake.clone());
    (fake, client.build().unwrap())
}

#[tokio::test]
async fn prepared_answers_need_no_network() {
    let (fake, client) = faked();
    fake.refuse::<GetObject>(StatusCode::SERVICE_UNAVAILABLE, "SlowDown")
        .answer::<GetObject>(GetObjectOutput::new("abc").content_length(3))
        .answer::<HeadObject>(HeadObjectOutput::new().content_length(7));
    let head = client.head_object(BUCKET, "a").await.unwrap();
    assert_eq!(head.content_length, Some(7));
    let get = client.get_object(BUCKET, "a").range("bytes=0-2");
    let (object, metadata) = get.send_with_metadata().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap(), "abc");
    assert_eq!(
        (metadata.attempts(), metadata.request_id()),
        (2, Some("FAKE000000000001"))
    );

    let calls = fake.calls();
    let names: Vec<_> = calls.iter().map(|call| call.operation).collect();
    assert_eq!(names, ["HeadObject", "GetObject", "GetObject"]);
    assert!(calls[0].headers.contains_key("x-amz-s3session-token"));
    assert_eq!(calls[1].headers["range"], "bytes=0-2");
    assert_eq!(fake.answers_left(), 0);

    let error = client.get_object(BUCKET, "a").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("FakeTransport::answer::<GetObject>"),
        "{error}"
    );
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn prepared_failures_are_errors_of_the_call() {
    let (fake, client) = faked();
    fake.refuse::<GetObject>(StatusCode::NOT_FOUND, "NoSuchKey");
    let closed = TransportError::new(TransportErrorKind::Closed, "the test closed it");
    fake.fail::<HeadObject>(closed.clone())
        .fail::<HeadObject>(closed.clone())
        .fail::<HeadObject>(closed);
    let error: AnyError = client.get_object(BUCKET, "a").await.unwrap_err().into();
    assert_eq!(
        (error.code(), error.kind()),
        (Some("NoSuchKey"), ErrorKind::Service)
    );
    let error = client.head_object(BUCKET, "a").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
    client
        .put_object(BUCKET, "b")
        .body("kept")
        .await
        .unwrap_err();
    assert_eq!(fake.calls().last().unwrap().body, "kept");
}
