//! `cargo xtask peer`

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;
use zonal_peer::{Fault, Peer, Tls};

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
            Long("tls") => builder = builder.tls(Tls::default()),
            Long("fault") => {
                let words = parser.value()?;
                if words == "help" {
                    return Ok(format!(
                        "Words of a fault, with commas between:\n{}\n",
                        Fault::words()
                    ));
                }
                faults.push(words.parse()?);
            }
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
    say(&peer, &bucket).map_err(|error| Failure::Failed(format!("error: {error}")))?;
    peer.serve_forever();
    Ok(String::new())
}

fn say(peer: &Peer, bucket: &str) -> std::io::Result<()> {
    let url = peer.endpoint_url();
    let bundle = peer.root_certificate().map(save).transpose()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "export AWS_ENDPOINT_URL_S3={url}")?;
    writeln!(out, "export AWS_ACCESS_KEY_ID={ACCESS_KEY_ID}")?;
    writeln!(out, "export AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY}")?;
    writeln!(out, "export AWS_REGION={REGION}")?;
    writeln!(out, "export ZONAL_BUCKET={bucket}")?;
    if let Some(bundle) = bundle {
        // what `--ca-bundle` takes as well
        writeln!(out, "export AWS_CA_BUNDLE={}", bundle.display())?;
    }
    out.flush()?;
    writeln!(
        std::io::stderr(),
        "A server for S3 directory buckets listens on {url} until you press Ctrl-C. In another terminal, paste \
         the lines above and try:\n\n    cargo run -q -p zonal --example create_session"
    )
}

/// Writes the certificate that clients have to trust to a new file, which stays when the peer ends.
fn save(pem: &str) -> std::io::Result<PathBuf> {
    let mut file = tempfile::Builder::new()
        .prefix("zonal-peer-")
        .suffix(".pem")
        .tempfile()?;
    file.write_all(pem.as_bytes())?;
    Ok(file.keep().map_err(|error| error.error)?.1)
}
