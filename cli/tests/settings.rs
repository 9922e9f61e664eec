//! The settings of a bucket (policy, encryption, lifecycle, inventory, metrics): the program and the real AWS CLI say the same
//! of the same server. Skipped where there is no `aws`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::process::Command;
use support::{BUCKET, peer, text, zonal};
use zonal_peer::Peer;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;
const KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const LIFECYCLE: &str = r#"{"Rules": [
    {"ID": "logs", "Status": "Enabled", "Expiration": {"Days": 30},
     "Filter": {"And": {"Prefix": "logs/", "ObjectSizeGreaterThan": 1024}}},
    {"ID": "all", "Status": "Disabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}}]}"#;
const INVENTORY: &str = r#"{"Id": "weekly", "IsEnabled": true, "IncludedObjectVersions": "Current",
    "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::reports", "Format": "CSV",
        "Encryption": {"SSES3": {}}}},
    "OptionalFields": ["Size", "ETag"], "Schedule": {"Frequency": "Weekly"}}"#;
const METRICS: &str = r#"{"Id": "logs", "Filter": {"And": {"Prefix": "logs/",
    "AccessPointArn": "arn:aws:s3express:us-west-2:111122223333:accesspoint/door--usw2-az1--xa-s3"}}}"#;

/// What each is asked, in this order, of a server of its own.
fn steps() -> Vec<Vec<String>> {
    let encryption = format!(
        r#"{{"Rules": [{{"ApplyServerSideEncryptionByDefault": {{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "{KEY}"}}}}]}}"#
    );
    let steps: &[&[&str]] = &[
        &["get-bucket-policy"],
        &["put-bucket-policy", "--policy", "no policy"],
        &["put-bucket-policy", "--policy", POLICY],
        &["get-bucket-policy"],
        &["get-bucket-policy", "--query", "Policy", "--output", "text"],
        &["delete-bucket-policy"],
        &["get-bucket-encryption"],
        &[
            "put-bucket-encryption",
            "--server-side-encryption-configuration",
            &encryption,
        ],
        &["get-bucket-encryption"],
        &["delete-bucket-encryption"],
        &["get-bucket-encryption"],
        &["get-bucket-lifecycle-configuration"],
        &[
            "put-bucket-lifecycle-configuration",
            "--lifecycle-configuration",
            LIFECYCLE,
        ],
        &["get-bucket-lifecycle-configuration"],
        &["delete-bucket-lifecycle"],
        &["list-bucket-inventory-configurations"],
        &[
            "put-bucket-inventory-configuration",
            "--id",
            "weekly",
            "--inventory-configuration",
            INVENTORY,
        ],
        &[
            "put-bucket-inventory-configuration",
            "--id",
            "other",
            "--inventory-configuration",
            INVENTORY,
        ],
        &["get-bucket-inventory-configuration", "--id", "weekly"],
        &["get-bucket-inventory-configuration", "--id", "none"],
        &["list-bucket-inventory-configurations"],
        &["delete-bucket-inventory-configuration", "--id", "weekly"],
        &["delete-bucket-inventory-configuration", "--id", "weekly"],
        &[
            "put-bucket-metrics-configuration",
            "--id",
            "all",
            "--metrics-configuration",
            "Id=all",
        ],
        &[
            "put-bucket-metrics-configuration",
            "--id",
            "logs",
            "--metrics-configuration",
            METRICS,
        ],
        &["get-bucket-metrics-configuration", "--id", "logs"],
        &["list-bucket-metrics-configurations"],
        &["list-bucket-metrics-configurations", "--output", "text"],
        &["delete-bucket-metrics-configuration", "--id", "all"],
    ];
    let bucket = ["--bucket", BUCKET];
    let step = |step: &&[&str]| {
        [step, &bucket[..]]
            .concat()
            .iter()
            .map(|word| (*word).to_owned())
            .collect()
    };
    steps.iter().map(step).collect()
}

/// The AWS CLI with the surroundings of [`zonal`]; it would open a session for these operations.
fn aws(peer: &Peer) -> Command {
    let zonal = zonal(peer);
    let mut aws = Command::new("aws");
    aws.arg("s3api");
    for (name, value) in zonal.get_envs() {
        match value {
            Some(value) => aws.env(name, value),
            None => aws.env_remove(name),
        };
    }
    aws.env("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true");
    aws.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    aws
}

#[test]
fn answers_are_those_of_the_aws_cli() {
    if Command::new("aws").arg("--version").output().is_err() {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: there is no `aws` on the PATH");
        }
        return;
    }
    let (ours, theirs) = (peer(), peer());
    for step in steps() {
        let mine = zonal(&ours).args(&step).output().unwrap();
        let other = aws(&theirs)
            .args(["--endpoint-url", &theirs.endpoint_url()])
            .args(&step)
            .output()
            .unwrap();
        assert_eq!(
            text(&mine.stdout),
            text(&other.stdout),
            "{step:?} {mine:?} {other:?}"
        );
        assert_eq!(
            text(&mine.stderr).trim(),
            text(&other.stderr).trim(),
            "{step:?}"
        );
        assert_eq!(mine.status.code(), other.status.code(), "{step:?}");
    }
    assert_eq!(ours.requests().len(), steps().len());
}
