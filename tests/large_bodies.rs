//! The server for tests keeps large bodies in a file: it takes little memory, and little time in a dev build too. This
//! is a program of its own, as it looks at the memory and the time of the whole process, server and client together.
//!
//! `ZONAL_PEER_BYTES` sets the length of the body, 200 MB if not set.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::time::{Duration, Instant};

use zonal::{Body, Client, Credentials};
use zonal_peer::Peer;
use zonal_tests::memory;

/// What code and buffers of all sorts may take; the body is several times as long.
const ALLOWED: u64 = 64 << 20;

fn length() -> u64 {
    let length = std::env::var("ZONAL_PEER_BYTES").ok();
    length.map_or(200_000_000, |length| length.parse().unwrap())
}

/// The processor time of this process; none where the system does not tell.
fn processor_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // a tick is a hundredth of a second on every Linux
    Some(Duration::from_millis(ticks * 10))
}

#[tokio::test]
async fn a_large_body_takes_little_memory_and_time() {
    let Some(before) = memory("VmHWM") else {
        println!("skipped: this system does not tell how much memory was used");
        return;
    };
    let length = length();
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("object");
    fs::File::create(&path).unwrap().set_len(length).unwrap();
    let peer = Peer::for_tests().await.unwrap();
    let user = Credentials::new(
        Peer::ACCESS_KEY_ID,
        Peer::SECRET_ACCESS_KEY,
        None,
        None,
        "test",
    );
    let client = Client::builder()
        .region(Peer::REGION)
        .endpoint_url(peer.endpoint_url())
        .credentials(user)
        .build()
        .unwrap();

    let (begin, used) = (Instant::now(), processor_time().unwrap());
    let put = client.put_object(Peer::BUCKET, "k");
    put.body(Body::from_path(&path)).await.unwrap();
    let used = processor_time().unwrap() - used;
    println!(
        "PUT of {} MiB: {:?}, {used:?} of processor time",
        length >> 20,
        begin.elapsed()
    );
    let megabytes = u32::try_from(length / 1_000_000).unwrap();
    // 27 ms where hashes are compiled without optimization; 9 ms was seen, and 17 on a machine with five times the work
    let most = Duration::from_millis(25) * megabytes;
    assert!(used < most, "{used:?}, {most:?} allowed");

    let got = client.get_object(Peer::BUCKET, "k").await.unwrap();
    let saved = got.body.to_file(&path).await.unwrap();
    assert_eq!(saved, length);
    let grown = memory("VmHWM").unwrap().saturating_sub(before);
    println!("{} MiB of memory for both", grown >> 20);
    assert!(grown < ALLOWED, "{} KiB", grown >> 10);
}
