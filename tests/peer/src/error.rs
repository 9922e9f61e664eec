//! S3's errors: a bare `<Error>` document with a code, a message and what belongs to them.

use crate::http::{HttpError, Reply};
use crate::xml::Writer;
use std::io;

/// An error answer in the making.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct S3Error {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Elements between the message and the request id.
    pub(crate) details: Vec<(&'static str, String)>,
}

impl S3Error {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, element: &'static str, value: impl Into<String>) -> Self {
        self.details.push((element, value.into()));
        self
    }

    pub(crate) fn invalid_access_key_id(id: &str) -> Self {
        let message = "The access key id is not known here.";
        Self::new(403, "InvalidAccessKeyId", message).with("AWSAccessKeyId", id)
    }

    pub(crate) fn access_denied() -> Self {
        Self::new(403, "AccessDenied", "Access Denied")
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequest", message)
    }

    pub(crate) fn invalid_argument(name: &str, value: &str, message: impl Into<String>) -> Self {
        Self::new(400, "InvalidArgument", message)
            .with("ArgumentName", name)
            .with("ArgumentValue", value)
    }

    pub(crate) fn no_such_bucket(bucket: &str) -> Self {
        Self::new(404, "NoSuchBucket", "The specified bucket does not exist")
            .with("BucketName", bucket)
    }

    pub(crate) fn no_such_key(key: &str) -> Self {
        Self::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", key)
    }

    pub(crate) fn no_such_upload() -> Self {
        Self::new(
            404,
            "NoSuchUpload",
            "There is no such multipart upload: its id is wrong, or it was completed or aborted.",
        )
    }

    pub(crate) fn invalid_token(token: &str) -> Self {
        Self::new(
            400,
            "InvalidToken",
            "The provided token is malformed or otherwise invalid.",
        )
        .with("Token-0", token)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        )
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            500,
            "InternalError",
            "We encountered an internal error. Please try again.",
        )
    }

    pub(crate) fn not_implemented(message: impl Into<String>) -> Self {
        Self::new(501, "NotImplemented", message)
    }

    /// What the client hears when its bytes are not a request; `None` if it is gone.
    pub(crate) fn from_http(error: HttpError) -> Option<Self> {
        Some(match error {
            HttpError::Malformed(why) => Self::new(400, "BadRequest", why),
            HttpError::HeadTooLarge => Self::new(
                400,
                "RequestHeaderSectionTooLarge",
                "Your request header section is too large.",
            ),
            HttpError::BodyTooLarge => Self::too_large(),
            HttpError::UnknownTransferCoding => Self::not_implemented(
                "A header of this request asks for something that is not implemented.",
            )
            .with("Header", "Transfer-Encoding"),
            HttpError::Timeout => {
                Self::new(400, "RequestTimeout", "The request did not arrive in time.")
            }
            HttpError::Disk => Self::internal(),
            HttpError::Gone => return None,
        })
    }

    /// The answer. A HEAD request gets the status alone.
    pub(crate) fn reply(&self, resource: &str, request_id: &str, host_id: &str) -> Reply {
        let mut xml = Writer::new();
        xml.open("Error");
        xml.text("Code", self.code);
        xml.text("Message", &self.message);
        for (element, value) in &self.details {
            xml.text(element, value);
        }
        if !self
            .details
            .iter()
            .any(|(element, _)| *element == "BucketName")
        {
            xml.text("Resource", resource);
        }
        xml.text("RequestId", request_id);
        xml.text("HostId", host_id);
        xml.close("Error");
        Reply::xml(self.status, xml.finish())
    }
}

impl From<io::Error> for S3Error {
    fn from(error: io::Error) -> Self {
        tracing::error!(%error, "the disk failed");
        Self::internal()
    }
}

impl std::fmt::Debug for S3Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The details echo tokens and canonical requests.
        f.debug_struct("S3Error")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}
