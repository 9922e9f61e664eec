//! The AWS CLI reads what is uploaded here, and what it uploads is read here. Skipped where there is no `aws`.

use std::process::Command;

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

#[tokio::test]
async fn each_reads_what_the_other_wrote() {
    if Command::new("aws").arg("--version").output().is_err() {
        eprintln!("skipped: there is no `aws` on the path");
        return;
    }
    let builder = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKID", "SECRET-MARKER");
    let peer = builder.start_blocking().unwrap();
    let transfers = Transfers::new(client(&peer.endpoint_url()));
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let bytes = data(LENGTH);
    std::fs::write(path("source"), &bytes).unwrap();
    let upload = transfers.upload(BUCKET, "ours", Source::from_path(path("source")));
    let upload = upload
        .content_type("text/x-ours")
        .metadata([("author", "mira")]);
    assert_eq!(upload.await.unwrap().parts, 3);
    let url = |key: &str| format!("s3://{BUCKET}/{key}");
    aws(
        &peer,
        &[
            "s3",
            "cp",
            "--only-show-errors",
            &url("ours"),
            &path("theirs"),
        ],
    );
    assert!(
        read(path("theirs")) == bytes,
        "the AWS CLI read something else"
    );
    let head = aws(
        &peer,
        &["s3api", "head-object", "--bucket", BUCKET, "--key", "ours"],
    );
    for member in ["\"text/x-ours\"", "\"author\": \"mira\""] {
        assert!(head.contains(member), "{head}");
    }
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
        &path("source"),
        &url("theirs"),
    ];
    aws(&peer, &[&copy[..], &put].concat());
    let downloaded = transfers
        .download(BUCKET, "theirs")
        .to_file(path("ours"))
        .await
        .unwrap();
    assert!(
        read(path("ours")) == bytes,
        "another object came than the AWS CLI wrote"
    );
    assert_eq!(
        downloaded.object.content_type.as_deref(),
        Some("text/x-theirs")
    );
    assert_eq!(downloaded.object.metadata["author"], "aws");
    assert!(downloaded.verified.is_some(), "{downloaded:?}");
}
