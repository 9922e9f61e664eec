//! [`Folder`]: the directory of the session cache, with a file for each session.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use zonal::__private::signing::PayloadHasher;
use zonal::Secret;
use zonal::runtime::body::FileSaver;
use zonal::session::{SessionName, SessionStore, StoredSession};
use zonal_config::{Env, SecretJson};

use crate::app::user_directory;
use crate::debug;

/// A longer file was written by nobody who knows sessions.
const MOST_BYTES: u64 = 64 * 1024;
/// Nobody takes longer to write one.
const WRITING: Duration = Duration::from_secs(60);

/// The directory. Nobody but the user can open it.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Opens it, and makes it if it is not there.
    ///
    /// # Errors
    ///
    /// If others could read what is in it, or it cannot be made.
    pub(crate) fn open(env: &Env) -> Result<Self, String> {
        let path = Self::path(env)?;
        let shown = path.display();
        create(&path).map_err(|error| format!("{shown} cannot be made: {error}"))?;
        let metadata = fs::symlink_metadata(&path);
        let metadata = metadata.map_err(|error| format!("{shown} cannot be opened: {error}"))?;
        if metadata.is_dir() && is_private(&metadata) {
            Ok(Self(path))
        } else {
            Err(format!(
                "{shown} must be a directory that belongs to you and that nobody else may open. Remove it, or use: chmod 700 {shown}"
            ))
        }
    }

    fn path(env: &Env) -> Result<PathBuf, String> {
        match user_directory(env, "XDG_CACHE_HOME", ".cache") {
            Some(cache) => Ok(cache.join("zonal/sessions")),
            None => Err("there is no directory for it: set HOME or XDG_CACHE_HOME".to_owned()),
        }
    }

    /// What is kept, with the files.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (PathBuf, Entry)> {
        self.files().filter_map(|path| {
            let entry = Entry::read(&path)?;
            Some((path, entry))
        })
    }

    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let files = fs::read_dir(&self.0).into_iter().flatten().flatten();
        files.map(|file| file.path())
    }

    fn file(&self, name: &SessionName) -> PathBuf {
        let name = described(name).to_string();
        self.0.join(PayloadHasher::of(name.as_bytes()))
    }

    fn write(&self, name: &SessionName, session: &StoredSession) -> io::Result<()> {
        let path = self.file(name);
        let is_foreign = |metadata: fs::Metadata| !metadata.is_file() || !is_private(&metadata);
        if fs::symlink_metadata(&path).is_ok_and(is_foreign) {
            fs::remove_file(&path)?;
        }
        create_file(&path)?;
        let mut entry = SecretJson::new(described(name));
        let ends = session.ends.duration_since(UNIX_EPOCH).unwrap_or_default();
        entry["Ends"] = ends.as_secs().into();
        entry["AccessKeyId"] = Value::from(&*session.access_key_id);
        entry["SecretAccessKey"] = Value::from(session.secret_access_key.expose());
        entry["SessionToken"] = Value::from(session.session_token.expose());
        // the draft has the permissions of the file that it replaces
        let saver = FileSaver::open(&path)?;
        saver.write(entry.text()?.expose().as_bytes())?;
        saver.finish()
    }

    /// Removes sessions that have ended, and what killed processes have left.
    fn sweep(&self) {
        let now = SystemTime::now();
        for path in self.files() {
            let is_over = match Entry::read(&path) {
                Some(entry) => entry.ends <= now,
                None => is_old(&path, now),
            };
            if is_over {
                drop(fs::remove_file(&path));
            }
        }
    }
}

/// Whether nobody is writing a file any more.
fn is_old(path: &Path, now: SystemTime) -> bool {
    let modified = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| now.duration_since(time).unwrap_or_default() > WRITING)
}

impl SessionStore for Folder {
    fn load(&self, name: &SessionName) -> Option<StoredSession> {
        let entry = Entry::read(&self.file(name))?;
        entry.is_named(name).then(|| entry.session())?
    }

    fn save(&self, name: &SessionName, session: &StoredSession) {
        match self.write(name, session) {
            Ok(()) => debug::say(format_args!("the session is kept for the next run")),
            Err(error) => debug::say(format_args!("the session cannot be kept: {error}")),
        }
        self.sweep();
    }

    fn forget(&self, name: &SessionName, access_key_id: &str) {
        let path = self.file(name);
        let is_it =
            Entry::read(&path).is_some_and(|entry| entry.text("AccessKeyId") == access_key_id);
        if is_it {
            debug::say(format_args!("the session that was kept is rejected"));
            drop(fs::remove_file(path));
        }
    }
}

/// The name of a session as its file has it.
fn described(name: &SessionName) -> Value {
    json!({
        "Bucket": name.bucket,
        "Mode": name.mode.map(zonal::session::SessionMode::as_str),
        "Region": name.region,
        "Endpoint": name.endpoint,
        "AccountAccessKeyId": name.account_key_id,
    })
}

/// A file of the cache.
pub(crate) struct Entry {
    members: SecretJson,
    pub(crate) ends: SystemTime,
}

impl Entry {
    /// Reads a file that nobody but the user could have written or read.
    fn read(path: &Path) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok()?;
        if !metadata.is_file() || !is_private(&metadata) || metadata.len() > MOST_BYTES {
            return None;
        }
        let text = Secret::from(fs::read_to_string(path).ok()?);
        let members = SecretJson::parse(text.expose().as_bytes()).ok()?;
        let ends = Duration::from_secs(members["Ends"].as_u64()?);
        let ends = UNIX_EPOCH.checked_add(ends)?;
        Some(Self { members, ends })
    }

    fn is_named(&self, name: &SessionName) -> bool {
        let described = described(name);
        let members = described.as_object();
        members.is_some_and(|members| {
            members
                .iter()
                .all(|(name, value)| self.members[name] == *value)
        })
    }

    pub(crate) fn text(&self, member: &str) -> &str {
        self.members[member].as_str().unwrap_or_default()
    }

    /// What is known of it, without its secrets.
    pub(crate) fn shown(&self) -> Value {
        let mut shown = json!({});
        for member in ["Bucket", "Mode", "Region", "Endpoint", "AccountAccessKeyId"] {
            if !self.members[member].is_null() {
                shown[member] = self.members[member].clone();
            }
        }
        shown
    }

    fn session(&self) -> Option<StoredSession> {
        let text = |member| Some(self.members[member].as_str()?.to_owned());
        Some(StoredSession {
            access_key_id: text("AccessKeyId")?,
            secret_access_key: text("SecretAccessKey")?.into(),
            session_token: text("SessionToken")?.into(),
            ends: self.ends,
        })
    }
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Makes an empty file, if there is none.
#[cfg(unix)]
fn create_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.write(true).create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Whether something belongs to the user, and nobody else may do anything with it.
#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn create(_: &Path) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "it needs the file permissions of Unix",
    ))
}

#[cfg(not(unix))]
fn create_file(path: &Path) -> io::Result<()> {
    create(path)
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    false
}
