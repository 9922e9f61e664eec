//! A call of any operation, and how it ends.

use std::fmt::Debug;
use std::time::Duration;

use zonal::operation::{CreateSession, DeleteObjects, HeadBucket, ListObjectsV2};
use zonal::types::{
    BucketLifecycleConfiguration, CompletedMultipartUpload, CompletedPart, Delete,
    InventoryConfiguration, InventoryDestination, InventoryFormat, InventoryFrequency,
    InventoryIncludedObjectVersions, InventoryS3BucketDestination, InventorySchedule,
    MetricsConfiguration, ObjectAttributes, ObjectIdentifier, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use zonal::{CopySource, Error, ErrorKind, RenameSource};
use zonal_peer::{Fault, Operation};

use zonal::runtime::clock::Clock as _;

use crate::lab::{BUCKET, Lab, builder};
use crate::virtual_clock::VirtualClock;

/// How a call failed that was answered so: its kind, its code, and how many requests it took.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) kind: ErrorKind,
    pub(crate) code: Option<String>,
    pub(crate) requests: usize,
}

fn ended<T, E: Debug>(result: Result<T, Error<E>>) -> Result<(), Ended> {
    let ended = |error: Error<E>| Ended {
        kind: error.kind(),
        code: error.code().map(str::to_owned),
        requests: 0,
    };
    result.map(drop).map_err(ended)
}

impl Lab {
    /// Makes a call of this operation, which meets this fault every time.
    pub(crate) async fn meets(&self, operation: Operation, fault: Fault) -> Result<(), Ended> {
        self.fault(operation, fault.always());
        self.count(operation);
        let result = self.call(operation).await;
        let requests = self.count(operation);
        result.map_err(|ended| Ended { requests, ..ended })
    }

