//! The lifetime of presigned URLs, and requests that cannot be presigned.

use std::time::Duration;

use zonal::ErrorKind;

use crate::support::{BUCKET, accepted, client, peer, refused, send};

const SECOND: Duration = Duration::from_secs(1);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

#[tokio::test]
async fn it_lives_as_long_as_it_says() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    for life in [SECOND * 60, WEEK] {
        let url = client.put_object(BUCKET, "k").presign(life).await.unwrap();
        accepted(send(&url, "").await);
        peer.clock().set_ahead(life + 5 * SECOND);
        let answer = send(&url, "").await;
        assert!(answer.1.contains("Request has expired"), "{}", answer.1);
        refused(answer, "AccessDenied");
        peer.clock().reset();
    }
}

#[tokio::test]
async fn a_time_that_cannot_be_is_refused() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    for (life, says) in [
        (Duration::ZERO, "`expires_in` must be a second at least"),
        (SECOND / 2, "`expires_in` must be a second at least"),
        (
            WEEK + SECOND / 2,
            "`expires_in` must not be more than seven days",
        ),
        (
            Duration::MAX,
            "`expires_in` must not be more than seven days",
        ),
    ] {
        let error = client.get_object(BUCKET, "k").presign(life).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn what_cannot_be_in_a_url_is_refused() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    let error = client.put_object(BUCKET, "k").body("MARKER");
    let error = error.presign(SECOND).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("`body` is not a part of a URL"),
        "{error}"
    );
    let error = client.get_object(BUCKET, "a/../b").presign(SECOND).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("has a segment `.` or `..`"),
        "{error}"
    );
    assert!(peer.requests().is_empty());
}

#[tokio::test]
async fn a_clock_that_was_corrected_signs_the_url_too() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    peer.clock().set_ahead(SECOND * 3600);
    let early = client.put_object(BUCKET, "k").presign(60 * SECOND).await;
    refused(send(&early.unwrap(), "").await, "AccessDenied");
    // this call learns the service's time
    client.create_session(BUCKET).await.unwrap();
    let url = client.put_object(BUCKET, "k").presign(60 * SECOND).await;
    accepted(send(&url.unwrap(), "").await);
}
