//! What the peer knows: base credentials, buckets and the sessions it issued.

use crate::clock::{epoch_seconds, iso8601};
use crate::contents::Contents;
use crate::data::Spill;
use crate::disk::BucketDirectory;
use crate::encryption::Encryption;
use crate::error::S3Error;
use crate::secret::{Secret, random_bytes, random_text};
use crate::settings::Settings;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Issued sessions that are kept at least; beyond, those that are long over are forgotten.
const KEPT_SESSIONS: usize = 50_000;

/// What a session may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionMode {
    /// Reads only.
    ReadOnly,
    /// Reads and writes.
    ReadWrite,
}

impl fmt::Display for SessionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadOnly => "ReadOnly",
            Self::ReadWrite => "ReadWrite",
        })
    }
}

/// Credentials of a user or a role.
#[derive(Debug, Clone)]
pub(crate) struct BaseCredentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Secret,
    /// There for temporary credentials.
    pub(crate) session_token: Option<Secret>,
}

/// A session that `CreateSession` issued. Its `Debug` output hides the secret key and the token.
#[derive(Debug)]
pub struct Session {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Secret,
    bucket: String,
    mode: SessionMode,
    issued_to: String,
    encryption: Encryption,
    expiration: SystemTime,
}

impl Session {
    /// The session's access key id.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The session's secret key, for tests that search for it where it must not be.
    pub fn secret_access_key(&self) -> &str {
        self.secret_access_key.expose()
    }

    /// The session's token.
    pub fn session_token(&self) -> &str {
        self.session_token.expose()
    }

    /// The bucket the session is good for.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// What the session may do.
    pub fn mode(&self) -> SessionMode {
        self.mode
    }

    /// The base access key id that asked for it.
    pub fn issued_to(&self) -> &str {
        &self.issued_to
    }

    /// The end of the session, a whole second.
    pub fn expiration(&self) -> SystemTime {
        self.expiration
    }

    /// How objects are encrypted that are written in this session.
    pub(crate) fn encryption(&self) -> &Encryption {
        &self.encryption
    }

    pub(crate) fn secret(&self) -> Secret {
        self.secret_access_key.clone()
    }

    pub(crate) fn expiration_text(&self) -> String {
        iso8601(self.expiration)
    }
}

/// A directory bucket.
#[derive(Debug)]
struct Bucket {
    created: SystemTime,
    contents: Contents,
    settings: Settings,
}

#[derive(Debug, Default)]
struct Inner {
    base: HashMap<String, BaseCredentials>,
    buckets: BTreeMap<String, Bucket>,
    sessions: HashMap<String, Arc<Session>>,
    order: Vec<Arc<Session>>,
    /// Where the buckets are on the disk as well.
    directory: Option<PathBuf>,
}

/// The peer's state.
#[derive(Debug, Default)]
pub(crate) struct Store {
    inner: Mutex<Inner>,
    /// For what is not kept in memory.
    pub(crate) spill: Spill,
}

