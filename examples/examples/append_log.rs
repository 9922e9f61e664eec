//! A log to which several writers append: a write names the length that it found, and fails if another was faster.

use zonal::{AnyError, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&Client::from_env()?, &zonal_examples::bucket()).await
}

/// What the program does with a client and a bucket.
pub(crate) async fn run(client: &Client, bucket: &str) -> Result<(), Box<dyn std::error::Error>> {
    let length = append_anywhere(client, bucket, "started\n").await?;
    println!("{length} bytes");
    Ok(())
}

/// Appends a line and returns the new length.
pub(crate) async fn append(
    client: &Client,
    bucket: &str,
    length: i64,
    line: &str,
) -> Result<i64, AnyError> {
    let put = client.put_object(bucket, "log").body(line.to_owned());
    let put = if length > 0 {
        put.write_offset_bytes(length)
    } else {
        put.if_none_match("*")
    };
    put.await?;
    Ok(length + line.len() as i64)
}

/// Appends a line where the log ends, however many others do so.
pub(crate) async fn append_anywhere(
    client: &Client,
    bucket: &str,
    line: &str,
) -> Result<i64, AnyError> {
    loop {
        let length = match client.head_object(bucket, "log").await {
            Ok(head) => head.content_length.unwrap_or_default(),
            Err(error) if error.code() == Some("NotFound") => 0,
            Err(error) => return Err(error.into()),
        };
        match append(client, bucket, length, line).await {
            // another writer was faster: the log is longer now
            Err(error)
                if ["InvalidWriteOffset", "PreconditionFailed"]
                    .contains(&error.code().unwrap_or_default()) => {}
            result => return result,
        }
    }
}
