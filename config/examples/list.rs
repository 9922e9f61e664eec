//! Lists a bucket with the settings of a profile:
//!
//! ```sh
//! cargo run -q -p zonal-config --example list -- demo--usw2-az1--x-s3 production
//! ```

#![allow(clippy::print_stdout, reason = "it prints")]

use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let bucket = words.next().ok_or("the name of a bucket is missing")?;
    let loader = match words.next() {
        Some(profile) => zonal_config::Loader::new().profile(profile),
        None => zonal_config::Loader::new(),
    };
    let client = zonal::Client::builder()
        .settings(loader.load().await?)
        .build()?;

    let mut objects = client.list_objects_v2(bucket).paginate().items();
    while let Some(object) = objects.next_item().await? {
        println!("{}", object.key.unwrap_or_default());
    }
    Ok(())
}
