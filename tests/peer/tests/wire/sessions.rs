//! `CreateSession`, and what its sessions may do.

use crate::support::{Answer, BASE, BUCKET, Call, KEY, Signer, TEMPORARY, builder, exchange, peer};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use zonal_peer::{CredentialKind, Operation, Peer, Session, SessionMode};

#[test]
fn a_session_is_issued_as_the_service_does() {
    let peer = peer();
    let answer = Call::create_session().send(&peer, BASE);
    assert_eq!(answer.status, 200, "{answer:?}");
    let session = &peer.issued_sessions()[0];
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Credentials><SessionToken>{}</SessionToken><SecretAccessKey>{}</SecretAccessKey>\
         <AccessKeyId>{}</AccessKeyId><Expiration>{}</Expiration></Credentials></CreateSessionResult>",
        session.session_token(),
        session.secret_access_key(),
        session.access_key_id(),
        answer.element("Expiration").unwrap_or_default()
    );
    assert_eq!(answer.body, expected);
    let expiration = answer
        .element("Expiration")
        .and_then(|text| DateTime::from_str(text, Format::DateTime).ok());
    let expiration = SystemTime::try_from(expiration.expect("a date")).expect("a time");
    let left = expiration
        .duration_since(SystemTime::now())
        .expect("in the future");
    assert!(
        left > Duration::from_secs(290) && left <= Duration::from_secs(300),
        "{left:?}"
    );
    for name in ["x-amz-request-id", "x-amz-id-2", "date"] {
        assert!(answer.header(name).is_some(), "{name}");
    }
    assert_eq!(answer.header("server"), Some("AmazonS3"));
    assert_eq!(answer.header("content-type"), Some("application/xml"));
    assert_eq!(session.mode(), SessionMode::ReadWrite);
}

#[test]
fn every_form_of_the_target_is_taken() {
    let peer = peer();
    let host = format!("{BUCKET}.localhost:1234");
    for (host, target) in [
        ("127.0.0.1", format!("/{BUCKET}?session")),
        ("127.0.0.1", format!("/{BUCKET}?session=")),
        ("127.0.0.1", format!("/{BUCKET}/?session")),
        (&host, "/?session".to_owned()),
        (&host, "/?session=".to_owned()),
    ] {
        let answer = Call::new("GET", &target)
            .header("host", host)
            .send(&peer, BASE);
        assert_eq!(answer.status, 200, "{host} {target} {answer:?}");
    }
    assert!(
        peer.requests()
            .iter()
            .all(|request| request.operation == Operation::CreateSession)
    );
    assert!(
        peer.requests()
            .iter()
            .all(|request| request.bucket.as_deref() == Some(BUCKET))
    );
}

#[test]
fn base_credentials_are_checked() {
    let peer = peer();
    let send = |signer: Signer<'_>| Call::create_session().send(&peer, signer);
    exchange(&peer, &Call::create_session().unsigned()).expect(403, "AccessDenied");
    send(Signer {
        key: "AKIDOTHER",
        ..BASE
    })
    .expect(403, "InvalidAccessKeyId");
    let mismatch = send(Signer {
        secret: "wrong",
        ..BASE
    });
    mismatch.expect(403, "SignatureDoesNotMatch");
    assert_eq!(mismatch.element("AWSAccessKeyId"), Some(KEY));
    assert!(
        mismatch
            .element("StringToSign")
            .is_some_and(|text| text.starts_with("AWS4-HMAC-SHA256\n"))
    );
    assert!(
        mismatch
            .element("CanonicalRequest")
            .is_some_and(|text| text.starts_with("GET\n/"))
    );
    let service = send(Signer {
        service: "s3",
        ..BASE
    });
    service.expect(400, "AuthorizationHeaderMalformed");
    assert!(service.body.contains("s3express"), "{service:?}");
    let region = send(Signer {
        region: "us-east-1",
        ..BASE
    });
    region.expect(400, "AuthorizationHeaderMalformed");
    assert_eq!(region.element("Region"), Some("us-west-2"));
}

#[test]
fn tokens_of_temporary_credentials_are_checked() {
    let peer = peer();
    let send = |signer: Signer<'_>| Call::create_session().send(&peer, signer);
    assert_eq!(send(TEMPORARY).status, 200);
    send(Signer {
        token: None,
        ..TEMPORARY
    })
    .expect(400, "InvalidToken");
    let wrong = send(Signer {
        token: Some(("x-amz-security-token", "MARKER")),
        ..TEMPORARY
    });
    wrong.expect(400, "InvalidToken");
    assert_eq!(wrong.element("Token-0"), Some("MARKER"));
    send(Signer {
        token: Some(("x-amz-security-token", "BASETOKEN")),
        ..BASE
    })
    .expect(400, "InvalidToken");
    send(Signer {
        token: Some(("x-amz-s3session-token", "BASETOKEN")),
        ..TEMPORARY
    })
    .expect(400, "InvalidRequest");
}

