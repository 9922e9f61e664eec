//! `cargo xtask peer`

use std::io::Write;
use std::time::Duration;

use lexopt::prelude::*;
use zonal_peer::{Fault, Peer};

use crate::{Failure, Result};

const BUCKET: &str = "demo--usw2-az1--x-s3";
const REGION: &str = "us-west-2";
/// Made up, like everything the peer knows.
const ACCESS_KEY_ID: &str = "AKIAZONALPEEREXAMPLE";
const SECRET_ACCESS_KEY: &str = "zonal/peer+EXAMPLE/secret/key/of/no/use0";

/// Runs the peer until it is stopped; prints what to export on stdout and what to try on stderr.
pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let mut bucket = BUCKET.to_owned();
    let mut port = 0;
    let mut faults: Vec<Fault> = Vec::new();
    let mut builder = Peer::builder()
        .region(REGION)
        .credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("bucket") => bucket = parser.value()?.string()?,
            Long("port") => port = parser.value()?.parse()?,
            Long("directory") => builder = builder.directory(parser.value()?),
            Long("session-seconds") => {
                let lifetime = Duration::from_secs(parser.value()?.parse()?);
                builder = builder.session_lifetime(lifetime);
            }
            Long("deny-read-write") => builder = builder.deny_read_write(),
            Long("fault") => faults.push(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let peer = builder
        .bucket(&bucket)
        .port(port)
        .start_blocking()
        .map_err(|error| {
            Failure::Failed(format!(
                "error: the peer cannot listen on port {port}: {error}"
            ))
        })?;
    faults.into_iter().for_each(|fault| peer.fault(fault));
    let url = peer.endpoint_url();
    say(&url, &bucket).map_err(|error| Failure::Failed(format!("error: {error}")))?;
    peer.serve_forever();
    Ok(String::new())
}

fn say(url: &str, bucket: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "export AWS_ENDPOINT_URL_S3={url}")?;
    writeln!(out, "export AWS_ACCESS_KEY_ID={ACCESS_KEY_ID}")?;
    writeln!(out, "export AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY}")?;
    writeln!(out, "export AWS_REGION={REGION}")?;
    writeln!(out, "export ZONAL_BUCKET={bucket}")?;
    out.flush()?;
    writeln!(
        std::io::stderr(),
        "A server for S3 directory buckets listens on {url} until you press Ctrl-C. In another terminal, paste \
         the lines above and try:\n\n    cargo run -q -p zonal --example create_session"
    )
}
