//! Copies a file to a bucket, or an object to a file, and shows how far it is.
//!
//! Start `cargo xtask peer`, paste what it prints, then:
//!
//! ```sh
//! cargo run -p zonal-transfer --example copy -- FILE s3://$ZONAL_BUCKET/KEY
//! cargo run -p zonal-transfer --example copy -- s3://$ZONAL_BUCKET/KEY FILE
//! ```

use std::error::Error;

use zonal_transfer::{Event, Source, Transfer, Transfers};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: copy FILE s3://BUCKET/KEY, or copy s3://BUCKET/KEY FILE".into());
    };
    let transfers = Transfers::new(zonal::Client::from_env()?);
    let object = |text: &str| {
        let path = text.strip_prefix("s3://")?;
        let (bucket, key) = path.split_once('/')?;
        Some((bucket.to_owned(), key.to_owned()))
    };
    match (object(&from), object(&to)) {
        (None, Some((bucket, key))) => {
            let upload = transfers.upload(bucket, key, Source::from_path(from));
            follow(upload.resumable().start()).await?;
        }
        (Some((bucket, key)), None) => {
            let download = transfers.download(bucket, key).resumable();
            follow(download.start_to_file(to)).await?;
        }
        _ => return Err("one of the two is a file, the other s3://BUCKET/KEY".into()),
    }
    Ok(())
}

/// Waits for a transfer, printing a line for each event.
async fn follow<T: Send + 'static>(mut transfer: Transfer<T>) -> Result<T, zonal_transfer::Error> {
    let mut events = transfer.events();
    while let Some(event) = events.next().await {
        match event {
            Event::Moved { done, .. } => println!("{done} bytes"),
            Event::Retrying { part, error, .. } => println!("part {part} again: {error}"),
            other => println!("{other:?}"),
        }
    }
    transfer.await
}
