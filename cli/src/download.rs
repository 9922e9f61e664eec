//! The body of an answer goes to a file, or to standard output.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use zonal::runtime::ByteStream;

use crate::env::Env;
use crate::failure::{Failure, OUTPUT};

/// Writes a body to a file; `-` is standard output. The file gets its name when it is complete: what breaks off
/// leaves nothing behind, and spares a file that was there before.
pub(crate) async fn save(mut stream: ByteStream, path: &str, env: &Env) -> Result<(), Failure> {
    if path == "-" {
        return to_output(&mut stream).await;
    }
    let target = env.expand(path);
    if !may_be_replaced(&target) {
        let mut file = File::create(&target)
            .await
            .map_err(|error| failed(&target, &error))?;
        return copy(&mut stream, &mut file, &target).await;
    }
    let part = Part::beside(&target);
    let mut file = File::create_new(&part.0)
        .await
        .map_err(|error| failed(&target, &error))?;
    copy(&mut stream, &mut file, &target).await?;
    drop(file);
    tokio::fs::rename(&part.0, &target)
        .await
        .map_err(|error| failed(&target, &error))?;
    Ok(())
}

/// Devices and pipes are written to as they are.
fn may_be_replaced(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |metadata| metadata.is_file())
}

/// A file that is removed unless it has got its name.
struct Part(PathBuf);

impl Part {
    fn beside(target: &Path) -> Self {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let part = format!(".{name}.{}.part", std::process::id());
        Self(target.with_file_name(part))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

async fn copy(stream: &mut ByteStream, file: &mut File, target: &Path) -> Result<(), Failure> {
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| Failure::new(error.to_string()))?;
        file.write_all(&piece)
            .await
            .map_err(|error| failed(target, &error))?;
    }
    file.flush().await.map_err(|error| failed(target, &error))
}

async fn to_output(stream: &mut ByteStream) -> Result<(), Failure> {
    let mut out = io::stdout();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| Failure::new(error.to_string()))?;
        if let Err(error) = out.write_all(&piece).and_then(|()| out.flush()) {
            return crate::app::unwritten(&error).map(|_| ());
        }
    }
    Ok(())
}

fn failed(target: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::BrokenPipe => OUTPUT,
        _ => 255,
    };
    Failure::with(
        code,
        format!("\n{} could not be written: {error}\n", target.display()),
    )
}
