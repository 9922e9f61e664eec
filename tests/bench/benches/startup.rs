//! What a user waits for: whole processes of `zonal`, beside the AWS CLI where that is installed (`aws` on the path,
//! or the program that `ZONAL_AWS` names): `cargo bench -p zonal-bench --bench startup`.
//!
//! The goals: `zonal --version` at least 80 times as fast and `create-session` against a server on this machine at
//! least 40 times, with at most 15 MB of memory. Times are medians. The program is built with `--release` first.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use zonal_peer::Peer;

const BUCKET: &str = "demo--usw2-az1--x-s3";
const SECRET: &str = "bench/secret/key/of/no/account/0000000000";

fn main() {
    // `cargo test --benches` only wants to know whether it runs
    let is_test = !std::env::args().any(|word| word == "--bench");
    let zonal = zonal_bench::program();
    let peer = Peer::builder()
        .bucket(BUCKET)
        .region("us-west-2")
        .credentials("AKIAEXAMPLE", SECRET)
        .start_blocking()
        .expect("the peer starts");
    let aws = aws();
    let session = ["s3api", "create-session", "--bucket", BUCKET];
    for (name, words, goal) in [
        ("--version", &["--version"][..], 80.0),
        ("create-session", &session, 40.0),
    ] {
        let rounds = if is_test { 1 } else { 40 };
        let ours = median(&peer, &zonal, words, rounds);
        let memory = memory(&peer, &zonal, words);
        println!("zonal {name}: {ours:?}, {memory}; at most 15 MB are wanted");
        if let Some(aws) = &aws {
            let theirs = median(&peer, aws, words, rounds.div_ceil(8));
            let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
            println!(
                "  aws {name}: {theirs:?}, {ratio:.0} times as long; at least {goal} are wanted"
            );
        }
    }
    if aws.is_none() {
        println!("the AWS CLI is not installed: nothing to compare with");
    }
}

fn aws() -> Option<PathBuf> {
    let named = std::env::var_os("ZONAL_AWS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("aws"));
    named.into_iter().chain(found).find(|path| path.is_file())
}

fn command(peer: &Peer, program: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(words)
        .env("AWS_ENDPOINT_URL_S3", peer.endpoint_url())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_DEFAULT_REGION", "us-west-2")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn median(peer: &Peer, program: &Path, words: &[&str], rounds: usize) -> Duration {
    let mut times: Vec<_> = (0..=rounds)
        .map(|_| {
            let start = Instant::now();
            let status = command(peer, program, words).status();
            assert!(status.expect("the program starts").success(), "{words:?}");
            start.elapsed()
        })
        .skip(1)
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The most memory that a run had, as GNU time tells it. A process begins with the most that its parent had, so
/// a small program has to start it: neither this one nor an interpreter would do.
fn memory(peer: &Peer, program: &Path, words: &[&str]) -> String {
    let mut time = command(peer, Path::new("/usr/bin/time"), &["-f", "%M"]);
    let output = time
        .arg(program)
        .args(words)
        .stderr(Stdio::piped())
        .output();
    let kib = output.ok().and_then(|output| {
        let text = String::from_utf8(output.stderr).ok()?;
        text.lines().last()?.trim().parse::<f64>().ok()
    });
    kib.map_or_else(
        || "memory unknown (GNU time measures it)".to_owned(),
        |kib| format!("{:.1} MB", kib * 1024.0 / 1e6),
    )
}
