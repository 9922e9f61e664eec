//! Hands out a URL that stores one object, and uses it as somebody does who has no credentials and another HTTP client.

use std::time::Duration;

use zonal::{AnyError, Client, PresignedRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&Client::from_env()?, &zonal_examples::bucket()).await
}

/// What the program does with a client and a bucket.
pub(crate) async fn run(client: &Client, bucket: &str) -> Result<(), Box<dyn std::error::Error>> {
    let request = offer(client, bucket, "inbox/1").await?;
    // This reqwest comes without cryptography of its own; ring is in the tree already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = reqwest::Client::new()
        .request(request.method, request.url)
        .headers(request.headers)
        .body("from somebody else")
        .send()
        .await?;
    answer.error_for_status()?;
    let object = client.get_object(bucket, "inbox/1").await?;
    println!("{:?}", object.body.collect().await?);
    Ok(())
}

/// A request that stores an object under this key within ten minutes.
pub(crate) async fn offer(
    client: &Client,
    bucket: &str,
    key: &str,
) -> Result<PresignedRequest, AnyError> {
    Ok(client
        .put_object(bucket, key)
        .presign(Duration::from_secs(600))
        .await?)
}
