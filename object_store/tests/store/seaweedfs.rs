//! Functions of `object_store`'s suite against a server of others that verifies signatures. It opens
//! no sessions, lists in order, and ignores appends.

use std::time::{Duration, Instant};

use zonal_object_store::v0_14::object_store::integration;
use zonal_object_store::{ConfigKey, ZonalStore, ZonalStoreBuilder};

use crate::process;

const BUCKET: &str = "demo--use1-az4--x-s3";
/// How long the server may take to make its first bucket.
const PATIENCE: Duration = Duration::from_secs(120);

async fn store(address: &str) -> ZonalStore {
    let store = ZonalStoreBuilder::new()
        .with_bucket_name(BUCKET)
        .with_region("us-east-1")
        .with_endpoint(format!("http://{address}"))
        .with_access_key_id(process::KEY)
        .with_secret_access_key(process::SECRET)
        .with_config(ConfigKey::DisableSessionAuth, "true")
        .build()
        .unwrap();
    let start = Instant::now();
    loop {
        let made = store.client().create_bucket(BUCKET).await.map(drop);
        match store.client().put_object(BUCKET, "ready").body("x").await {
            Ok(_) => return store,
            Err(error) => assert!(start.elapsed() < PATIENCE, "{made:?} {error}"),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn seaweedfs() {
    let Some(server) = process::seaweedfs().await else {
        return;
    };
    let store = store(&server.address()).await;
    integration::put_get_delete_list(&store).await;
    integration::get_opts(&store).await;
}
