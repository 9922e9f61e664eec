//! The public modules of the crate.

#[doc(inline)]
pub use crate::{
    AnyError, AnyServiceError, Body, BodyError, BuildError, Builder, ByteStream, Bytes, Checksums,
    Credentials, DateTime, DecodeError, EncodeError, Error, ErrorDocument, ErrorKind, HeaderMap,
    Metadata, Method, ModeledError, NoModeledError, Operation, PresignAuth, PresignLimit,
    PresignOptions, Presignable, PresignedRequest, ProvideCredentials, Secret, StatusCode,
};
#[doc(inline)]
pub use crate::{clock, hook, random, transport};

/// Bodies of requests and of answers.
pub mod body {
    #[doc(inline)]
    pub use crate::body::{Body, BodyError, ByteReader, ByteStream, FileSaver};
}

/// The algorithms of checksums, and when there are any.
pub mod checksum {
    #[doc(inline)]
    pub use crate::checksum::{Algorithm, Checksums, Hasher, Sum};
}

/// Credentials of accounts and of sessions.
pub mod credentials {
    #[doc(inline)]
    pub use crate::credentials::{Credentials, ProvideCredentials, SessionCredentials};
}

/// Paginated operations.
pub mod paginate {
    #[doc(inline)]
    pub use crate::paginate::{Items, Pages, Paginator};
}

/// Which failures are retried, and after which wait.
pub mod retry {
    #[doc(inline)]
    pub use crate::retry::{RetryRules, backoff};
}

/// How a client uses sessions, and how to observe them.
///
/// A client opens a session once for all calls that need one, replaces it in the background before it ends, and opens
/// another where the service rejects it.
pub mod session {
    #[doc(inline)]
    pub use crate::session::{
        Encryption, Eviction, FailureClass, ModePolicy, SessionCounters, SessionCounts,
        SessionError, SessionMode, SessionName, SessionObserver, SessionSettings, SessionStatus,
        SessionStore, SessionUse, StoredSession,
    };
}

/// Waiters: calls that repeat until a resource has a state.
pub mod waiter {
    #[doc(inline)]
    pub use crate::waiter::{Wait, WaitError, WaitErrorKind, Waited};
}
