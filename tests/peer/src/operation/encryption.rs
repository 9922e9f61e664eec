//! The encryption headers of sessions and writes.

use super::Call;
use crate::encryption::{ALGORITHM, BUCKET_KEY, CONTEXT, Encryption, KEY_ID};
use crate::error::S3Error;
use crate::identity::Identity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Checks the four headers and gives those that were there.
pub(super) fn asked(call: &Call<'_>) -> Result<Encryption, S3Error> {
    let (algorithm, key_id) = (call.header(ALGORITHM)?, call.header(KEY_ID)?);
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
                ALGORITHM,
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
    let headers = [
        (ALGORITHM, algorithm),
        (KEY_ID, key_id),
        (CONTEXT, context),
        (BUCKET_KEY, bucket_key),
    ];
    let headers = headers.into_iter();
    let there = headers.filter_map(|(name, value)| value.map(|value| (name, value)));
    Ok(Encryption(there.collect()))
}

/// How a write is encrypted: as its session says, which the headers may repeat but not change.
pub(super) fn of_write(call: &Call<'_>) -> Result<Encryption, S3Error> {
    let asked = asked(call)?;
    let Identity::Session(session) = call.identity else {
        return Ok(asked);
    };
    let given = session.encryption();
    if !asked.0.is_empty() && !asked.agrees(given) {
        return Err(S3Error::invalid_request(
            "The encryption settings of the request are not those of its session.",
        ));
    }
    Ok(given.clone())
}

/// A directory bucket takes no aliases and not the key that AWS manages.
pub(super) fn usable_key(key: &str) -> bool {
    !key.is_empty() && !key.contains("alias/")
}

fn is_encoded_object(value: &str) -> bool {
    let decoded = STANDARD
        .decode(value)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.is_some_and(|text| text.trim().starts_with('{') && text.trim().ends_with('}'))
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
