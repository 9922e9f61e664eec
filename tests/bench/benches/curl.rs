//! `zonal get-object` and `put-object` of one large file, beside curl with a presigned URL:
//! `cargo bench -p zonal-bench --bench curl`.
//!
//! Each run is a process of its own; its processor time, in user space and in the kernel, is what bash's `time` says. The
//! two take turns, and the medians are compared. `zonal` opens a session, verifies the checksum of what it reads and sends one
//! with what it writes; curl does neither. Over http, S3 wants a signed body, so `zonal` hashes all of it with SHA-256
//! before it sends it: that row has no goal. The goals of the others: at most 1.2 times curl's processor time.
//! `… -- MIB ROUNDS` sets the size of the file, 1,024 unless given, and the number of turns, 7 unless given.

#![expect(clippy::print_stdout, reason = "a benchmark")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use zonal::{Client, Credentials};
use zonal_peer::{Limits, Peer, Tls};

const BUCKET: &str = "demo--usw2-az1--x-s3";
const ID: &str = "AKIAEXAMPLE";
const SECRET: &str = "bench/secret/key/of/no/account/0000000000";
const MIB: usize = 1024 * 1024;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A server and the files beside it.
struct Place<'a> {
    peer: Peer,
    zonal: &'a str,
    folder: &'a Path,
    download: String,
    upload: String,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only wants to know whether it runs
    let is_test = !arguments.iter().any(|word| word == "--bench");
    let mut given = arguments.iter().filter_map(|word| word.parse().ok());
    let size = given.next().unwrap_or(if is_test { 8 } else { 1024 });
    let rounds = given.next().unwrap_or(if is_test { 1 } else { 7 });
    if Command::new("curl").arg("--version").output().is_err() {
        println!("curl is not installed: nothing to compare with");
        return Ok(());
    }
    let (zonal, folder) = (zonal_bench::program(), tempfile::tempdir()?);
    let bytes: Vec<u8> = (0..size * MIB).map(|number| (number / 7) as u8).collect();
    std::fs::write(folder.path().join("source"), &bytes)?;
    let zonal = zonal.to_string_lossy();
    println!(
        "{:18} {:>10} {:>10}",
        format!("{size} MiB"),
        "zonal",
        "curl"
    );
    for (scheme, tls) in [("http", None), ("https", Some(Tls::default()))] {
        let place = place(tls, &zonal, folder.path(), bytes.clone())?;
        for case in ["get-object", "put-object"] {
            let (ours, theirs) = turns(&place, case, rounds)?;
            let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
            println!("{case:11} {scheme:6} {ours:>10.2?} {theirs:>10.2?} {ratio:>6.2} ×");
        }
    }
    Ok(())
}

fn place<'a>(
    tls: Option<Tls>,
    zonal: &'a str,
    folder: &'a Path,
    object: Vec<u8>,
) -> Result<Place<'a>, Error> {
    let mut limits = Limits::default();
    limits.body_bytes = 5 << 30;
    let mut builder = Peer::builder().bucket(BUCKET).credentials(ID, SECRET);
    builder = builder.recorded_requests(0).limits(limits);
    if let Some(tls) = tls {
        builder = builder.tls(tls);
    }
    let peer = builder.start_blocking()?;
    peer.put(BUCKET, "object", object);
    std::fs::write(
        folder.join("bundle.pem"),
        peer.root_certificate().unwrap_or_default(),
    )?;
    let client = Client::builder()
        .region("us-west-2")
        .endpoint_url(peer.endpoint_url())
        .credentials(Credentials::new(ID, SECRET, None, None, "bench"))
        .build()?;
    let hour = Duration::from_secs(3600);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (download, upload) = runtime.block_on(async {
        let download = client.get_object(BUCKET, "object").presign(hour).await?;
        let upload = client.put_object(BUCKET, "curl").presign(hour).await?;
        Ok::<_, Error>((download.url, upload.url))
    })?;
    Ok(Place {
        peer,
        zonal,
        folder,
        download: download.to_string(),
        upload: upload.to_string(),
    })
}

/// The medians of both, which take turns after one run of each that does not count.
fn turns(place: &Place<'_>, case: &str, rounds: usize) -> Result<(Duration, Duration), Error> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..=rounds {
        ours.push(place.processor_time(&place.ours(case))?);
        theirs.push(place.processor_time(&place.theirs(case))?);
    }
    let median = |mut times: Vec<Duration>| {
        times.remove(0);
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    Ok((median(ours), median(theirs)))
}

impl Place<'_> {
    fn file(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    fn ours(&self, case: &str) -> Vec<String> {
        let mut words: Vec<String> = [self.zonal, case, "--bucket", BUCKET]
            .map(Into::into)
            .into();
        words.extend(match case {
            "get-object" => vec!["--key".into(), "object".into(), self.file("copy")],
            _ => vec![
                "--key".into(),
                "zonal".into(),
                "--body".into(),
                self.file("source"),
            ],
        });
        words
    }

    fn theirs(&self, case: &str) -> Vec<String> {
        let mut words: Vec<String> = ["curl", "--silent", "--show-error", "--fail"]
            .map(Into::into)
            .into();
        if self.peer.root_certificate().is_some() {
            words.extend(["--cacert".into(), self.file("bundle.pem")]);
        }
        words.extend(match case {
            "get-object" => ["--output".into(), self.file("copy"), self.download.clone()],
            _ => [
                "--upload-file".into(),
                self.file("source"),
                self.upload.clone(),
            ],
        });
        words
    }

    /// What a command takes of the processors.
    fn processor_time(&self, words: &[String]) -> Result<Duration, Error> {
        let mut command = Command::new("bash");
        command.args(["-c", "TIMEFORMAT='%3U %3S'; time \"$@\" >/dev/null", "bash"]);
        command
            .args(words)
            .env("AWS_ENDPOINT_URL_S3", self.peer.endpoint_url());
        command
            .env("AWS_ACCESS_KEY_ID", ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET);
        command
            .env("AWS_REGION", "us-west-2")
            .env("AWS_CONFIG_FILE", "/dev/null");
        if self.peer.root_certificate().is_some() {
            command.env("AWS_CA_BUNDLE", self.file("bundle.pem"));
        }
        command.env("NO_PROXY", "127.0.0.1").env("LC_ALL", "C");
        let output = command.output()?;
        let text = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("{}: {text}", words.first().map_or("", String::as_str)).into());
        }
        let seconds = text.split_whitespace().rev().take(2);
        let seconds: Result<Vec<f64>, _> = seconds.map(str::parse).collect();
        Ok(Duration::from_secs_f64(seconds?.iter().sum()))
    }
}
