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
//! | [`SessionObserver`] | what happens, for metrics |
//!
//! Each entry of the cache is a small state machine. All its changes happen under one lock that
//! is held for a moment; calls that find a session take it for reading only. The first call that
//! finds none starts a task, the entry's keeper. It opens the session, hands it to all who wait,
//! sleeps until the session is due, opens the next one, and so on for as long as the session is
//! used. So a session has at most one task, which no call can cancel, and which goes with the
//! client.

mod cache;
mod encryption;
mod fingerprint;
mod keeper;
mod key;
mod lifetime;
mod live;
mod mode;
mod observe;
mod open;
mod settings;
mod shared;
mod slot;
mod spec;
mod sync;

pub use cache::SessionCache;
pub use encryption::Encryption;
pub use fingerprint::{Fingerprint, Fingerprints};
pub use key::{KeyRef, SessionKey};
pub use live::{OpenedSession, Session};
pub use mode::{ModePolicy, SessionMode};
pub use observe::{Eviction, SessionCounters, SessionCounts, SessionObserver};
pub use open::{FailureClass, OpenError, OpenSession, SessionError};
pub use settings::SessionSettings;
pub use spec::{
    NewSession, SessionOperation, SessionParts, SessionSpec, SessionStatus, SessionUse,
};

#[cfg(test)]
#[cfg(zonal_shuttle)]
mod model;
#[cfg(test)]
#[cfg(not(zonal_shuttle))]
mod tests;
