//! What these servers refuse, and what the user sees of it.

use crate::lab::{BUCKET, Lab};
use crate::process::SECRET;

/// The server checks signatures, or the rest would show little.
pub(crate) async fn wrong_secret(lab: &Lab) {
    let client = lab.other("another").build().unwrap();
    let error = client.list_objects_v2(BUCKET).await.unwrap_err();
    assert_eq!(error.code(), Some("SignatureDoesNotMatch"), "{error}");
    assert_eq!(error.status().unwrap(), 403);
}

/// A server that knows no sessions: the call fails, and the error says what to do.
pub(crate) async fn sessions(lab: &Lab) {
    let client = lab.other(SECRET).session_auth(true).build().unwrap();
    let error = client.get_object(BUCKET, "any").await.unwrap_err();
    println!("{} with sessions: {error}", lab.name);
    let text = error.to_string();
    assert!(text.contains("`session_auth(false)`"), "{text}");
    assert!(!error.is_retryable() || lab.name != "SeaweedFS", "{text}");
}
