//! [`Encryption`]: the encryption of a session.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Secret;

const AES256: &str = "AES256";
const KMS: &str = "aws:kms";

/// The encryption of objects that are written in a session.
///
/// ```
/// use zonal_runtime::session::Encryption;
///
/// let encryption = Encryption::kms("1234abcd-12ab-34cd-56ef-1234567890ab");
/// assert_eq!(encryption.algorithm, "aws:kms");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encryption {
    /// `AES256` or `aws:kms`.
    pub algorithm: String,
    /// The KMS key.
    pub kms_key_id: Option<Secret>,
    /// The KMS encryption context.
    pub kms_context: Option<Secret>,
    /// Whether a bucket key is used.
    pub bucket_key: Option<bool>,
}

impl Encryption {
    /// With keys that the service keeps: `AES256`.
    pub fn aes256() -> Self {
        Self {
            algorithm: AES256.to_owned(),
            kms_key_id: None,
            kms_context: None,
            bucket_key: None,
        }
    }

    /// With a KMS key, by its id or its ARN: `aws:kms`.
    pub fn kms(key: impl Into<Secret>) -> Self {
        Self {
            algorithm: KMS.to_owned(),
            kms_key_id: Some(key.into()),
            ..Self::aes256()
        }
    }

    /// The KMS encryption context: a JSON object as base64.
    #[must_use]
    pub fn kms_context(mut self, context: impl Into<Secret>) -> Self {
        self.kms_context = Some(context.into());
        self
    }

    /// Whether a bucket key is used.
    #[must_use]
    pub fn bucket_key(mut self, yes: bool) -> Self {
        self.bucket_key = Some(yes);
        self
    }

    /// As much memory as its texts take.
    pub(super) fn bytes(&self) -> usize {
        let secrets = [&self.kms_key_id, &self.kms_context].into_iter().flatten();
        let secrets: usize = secrets.map(|text| text.expose().len()).sum();
        self.algorithm.len() + secrets
    }

    /// What the service would refuse it for. It shows neither key nor context.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let key = self.kms_key_id.as_ref().map(Secret::expose);
        match (&*self.algorithm, key) {
            (AES256, None) if self.kms_context.is_none() => Ok(()),
            (AES256, None) => Err("has an encryption context, which goes with `aws:kms` only"),
            (AES256, Some(_)) => Err("names a key, which goes with `aws:kms` only"),
            (KMS, None | Some("")) => Err("names no key, which `aws:kms` needs: its id or ARN"),
            (KMS, Some(key)) => check_key(key).and_then(|()| self.check_context()),
            _ => Err("must be `AES256` or `aws:kms`, as directory buckets take no other algorithm"),
        }
    }

    fn check_context(&self) -> Result<(), &'static str> {
        let is_encoded_object = |context: &Secret| {
            let bytes = STANDARD.decode(context.expose()).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.is_some_and(|text| text.trim().starts_with('{') && text.trim().ends_with('}'))
        };
        if self.kms_context.as_ref().is_none_or(is_encoded_object) {
            Ok(())
        } else {
            Err("has an encryption context that is not a JSON object in base64")
        }
    }
}

fn check_key(key: &str) -> Result<(), &'static str> {
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err("names a key with characters that no key has")
    } else if key.contains("alias/") {
        Err("names a key by an alias, but takes its id or ARN only")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_would_refuse_is_refused() {
        let kms = || Encryption::kms("MARKER");
        let object = STANDARD.encode("{\"a\": \"b\"}");
        for good in [
            Encryption::aes256(),
            Encryption::aes256().bucket_key(false),
            kms(),
            kms().kms_context(object.clone()).bucket_key(true),
            Encryption::kms("arn:aws:kms:us-west-2:111122223333:key/1234abcd"),
        ] {
            assert_eq!(good.check(), Ok(()), "{good:?}");
        }
        let other = |algorithm: &str| Encryption {
            algorithm: algorithm.to_owned(),
            ..kms()
        };
        let keyless = Encryption {
            kms_key_id: None,
            ..kms()
        };
        for (bad, says) in [
            (other("AES256"), "names a key, which goes with"),
            (
                Encryption::aes256().kms_context(object),
                "context, which goes",
            ),
            (keyless, "names no key"),
            (Encryption::kms(""), "names no key"),
            (Encryption::kms("alias/MARKER"), "alias"),
            (Encryption::kms("arn:aws:kms:r:1:alias/MARKER"), "alias"),
            (Encryption::kms("MARKER\r\nx: y"), "characters"),
            (Encryption::kms("MARKER\u{e9}"), "characters"),
            (kms().kms_context("{}"), "base64"),
            (kms().kms_context(STANDARD.encode("MARKER")), "base64"),
            (kms().kms_context(STANDARD.encode("{MARKER")), "base64"),
            (kms().kms_context(STANDARD.encode("MARKER}")), "base64"),
            (other("aws:kms:dsse"), "no other algorithm"),
            (other("aws:fsx"), "no other algorithm"),
            (other("aes256"), "no other algorithm"),
            (other(""), "no other algorithm"),
        ] {
            let problem = bad.check().unwrap_err();
            assert!(problem.contains(says), "{problem}: {bad:?}");
            assert!(!format!("{bad:?}{problem}").contains("MARKER"));
        }
    }
}
