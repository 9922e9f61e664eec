//! No more access than a call needs.

use zonal::ErrorKind;
use zonal::session::{ModePolicy, SessionMode, SessionUse};
use zonal_peer::SessionMode as PeerMode;

use crate::lab::{BUCKET, Lab};
use crate::support::{lab_with_object, modes, opened, opens, read};

const ASKED: &str = "x-amz-create-session-mode";

/// The modes that sessions were asked for in.
fn asked(lab: &Lab) -> Vec<Option<String>> {
    let requests = lab.take_requests();
    let opening = requests.iter().filter(|request| opens(request));
    opening.map(|request| request.header(ASKED)).collect()
}

#[tokio::test]
async fn by_operation_reads_need_no_right_to_write() {
    let lab = lab_with_object().await;
    lab.deny_read_write(true);
    let client = lab
        .client()
        .session_mode(ModePolicy::ByOperation)
        .build()
        .unwrap();
    for _ in 0..1000 {
        read(&client).await.unwrap();
    }
    let requests = lab.take_requests();
    assert_eq!(opened(&requests), 1);
    assert_eq!(modes(&requests), [Some(PeerMode::ReadOnly); 1000]);
    let error = client
        .put_object(BUCKET, "key")
        .body("x")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Session, Some("AccessDenied"))
    );
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    assert!(!error.is_retryable());
    assert_eq!(asked(&lab), [Some("ReadWrite".to_owned())]);
    // the refusal is remembered for a moment, and the reads go on
    client
        .put_object(BUCKET, "key")
        .body("x")
        .await
        .unwrap_err();
    read(&client).await.unwrap();
    assert_eq!(asked(&lab), []);
}

#[tokio::test]
async fn by_operation_writes_have_a_session_of_their_own() {
    let lab = lab_with_object().await;
    let client = lab
        .client()
        .session_mode(ModePolicy::ByOperation)
        .build()
        .unwrap();
    let warm = client.warm(BUCKET).await.unwrap();
    let warm: Vec<_> = warm.iter().map(|session| session.mode).collect();
    assert_eq!(
        warm,
        [Some(SessionMode::ReadOnly), Some(SessionMode::ReadWrite)]
    );
    read(&client).await.unwrap();
    client.put_object(BUCKET, "other").body("x").await.unwrap();
    client.list_objects_v2(BUCKET).await.unwrap();
    client.delete_object(BUCKET, "other").await.unwrap();
    let requests = lab.take_requests();
    let (read, write) = (Some(PeerMode::ReadOnly), Some(PeerMode::ReadWrite));
    assert_eq!(modes(&requests), [read, write, read, write]);
    assert_eq!(opened(&requests), 2);
}

#[tokio::test]
async fn the_service_chooses_where_nobody_else_does() {
    let lab = lab_with_object().await;
    lab.deny_read_write(true);
    let client = lab.client().build().unwrap();
    client.head_bucket(BUCKET).await.unwrap();
    read(&client).await.unwrap();
    let requests = lab.take_requests();
    assert_eq!(modes(&requests), [None, Some(PeerMode::ReadOnly)]);
    assert!(
        requests
            .iter()
            .all(|request| request.header(ASKED).is_none())
    );
    // what it granted does not write, and nothing wider is tried
    let error = client
        .put_object(BUCKET, "key")
        .body("x")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Service, Some("AccessDenied"))
    );
    assert_eq!(opened(&lab.take_requests()), 0);
}

#[tokio::test]
async fn one_call_can_ask_for_another_mode() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    let fixed = SessionUse::Mode(ModePolicy::Fixed(SessionMode::ReadOnly));
    client
        .get_object(BUCKET, "key")
        .sessions(fixed)
        .await
        .unwrap();
    assert_eq!(asked(&lab), [Some("ReadOnly".to_owned())]);
    let error = client
        .put_object(BUCKET, "key")
        .body("x")
        .sessions(fixed)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert_eq!(asked(&lab), []);
}
