//! Programs that show how the client is used. Each takes its settings from the `AWS_…` variables and the bucket from
//! `ZONAL_BUCKET`, as `cargo xtask peer` prints them. `tests/run.rs` runs all of them.

/// The bucket of an example: `ZONAL_BUCKET`, or the one of the test server.
pub fn bucket() -> String {
    std::env::var("ZONAL_BUCKET").unwrap_or_else(|_| "demo--usw2-az1--x-s3".to_owned())
}
