//! The bucket itself, and its sessions.

use zonal::types::{
    BucketInfo, BucketType, CreateBucketConfiguration, DataRedundancy, LocationInfo, LocationType,
    SessionMode,
};
use zonal_peer::Operation;

use crate::lab::{BUCKET, Lab, Signer};

pub(crate) async fn open(lab: &mut Lab) {
    let configuration = CreateBucketConfiguration::default()
        .location(
            LocationInfo::default()
                .r#type(LocationType::AvailabilityZone)
                .name("usw2-az1"),
        )
        .bucket(
            BucketInfo::default()
                .r#type(BucketType::Directory)
                .data_redundancy(DataRedundancy::SingleAvailabilityZone),
        );
    let create = lab.client.create_bucket(BUCKET);
    let created = create.create_bucket_configuration(configuration).await;
    lab.saw(Operation::CreateBucket, Signer::Account);
    let arn = created.unwrap().bucket_arn.unwrap();
    assert!(arn.ends_with(&format!(":bucket/{BUCKET}")), "{arn}");

    let session = lab.client.create_session(BUCKET);
    let session = session.session_mode(SessionMode::ReadOnly).await.unwrap();
    lab.saw(Operation::CreateSession, Signer::Account);
    assert!(!session.credentials.access_key_id.is_empty());

    lab.client.head_bucket(BUCKET).await.unwrap();
    lab.saw(Operation::HeadBucket, Signer::Account);

    let listed = lab.client.list_directory_buckets().await.unwrap();
    lab.saw(Operation::ListDirectoryBuckets, Signer::Account);
    let buckets = listed.buckets;
    assert_eq!(buckets.len(), 1);
    assert_eq!(buckets[0].name.as_deref(), Some(BUCKET));
}

pub(crate) async fn close(lab: &mut Lab) {
    lab.client.delete_bucket(BUCKET).await.unwrap();
    lab.saw(Operation::DeleteBucket, Signer::Account);
    let error = lab.client.head_bucket(BUCKET).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404, "{error}");
}