#[test]
fn a_wrong_clock_is_told() {
    let peer = peer();
    let answer = Call::create_session()
        .signed_at(SystemTime::now() - Duration::from_secs(1000))
        .send(&peer, BASE);
    answer.expect(403, "RequestTimeTooSkewed");
    assert_eq!(answer.element("MaxAllowedSkewMilliseconds"), Some("900000"));
    assert!(answer.element("RequestTime").is_some() && answer.element("ServerTime").is_some());
    peer.clock().set_ahead(Duration::from_secs(1200));
    Call::create_session()
        .send(&peer, BASE)
        .expect(403, "RequestTimeTooSkewed");
    let adjusted = Call::create_session()
        .signed_at(peer.clock().now())
        .send(&peer, BASE);
    assert_eq!(adjusted.status, 200);
}

#[test]
fn modes_follow_the_request_and_the_policy() {
    let peer = peer();
    let mode = |mode: Option<&str>| -> Answer {
        let call = Call::create_session();
        let call = mode.map_or(call.clone(), |mode| {
            call.header("x-amz-create-session-mode", mode)
        });
        call.send(&peer, BASE)
    };
    let modes = || {
        peer.issued_sessions()
            .iter()
            .map(|session| session.mode())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        [
            mode(None).status,
            mode(Some("ReadOnly")).status,
            mode(Some("ReadWrite")).status
        ],
        [200; 3]
    );
    assert_eq!(
        modes(),
        [
            SessionMode::ReadWrite,
            SessionMode::ReadOnly,
            SessionMode::ReadWrite
        ]
    );
    mode(Some("readonly")).expect(400, "InvalidArgument");
    peer.deny_read_write(true);
    mode(Some("ReadWrite")).expect(403, "AccessDenied");
    assert_eq!([mode(None).status, mode(Some("ReadOnly")).status], [200; 2]);
    assert_eq!(modes()[3..], [SessionMode::ReadOnly; 2]);
}

