//! The first program of a user: it puts, gets and lists, with the credentials of a profile.

use zonal::{AnyError, Client};

const BUCKET: &str = "demo--usw2-az1--x-s3";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = zonal_config::load().await?;
    let client = Client::builder().settings(settings).build()?;
    for key in notes(&client).await? {
        println!("{key}");
    }
    Ok(())
}

/// Writes a note, reads it back, and gives the keys of all notes.
async fn notes(client: &Client) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    client.put_object(BUCKET, "notes/a.txt").body("hello").await?;
    let object = client.get_object(BUCKET, "notes/a.txt").await?;
    assert_eq!(object.body.collect().await?, "hello");
    Ok(keys(client).await?)
}

async fn keys(client: &Client) -> Result<Vec<String>, AnyError> {
    let list = client.list_objects_v2(BUCKET).prefix("notes/").await?;
    Ok(list.contents.into_iter().filter_map(|object| object.key).collect())
}

#[cfg(test)]
mod tests {
    use zonal::operation::{ListObjectsV2, ListObjectsV2Output};
    use zonal::testing::{self, FakeTransport};
    use zonal::types::Object;
    use zonal::{Client, Credentials};
    use zonal_peer::Peer;

    #[tokio::test]
    async fn with_a_server() -> Result<(), Box<dyn std::error::Error>> {
        let peer = Peer::for_tests().await?;
        let client = Client::builder()
            .region(Peer::REGION)
            .endpoint_url(peer.endpoint_url())
            .credentials(Credentials::new(Peer::ACCESS_KEY_ID, Peer::SECRET_ACCESS_KEY, None, None, "test"))
            .build()?;
        assert_eq!(super::notes(&client).await?, ["notes/a.txt"]);
        Ok(())
    }

    #[tokio::test]
    async fn without_a_network() -> Result<(), Box<dyn std::error::Error>> {
        let fake = FakeTransport::new();
        let object = Object::new().key("notes/b.txt");
        fake.answer::<ListObjectsV2>(ListObjectsV2Output::new().contents([object]));
        let client = Client::builder()
            .region("us-west-2")
            .credentials(testing::credentials())
            .transport(fake.clone())
            .build()?;
        assert_eq!(super::keys(&client).await?, ["notes/b.txt"]);
        assert_eq!(fake.calls()[0].operation, "ListObjectsV2");
        Ok(())
    }
}
