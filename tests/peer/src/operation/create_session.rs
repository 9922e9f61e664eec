//! `CreateSession`: five minutes of access to one bucket.

use super::Call;
use crate::error::S3Error;
use crate::http::Reply;
use crate::identity::Identity;
use crate::store::{Session, SessionMode};
use crate::xml::Writer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::atomic::Ordering;

const MODE: &str = "x-amz-create-session-mode";
const ENCRYPTION: &str = "x-amz-server-side-encryption";
const KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const CONTEXT: &str = "x-amz-server-side-encryption-context";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let Identity::Base { access_key_id } = call.identity else {
        return Err(S3Error::access_denied());
    };
    let bucket = call.existing_bucket()?;
    let encryption = encryption(call)?;
    let mode = mode(call)?;
    let session = call.store.issue_session(
        bucket,
        mode,
        access_key_id,
        call.now,
        call.config.session_lifetime,
    );
    let reply = Reply::xml(200, document(&session));
    Ok(encryption
        .iter()
        .fold(reply, |reply, (name, value)| reply.header(name, value)))
}

/// The mode that was asked for. Without one the service gives as much as the caller may have.
fn mode(call: &Call<'_>) -> Result<SessionMode, S3Error> {
    let denied = call.policy.deny_read_write.load(Ordering::Relaxed);
    match call.header(MODE)?.as_deref() {
        Some("ReadOnly") => Ok(SessionMode::ReadOnly),
        Some("ReadWrite") if denied => Err(S3Error::access_denied()),
        None if denied => Ok(SessionMode::ReadOnly),
        None | Some("ReadWrite") => Ok(SessionMode::ReadWrite),
        Some(other) => Err(S3Error::invalid_argument(
            MODE,
            other,
            "The session mode is neither ReadOnly nor ReadWrite.",
        )),
    }
}

/// Checks the four encryption headers and gives those to echo.
fn encryption(call: &Call<'_>) -> Result<Vec<(&'static str, String)>, S3Error> {
    let (algorithm, key_id) = (call.header(ENCRYPTION)?, call.header(KEY_ID)?);
    let (context, bucket_key) = (call.header(CONTEXT)?, call.header(BUCKET_KEY)?);
    match (algorithm.as_deref(), key_id.as_deref()) {
        (Some("aws:kms"), Some(key)) if usable_key(key) => {}
        (Some("aws:kms"), _) => {
            return Err(S3Error::invalid_request(
                "aws:kms needs the id or the ARN of a customer managed key.",
            ));
        }
        (Some("AES256") | None, Some(key)) => {
            return Err(S3Error::invalid_argument(
                KEY_ID,
                key,
                "A key id goes with aws:kms only.",
            ));
        }
        (Some("AES256") | None, None) => {}
        (Some(other), _) => {
            return Err(S3Error::invalid_argument(
                ENCRYPTION,
                other,
                "The encryption method specified is not supported.",
            ));
        }
    }
    if let Some(value) = bucket_key
        .as_deref()
        .filter(|value| !matches!(*value, "true" | "false"))
    {
        return Err(S3Error::invalid_argument(
            BUCKET_KEY,
            value,
            "The value is neither true nor false.",
        ));
    }
    if let Some(value) = context.as_deref()
        && (algorithm.as_deref() != Some("aws:kms") || !is_encoded_object(value))
    {
        let message = "The context goes with aws:kms only and is the base64 form of a JSON object.";
        return Err(S3Error::invalid_argument(CONTEXT, value, message));
    }
    let echo = [
        (ENCRYPTION, algorithm),
        (KEY_ID, key_id),
        (CONTEXT, context),
        (BUCKET_KEY, bucket_key),
    ];
    Ok(echo
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect())
}

/// A directory bucket takes no aliases and not the key that AWS manages.
fn usable_key(key: &str) -> bool {
    !key.is_empty() && !key.contains("alias/")
}

fn is_encoded_object(value: &str) -> bool {
    let decoded = STANDARD
        .decode(value)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.is_some_and(|text| text.trim().starts_with('{') && text.trim().ends_with('}'))
}

/// The document, its members in the order of the service.
fn document(session: &Session) -> String {
    let mut xml = Writer::new();
    xml.open_root("CreateSessionResult");
    xml.open("Credentials");
    xml.text("SessionToken", session.session_token());
    xml.text("SecretAccessKey", session.secret_access_key());
    xml.text("AccessKeyId", session.access_key_id());
    xml.text("Expiration", &session.expiration_text());
    xml.close("Credentials");
    xml.close("CreateSessionResult");
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_encoded_objects() {
        assert!(is_encoded_object(
            &STANDARD.encode("{\"aws:s3:arn\":\"arn\"}")
        ));
        assert!(!is_encoded_object("{}"));
        assert!(!is_encoded_object(&STANDARD.encode("arn")));
    }

    #[test]
    fn aliases_are_no_keys() {
        assert!(usable_key("1234abcd-12ab-34cd-56ef-1234567890ab"));
        assert!(!usable_key("alias/aws/s3"));
        assert!(!usable_key("arn:aws:kms:us-west-2:111122223333:alias/mine"));
    }
}
