//! Values that stand in files: `file://` for text, `fileb://` for bytes.

use std::fs;
use std::io;

use crate::failure::Failure;
use zonal_config::Env;

/// The text that a value stands for: that of the file it names, or itself. An `http` address is a value like any
/// other: nothing is fetched.
pub(crate) fn text(option: &str, value: &str, env: &Env) -> Result<String, Failure> {
    let (path, bytes) = match (
        value.strip_prefix("file://"),
        value.strip_prefix("fileb://"),
    ) {
        (Some(path), _) | (_, Some(path)) => (path, read(option, value, path, env)?),
        (None, None) => return Ok(value.to_owned()),
    };
    String::from_utf8(bytes).map_err(|_| {
        Failure::parameter(
            &format!("--{option}"),
            format!(
                "Unable to load paramfile ({path}), text contents could not be decoded.  If this is a \
                 binary file, please use the fileb:// prefix instead of the file:// prefix."
            ),
        )
    })
}

/// The bytes that a value stands for.
pub(crate) fn bytes(option: &str, value: &str, env: &Env) -> Result<Vec<u8>, Failure> {
    match value
        .strip_prefix("fileb://")
        .or_else(|| value.strip_prefix("file://"))
    {
        Some(path) => read(option, value, path, env),
        None => Ok(value.as_bytes().to_vec()),
    }
}

fn read(option: &str, value: &str, path: &str, env: &Env) -> Result<Vec<u8>, Failure> {
    let content = match path {
        "-" => {
            let mut content = Vec::new();
            io::Read::read_to_end(&mut io::stdin().lock(), &mut content).map(|_| content)
        }
        path => fs::read(env.expand(path)),
    };
    content.map_err(|error| {
        Failure::parameter(
            &format!("--{option}"),
            format!("Unable to load paramfile {value}: {error}"),
        )
    })
}
