//! What comes in: read in every way, verified, and refused where it is not whole.

use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt};
use zonal::runtime::checksum::Algorithm;
use zonal::runtime::{BodyError, ByteStream, Checksums};
use zonal_peer::{Fault, Operation, Reply};

use crate::support::{BUCKET, KEY, Lab, Scheme, bytes, get};

const LENGTH: usize = 2_500_007;

fn lab(data: &Bytes) -> Lab {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data.clone());
    lab
}

/// The body of a GET that meets this fault.
async fn meet(lab: &Lab, fault: Fault) -> ByteStream {
    lab.peer.fault(fault.on(Operation::GetObject));
    lab.get().await.body
}

/// An answer with another body and the same headers.
fn damaged(data: &Bytes, at: usize) -> Fault {
    let mut body = data.to_vec();
    body[at] ^= 1;
    Fault::edit_reply(move |reply: Reply| reply.body(body.clone()))
}

#[tokio::test]
async fn a_body_is_read_in_many_ways() {
    for length in [0, 1, LENGTH] {
        let data = bytes(length);
        let lab = lab(&data);
        let output = lab.get().await;
        assert_eq!(output.body.length(), Some(length as u64));
        assert_eq!(output.body.verified_by(), Some(Algorithm::Crc32));
        assert!(output.body.collect().await.unwrap() == data);

        let mut all = Vec::new();
        let mut body = lab.get().await.body;
        while let Some(piece) = body.next().await {
            all.extend_from_slice(&piece.unwrap());
        }
        assert!(all == data);

        let mut all = Vec::new();
        let mut reader = lab.get().await.body.into_async_read();
        reader.read_to_end(&mut all).await.unwrap();
        assert!(all == data);

        let mut all = Vec::new();
        let written = lab.get().await.body.write_to(&mut all).await.unwrap();
        assert!(all == data);
        assert_eq!(written, length as u64);
    }
    let lab = lab(&Bytes::from("one\ntwo\n"));
    let mut lines = lab.get().await.body.into_async_read().lines();
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "one");
}

