//! Writes the body of an answer to a file or to standard output.

use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;

use zonal::runtime::body::FileSaver;
use zonal::runtime::{BodyError, ByteStream};

use crate::failure::Failure;
use crate::output::terminal;
use crate::progress::Meter;
use zonal_config::Env;

/// Writes a body to a file, as [`ByteStream::to_file`] does; `-` is standard output.
pub(crate) async fn save(stream: ByteStream, path: &str, env: &Env) -> Result<(), Failure> {
    let saved = match path {
        // not the one of the standard library: a reader that does not read must not keep us from hearing signals
        "-" => stream.write_to(&mut tokio::io::stdout()).await.map(drop),
        path => to_file(metered(stream), &env.expand(path)).await,
    };
    match saved {
        Ok(()) => Ok(()),
        Err(BodyError::Write { path: None, error }) => crate::console::unwritten(&error).map(drop),
        Err(BodyError::Write {
            path: Some(path),
            error,
        }) => {
            let path = path.display().to_string();
            let path = terminal::safe(&path);
            Err(Failure::new(format!(
                "{path} could not be written: {error}"
            )))
        }
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

/// As [`ByteStream::to_file`]. A file that can be replaced is written by this thread, which has nothing else to do: to
/// hand the pieces to another one, whose cache does not hold them, costs more than to write them.
async fn to_file(mut stream: ByteStream, path: &Path) -> Result<(), BodyError> {
    let may_block = |metadata: Metadata| !metadata.is_file();
    if std::fs::metadata(path).is_ok_and(may_block) {
        return stream.to_file(path).await.map(drop);
    }
    let fail = |error| BodyError::Write {
        path: Some(path.to_owned()),
        error: Arc::new(error),
    };
    let saver = FileSaver::open(path).map_err(fail)?;
    if saver.draft().is_none() {
        // it is written in place: standard output, say
        drop(saver);
        return stream.to_file(path).await.map(drop);
    }
    while let Some(piece) = stream.next().await {
        saver.write(&piece?).map_err(fail)?;
    }
    saver.finish().map_err(fail)
}

/// Shows how far the body has come, where somebody sees it.
fn metered(stream: ByteStream) -> ByteStream {
    match Meter::new(stream.length()) {
        Some(mut meter) => stream.observed(move |length| meter.add(length)),
        None => stream,
    }
}
