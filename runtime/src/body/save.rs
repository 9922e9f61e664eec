//! Bodies of responses into files and other writers.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::task::spawn_blocking;

use super::{BodyError, ByteStream};
use crate::random::uuid;

/// How much is gathered before it is written to a file.
const BATCH: usize = 1024 * 1024;

impl ByteStream {
    /// Writes all that is left to `writer` and flushes it; gives back how many bytes that was.
    pub async fn write_to<W>(mut self, writer: &mut W) -> Result<u64, BodyError>
    where
        W: AsyncWrite + Unpin + ?Sized,
    {
        let mut written = 0;
        while let Some(piece) = self.next().await {
            let piece = piece?;
            let done = writer.write_all(&piece).await;
            done.map_err(|error| BodyError::write(None, error))?;
            written += piece.len() as u64;
        }
        let done = writer.flush().await;
        done.map_err(|error| BodyError::write(None, error))?;
        Ok(written)
    }

    /// Writes all that is left to a file; gives back how many bytes that was.
    ///
    /// The file appears, or what was there is replaced, when the body has come whole and verified;
    /// until then it is written under another name in the same directory, and removed if
    /// something goes wrong.
    pub async fn to_file(mut self, path: impl AsRef<Path>) -> Result<u64, BodyError> {
        let path = path.as_ref();
        let fail = |error| BodyError::write(Some(path), error);
        let draft = Draft::path(path).map_err(fail)?;
        let (draft, mut file) = off_thread(move || draft.create()).await.map_err(fail)?;
        let mut written = 0;
        let mut batch = Vec::new();
        let mut size = 0;
        loop {
            let piece = self.next().await.transpose()?;
            let is_last = piece.is_none();
            if let Some(piece) = piece {
                size += piece.len();
                batch.push(piece);
            }
            if size >= BATCH || (is_last && size > 0) {
                let pieces = std::mem::take(&mut batch);
                file = off_thread(move || write(file, &pieces))
                    .await
                    .map_err(fail)?;
                written += std::mem::take(&mut size) as u64;
            }
            if is_last {
                break;
            }
        }
        drop(file);
        let target = path.to_owned();
        let done = off_thread(move || draft.rename(&target)).await;
        done.map_err(fail)?;
        Ok(written)
    }
}

/// A file under another name, which goes away with this.
struct Draft {
    path: PathBuf,
    /// Whether the file is there and still has that name.
    exists: bool,
}

impl Draft {
    fn path(target: &Path) -> io::Result<Self> {
        let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "the path names no file");
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().ok_or_else(invalid)?);
        // a name of 255 bytes shall stay one
        if name.len() > 200 {
            name = ".".into();
        }
        name.push(format!(".{}.part", uuid()));
        let path = target.with_file_name(name);
        Ok(Self {
            path,
            exists: false,
        })
    }

    fn create(mut self) -> io::Result<(Self, File)> {
        let file = File::create_new(&self.path)?;
        self.exists = true;
        Ok((self, file))
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.exists = false;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.exists {
            // nothing more can be done about it
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn write(mut file: File, pieces: &[Bytes]) -> io::Result<File> {
    for piece in pieces {
        file.write_all(piece)?;
    }
    Ok(file)
}

/// Runs what may block where it may.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
}
