//! The encryption of sessions.

use std::time::Duration;

use zonal::session::{Encryption, SessionUse};
use zonal::{CopySource, ErrorKind};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab, everything};
use crate::support::{lab_with_object, opened, opens, read};

const KEY_ID: &str = "arn:aws:kms:us-west-2:111122223333:key/MARKER";
/// `{"a":"MARKER"}`
const CONTEXT: &str = "eyJhIjoiTUFSS0VSIn0=";

/// The encryption headers of the requests that opened a session.
fn asked(lab: &Lab) -> Vec<[Option<String>; 4]> {
    let requests = lab.take_requests();
    let opening = requests.iter().filter(|request| opens(request));
    let names = ["", "-aws-kms-key-id", "-context", "-bucket-key-enabled"];
    let header = |end| format!("x-amz-server-side-encryption{end}");
    let asked = opening.map(|request| names.map(|end| request.header(&header(end))));
    asked.collect()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn nothing_is_asked_for_unless_it_is_set() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    read(&client).await.unwrap();
    assert_eq!(asked(&lab), [[None, None, None, None]]);
}

#[tokio::test]
async fn a_client_asks_for_what_it_was_told() {
    let lab = lab_with_object().await;
    let kms = Encryption::kms(KEY_ID).kms_context(CONTEXT);
    let all = [text("aws:kms"), text(KEY_ID), text(CONTEXT), text("true")];
    let builder = lab.client().session_encryption(kms.bucket_key(true));
    let client = builder.build().unwrap();
    lab.assert_clean(&format!("{client:?}"));
    client.warm(BUCKET).await.unwrap();
    assert_eq!(asked(&lab), std::slice::from_ref(&all));
    let put = client.put_object(BUCKET, "key").body("text").await.unwrap();
    assert_eq!(put.server_side_encryption.unwrap().as_str(), "aws:kms");
    // it is found again where it has to be dropped
    lab.expire_sessions();
    assert_eq!(read(&client).await.unwrap(), "text");
    assert_eq!(asked(&lab), [all]);
}

#[tokio::test]
async fn two_settings_never_share_a_session() {
    let lab = lab_with_object().await;
    let client = lab.client().session_encryption(Encryption::aes256());
    let client = client.build().unwrap();
    let kms = || Encryption::kms(KEY_ID);
    let settings = [
        Some(Encryption::aes256()),
        None,
        Some(kms()),
        Some(kms().kms_context(CONTEXT)),
        Some(kms().bucket_key(true)),
        Some(kms().bucket_key(false)),
        Some(Encryption::kms("1234abcd")),
    ];
    for round in 0..2 {
        for setting in &settings {
            let call = client.get_object(BUCKET, "key");
            call.session_encryption(setting.clone()).await.unwrap();
        }
        let asked = asked(&lab);
        assert_eq!(asked.len(), if round == 0 { settings.len() } else { 0 });
    }
    // what the client says itself is one of them
    read(&client).await.unwrap();
    assert_eq!(
        (opened(&lab.take_requests()), lab.issued_sessions().len()),
        (0, 7)
    );
}

#[tokio::test]
async fn what_cannot_be_encrypted_so_is_not_sent() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    let kms = || Encryption::kms(KEY_ID);
    let put = || client.put_object(BUCKET, "key").body("text");
    let alias = Encryption::kms("alias/MARKER");
    let error = put().session_encryption(alias).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "PutObject failed: the member `session_encryption` names a key by an alias, but takes its \
         id or ARN only"
    );
    lab.assert_clean(&everything(&error));
    // a write without a session would have the encryption of the bucket
    let off = put().sessions(SessionUse::Off).session_encryption(kms());
    let error = off.await.unwrap_err();
    assert!(error.to_string().contains("go in a session"), "{error}");
    let copy = client.copy_object(BUCKET, CopySource::new(BUCKET, "key"), "copy");
    let error = copy.session_encryption(kms()).await.unwrap_err();
    assert!(error.to_string().contains("go in a session"), "{error}");
    let presign = client.get_object(BUCKET, "key").session_encryption(kms());
    let error = presign.presign(Duration::from_secs(60)).await.unwrap_err();
    assert!(error.to_string().contains("go in a session"), "{error}");
    assert_eq!(lab.take_requests().len(), 0);
    // left to the bucket, all of them go
    let off = put().sessions(SessionUse::Off).session_encryption(None);
    off.await.unwrap();
}

#[tokio::test]
async fn a_refusal_that_repeats_the_key_does_not_show_it() {
    let lab = lab_with_object().await;
    let message = format!("The key {KEY_ID} with {CONTEXT} is not that of the bucket.");
    let refusal = Fault::error(400, "InvalidRequest", &message);
    lab.fault(refusal.on(Operation::CreateSession).always());
    let kms = Encryption::kms(KEY_ID).kms_context(CONTEXT);
    let call = lab.client().build().unwrap().get_object(BUCKET, "key");
    let error = call.session_encryption(kms).await.unwrap_err();
    assert!(
        error.to_string().contains("The key *** with ***"),
        "{error}"
    );
    lab.assert_clean(&everything(&error));
}
