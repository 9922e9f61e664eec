//! [`SessionKey`]: what identifies a session that calls can share.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use super::{Encryption, Fingerprint, SessionMode};
use crate::endpoint::Endpoint;

/// What two calls must have in common to share a session, borrowed from a call: looking a session
/// up allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRef<'a> {
    /// `https` or `http`.
    pub scheme: &'a str,
    /// Host and port. The bucket is a part of it, or of the path.
    pub authority: &'a str,
    /// The base path of the endpoint.
    pub path: &'a str,
    /// The region that is signed for.
    pub region: &'a str,
    /// Stands for the account credentials.
    pub fingerprint: Fingerprint,
    /// The mode that is asked for.
    pub mode: Option<SessionMode>,
    /// The encryption that is asked for.
    pub encryption: Option<&'a Encryption>,
}

impl<'a> KeyRef<'a> {
    /// The key of a call without a mode and without encryption settings.
    pub fn new(endpoint: &'a Endpoint, region: &'a str, fingerprint: Fingerprint) -> Self {
        Self {
            scheme: endpoint.scheme(),
            authority: endpoint.authority(),
            path: endpoint.path(),
            region,
            fingerprint,
            mode: None,
            encryption: None,
        }
    }

    /// The key on its own.
    pub fn to_key(self) -> SessionKey {
        SessionKey {
            scheme: self.scheme.into(),
            authority: self.authority.into(),
            path: self.path.into(),
            region: self.region.into(),
            fingerprint: self.fingerprint,
            mode: self.mode,
            encryption: self.encryption.cloned(),
        }
    }
}

/// Equality looks at every part; the hash only at those that differ in practice, because it is
/// what a lookup spends most of its time on.
impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.authority.hash(state);
        self.path.hash(state);
        self.mode.map_or(0, |mode| mode as u8 + 1).hash(state);
        self.fingerprint.hash(state);
    }
}

/// The key of a session in the cache.
#[derive(Clone, Debug)]
pub struct SessionKey {
    scheme: Box<str>,
    authority: Box<str>,
    path: Box<str>,
    region: Box<str>,
    fingerprint: Fingerprint,
    mode: Option<SessionMode>,
    encryption: Option<Encryption>,
}

/// Either form of a key. It lets a map of [`SessionKey`]s be asked with a [`KeyRef`].
pub(super) trait KeyParts {
    fn parts(&self) -> KeyRef<'_>;
}

impl KeyParts for KeyRef<'_> {
    fn parts(&self) -> KeyRef<'_> {
        *self
    }
}

impl KeyParts for SessionKey {
    fn parts(&self) -> KeyRef<'_> {
        KeyRef {
            scheme: &self.scheme,
            authority: &self.authority,
            path: &self.path,
            region: &self.region,
            fingerprint: self.fingerprint,
            mode: self.mode,
            encryption: self.encryption.as_ref(),
        }
    }
}

impl SessionKey {
    /// The key as a call would borrow it.
    pub fn as_ref(&self) -> KeyRef<'_> {
        self.parts()
    }
}

impl<'a> Borrow<dyn KeyParts + 'a> for SessionKey {
    fn borrow(&self) -> &(dyn KeyParts + 'a) {
        self
    }
}

impl Hash for dyn KeyParts + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for dyn KeyParts + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn KeyParts + '_ {}

impl Hash for SessionKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for SessionKey {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for SessionKey {}
