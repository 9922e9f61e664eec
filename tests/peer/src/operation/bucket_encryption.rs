//! `GetBucketEncryption`, `PutBucketEncryption` and `DeleteBucketEncryption`.

use super::encryption::usable_key;
use super::{Call, claim};
use crate::encryption::{ALGORITHM, BUCKET_KEY, Encryption, KEY_ID};
use crate::error::S3Error;
use crate::http::Reply;
use crate::xml::{Element, Writer, malformed};

const ROOT: &str = "ServerSideEncryptionConfiguration";

pub(super) fn get(call: &Call<'_>) -> Result<Reply, S3Error> {
    let encryption = call.in_settings(|settings| Ok(settings.encryption.clone()))?;
    let mut xml = Writer::new();
    xml.open_root(ROOT);
    xml.open("Rule");
    xml.open("ApplyServerSideEncryptionByDefault");
    xml.text("SSEAlgorithm", encryption.algorithm());
    if let Some(key) = encryption.value(KEY_ID) {
        xml.text("KMSMasterKeyID", key);
    }
    xml.close("ApplyServerSideEncryptionByDefault");
    xml.text("BucketKeyEnabled", "true");
    xml.close("Rule");
    xml.close(ROOT);
    Ok(Reply::xml(200, xml.finish()))
}

pub(super) fn put(call: &Call<'_>) -> Result<Reply, S3Error> {
    claim::required(call)?;
    let encryption = read(&Element::parse(&call.document()?, ROOT)?)?;
    call.in_settings(|settings| {
        if let Some(key) = encryption.value(KEY_ID) {
            let accepted = settings.key_id.get_or_insert_with(|| key.to_owned());
            if accepted != key {
                return Err(S3Error::invalid_request(
                    "The bucket has another customer managed key, which cannot be replaced.",
                ));
            }
        }
        settings.encryption = encryption;
        Ok(Reply::new(200))
    })
}

pub(super) fn delete(call: &Call<'_>) -> Result<Reply, S3Error> {
    call.in_settings(|settings| {
        settings.encryption = Encryption::default();
        Ok(Reply::new(204))
    })
}

/// One rule, with an algorithm that directory buckets have and the key that belongs to it.
fn read(document: &Element) -> Result<Encryption, S3Error> {
    let rule = document.child("Rule")?.ok_or_else(malformed)?;
    let default = rule
        .child("ApplyServerSideEncryptionByDefault")?
        .ok_or_else(malformed)?;
    let key = default.child_text("KMSMasterKeyID")?;
    match (default.child_text("SSEAlgorithm")?, key) {
        (Some("AES256"), None) => Ok(Encryption::default()),
        (Some("aws:kms"), Some(key)) if usable_key(key) => Ok(Encryption(vec![
            (ALGORITHM, "aws:kms".to_owned()),
            (KEY_ID, key.to_owned()),
            (BUCKET_KEY, "true".to_owned()),
        ])),
        (Some("aws:kms"), _) => Err(S3Error::invalid_request(
            "aws:kms needs the id or the ARN of a customer managed key.",
        )),
        (Some(other), _) => Err(S3Error::invalid_argument(
            "SSEAlgorithm",
            other,
            "The encryption method specified is not supported.",
        )),
        (None, _) => Err(malformed()),
    }
}
