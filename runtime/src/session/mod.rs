//! Sessions: opened once for all calls, found without waiting, replaced before they expire.
//!
//! | part | what it does |
//! |---|---|
//! | [`SessionCache`] | finds sessions, or waits for them; removes those that the service rejects |
//! | [`SessionKey`], [`Fingerprint`] | what identifies a session that calls can share |
//! | [`Session`], [`OpenedSession`] | a session, and how long it lasts |
//! | [`OpenSession`] | how one is opened, and why that can fail |
//! | [`SessionSettings`], [`ModePolicy`], [`Encryption`], [`SessionUse`] | the settings of a client and of a call |
//! | [`SessionSpec`], [`SessionOperation`] | the description of a service in generated code |
//! | [`SessionStore`] | keeps sessions for other clients |
//! | [`SessionObserver`] | events, for metrics |
//!
//! If the service rejects a session early (`ExpiredToken`, `InvalidToken`, `InvalidAccessKeyId`), the call continues in
//! another session at once. If the service rejects that too, each further session is an attempt of the call, with the
//! waits of retries. The answer to a `HEAD` has no code, so after a refused `HEAD` (400, 401, 403) the client sends a
//! `GET` of one byte in the same session, whose answer has a code. Thus a refused request does not lose the session,
//! and a rejected session does not fail the call.
//!
//! The module `lease` describes how the cache works.

mod cache;
mod encryption;
mod fingerprint;
mod key;
mod lifetime;
mod live;
mod mode;
mod observe;
mod open;
mod settings;
mod spec;
mod store;

pub use cache::SessionCache;
pub use encryption::Encryption;
pub use fingerprint::Fingerprint;
pub use key::{KeyRef, SessionKey};
pub use live::{OpenedSession, Session};
pub use mode::{ModePolicy, SessionMode};
pub use observe::{Eviction, SessionCounters, SessionCounts, SessionObserver};
pub use open::{FailureClass, OpenError, OpenSession, SessionError};
pub use settings::SessionSettings;
pub use spec::{
    NewSession, SessionOperation, SessionParts, SessionSpec, SessionStatus, SessionUse,
};
pub use store::{SessionName, SessionStore, StoredSession};

pub(crate) use store::StoredPlace;

#[cfg(test)]
#[cfg(zonal_shuttle)]
mod model;
#[cfg(test)]
#[cfg(not(zonal_shuttle))]
mod tests;
