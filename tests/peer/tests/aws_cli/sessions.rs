//! Sessions, those that are asked for and those that the CLI opens by itself.

use crate::shell::{BUCKET, aws, peer, skip};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use zonal_peer::{CredentialKind, Operation};

const CREATE_SESSION: [&str; 4] = ["s3api", "create-session", "--bucket", BUCKET];

#[test]
fn create_session_succeeds() {
    let peer = peer();
    for (region, token) in [("us-west-2", None), ("us-west-2", Some("BASETOKEN"))] {
        let Some(output) = aws(&peer, region, "secret", token, &CREATE_SESSION) else {
            return skip();
        };
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let session = peer.issued_sessions().pop().expect("a session");
        for part in [
            session.access_key_id(),
            session.secret_access_key(),
            session.session_token(),
        ] {
            assert!(printed.contains(part), "{printed}");
        }
    }
    assert!(
        peer.requests()
            .iter()
            .all(|request| request.operation == Operation::CreateSession)
    );
}

#[test]
fn bad_credentials_are_refused() {
    let peer = peer();
    let cases = [
        ("us-west-2", "wrong", None, "SignatureDoesNotMatch"),
        ("us-west-2", "secret", Some("OTHERTOKEN"), "InvalidToken"),
    ];
    for (region, secret, token, code) in cases {
        let Some(output) = aws(&peer, region, secret, token, &CREATE_SESSION) else {
            return skip();
        };
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{printed}");
        assert!(
            printed.contains(&format!("An error occurred ({code})")),
            "{printed}"
        );
    }
}

/// The CLI corrects its region from the answer and asks again.
#[test]
fn a_wrong_region_is_told() {
    let peer = peer();
    let Some(output) = aws(&peer, "us-east-1", "secret", None, &CREATE_SESSION) else {
        return skip();
    };
    let codes: Vec<_> = peer
        .requests()
        .iter()
        .map(|request| request.code.clone().unwrap_or_default())
        .collect();
    assert_eq!(
        codes.first().map(String::as_str),
        Some("AuthorizationHeaderMalformed"),
        "{codes:?}"
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_cli_opens_a_session_by_itself() {
    let peer = peer();
    let arguments = [
        "s3api",
        "get-object",
        "--bucket",
        BUCKET,
        "--key",
        "a b/é",
        "/dev/null",
    ];
    let Some(output) = aws(&peer, "us-west-2", "secret", None, &arguments) else {
        return skip();
    };
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(printed.contains("(NoSuchKey)"), "{printed}");
    let requests = peer.requests();
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert_eq!(requests[1].operation, Operation::GetObject);
    assert!(matches!(
        requests[1].credentials,
        CredentialKind::Session { .. }
    ));
}

#[test]
fn a_presigned_url_carries_the_session() {
    let peer = peer();
    let url = format!("s3://{BUCKET}/a b");
    let Some(output) = aws(&peer, "us-west-2", "secret", None, &["s3", "presign", &url]) else {
        return skip();
    };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let target = printed
        .trim()
        .strip_prefix(&peer.endpoint_url())
        .expect("a URL of the peer");
    let answer = |target: &str| {
        let mut stream = TcpStream::connect(peer.address()).expect("a connection");
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            peer.address()
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    assert!(answer(target).contains("<Code>NoSuchKey</Code>"));
    let last = peer.requests().pop().expect("a request");
    assert!(
        matches!(last.credentials, CredentialKind::Session { .. }),
        "{last:?}"
    );
    assert!(!format!("{last:?}").contains("Signature="), "{last:?}");
    let tampered = answer(&target.replace("X-Amz-S3session-Token=", "X-Amz-S3session-Token=A"));
    assert!(
        tampered.contains("<Code>SignatureDoesNotMatch</Code>"),
        "{tampered}"
    );
    peer.clock().set_ahead(Duration::from_secs(301));
    assert!(answer(target).contains("<Code>ExpiredToken</Code>"));
}
