//! Writes 10,000 objects, 64 at a time, and deletes them, 1,000 with one request.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use zonal::Client;
use zonal::types::{Delete, ObjectIdentifier};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deleted = run(&Client::from_env()?, &zonal_examples::bucket(), 10_000).await?;
    println!("{deleted} objects written and deleted");
    Ok(())
}

/// What the program does with a client and a bucket.
pub(crate) async fn run(
    client: &Client,
    bucket: &str,
    count: usize,
) -> Result<usize, Box<dyn std::error::Error>> {
    let keys: Vec<_> = (0..count).map(|number| format!("batch/{number}")).collect();
    write(client, bucket, keys.clone()).await?;
    Ok(delete(client, bucket, keys).await?)
}

async fn write(
    client: &Client,
    bucket: &str,
    keys: Vec<String>,
) -> Result<(), Box<dyn std::error::Error>> {
    let slots = Arc::new(Semaphore::new(64));
    let mut tasks = JoinSet::new();
    for key in keys {
        let slot = Arc::clone(&slots).acquire_owned().await?;
        let call = client.put_object(bucket, key).body("x");
        tasks.spawn(async move {
            let result = call.await;
            drop(slot);
            result
        });
    }
    while let Some(result) = tasks.join_next().await {
        result??;
    }
    Ok(())
}

async fn delete(
    client: &Client,
    bucket: &str,
    keys: Vec<String>,
) -> Result<usize, zonal::AnyError> {
    let mut deleted = 0;
    for keys in keys.chunks(1000) {
        let keys: Vec<_> = keys.iter().map(ObjectIdentifier::new).collect();
        let answer = client.delete_objects(bucket, Delete::new(keys)).await?;
        deleted += answer.deleted.len(); // those that failed are in answer.errors
    }
    Ok(deleted)
}
