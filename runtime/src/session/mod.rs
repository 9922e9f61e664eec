//! Sessions: opened once for all who need one, found without waiting, replaced before they end.
//!
//! | part | what it does |
//! |---|---|
//! | [`SessionCache`] | finds sessions, or waits for them; drops those that the service rejects |
//! | [`SessionKey`], [`Fingerprint`] | what two calls must have in common to share one |
//! | [`Session`], [`OpenedSession`] | a session, and how long it lasts |
//! | [`OpenSession`] | how one is opened, and why that can fail |
//! | [`SessionSettings`], [`ModePolicy`], [`Encryption`], [`SessionUse`] | what a client can choose, and a call |
//! | [`SessionSpec`], [`SessionOperation`] | what generated code says of its service |
//! | [`SessionStore`] | keeps sessions for other clients |
//! | [`SessionObserver`] | what happens, for metrics |
//!
//! Where the service rejects a session before its end (`ExpiredToken`, `InvalidToken`,
//! `InvalidAccessKeyId`), the call goes on in another one at once. If that is rejected too, each
//! further one is an attempt of the call, with the waits of retries. The answer to a `HEAD` has no
//! code. So one that is refused (400, 401, 403) is followed by a `GET` of one byte of the same thing
//! in the same session, whose answer has one: a refusal of the request costs no session, and one of
//! the session no call.
//!
//! How an entry of the cache is kept, in a task of its own that no call can cancel, tells `lease`.

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
