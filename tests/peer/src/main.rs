//! The server as a program: `zonal-peer`, and `cargo xtask peer` in the repository.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lexopt::prelude::*;
use zonal_peer::{Fault, Peer, PeerBuilder, Tls};

const USAGE: &str = "\
Usage: zonal-peer [OPTIONS]

Runs a small S3 server for directory buckets on 127.0.0.1 until it is stopped. It prints `export` lines for
the shell that is to use it.

Options:
  --bucket NAME        Its bucket (default: demo--usw2-az1--x-s3)
  --port NUMBER        Its port (default: any that is free)
  --directory DIR      Keep objects there (default: in memory)
  --session-seconds N  How long its sessions last (default: 300)
  --deny-read-write    Refuse sessions that may write
  --tls                Speak TLS; the certificate to trust is in the file that AWS_CA_BUNDLE names
  --fault WORDS        What goes wrong, in words such as slow-down=2,on=GetObject,times=3;
                       again for more, `help` for all words
  -h, --help           Print this
";

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a command"
)]
fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()) {
        Ok(Asked::Text(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Ok(Asked::Server(settings)) => match run(*settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("error: {message}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
enum Asked {
    Text(String),
    Server(Box<Settings>),
}

/// What the server is to be.
struct Settings {
    bucket: String,
    port: u16,
    faults: Vec<Fault>,
    builder: PeerBuilder,
}

fn parse(mut parser: lexopt::Parser) -> Result<Asked, lexopt::Error> {
    let mut settings = Settings {
        bucket: Peer::BUCKET.to_owned(),
        port: 0,
        faults: Vec::new(),
        builder: Peer::builder()
            .region(Peer::REGION)
            .credentials(Peer::ACCESS_KEY_ID, Peer::SECRET_ACCESS_KEY),
    };
    while let Some(argument) = parser.next()? {
        let builder = settings.builder.clone();
        match argument {
            Long("bucket") => settings.bucket = parser.value()?.string()?,
            Long("port") => settings.port = parser.value()?.parse()?,
            Long("directory") => settings.builder = builder.directory(parser.value()?),
            Long("session-seconds") => {
                let lifetime = Duration::from_secs(parser.value()?.parse()?);
                settings.builder = builder.session_lifetime(lifetime);
            }
            Long("deny-read-write") => settings.builder = builder.deny_read_write(),
            Long("tls") => settings.builder = builder.tls(Tls::default()),
            Long("fault") => {
                let words = parser.value()?;
                if words == "help" {
                    let words = Fault::words();
                    return Ok(Asked::Text(format!(
                        "Words of a fault, with commas between:\n{words}\n"
                    )));
                }
                settings.faults.push(words.parse()?);
            }
            Short('h') | Long("help") => return Ok(Asked::Text(USAGE.to_owned())),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Asked::Server(Box::new(settings)))
}

/// Runs the peer until it is stopped; prints what to export on stdout and what to try on stderr.
fn run(settings: Settings) -> Result<(), String> {
    let (bucket, port) = (&settings.bucket, settings.port);
    let peer = settings.builder.bucket(bucket).port(port).start_blocking();
    let peer = peer.map_err(|error| format!("the peer cannot listen on port {port}: {error}"))?;
    settings
        .faults
        .into_iter()
        .for_each(|fault| peer.fault(fault));
    say(&peer, bucket).map_err(|error| error.to_string())?;
    peer.serve_forever();
    Ok(())
}

fn say(peer: &Peer, bucket: &str) -> std::io::Result<()> {
    let url = peer.endpoint_url();
    let bundle = peer.root_certificate().map(save).transpose()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "export AWS_ENDPOINT_URL_S3={url}")?;
    writeln!(out, "export AWS_ACCESS_KEY_ID={}", Peer::ACCESS_KEY_ID)?;
    let secret = Peer::SECRET_ACCESS_KEY;
    writeln!(out, "export AWS_SECRET_ACCESS_KEY={secret}")?;
    writeln!(out, "export AWS_REGION={}", Peer::REGION)?;
    writeln!(out, "export ZONAL_BUCKET={bucket}")?;
    if let Some(bundle) = bundle {
        // what `--ca-bundle` takes as well
        writeln!(out, "export AWS_CA_BUNDLE={}", bundle.display())?;
    }
    out.flush()?;
    writeln!(
        std::io::stderr(),
        "A server for S3 directory buckets listens on {url} until you press Ctrl-C. In another terminal, paste \
         the lines above and try:\n\n    aws s3api list-objects-v2 --bucket {bucket}"
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
