//! A log to which several writers append: a write names the length that it found, and fails if another was faster.

use zonal::{AnyError, Bytes, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&Client::from_env()?, &zonal_examples::bucket()).await
}

/// What the program does with a client and a bucket.
pub(crate) async fn run(client: &Client, bucket: &str) -> Result<(), Box<dyn std::error::Error>> {
    let length = append(client, bucket, "started\n").await?;
    println!("{length} bytes");
    println!("{:?}", news(client, bucket, 0).await?);
    Ok(())
}

/// Appends a line where the log ends, however many others do so, and returns the new length. Each line has to be
/// unlike all others, so that this finds its own.
pub(crate) async fn append(client: &Client, bucket: &str, line: &str) -> Result<i64, AnyError> {
    let mut length = match client.head_object(bucket, "log").await {
        Ok(head) => head.content_length.unwrap_or_default(),
        Err(error) if error.code() == Some("NotFound") => 0,
        Err(error) => return Err(error.into()),
    };
    loop {
        let put = client.put_object(bucket, "log").body(line.to_owned());
        let put = if length > 0 {
            put.write_offset_bytes(length)
        } else {
            put.if_none_match("*")
        };
        match put.await {
            Ok(_) => return Ok(length + line.len() as i64),
            // another writer was faster, or the answer to an earlier attempt was lost
            Err(error)
                if matches!(
                    error.code(),
                    Some("InvalidWriteOffset" | "PreconditionFailed")
                ) || error.may_have_succeeded() => {}
            Err(error) => return Err(error.into()),
        }
        let tail = news(client, bucket, length).await?;
        let own = tail
            .windows(line.len().max(1))
            .position(|part| part == line.as_bytes());
        if let Some(start) = own {
            return Ok(length + (start + line.len()) as i64);
        }
        length += tail.len() as i64;
    }
}

/// What was appended after the first `read` bytes.
pub(crate) async fn news(client: &Client, bucket: &str, read: i64) -> Result<Bytes, AnyError> {
    match client
        .get_object(bucket, "log")
        .range(format!("bytes={read}-"))
        .await
    {
        Ok(object) => Ok(object.body.collect().await?),
        Err(error) if matches!(error.code(), Some("InvalidRange" | "NoSuchKey")) => {
            Ok(Bytes::new())
        }
        Err(error) => Err(error.into()),
    }
}
