//! Buckets as directories on the disk: a file for each object, with a head of lines and the data after an empty line.
//!
//! Keys are arbitrary, so files are named by a digest of their key. A file is written under another name first and
//! moved in place when it is whole.

mod head;

use crate::data::Spill;
use crate::error::S3Error;
use crate::object::StoredObject;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The file that makes a directory a bucket; it holds the time of creation.
const CREATED: &str = "created";
const OBJECT: &str = "object";

/// The directory of one bucket.
#[derive(Debug, Clone)]
pub(crate) struct BucketDirectory(PathBuf);

impl BucketDirectory {
    /// Makes the directory of a bucket.
    pub(crate) fn create(root: &Path, bucket: &str, created: SystemTime) -> Result<Self, S3Error> {
        let path = root.join(bucket);
        let make = || -> io::Result<()> {
            fs::create_dir_all(&path)?;
            fs::write(path.join(CREATED), head::seconds(created).to_string())
        };
        make()?;
        Ok(Self(path))
    }

    /// Every bucket under a directory: name, time of creation, directory.
    pub(crate) fn all(root: &Path) -> io::Result<Vec<(String, SystemTime, Self)>> {
        fs::create_dir_all(root)?;
        let mut found = Vec::new();
        for entry in fs::read_dir(root)? {
            let path = entry?.path();
            let Ok(created) = fs::read_to_string(path.join(CREATED)) else {
                continue;
            };
            let name = path.file_name().map(|name| name.to_string_lossy());
            let since = Duration::from_secs(created.trim().parse().unwrap_or_default());
            if let Some(name) = name {
                let created = SystemTime::UNIX_EPOCH.checked_add(since);
                let created = created.unwrap_or(SystemTime::UNIX_EPOCH);
                found.push((name.into_owned(), created, Self(path.clone())));
            }
        }
        Ok(found)
    }

    /// Removes it with everything in it.
    pub(crate) fn delete(root: &Path, bucket: &str) {
        if let Err(error) = fs::remove_dir_all(root.join(bucket)) {
            tracing::warn!(%error, bucket, "a directory was not removed");
        }
    }

    /// Reads every object; what does not fit in memory goes to the temporary file.
    pub(crate) fn read_all(&self, spill: &Spill) -> io::Result<Vec<(String, StoredObject)>> {
        let mut objects = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == OBJECT)
            {
                let file = BufReader::new(fs::File::open(&path)?);
                objects.push(head::read(file, spill)?);
            }
        }
        Ok(objects)
    }

    pub(crate) fn write(&self, key: &str, object: &StoredObject) -> Result<(), S3Error> {
        let path = self.path(key);
        let unfinished = path.with_extension("unfinished");
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(head::write(key, object).as_bytes())?;
        for piece in object.data.pieces() {
            file.write_all(&piece?)?;
        }
        Ok(fs::rename(&unfinished, &path)?)
    }

    pub(crate) fn remove(&self, key: &str) -> Result<(), S3Error> {
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        let digest = Sha256::digest(key.as_bytes());
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.join(name).with_extension(OBJECT)
    }
}