    /// Makes a call of this operation.
    async fn call(&self, operation: Operation) -> Result<(), Ended> {
        use Operation as O;
        let client = &self.client;
        let source = || CopySource::new(BUCKET, "k");
        match operation {
            O::AbortMultipartUpload => ended(client.abort_multipart_upload(BUCKET, "k", "u").await),
            O::CompleteMultipartUpload => {
                let part = CompletedPart::default().part_number(1).e_tag("e");
                let parts = CompletedMultipartUpload::default().parts(vec![part]);
                let call = client.complete_multipart_upload(BUCKET, "k", "u");
                ended(call.multipart_upload(parts).await)
            }
            O::CopyObject => ended(client.copy_object(BUCKET, source(), "c").await),
            O::CreateBucket => ended(client.create_bucket(BUCKET).await),
            O::CreateMultipartUpload => ended(client.create_multipart_upload(BUCKET, "k").await),
            O::CreateSession => ended(client.send(CreateSession::new(BUCKET)).await),
            O::DeleteBucket => ended(client.delete_bucket(BUCKET).await),
            O::DeleteBucketEncryption => ended(client.delete_bucket_encryption(BUCKET).await),
            O::DeleteBucketInventoryConfiguration => ended(
                client
                    .delete_bucket_inventory_configuration(BUCKET, "i")
                    .await,
            ),
            O::DeleteBucketLifecycle => ended(client.delete_bucket_lifecycle(BUCKET).await),
            O::DeleteBucketMetricsConfiguration => ended(
                client
                    .delete_bucket_metrics_configuration(BUCKET, "i")
                    .await,
            ),
            O::DeleteBucketPolicy => ended(client.delete_bucket_policy(BUCKET).await),
            O::DeleteObject => ended(client.delete_object(BUCKET, "k").await),
            O::DeleteObjects => {
                let delete = Delete::new(vec![ObjectIdentifier::new("k")]);
                ended(client.send(DeleteObjects::new(BUCKET, delete)).await)
            }
            O::GetBucketEncryption => ended(client.get_bucket_encryption(BUCKET).await),
            O::GetBucketInventoryConfiguration => {
                ended(client.get_bucket_inventory_configuration(BUCKET, "i").await)
            }
            O::GetBucketLifecycleConfiguration => {
                ended(client.get_bucket_lifecycle_configuration(BUCKET).await)
            }
            O::GetBucketMetricsConfiguration => {
                ended(client.get_bucket_metrics_configuration(BUCKET, "i").await)
            }
            O::GetBucketPolicy => ended(client.get_bucket_policy(BUCKET).await),
            O::GetObject => ended(client.get_object(BUCKET, "k").await),
            O::GetObjectAttributes => {
                let all = vec![ObjectAttributes::Etag];
                ended(client.get_object_attributes(BUCKET, "k", all).await)
            }
            O::HeadBucket => ended(client.send(HeadBucket::new(BUCKET)).await),
            O::HeadObject => ended(client.head_object(BUCKET, "k").await),
            O::ListBucketInventoryConfigurations => {
                ended(client.list_bucket_inventory_configurations(BUCKET).await)
            }
            O::ListBucketMetricsConfigurations => {
                ended(client.list_bucket_metrics_configurations(BUCKET).await)
            }
            O::ListDirectoryBuckets => ended(client.list_directory_buckets().await),
            O::ListMultipartUploads => ended(client.list_multipart_uploads(BUCKET).await),
            O::ListObjectsV2 => ended(client.send(ListObjectsV2::new(BUCKET)).await),
            O::ListParts => ended(client.list_parts(BUCKET, "k", "u").await),
            O::PutBucketEncryption => {
                let rules = vec![ServerSideEncryptionRule::default()];
                let rules = ServerSideEncryptionConfiguration::new(rules);
                ended(client.put_bucket_encryption(BUCKET, rules).await)
            }
            O::PutBucketInventoryConfiguration => {
                let call = client.put_bucket_inventory_configuration(BUCKET, "i", report());
                ended(call.await)
            }
            O::PutBucketLifecycleConfiguration => {
                let rules = BucketLifecycleConfiguration::new(Vec::new());
                ended(
                    client
                        .put_bucket_lifecycle_configuration(BUCKET, rules)
                        .await,
                )
            }
            O::PutBucketMetricsConfiguration => {
                let metrics = MetricsConfiguration::new("i");
                ended(
                    client
                        .put_bucket_metrics_configuration(BUCKET, "i", metrics)
                        .await,
                )
            }
            O::PutBucketPolicy => ended(client.put_bucket_policy(BUCKET, "{}").await),
            O::PutObject => ended(client.put_object(BUCKET, "k").body("c").await),
            O::RenameObject => {
                let source = RenameSource::new("a");
                ended(client.rename_object(BUCKET, "k", source).await)
            }
            O::UploadPart => ended(client.upload_part(BUCKET, "k", 1, "u").body("c").await),
            O::UploadPartCopy => {
                ended(client.upload_part_copy(BUCKET, source(), "c", 1, "u").await)
            }
            other => panic!("{other} is new"),
        }
    }
}

fn report() -> InventoryConfiguration {
    let bucket = InventoryS3BucketDestination::new("arn:aws:s3:::r", InventoryFormat::Csv);
    InventoryConfiguration::new(
        InventoryDestination::new(bucket),
        true,
        "i",
        InventoryIncludedObjectVersions::Current,
        InventorySchedule::new(InventoryFrequency::Daily),
    )
}

/// The server is silent. Those that put an object together may be so for long.
#[tokio::test]
async fn every_operation_is_waited_for_as_long_as_it_may_work() {
    for operation in Operation::ALL {
        let limit = match operation {
            Operation::CopyObject
            | Operation::UploadPartCopy
            | Operation::CompleteMultipartUpload => Duration::from_secs(300),
            _ => Duration::from_secs(60),
        };
        let (mut lab, clock) = (Lab::new(), VirtualClock::new());
        // its connection is a new one
        let client = builder(&lab.peer.endpoint_url()).session_auth(false);
        let client = client.clock(clock.clone()).max_attempts(1);
        lab.client = client.build().unwrap();
        lab.fault(operation, Fault::genuine().stall_before_head());
        let is_there = || !lab.peer.requests().is_empty();
        let ended = clock.run(limit, is_there, lab.call(operation)).await;
        assert_eq!(ended.unwrap_err().kind, ErrorKind::Timeout, "{operation}");
        assert_eq!(clock.monotonic(), limit, "{operation}");
    }
}
