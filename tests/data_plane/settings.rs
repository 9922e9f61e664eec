//! The settings of a bucket: each is written, read and deleted.

use zonal::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus,
    InventoryConfiguration, InventoryDestination, InventoryFormat, InventoryFrequency,
    InventoryIncludedObjectVersions, InventoryOptionalField, InventoryS3BucketDestination,
    InventorySchedule, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    MetricsConfiguration, MetricsFilter, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use zonal_peer::Operation;

use crate::lab::{BUCKET, Lab, Signer};

const POLICY: &str = " {\"Version\": \"2012-10-17\", \"Id\": \"\u{fc}\"}\n";

pub(crate) async fn change(lab: &mut Lab) {
    policy(lab).await;
    encryption(lab).await;
    lifecycle(lab).await;
    inventory(lab).await;
    metrics(lab).await;
}

async fn policy(lab: &mut Lab) {
    let client = lab.client.clone();
    let error = client.get_bucket_policy(BUCKET).await.unwrap_err();
    assert_eq!(error.code(), Some("NoSuchBucketPolicy"));
    lab.forget();
    client.put_bucket_policy(BUCKET, POLICY).await.unwrap();
    lab.saw(Operation::PutBucketPolicy, Signer::Account);
    let read = client.get_bucket_policy(BUCKET).await.unwrap();
    lab.saw(Operation::GetBucketPolicy, Signer::Account);
    assert_eq!(read.policy, POLICY);
    client.delete_bucket_policy(BUCKET).await.unwrap();
    lab.saw(Operation::DeleteBucketPolicy, Signer::Account);
}

async fn encryption(lab: &mut Lab) {
    let client = lab.client.clone();
    let key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let default =
        ServerSideEncryptionByDefault::new(ServerSideEncryption::AwsKms).kms_master_key_id(key);
    let rule = ServerSideEncryptionRule::default().apply_server_side_encryption_by_default(default);
    let configuration = ServerSideEncryptionConfiguration::new(vec![rule]);
    let put = client.put_bucket_encryption(BUCKET, configuration);
    put.await.unwrap();
    lab.saw(Operation::PutBucketEncryption, Signer::Account);
    let read = client.get_bucket_encryption(BUCKET).await.unwrap();
    lab.saw(Operation::GetBucketEncryption, Signer::Account);
    let read = read.server_side_encryption_configuration;
    let default = read.rules[0]
        .apply_server_side_encryption_by_default
        .as_ref();
    assert_eq!(default.unwrap().sse_algorithm, ServerSideEncryption::AwsKms);
    client.delete_bucket_encryption(BUCKET).await.unwrap();
    lab.saw(Operation::DeleteBucketEncryption, Signer::Account);
}

async fn lifecycle(lab: &mut Lab) {
    let client = lab.client.clone();
    let rules = vec![
        LifecycleRule::new(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::default().prefix("logs/"))
            .expiration(LifecycleExpiration::default().days(30)),
        LifecycleRule::new(ExpirationStatus::Disabled)
            .filter(LifecycleRuleFilter::default())
            .abort_incomplete_multipart_upload(
                AbortIncompleteMultipartUpload::default().days_after_initiation(3),
            ),
    ];
    let configuration = BucketLifecycleConfiguration::new(rules.clone());
    let put = client.put_bucket_lifecycle_configuration(BUCKET, configuration);
    put.await.unwrap();
    lab.saw(Operation::PutBucketLifecycleConfiguration, Signer::Account);
    let read = client.get_bucket_lifecycle_configuration(BUCKET).await;
    lab.saw(Operation::GetBucketLifecycleConfiguration, Signer::Account);
    assert_eq!(read.unwrap().rules, rules);
    client.delete_bucket_lifecycle(BUCKET).await.unwrap();
    lab.saw(Operation::DeleteBucketLifecycle, Signer::Account);
}

fn report(id: &str) -> InventoryConfiguration {
    let bucket = InventoryS3BucketDestination::new("arn:aws:s3:::reports", InventoryFormat::Csv);
    InventoryConfiguration::new(
        InventoryDestination::new(bucket),
        true,
        id,
        InventoryIncludedObjectVersions::Current,
        InventorySchedule::new(InventoryFrequency::Daily),
    )
    .optional_fields(vec![InventoryOptionalField::Size])
}

async fn inventory(lab: &mut Lab) {
    let client = lab.client.clone();
    let id = "a b/\u{fc}";
    let put = client.put_bucket_inventory_configuration(BUCKET, id, report(id));
    put.await.unwrap();
    lab.saw(Operation::PutBucketInventoryConfiguration, Signer::Account);
    let read = client.get_bucket_inventory_configuration(BUCKET, id).await;
    lab.saw(Operation::GetBucketInventoryConfiguration, Signer::Account);
    assert_eq!(read.unwrap().inventory_configuration, report(id));
    let listed = client.list_bucket_inventory_configurations(BUCKET).await;
    lab.saw(
        Operation::ListBucketInventoryConfigurations,
        Signer::Account,
    );
    let listed = listed.unwrap().inventory_configuration_list;
    assert_eq!(listed, [report(id)]);
    let delete = client.delete_bucket_inventory_configuration(BUCKET, id);
    delete.await.unwrap();
    lab.saw(
        Operation::DeleteBucketInventoryConfiguration,
        Signer::Account,
    );
}

async fn metrics(lab: &mut Lab) {
    let client = lab.client.clone();
    let configuration =
        |id: &str| MetricsConfiguration::new(id).filter(MetricsFilter::Prefix("logs/".into()));
    for number in 0..101 {
        let id = format!("m{number:03}");
        let put = client.put_bucket_metrics_configuration(BUCKET, &id, configuration(&id));
        put.await.unwrap();
        lab.saw(Operation::PutBucketMetricsConfiguration, Signer::Account);
    }
    let read = client
        .get_bucket_metrics_configuration(BUCKET, "m007")
        .await;
    lab.saw(Operation::GetBucketMetricsConfiguration, Signer::Account);
    let read = read.unwrap().metrics_configuration;
    assert_eq!(read, configuration("m007"));
    let page = client
        .list_bucket_metrics_configurations(BUCKET)
        .await
        .unwrap();
    lab.saw(Operation::ListBucketMetricsConfigurations, Signer::Account);
    assert_eq!(page.is_truncated, Some(true));
    // all pages: the second is asked for with the token of the first
    let mut pages = client.list_bucket_metrics_configurations(BUCKET).paginate();
    let mut found = Vec::new();
    while let Some(page) = pages.next_page().await.unwrap() {
        let listed = page.metrics_configuration_list;
        found.extend(listed.into_iter().map(|one| one.id));
    }
    assert_eq!(found.len(), 101);
    lab.forget();
    for id in found {
        let delete = client.delete_bucket_metrics_configuration(BUCKET, id);
        delete.await.unwrap();
        lab.saw(Operation::DeleteBucketMetricsConfiguration, Signer::Account);
    }
}
