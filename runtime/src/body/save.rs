//! Bodies of responses into files and other writers.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::{BodyError, ByteStream, target};
use crate::blocking::off_thread;

/// How much is gathered before it is written to a file.
const BATCH: usize = 1024 * 1024;

impl ByteStream {
    /// Writes the rest to `writer` and flushes it. Returns the number of bytes.
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

    /// Writes the rest to a file. Returns the number of bytes.
    ///
    /// **A new file, or one that can be replaced,** appears when the body is complete and verified. Until then, the
    /// method writes a draft in the same directory, named `.NAME.UUID.part`. If it fails, or its future is dropped, it
    /// removes the draft, and an existing file does not change. If two calls write to one path, the one that ends last
    /// leaves its complete file. A new file has default permissions. A replaced file keeps its owner, group and
    /// permissions, but not its extended attributes or its inode. The disk must hold both the old and the new file for
    /// a moment.
    ///
    /// A file can be replaced if it is a regular file with a single name (no hard links), belongs to this user, has no
    /// access control list, and is in a directory where this user may create files. The method follows symbolic links
    /// and keeps them; if the target of a link does not exist, it creates a file there.
    ///
    /// **All else is written in place, which is not atomic:** hard links, files of other users, files in directories
    /// where this user may not create files, mounted files, devices, and named pipes. The method empties such a file
    /// first, so an error leaves a part of the body in it. It waits until another process opens a named pipe for
    /// reading.
    ///
    /// **Open files of a process**, such as `/dev/stdout`, `/dev/fd/3` or `/proc/self/fd/3`, are neither replaced nor
    /// emptied. The method writes to standard output and standard error at their current position, and to other open
    /// files at their end.
    ///
    /// A regular file without write permission is an error ([`PermissionDenied`]), even for users that could write to
    /// it anyway. A directory is an error too ([`IsADirectory`]).
    ///
    /// The method does not sync the file to its disk, so it may be incomplete after a crash of the machine. If that
    /// matters, open it and call [`File::sync_all`].
    ///
    /// On Windows, a file that is replaced gets the permissions that its directory gives to new files,
    /// and names of devices, such as `NUL`, are written in place.
    ///
    /// ```no_run
    /// # async fn example(body: zonal_runtime::ByteStream) -> Result<(), zonal_runtime::BodyError> {
    /// let length = body.to_file("/var/cache/object").await?;
    /// println!("{length} bytes");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`PermissionDenied`]: io::ErrorKind::PermissionDenied
    /// [`IsADirectory`]: io::ErrorKind::IsADirectory
    pub async fn to_file(mut self, path: impl AsRef<Path>) -> Result<u64, BodyError> {
        let path = path.as_ref();
        let fail = |error| BodyError::write(Some(path), error);
        let target = path.to_owned();
        let opened = off_thread(move || target::open(&target)).await;
        // the draft stays here: it is removed as soon as this future is dropped
        let (file, draft) = match opened.map_err(fail)? {
            target::Open::File(file, draft) => (file, draft),
            #[cfg(unix)]
            target::Open::Pipe(pipe) => {
                let pipe = target::open_pipe(&pipe).await.map_err(fail)?;
                return self.write_to_pipe(pipe, path).await;
            }
        };
        let mut file = Some(file);
        let copied = self.copy(&mut file, path).await;
        let is_whole = copied.is_ok();
        // to close a file, to rename it and to remove it takes time
        let done = off_thread(move || {
            drop(file);
            match draft {
                Some(draft) if is_whole => draft.finish(),
                _ => Ok(()),
            }
        });
        let done = done.await;
        let written = copied?;
        done.map(|()| written).map_err(fail)
    }

    /// Writes to an open file. It is gone if it could not be written.
    async fn copy(&mut self, file: &mut Option<File>, path: &Path) -> Result<u64, BodyError> {
        let mut written = 0;
        while let Some(batch) = self.batch().await?
            && let Some(open) = file.take()
        {
            let size = batch.iter().map(|piece| piece.len() as u64).sum::<u64>();
            let done = off_thread(move || write(open, &batch)).await;
            *file = Some(done.map_err(|error| BodyError::write(Some(path), error))?);
            written += size;
        }
        Ok(written)
    }

    #[cfg(unix)]
    async fn write_to_pipe(
        self,
        mut pipe: tokio::net::unix::pipe::Sender,
        path: &Path,
    ) -> Result<u64, BodyError> {
        self.write_to(&mut pipe).await.map_err(|error| match error {
            BodyError::Write { error, .. } => BodyError::Write {
                path: Some(path.to_owned()),
                error,
            },
            error => error,
        })
    }

    /// The next pieces, as many as are worth a write; `None` at the end.
    async fn batch(&mut self) -> Result<Option<Vec<Bytes>>, BodyError> {
        let mut batch = Vec::new();
        let mut size = 0;
        while size < BATCH
            && let Some(piece) = self.next().await
        {
            let piece = piece?;
            size += piece.len();
            batch.push(piece);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

fn write(mut file: File, pieces: &[Bytes]) -> io::Result<File> {
    for piece in pieces {
        file.write_all(piece)?;
    }
    Ok(file)
}
