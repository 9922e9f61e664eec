//! The body of an answer goes to a file, or to standard output.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use zonal::runtime::ByteStream;

use crate::env::Env;
use crate::failure::Failure;
use crate::progress::Meter;

/// Writes a body to a file; `-` is standard output. The file gets its name when it is complete: what breaks off
/// leaves nothing behind, and spares a file that was there before.
pub(crate) async fn save(mut stream: ByteStream, path: &str, env: &Env) -> Result<(), Failure> {
    if path == "-" {
        return to_output(&mut stream).await;
    }
    let target = env.expand(path);
    // a link stays one
    let target = fs::canonicalize(&target).unwrap_or(target);
    let part = Part::for_file(&target).map_err(|error| failed(&target, &error))?;
    let file = match &part {
        Some(part) => fs::File::create_new(&part.path),
        // devices and pipes are written to as they are
        None => fs::File::create(&target),
    };
    let file = file.and_then(|file| match &part {
        Some(Part {
            replaces: Some(permissions),
            ..
        }) => {
            // who might not read the file before shall not now
            file.set_permissions(permissions.clone()).map(|()| file)
        }
        _ => Ok(file),
    });
    let mut file = File::from_std(file.map_err(|error| failed(&target, &error))?);
    copy(&mut stream, &mut file, &target).await?;
    drop(file);
    match part {
        Some(part) => fs::rename(&part.path, &target).map_err(|error| failed(&target, &error)),
        None => Ok(()),
    }
}

/// A file that is removed unless it has got its name.
struct Part {
    path: PathBuf,
    /// The permissions of the file whose place it takes.
    replaces: Option<fs::Permissions>,
}

impl Part {
    /// None if the target is there and no file.
    fn for_file(target: &Path) -> io::Result<Option<Self>> {
        let replaces = match fs::metadata(target) {
            Ok(there) if !there.is_file() => return Ok(None),
            Ok(there) if there.permissions().readonly() => {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            Ok(there) => Some(there.permissions()),
            Err(_) => None,
        };
        let missing = || io::Error::new(io::ErrorKind::InvalidInput, "the path names no file");
        let name = target.file_name().ok_or_else(missing)?;
        let mut part = OsString::from(".");
        // a name of 255 bytes shall stay one
        if name.len() <= 200 {
            part.push(name);
        }
        part.push(format!(".{}.part", std::process::id()));
        Ok(Some(Self {
            path: target.with_file_name(part),
            replaces,
        }))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // nothing more can be done about it
        drop(fs::remove_file(&self.path));
    }
}

async fn copy(stream: &mut ByteStream, file: &mut File, target: &Path) -> Result<(), Failure> {
    let mut meter = Meter::new(stream.length());
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| Failure::new(error.to_string()))?;
        let written = file.write_all(&piece).await;
        written.map_err(|error| failed(target, &error))?;
        if let Some(meter) = &mut meter {
            meter.add(piece.len());
        }
    }
    file.flush().await.map_err(|error| failed(target, &error))
}

async fn to_output(stream: &mut ByteStream) -> Result<(), Failure> {
    // not the one of the standard library: a reader that does not read must not keep us from hearing signals
    let mut out = tokio::io::stdout();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| Failure::new(error.to_string()))?;
        if let Err(error) = out.write_all(&piece).await {
            return crate::app::unwritten(&error).map(|_| ());
        }
    }
    match out.flush().await {
        Ok(()) => Ok(()),
        Err(error) => crate::app::unwritten(&error).map(|_| ()),
    }
}

fn failed(target: &Path, error: &io::Error) -> Failure {
    let target = target.display().to_string();
    let target = crate::output::terminal::safe(&target);
    Failure::new(format!("{target} could not be written: {error}"))
}
