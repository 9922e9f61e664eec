//! Writes an object, reads it back, lists the keys beside it and deletes it.

use zonal::{AnyError, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&Client::from_env()?, &zonal_examples::bucket()).await
}

/// What the program does with a client and a bucket.
pub(crate) async fn run(client: &Client, bucket: &str) -> Result<(), Box<dyn std::error::Error>> {
    client
        .put_object(bucket, "notes/today.txt")
        .body("hello")
        .content_type("text/plain")
        .await?;
    let object = client.get_object(bucket, "notes/today.txt").await?;
    println!(
        "{:?}: {:?}",
        object.content_type,
        object.body.collect().await?
    );
    for key in keys(client, bucket, "notes/").await? {
        println!("{key}");
    }
    client.delete_object(bucket, "notes/today.txt").await?;
    Ok(())
}

/// The keys that begin with a prefix. The prefix of a directory bucket ends in `/`.
pub(crate) async fn keys(
    client: &Client,
    bucket: &str,
    prefix: &str,
) -> Result<Vec<String>, AnyError> {
    let mut objects = client
        .list_objects_v2(bucket)
        .prefix(prefix)
        .paginate()
        .items();
    let mut keys = Vec::new();
    while let Some(object) = objects.next_item().await? {
        keys.extend(object.key);
    }
    Ok(keys)
}
