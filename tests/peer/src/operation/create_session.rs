//! `CreateSession`: five minutes of access to one bucket.

use super::{Call, encryption};
use crate::error::S3Error;
use crate::http::Reply;
use crate::identity::Identity;
use crate::store::{Session, SessionMode};
use crate::xml::Writer;
use std::sync::atomic::Ordering;

const MODE: &str = "x-amz-create-session-mode";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let Identity::Base { access_key_id } = call.identity else {
        return Err(S3Error::access_denied());
    };
    let bucket = call.existing_bucket()?;
    let mut encryption = encryption::asked(call)?;
    if encryption.0.is_empty() {
        encryption = call.in_settings(|settings| Ok(settings.encryption.clone()))?;
    }
    let mode = mode(call)?;
    let session = call.store.issue_session(
        bucket,
        mode,
        access_key_id,
        encryption.clone(),
        call.now,
        call.config.session_lifetime,
    );
    let reply = Reply::xml(200, document(&session));
    Ok(encryption
        .0
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