#[test]
fn encryption_is_checked_and_echoed() {
    let peer = peer();
    let name = |suffix: &str| format!("x-amz-server-side-encryption{suffix}");
    let send = |headers: &[(&str, &str)]| {
        let with = |call: Call, (suffix, value): &(&str, &str)| call.header(&name(suffix), value);
        headers
            .iter()
            .fold(Call::create_session(), with)
            .send(&peer, BASE)
    };
    let all = [
        ("", "aws:kms"),
        ("-aws-kms-key-id", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("-context", "eyJhIjoiYiJ9"),
        ("-bucket-key-enabled", "true"),
    ];
    let answer = send(&all);
    assert_eq!(answer.status, 200, "{answer:?}");
    for (suffix, value) in all {
        assert_eq!(answer.header(&name(suffix)), Some(value));
    }
    assert_eq!(send(&[("", "AES256")]).header(&name("")), Some("AES256"));
    assert_eq!(
        Call::create_session().send(&peer, BASE).header(&name("")),
        None
    );
    send(&[("", "aws:kms:dsse")]).expect(400, "InvalidArgument");
    send(&[("", "aws:kms")]).expect(400, "InvalidRequest");
    send(&[("-aws-kms-key-id", "1234abcd")]).expect(400, "InvalidArgument");
    send(&[("-bucket-key-enabled", "TRUE")]).expect(400, "InvalidArgument");
    send(&[("-context", "eyJhIjoiYiJ9")]).expect(400, "InvalidArgument");
}

#[test]
fn missing_buckets_are_told() {
    let peer = peer();
    let answer = Call::new("GET", "/nope--usw2-az1--x-s3?session").send(&peer, BASE);
    answer.expect(404, "NoSuchBucket");
    assert_eq!(answer.element("BucketName"), Some("nope--usw2-az1--x-s3"));
    let head = Call::new("HEAD", "/nope--usw2-az1--x-s3").send(&peer, BASE);
    assert_eq!(
        (
            head.status,
            head.body.as_str(),
            head.header("content-length")
        ),
        (404, "", None)
    );
}

fn issue(peer: &Peer, mode: &str) -> Arc<Session> {
    let answer = Call::create_session()
        .header("x-amz-create-session-mode", mode)
        .send(peer, BASE);
    assert_eq!(answer.status, 200, "{answer:?}");
    peer.issued_sessions().pop().expect("a session")
}

fn at(method: &str, target: &str) -> Call {
    Call::new(method, &format!("/{BUCKET}{target}"))
}

#[test]
fn sessions_are_bound_to_bucket_and_mode() {
    let peer = peer();
    let (writer, reader) = (issue(&peer, "ReadWrite"), issue(&peer, "ReadOnly"));
    let (writer, reader) = (Signer::of_session(&writer), Signer::of_session(&reader));
    assert_eq!(at("HEAD", "").send(&peer, writer).status, 200);
    assert_eq!(at("HEAD", "").send(&peer, reader).status, 200);
    at("GET", "/key")
        .send(&peer, reader)
        .expect(404, "NoSuchKey");
    at("PUT", "/key")
        .body("hello")
        .send(&peer, writer)
        .expect(200, "");
    at("PUT", "/key")
        .body("hello")
        .send(&peer, reader)
        .expect(403, "AccessDenied");
    Call::new("GET", "/other--usw2-az1--x-s3/key")
        .send(&peer, writer)
        .expect(403, "AccessDenied");
    Call::new("GET", "/")
        .send(&peer, writer)
        .expect(403, "AccessDenied");
}

#[test]
fn session_tokens_are_checked() {
    let peer = peer();
    let session = issue(&peer, "ReadWrite");
    let signer = Signer::of_session(&session);
    let get = |signer: Signer<'_>| at("GET", "/key").send(&peer, signer);
    let token = |name, value| Signer {
        token: Some((name, value)),
        ..signer
    };
    get(Signer {
        token: None,
        ..signer
    })
    .expect(400, "InvalidToken");
    get(token("x-amz-s3session-token", "MARKER")).expect(400, "InvalidToken");
    get(token("x-amz-security-token", "MARKER")).expect(400, "InvalidRequest");
    get(Signer {
        secret: "no",
        ..signer
    })
    .expect(403, "SignatureDoesNotMatch");
    at("GET", "?session")
        .send(&peer, signer)
        .expect(400, "InvalidRequest");
    let last = peer.requests().pop().expect("a request");
    assert_eq!(last.credentials, CredentialKind::None);
}

#[test]
fn sessions_end() {
    let peer = peer();
    let session = issue(&peer, "ReadWrite");
    let signer = Signer::of_session(&session);
    let get = || at("GET", "/key").send(&peer, signer);
    peer.clock().set_ahead(Duration::from_secs(301));
    let expired = at("GET", "/key")
        .signed_at(peer.clock().now())
        .send(&peer, signer);
    expired.expect(400, "ExpiredToken");
    assert_eq!(expired.element("Token-0"), Some(session.session_token()));
    peer.clock().reset();
    get().expect(404, "NoSuchKey");
    peer.expire_sessions();
    get().expect(400, "ExpiredToken");
    peer.forget_sessions();
    get().expect(403, "InvalidAccessKeyId");
}

#[test]
fn buckets_are_listed_in_pages() {
    let peer = peer();
    let first = Call::new("GET", "/?max-directory-buckets=1").send(&peer, BASE);
    assert_eq!(first.element("Name"), Some(BUCKET), "{first:?}");
    let token = first.element("ContinuationToken").expect("more");
    let second = Call::new("GET", &format!("/?continuation-token={token}")).send(&peer, BASE);
    assert_eq!(
        second.element("Name"),
        Some("other--usw2-az1--x-s3"),
        "{second:?}"
    );
    assert_eq!(second.element("ContinuationToken"), None);
}

#[test]
fn what_came_in_is_kept_and_debug_output_has_no_secrets() {
    let peer = builder()
        .session_lifetime(Duration::from_secs(60))
        .start_blocking()
        .expect("a peer");
    assert_eq!(Call::create_session().send(&peer, TEMPORARY).status, 200);
    let session = peer.issued_sessions().pop().expect("a session");
    Call::new("GET", &format!("/{BUCKET}/key")).send(&peer, Signer::of_session(&session));
    let requests = peer.requests();
    assert_eq!(requests[0].target, format!("/{BUCKET}?session"));
    assert_eq!(requests[0].headers[0].name, "host");
    assert_eq!(requests[0].query("session").as_deref(), Some(""));
    assert_eq!(requests[0].status, Some(200));
    assert_eq!(requests[1].code.as_deref(), Some("NoSuchKey"));
    let kind = CredentialKind::Session {
        access_key_id: session.access_key_id().to_owned(),
        mode: SessionMode::ReadWrite,
    };
    assert_eq!(requests[1].credentials, kind);
    assert_ne!(requests[0].connection, requests[1].connection);
    let debug = format!("{peer:?} {requests:?} {session:?}");
    for secret in [
        session.secret_access_key(),
        session.session_token(),
        "BASETOKEN",
        "Signature=",
    ] {
        assert!(!debug.contains(secret), "{secret} in {debug}");
    }
}
