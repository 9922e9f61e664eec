//! Puts, gets and lists, on `zonal`.

const BUCKET: &str = "demo--usw2-az1--x-s3";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = zonal::Client::from_env()?;
    client
        .put_object(BUCKET, "notes/a.txt")
        .body("hello")
        .await?;
    let object = client.get_object(BUCKET, "notes/a.txt").await?;
    println!("{} bytes", object.body.collect().await?.len());
    let list = client.list_objects_v2(BUCKET).prefix("notes/").await?;
    for key in list.contents.into_iter().filter_map(|object| object.key) {
        println!("{key}");
    }
    Ok(())
}
