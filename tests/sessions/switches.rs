//! Sessions can be done without.

use zonal::session::SessionUse;
use zonal_peer::SessionMode;

use crate::lab::BUCKET;
use crate::support::{lab_with_object, modes, opened, read};

#[tokio::test]
async fn a_client_without_sessions_signs_with_its_own_credentials() {
    let lab = lab_with_object().await;
    let client = lab.client().session_auth(false).build().unwrap();
    read(&client).await.unwrap();
    client.put_object(BUCKET, "other").body("x").await.unwrap();
    let requests = lab.take_requests();
    assert_eq!((opened(&requests), modes(&requests)), (0, vec![None, None]));
    // one call can still have a session
    let session = SessionUse::Mode(Default::default());
    client
        .get_object(BUCKET, "key")
        .sessions(session)
        .await
        .unwrap();
    assert_eq!(modes(&lab.take_requests()), [Some(SessionMode::ReadWrite)]);
}

#[tokio::test]
async fn a_single_call_can_do_without() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    client
        .get_object(BUCKET, "key")
        .sessions(SessionUse::Off)
        .await
        .unwrap();
    let requests = lab.take_requests();
    assert_eq!((opened(&requests), modes(&requests)), (0, vec![None]));
    read(&client).await.unwrap();
    assert_eq!(opened(&lab.take_requests()), 1);
}
