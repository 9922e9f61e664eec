//! Transfers while everything goes wrong: each one is right, or fails with a reason.
//!
//! `ZONAL_STORM` sets how many rounds there are; `.ci/long` takes a thousand. A round that fails tells its number, and
//! begins the same again: what happens depends on nothing else but the order in which requests come.

use std::time::Duration;

use zonal::Client;
use zonal_peer::{Fault, Operation};
use zonal_transfer::{Error, Limit, Source, Uploaded};

use crate::lab::{BUCKET, KEY, Lab, PART, data, read, settings, until};

/// Numbers that differ from round to round.
struct Dice(u64);

impl Dice {
    fn new(round: u64) -> Self {
        Self(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % (most + 1)
    }

    fn fault(&mut self) -> Fault {
        let operations = [
            Operation::CreateMultipartUpload,
            Operation::UploadPart,
            Operation::UploadPart,
            Operation::UploadPart,
            Operation::CompleteMultipartUpload,
            Operation::PutObject,
            Operation::GetObject,
            Operation::GetObject,
            Operation::GetObject,
            Operation::HeadObject,
            Operation::ListParts,
            Operation::AbortMultipartUpload,
            Operation::CreateSession,
        ];
        let operation = operations[self.up_to(operations.len() as u64 - 1) as usize];
        let bytes = self.up_to(1200);
        let fault = match self.up_to(10) {
            0 => Fault::slow_down(0),
            1 => Fault::error(500, "InternalError", "storm"),
            2 => Fault::genuine().reset_before_head(),
            3 => Fault::genuine().close_before_head(),
            4 => Fault::genuine().reset_after(bytes),
            5 => Fault::genuine().close_after(bytes),
            6 => Fault::genuine().stall_before_head(),
            7 => Fault::genuine().stall_after(bytes),
            8 => Fault::truncated(bytes as usize),
            9 => Fault::edit_reply(move |reply| {
                let mut body = reply.body_bytes();
                if let Some(byte) = body.get_mut(bytes as usize % 1000) {
                    *byte ^= 0x20;
                }
                reply.body(body)
            }),
            _ => Fault::raw("nothing that is HTTP"),
        };
        fault
            .on(operation)
            .skip(self.up_to(6) as u32)
            .times(1 + self.up_to(2) as u32)
    }
}

fn rounds() -> u64 {
    let given = std::env::var("ZONAL_STORM").ok();
    given.map_or(25, |number| number.parse().unwrap())
}

/// As the lab's, and it does not wait long for an answer that does not come.
fn hasty(lab: &Lab) -> Client {
    let credentials = zonal::Credentials::new("AKID", "SECRET-MARKER", None, None, "test");
    Client::builder()
        .region("us-west-2")
        .endpoint_url(lab.peer.endpoint_url())
        .credentials(credentials)
        .retry_wait(Duration::from_millis(1), Duration::from_millis(2))
        .read_timeout(Duration::from_millis(150))
        .build()
        .unwrap()
}

/// What became of a round.
struct Round {
    bytes: Vec<u8>,
    uploaded: Result<Uploaded, Error>,
    downloaded: Result<Vec<u8>, Error>,
}

impl Lab {
    /// An object goes there and back, whatever happens.
    async fn round(&self, number: u64) -> Round {
        let mut dice = Dice::new(number);
        let transfers = settings(hasty(self))
            .limit(Limit::new(1..=8))
            .build()
            .unwrap();
        let bytes = data(dice.up_to(12 * PART as u64) as usize);
        let source = match dice.up_to(2) {
            0 => Source::from_path(self.file(&bytes)),
            1 => Source::from(bytes.clone()),
            _ => Source::from_stream(crate::lab::stream(&bytes, 333), None),
        };
        for _ in 0..dice.up_to(6) {
            self.peer.fault(dice.fault());
        }
        let uploaded = transfers.upload(BUCKET, KEY, source).await;
        let (copy, download) = (self.path("copy"), transfers.download(BUCKET, KEY));
        let downloaded = match dice.up_to(1) {
            0 => download.to_bytes().await.map(|bytes| bytes.to_vec()),
            _ => download.to_file(&copy).await.map(|_| read(&copy)),
        };
        self.peer.clear_faults();
        Round {
            bytes,
            uploaded,
            downloaded,
        }
    }

    /// Nothing is left of it.
    async fn tidy(&self) {
        // what could not be aborted, and what the service began without an answer
        let uploads = self
            .transfers
            .unfinished_uploads(BUCKET)
            .older_than(Duration::ZERO);
        uploads.abort().await.unwrap();
        self.assert_no_uploads();
        let _ = std::fs::remove_file(self.path("copy"));
        let has_draft = || self.files().iter().any(|name| name.ends_with(".part"));
        until("no draft is left", || !has_draft()).await;
        self.client.delete_object(BUCKET, KEY).await.unwrap();
        self.peer.take_requests();
    }
}

#[tokio::test]
async fn what_is_said_to_be_there_is_there() {
    let lab = Lab::new();
    let (mut right, mut failed) = (0, 0);
    for number in 0..rounds() {
        let round = lab.round(number).await;
        let there = lab.peer.object(BUCKET, KEY).map(|object| object.data);
        match round.uploaded {
            Ok(uploaded) => {
                assert!(
                    there.as_ref().is_some_and(|there| *there == round.bytes),
                    "round {number}: {uploaded:?}"
                );
                right += 1;
            }
            Err(error) => {
                // it may have come to be all the same, but never as something else
                let is_right = there.as_ref().is_none_or(|there| *there == round.bytes);
                assert!(is_right, "round {number}: {error}");
                failed += 1;
            }
        }
        if let Ok(downloaded) = round.downloaded {
            assert!(
                there.is_some_and(|there| there == downloaded),
                "round {number}"
            );
        }
        lab.tidy().await;
    }
    println!("{right} right, {failed} failed");
    assert!(right > 0);
}
