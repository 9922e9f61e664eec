//! Exchanges objects with the AWS CLI in both directions. Skipped if `aws` is not installed.

use std::process::Command;

use tempfile::TempDir;
use zonal_peer::Peer;
use zonal_transfer::{Source, Transfers};

use crate::lab::{BUCKET, client, data, read};

/// Beyond what either side sends by one request.
const LENGTH: usize = 17 * 1024 * 1024 + 11;

/// Runs the CLI; its standard output.
fn aws(peer: &Peer, arguments: &[&str]) -> String {
    let mut command = Command::new("aws");
    command.args(arguments);
    command.args([
        "--endpoint-url",
        &peer.endpoint_url(),
        "--region",
        "us-west-2",
    ]);
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    command.env("AWS_CONFIG_FILE", "/dev/null");
    command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
        .env("AWS_ACCESS_KEY_ID", "AKID")
        .env("AWS_SECRET_ACCESS_KEY", "SECRET-MARKER");
    command.env("NO_PROXY", "127.0.0.1");
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A peer with transfers to it, a file to send, and the CLI.
struct Desk {
    peer: Peer,
    transfers: Transfers,
    directory: TempDir,
    bytes: Vec<u8>,
}

impl Desk {
    /// `None` if there is no CLI.
    fn new() -> Option<Self> {
        if Command::new("aws").arg("--version").output().is_err() {
            eprintln!("skipped: there is no `aws` on the path");
            return None;
        }
        let builder = Peer::builder()
            .bucket(BUCKET)
            .credentials("AKID", "SECRET-MARKER");
        let peer = builder.start_blocking().unwrap();
        let desk = Self {
            transfers: Transfers::new(client(&peer.endpoint_url())),
            peer,
            directory: tempfile::tempdir().unwrap(),
            bytes: data(LENGTH),
        };
        std::fs::write(desk.path("source"), &desk.bytes).unwrap();
        Some(desk)
    }

    fn path(&self, name: &str) -> String {
        self.directory
            .path()
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    }

    fn aws(&self, arguments: &[&str]) -> String {
        aws(&self.peer, arguments)
    }
}

fn url(key: &str) -> String {
    format!("s3://{BUCKET}/{key}")
}

#[tokio::test]
async fn the_aws_cli_reads_what_is_uploaded_here() {
    let Some(desk) = Desk::new() else { return };
    let source = Source::from_path(desk.path("source"));
    let upload = desk.transfers.upload(BUCKET, "ours", source);
    let upload = upload
        .content_type("text/x-ours")
        .metadata([("author", "mira")]);
    assert_eq!(upload.await.unwrap().parts, 3);
    desk.aws(&[
        "s3",
        "cp",
        "--only-show-errors",
        &url("ours"),
        &desk.path("theirs"),
    ]);
    assert!(
        read(desk.path("theirs")) == desk.bytes,
        "the AWS CLI read something else"
    );
    let head = desk.aws(&["s3api", "head-object", "--bucket", BUCKET, "--key", "ours"]);
    for member in ["\"text/x-ours\"", "\"author\": \"mira\""] {
        assert!(head.contains(member), "{head}");
    }
}

#[tokio::test]
async fn what_the_aws_cli_uploads_is_read_here() {
    let Some(desk) = Desk::new() else { return };
    let put = [
        "--content-type",
        "text/x-theirs",
        "--metadata",
        "author=aws",
    ];
    let copy = [
        "s3",
        "cp",
        "--only-show-errors",
        &desk.path("source"),
        &url("theirs"),
    ];
    desk.aws(&[&copy[..], &put].concat());
    let download = desk.transfers.download(BUCKET, "theirs");
    let downloaded = download.to_file(desk.path("ours")).await.unwrap();
    assert!(
        read(desk.path("ours")) == desk.bytes,
        "another object came than the AWS CLI wrote"
    );
    assert_eq!(
        downloaded.object.content_type.as_deref(),
        Some("text/x-theirs")
    );
    assert_eq!(downloaded.object.metadata["author"], "aws");
    assert!(downloaded.verified.is_some(), "{downloaded:?}");
}
