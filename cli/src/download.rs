//! The body of an answer goes to a file, or to standard output.

use zonal::runtime::{BodyError, ByteStream};

use crate::failure::Failure;
use crate::output::terminal;
use crate::progress::Meter;
use zonal_config::Env;

/// Writes a body to a file, as [`ByteStream::to_file`] does; `-` is standard output.
pub(crate) async fn save(stream: ByteStream, path: &str, env: &Env) -> Result<(), Failure> {
    let saved = match path {
        // not the one of the standard library: a reader that does not read must not keep us from hearing signals
        "-" => stream.write_to(&mut tokio::io::stdout()).await,
        path => metered(stream).to_file(env.expand(path)).await,
    };
    match saved {
        Ok(_) => Ok(()),
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

/// Shows how far the body has come, where somebody sees it.
fn metered(stream: ByteStream) -> ByteStream {
    match Meter::new(stream.length()) {
        Some(mut meter) => stream.observed(move |length| meter.add(length)),
        None => stream,
    }
}
