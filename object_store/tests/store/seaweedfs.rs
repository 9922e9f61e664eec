//! `object_store`'s suite against a server of others that verifies signatures. It opens no sessions, lists in order,
//! and keeps to fewer rules of directory buckets than the peer.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use zonal_object_store::{ConfigKey, ZonalStore, ZonalStoreBuilder};

use crate::process;
use crate::suite::for_each_function;

/// How long the server may take to make its first bucket, and one function.
const PATIENCE: Duration = Duration::from_secs(120);

struct Case {
    version: &'static str,
    name: &'static str,
    run: fn(ZonalStore) -> BoxFuture<'static, ()>,
}

macro_rules! cases {
    ($version:ident: $($function:ident $(($($more:expr),*))?,)*) => {
        fn $version() -> Vec<Case> {
            use zonal_object_store::$version::object_store::{Error, integration};

            let mut cases = vec![$(Case {
                version: stringify!($version),
                name: stringify!($function),
                run: |store| async move {
                    integration::$function(&store $($(, $more(&store))*)?).await;
                }
                .boxed(),
            },)*];
            cases.push(Case {
                version: stringify!($version),
                name: "get_nonexistent_object",
                run: |store| async move {
                    let got = integration::get_nonexistent_object(&store, None).await;
                    assert!(matches!(got, Err(Error::NotFound { .. })), "{got:?}");
                }
                .boxed(),
            });
            cases
        }
    };
}

for_each_function!(cases);

/// A store on a new bucket.
async fn store(address: &str, number: usize) -> ZonalStore {
    let bucket = format!("demo-{number}--use1-az4--x-s3");
    let store = ZonalStoreBuilder::new()
        .with_bucket_name(&bucket)
        .with_region("us-east-1")
        .with_endpoint(format!("http://{address}"))
        .with_access_key_id(process::KEY)
        .with_secret_access_key(process::SECRET)
        .with_config(ConfigKey::DisableSessionAuth, "true")
        .build()
        .unwrap();
    let (client, start) = (store.client(), Instant::now());
    loop {
        let made = client.create_bucket(&*bucket).await.map(drop);
        match client.put_object(&*bucket, "ready").body("x").await {
            Ok(_) => break,
            Err(error) => assert!(start.elapsed() < PATIENCE, "{made:?} {error}"),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    client.delete_object(&*bucket, "ready").await.unwrap();
    store
}

#[tokio::test]
async fn seaweedfs() {
    let Some(server) = process::seaweedfs().await else {
        return;
    };
    let mut failed = Vec::new();
    let cases = v0_13().into_iter().chain(v0_14());
    for (number, case) in cases.enumerate() {
        let store = store(&server.address(), number).await;
        let running = tokio::spawn((case.run)(store.clone()));
        let ended = tokio::time::timeout(PATIENCE, running).await;
        // each bucket has volumes of its own, and there is an end of those
        store.client().delete_bucket(store.bucket()).await.unwrap();
        if !matches!(ended, Ok(Ok(()))) {
            failed.push((case.version, case.name));
        }
    }
    assert!(
        failed.is_empty(),
        "function, and whether it passes: {failed:#?}"
    );
}
