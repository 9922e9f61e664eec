//! Requests that can be presigned, and their credentials.

use std::time::{Duration, SystemTime};

use zonal::runtime::credentials::SessionCredentials;
use zonal::{CopySource, Credentials, PresignAuth, PresignLimit, PresignOptions};
use zonal_peer::{CredentialKind, Peer};

use crate::support::{
    BUCKET, KEY, SECRET, TEMPORARY_KEY, TOKEN, accepted, client, peer, refused, send,
};

const HOUR: Duration = Duration::from_secs(3600);

/// Who made the last request, as the peer found out.
fn caller(peer: &Peer) -> CredentialKind {
    peer.requests().pop().unwrap().credentials
}

fn base(key: &str) -> CredentialKind {
    let access_key_id = key.to_owned();
    CredentialKind::Base { access_key_id }
}

#[tokio::test]
async fn an_object_comes_and_goes_by_urls() {
    let peer = peer(|peer| peer);
    for key in ["plain", "a b/ü+%2F?#&=~*'()🦀//", "X-Amz-Signature=1"] {
        let client = client(&peer).build().unwrap();
        let put = client.put_object(BUCKET, key).presign(HOUR).await.unwrap();
        assert_eq!((put.method.as_str(), put.headers.len()), ("PUT", 0));
        accepted(send(&put, "any body will do").await);
        assert_eq!(caller(&peer), base(KEY));
        let get = client.get_object(BUCKET, key).presign(HOUR).await.unwrap();
        assert_eq!((get.expires_in, get.limited_by), (HOUR, None));
        assert_eq!(accepted(send(&get, "").await), "any body will do");
        assert_eq!(peer.requests().pop().unwrap().key.as_deref(), Some(key));
        let head = client.head_object(BUCKET, key).presign(HOUR).await;
        accepted(send(&head.unwrap(), "").await);
        let list = client.list_objects_v2(BUCKET).max_keys(7);
        let list = accepted(send(&list.presign(HOUR).await.unwrap(), "").await);
        assert!(list.contains("<MaxKeys>7</MaxKeys>"), "{list}");
        let delete = client.delete_object(BUCKET, key).presign(HOUR).await;
        accepted(send(&delete.unwrap(), "").await);
        refused(send(&get, "").await, "NoSuchKey");
    }
}

#[tokio::test]
async fn one_url_is_good_for_one_request() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    let url = client.put_object(BUCKET, "k").presign(HOUR).await.unwrap();
    for (from, to) in [
        ("/k?", "/l?"),
        ("Expires=3600", "Expires=3601"),
        ("host", "hosts"),
    ] {
        let mut other = url.clone();
        other.url = url.url.replace(from, to);
        assert_ne!(other.url, url.url);
        let (status, answer) = send(&other, "").await;
        assert_eq!(status, 403, "{answer}");
    }
    let mut other = url.clone();
    other.method = http::Method::DELETE;
    refused(send(&other, "").await, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn headers_are_signed_and_must_be_sent() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    let call = client
        .put_object(BUCKET, "k")
        .content_type("text/plain")
        .if_none_match("*");
    let put = call.presign(HOUR).await.unwrap();
    let names: Vec<_> = put.headers.keys().map(|name| name.as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let mut bare = put.clone();
    bare.headers.clear();
    refused(send(&bare, "").await, "SignatureDoesNotMatch");
    accepted(send(&put, "abcdef").await);
    let get = client.get_object(BUCKET, "k").range("bytes=1-2");
    let get = get.presign(HOUR).await.unwrap();
    assert_eq!(accepted(send(&get, "").await), "bc");
}

#[tokio::test]
async fn temporary_credentials_bring_their_token_and_their_end() {
    let peer = peer(|peer| peer);
    let end = SystemTime::now() + Duration::from_secs(100);
    let credentials = |end| {
        let token = Some(TOKEN.to_owned());
        Credentials::new(TEMPORARY_KEY, SECRET, token, end, "test")
    };
    let presign = |end| {
        let client = client(&peer).credentials(credentials(end)).build().unwrap();
        client.put_object(BUCKET, "k").presign(HOUR)
    };
    let url = presign(Some(end)).await.unwrap();
    accepted(send(&url, "").await);
    assert_eq!(caller(&peer), base(TEMPORARY_KEY));
    assert_eq!(url.limited_by, Some(PresignLimit::Credentials));
    let seconds = url.expires_in.as_secs();
    assert!((90..=100).contains(&seconds), "{seconds}");
    assert!(url.expires <= end);
    let lasting = presign(Some(end + 2 * HOUR)).await.unwrap();
    assert_eq!((lasting.expires_in, lasting.limited_by), (HOUR, None));
    let unknown = presign(None).await.unwrap();
    assert_eq!((unknown.expires_in, unknown.limited_by), (HOUR, None));
    // an end that is less than a second away
    let soon = SystemTime::now() + Duration::from_millis(900);
    let error = presign(Some(soon)).await.unwrap_err();
    assert!(error.to_string().contains("end too soon"), "{error}");
}

#[tokio::test]
async fn a_session_signs_on_request_and_until_it_ends() {
    let peer = peer(|peer| peer);
    let client = client(&peer).build().unwrap();
    let opened = client.create_session(BUCKET).await.unwrap().credentials;
    let expiration = SystemTime::try_from(opened.expiration).unwrap();
    let credentials = SessionCredentials::new(
        opened.access_key_id,
        opened.secret_access_key,
        opened.session_token,
    );
    let options = |expires_in| {
        PresignOptions::new(expires_in).auth(PresignAuth::OpenSession {
            credentials: credentials.clone(),
            expiration,
        })
    };
    let call = client.put_object(BUCKET, "k").presign_with(options(HOUR));
    let url = call.await.unwrap();
    accepted(send(&url, "").await);
    assert!(matches!(caller(&peer), CredentialKind::Session { .. }));
    assert!(url.url.contains("&X-Amz-S3session-Token="));
    assert!(!url.url.contains("X-Amz-Security-Token"));
    assert_eq!(url.limited_by, Some(PresignLimit::Session));
    assert!(url.expires <= expiration && url.expires_in <= Duration::from_secs(300));
    let minute = options(Duration::from_secs(60));
    let short = client.get_object(BUCKET, "k").presign_with(minute).await;
    let short = short.unwrap();
    assert_eq!((short.expires_in.as_secs(), short.limited_by), (60, None));
    // the debug text of all of this
    let text = format!("{url:?} {url:#?} {short:?} {:?}", options(HOUR));
    assert!(text.contains("/k?***"), "{text}");
    for session in peer.issued_sessions() {
        assert!(!text.contains(session.session_token()), "{text}");
        assert!(!text.contains(session.secret_access_key()), "{text}");
    }
    assert!(!text.contains("X-Amz-"), "{text}");
    // what a session cannot do
    let copy = client.copy_object(BUCKET, CopySource::new(BUCKET, "k"), "l");
    let error = copy.presign_with(options(HOUR)).await.unwrap_err();
    assert!(
        error.to_string().contains("this operation takes none"),
        "{error}"
    );
}
