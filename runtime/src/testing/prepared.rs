//! What a prepared answer carries from the transport to the call that asked for it.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::Secret;
use crate::session::SessionParts;

/// An extension of requests: the operation that they are of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationName(pub(crate) &'static str);

/// An extension of answers: the output that is taken for what the answer holds.
#[derive(Clone)]
pub(crate) struct Prepared(Arc<Mutex<Option<Box<dyn Any + Send>>>>);

impl Prepared {
    pub(super) fn new(output: impl Any + Send) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(output)))))
    }

    /// The output, if it is of this type.
    pub(crate) fn take<T: Any>(&self) -> Option<T> {
        let mut output = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let output = output.take_if(|output| output.is::<T>())?;
        output.downcast().ok().map(|output| *output)
    }
}

/// Stands for a session that nobody has opened.
pub(super) struct FakeSession;

/// The parts of such a session, if an answer stands for one.
pub(crate) fn session(prepared: &Prepared, now: SystemTime) -> Option<SessionParts> {
    prepared.take::<FakeSession>().map(|_| SessionParts {
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: Secret::from("example-session-secret"),
        session_token: Secret::from("example-session-token"),
        expiration: (now + Duration::from_secs(300)).into(),
        algorithm: None,
        kms_key_id: None,
        kms_context: None,
        bucket_key: None,
    })
}