#[tokio::test]
async fn a_damaged_body_fails_its_checksum() {
    let data = bytes(LENGTH);
    let lab = lab(&data);
    for at in [0, LENGTH - 1] {
        let body = meet(&lab, damaged(&data, at)).await;
        let error = body.collect().await.unwrap_err();
        let BodyError::Checksum {
            algorithm,
            expected,
            computed,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(*algorithm, Algorithm::Crc32);
        assert_eq!(*expected, algorithm.checksum(&data));
        assert_ne!(expected, computed);
        assert!(error.to_string().contains("CRC32"), "{error}");
    }
    // whoever reads just the promised bytes does not get them all
    let body = meet(&lab, damaged(&data, 5)).await;
    let mut all = vec![0; LENGTH];
    let error = body.into_async_read().read_exact(&mut all).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    let inner = error.into_inner().unwrap();
    assert!(inner.downcast_ref::<BodyError>().is_some());
}

#[tokio::test]
async fn every_algorithm_is_verified() {
    let data = bytes(100_000);
    let lab = lab(&data);
    for algorithm in Algorithm::ALL.iter().copied() {
        let sum = algorithm.checksum(&data);
        let answer = |value: &str| {
            let reply = Reply::new(200).body(data.to_vec());
            Fault::reply(reply.header(algorithm.header(), value))
        };
        let good = meet(&lab, answer(&sum)).await;
        assert_eq!(good.verified_by(), Some(algorithm));
        assert!(good.collect().await.unwrap() == data);
        let bad = meet(&lab, answer(&algorithm.checksum(b"x"))).await;
        let error = bad.collect().await.unwrap_err();
        assert!(matches!(error, BodyError::Checksum { .. }), "{error}");
        // a checksum of checksums says nothing about the bytes
        let composite = meet(&lab, answer(&format!("{sum}-3"))).await;
        assert_eq!(composite.verified_by(), None);
    }
}

#[tokio::test]
async fn what_cannot_be_verified_is_not() {
    let data = bytes(1000);
    let lab = lab(&data);
    let client = lab.client(Scheme::Http);
    let output = client.send(get().range("bytes=5-99")).await.unwrap();
    assert_eq!(output.body.verified_by(), None);
    assert!(output.body.collect().await.unwrap() == data.slice(5..100));
    let builder = lab.builder(Scheme::Http);
    let client = builder.response_checksums(Checksums::WhenRequired);
    let client = client.build().unwrap();
    lab.peer.take_requests();
    let output = client.send(get()).await.unwrap();
    assert_eq!(output.body.verified_by(), None);
    let request = lab.peer.take_requests().pop().unwrap();
    assert_eq!(request.header("x-amz-checksum-mode"), None);
    let asked = get().checksum_mode("ENABLED");
    let output = client.send(asked).await.unwrap();
    assert_eq!(output.body.verified_by(), Some(Algorithm::Crc32));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_too_short() {
    let data = bytes(LENGTH);
    let lab = lab(&data);
    for fault in [
        Fault::genuine().close_after(1_000_000),
        Fault::genuine().reset_after(1_000_000),
        Fault::genuine().declared_length(LENGTH as u64 + 1),
    ] {
        let name = format!("{fault:?}");
        let error = meet(&lab, fault).await.collect().await.unwrap_err();
        let BodyError::TooShort { read, length } = error else {
            panic!("{name}: {error}")
        };
        assert!(read < length, "{name}");
        assert!(length >= LENGTH as u64);
    }
}

#[tokio::test]
async fn a_body_that_stalls_ends_by_the_read_timeout() {
    let data = bytes(LENGTH);
    let lab = lab(&data);
    let client = lab.builder(Scheme::Http);
    let client = client.read_timeout(Duration::from_millis(100));
    // what is to be read before the pause has come by then, however long that took
    let client = client.max_attempts(20).build().unwrap();
    let stall = Fault::genuine().stall_after(1000).on(Operation::GetObject);
    lab.peer.fault(stall.always());
    let body = client.send(get()).await.unwrap().body;
    let error = body.collect().await.unwrap_err();
    assert!(matches!(error, BodyError::Timeout { .. }), "{error}");
    // a slow one does not
    let lab = Lab::new();
    let data = bytes(40_000);
    lab.peer.put(BUCKET, KEY, data.clone());
    let slow = Fault::genuine().pace(10_000, Duration::from_millis(150));
    let body = meet(&lab, slow).await;
    assert!(body.collect().await.unwrap() == data);
}

#[tokio::test]
async fn the_time_a_reader_takes_is_not_the_servers() {
    let data = bytes(LENGTH);
    let lab = lab(&data);
    let mut body = lab.get().await.body;
    let first = body.next().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    let rest = body.collect().await.unwrap();
    assert_eq!(first.len() + rest.len(), LENGTH);
}

#[tokio::test]
async fn a_file_appears_whole_or_not_at_all() {
    let data = bytes(LENGTH);
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("object");
    let names = || {
        let entries = std::fs::read_dir(directory.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name())
            .collect::<Vec<_>>()
    };
    let lab = lab(&data);
    let body = meet(&lab, damaged(&data, 9)).await;
    let error = body.to_file(&path).await.unwrap_err();
    assert!(matches!(error, BodyError::Checksum { .. }), "{error}");
    assert!(names().is_empty());
    // nor where nobody waits for the end
    let body = meet(&lab, Fault::genuine().stall_after(2_000_000)).await;
    let save = body.to_file(&path);
    let ended = tokio::time::timeout(Duration::from_millis(150), save).await;
    assert!(ended.is_err());
    assert!(names().is_empty());

    std::fs::write(&path, "before").unwrap();
    let written = lab.get().await.body.to_file(&path).await.unwrap();
    assert_eq!(written, LENGTH as u64);
    assert!(std::fs::read(&path).unwrap() == data);
    assert_eq!(names(), ["object"]);
    let nowhere = directory.path().join("no/such/place");
    let error = lab.get().await.body.to_file(&nowhere).await.unwrap_err();
    assert!(error.to_string().contains("no/such/place"), "{error}");
}

#[tokio::test]
async fn a_dropped_body_closes_its_connection_and_a_read_one_keeps_it() {
    let lab = lab(&bytes(LENGTH));
    let client = lab.client(Scheme::Http);
    let body = |client: zonal::Client| async move { client.send(get()).await.unwrap().body };
    for _ in 0..3 {
        body(client.clone()).await.collect().await.unwrap();
    }
    assert_eq!(lab.peer.connection_count(), 1);
    let mut dropped = body(client.clone()).await;
    dropped.next().await.unwrap().unwrap();
    drop(dropped);
    body(client).await.collect().await.unwrap();
    assert_eq!(lab.peer.connection_count(), 2);
}