impl Store {
    pub(crate) fn new(spill: Spill) -> Self {
        Self {
            inner: Mutex::default(),
            spill,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add_credentials(&self, credentials: BaseCredentials) {
        self.lock()
            .base
            .insert(credentials.access_key_id.clone(), credentials);
    }

    pub(crate) fn remove_credentials(&self, access_key_id: &str) {
        self.lock().base.remove(access_key_id);
    }

    pub(crate) fn base(&self, access_key_id: &str) -> Option<BaseCredentials> {
        self.lock().base.get(access_key_id).cloned()
    }

    pub(crate) fn session(&self, access_key_id: &str) -> Option<Arc<Session>> {
        self.lock().sessions.get(access_key_id).cloned()
    }

    /// The secret key of a base or session access key id.
    pub(crate) fn secret_of(&self, access_key_id: &str) -> Option<Secret> {
        let inner = self.lock();
        let base = inner
            .base
            .get(access_key_id)
            .map(|base| base.secret_access_key.clone());
        base.or_else(|| {
            inner
                .sessions
                .get(access_key_id)
                .map(|session| session.secret())
        })
    }

    /// Reads the buckets in a directory, and keeps all buckets there from now on.
    pub(crate) fn open_directory(&self, directory: PathBuf) -> io::Result<()> {
        let mut inner = self.lock();
        for (name, created, files) in BucketDirectory::all(&directory)? {
            let contents = Contents::of_directory(files, &self.spill)?;
            let settings = Settings::default();
            let bucket = Bucket {
                created,
                contents,
                settings,
            };
            inner.buckets.insert(name, bucket);
        }
        inner.directory = Some(directory);
        Ok(())
    }

    /// Makes a bucket unless it is there.
    pub(crate) fn add_bucket(&self, name: &str, created: SystemTime) {
        if let Err(error) = self.create_bucket(name, created) {
            tracing::error!(?error, name, "a bucket was not made");
        }
    }

    /// Makes a bucket; `false` if it is there already.
    pub(crate) fn create_bucket(&self, name: &str, created: SystemTime) -> Result<bool, S3Error> {
        let mut inner = self.lock();
        if inner.buckets.contains_key(name) {
            return Ok(false);
        }
        let contents = match &inner.directory {
            Some(root) => {
                let files = BucketDirectory::create(root, name, created)?;
                Contents::of_directory(files, &self.spill)?
            }
            None => Contents::default(),
        };
        let settings = Settings::default();
        let bucket = Bucket {
            created,
            contents,
            settings,
        };
        inner.buckets.insert(name.to_owned(), bucket);
        Ok(true)
    }

    /// Looks into a bucket, or changes what is in it; `None` if there is no such bucket.
    pub(crate) fn in_bucket<T>(
        &self,
        name: &str,
        action: impl FnOnce(&mut Contents) -> T,
    ) -> Option<T> {
        let mut inner = self.lock();
        let bucket = inner.buckets.get_mut(name)?;
        Some(action(&mut bucket.contents))
    }

    /// Reads the settings of a bucket, or changes them; `None` if there is no such bucket.
    pub(crate) fn in_settings<T>(
        &self,
        name: &str,
        action: impl FnOnce(&mut Settings) -> T,
    ) -> Option<T> {
        let mut inner = self.lock();
        let bucket = inner.buckets.get_mut(name)?;
        Some(action(&mut bucket.settings))
    }

    /// Removes a bucket if it is empty, and tells whether it was; `None` if there is no such bucket.
    pub(crate) fn remove_empty_bucket(&self, name: &str) -> Option<bool> {
        let mut inner = self.lock();
        let empty = inner.buckets.get(name)?.contents.is_empty();
        if empty {
            inner.remove_bucket(name);
        }
        Some(empty)
    }

    pub(crate) fn remove_bucket(&self, name: &str) {
        self.lock().remove_bucket(name);
    }

    pub(crate) fn has_bucket(&self, name: &str) -> bool {
        self.lock().buckets.contains_key(name)
    }

    /// Buckets whose names come after `after`, in order, with the time of their creation.
    pub(crate) fn buckets_after(&self, after: &str, limit: usize) -> Vec<(String, SystemTime)> {
        let inner = self.lock();
        let later = inner
            .buckets
            .iter()
            .filter(|(name, _)| name.as_str() > after);
        later
            .take(limit)
            .map(|(name, bucket)| (name.clone(), bucket.created))
            .collect()
    }

    /// Issues a session that ends `lifetime` after `now`, to the whole second below.
    pub(crate) fn issue_session(
        &self,
        bucket: &str,
        mode: SessionMode,
        issued_to: &str,
        encryption: Encryption,
        now: SystemTime,
        lifetime: Duration,
    ) -> Arc<Session> {
        let ends = u64::try_from(epoch_seconds(now))
            .unwrap_or_default()
            .saturating_add(lifetime.as_secs());
        let expiration = SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(ends))
            .unwrap_or(now);
        let session = Arc::new(Session {
            access_key_id: format!(
                "ASIA{}",
                random_text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
            ),
            secret_access_key: Secret::new(STANDARD.encode(random_bytes(30))),
            session_token: Secret::new(STANDARD.encode(random_bytes(100))),
            bucket: bucket.to_owned(),
            mode,
            issued_to: issued_to.to_owned(),
            encryption,
            expiration,
        });
        let mut inner = self.lock();
        if inner.order.len() >= KEPT_SESSIONS * 2 {
            inner.forget_old_sessions();
        }
        inner
            .sessions
            .insert(session.access_key_id.clone(), Arc::clone(&session));
        inner.order.push(Arc::clone(&session));
        session
    }

    /// Every session that was issued and not forgotten, in order.
    pub(crate) fn issued_sessions(&self) -> Vec<Arc<Session>> {
        self.lock().order.clone()
    }

    /// Makes every session issued so far unknown: their key ids are answered with `InvalidAccessKeyId`.
    pub(crate) fn forget_sessions(&self) {
        self.lock().sessions.clear();
    }

    /// Ends every session issued so far.
    pub(crate) fn expire_sessions(&self) {
        let mut inner = self.lock();
        for session in inner.sessions.values_mut() {
            *session = Arc::new(Session {
                access_key_id: session.access_key_id.clone(),
                secret_access_key: session.secret_access_key.clone(),
                session_token: session.session_token.clone(),
                bucket: session.bucket.clone(),
                mode: session.mode,
                issued_to: session.issued_to.clone(),
                encryption: session.encryption.clone(),
                expiration: SystemTime::UNIX_EPOCH,
            });
        }
    }
}

impl Inner {
    fn remove_bucket(&mut self, name: &str) {
        let removed = self.buckets.remove(name);
        if let (Some(_), Some(root)) = (removed, &self.directory) {
            BucketDirectory::delete(root, name);
        }
    }

    fn forget_old_sessions(&mut self) {
        let old = self.order.len().saturating_sub(KEPT_SESSIONS);
        for session in self.order.drain(..old) {
            self.sessions.remove(&session.access_key_id);
        }
    }
}
