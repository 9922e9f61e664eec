//! A lock: a conditional write creates an object only if there is none.

use zonal::{AnyError, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&Client::from_env()?, &zonal_examples::bucket()).await
}

/// What the program does with a client and a bucket.
pub(crate) async fn run(client: &Client, bucket: &str) -> Result<(), Box<dyn std::error::Error>> {
    let owner = format!("process {}", std::process::id());
    if lock(client, bucket, &owner).await? {
        println!("{owner} works");
        client.delete_object(bucket, "lock").await?;
    } else {
        println!("somebody else works");
    }
    Ok(())
}

/// Whether this caller holds the lock now.
pub(crate) async fn lock(client: &Client, bucket: &str, owner: &str) -> Result<bool, AnyError> {
    match client
        .put_object(bucket, "lock")
        .if_none_match("*")
        .body(owner.to_owned())
        .await
    {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some("PreconditionFailed") => {
            // an earlier attempt, whose answer was lost, may have created it
            let object = client.get_object(bucket, "lock").await?;
            Ok(object
                .body
                .collect()
                .await
                .is_ok_and(|held_by| held_by == owner))
        }
        Err(error) => Err(error.into()),
    }
}
