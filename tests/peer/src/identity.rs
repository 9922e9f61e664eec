//! Authorizes a request with a valid signature: tokens, and the bucket, lifetime and mode of
//! sessions.

use crate::error::S3Error;
use crate::route::{Operation, Route};
use crate::sigv4::Authorization;
use crate::store::{BaseCredentials, Session, SessionMode, Store};
use std::sync::Arc;
use std::time::SystemTime;
use subtle::ConstantTimeEq;

/// The credentials behind a request.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    Base { access_key_id: String },
    Session(Arc<Session>),
}

/// Finds the identity behind a verified signature and checks that it may call the operation.
pub(crate) fn identify(
    authorization: &Authorization,
    route: &Route,
    store: &Store,
    now: SystemTime,
) -> Result<Identity, S3Error> {
    if route.operation == Operation::CreateSession && authorization.session_token.is_some() {
        return Err(S3Error::invalid_request(
            "CreateSession request should not include \"x-amz-s3session-token\"",
        ));
    }
    let access_key_id = authorization.access_key_id.as_str();
    if let Some(base) = store.base(access_key_id) {
        check_base(authorization, &base)?;
        return Ok(Identity::Base {
            access_key_id: base.access_key_id,
        });
    }
    let session = store
        .session(access_key_id)
        // it may have been forgotten since its signature was checked
        .ok_or_else(|| S3Error::invalid_access_key_id(access_key_id))?;
    check_session(authorization, route, &session, now)?;
    Ok(Identity::Session(session))
}

fn check_base(authorization: &Authorization, base: &BaseCredentials) -> Result<(), S3Error> {
    if let Some(token) = &authorization.session_token {
        return Err(S3Error::invalid_token(token.expose()));
    }
    let provided = authorization
        .security_token
        .as_ref()
        .map_or("", |token| token.expose());
    let expected = base
        .session_token
        .as_ref()
        .map_or("", |token| token.expose());
    if same(provided, expected) {
        Ok(())
    } else {
        Err(S3Error::invalid_token(provided))
    }
}

fn check_session(
    authorization: &Authorization,
    route: &Route,
    session: &Session,
    now: SystemTime,
) -> Result<(), S3Error> {
    if authorization.security_token.is_some() {
        return Err(S3Error::invalid_request(
            "A session's request must not include \"x-amz-security-token\"",
        ));
    }
    let provided = authorization
        .session_token
        .as_ref()
        .map_or("", |token| token.expose());
    if !same(provided, session.session_token()) {
        return Err(S3Error::invalid_token(provided));
    }
    if now >= session.expiration() {
        return Err(
            S3Error::new(400, "ExpiredToken", "The provided token has expired.")
                .with("Token-0", provided),
        );
    }
    let right_bucket = route.bucket.as_deref() == Some(session.bucket());
    let enough = session.mode() == SessionMode::ReadWrite || route.operation.only_reads();
    if right_bucket && enough && route.operation.accepts_session() {
        Ok(())
    } else {
        Err(S3Error::access_denied())
    }
}

fn same(provided: &str, expected: &str) -> bool {
    provided.as_bytes().ct_eq(expected.as_bytes()).into()
}
