//! Policy, encryption, lifecycle, inventory and metrics of a bucket.

use super::{BUCKET, Step};

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

/// The commands for the settings of a bucket.
pub(crate) fn steps() -> Vec<Step> {
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
    let steps = steps.iter();
    steps
        .map(|words| Step::new(&[words, &["--bucket", BUCKET][..]].concat()))
        .collect()
}
