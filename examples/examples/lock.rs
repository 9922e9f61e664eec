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
    loop {
        let put = client
            .put_object(bucket, "lock")
            .if_none_match("*")
            .body(owner.to_owned());
        match put.await {
            Ok(_) => return Ok(true),
            // somebody holds it; that may be this caller, if the answer to an earlier attempt was lost
            Err(error)
                if error.code() == Some("PreconditionFailed") || error.may_have_succeeded() => {}
            Err(error) => return Err(error.into()),
        }
        match client.get_object(bucket, "lock").await {
            Ok(object) => return Ok(object.body.collect().await? == owner),
            // it has been released since
            Err(error) if error.code() == Some("NoSuchKey") => {}
            Err(error) => return Err(error.into()),
        }
    }
}
