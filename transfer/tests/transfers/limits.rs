//! Limits: requests in progress, memory, and throttling.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use zonal_peer::{Fault, Operation};
use zonal_transfer::{Event, Limit, Source};

use crate::lab::{BUCKET, Lab, PART, data, until};

#[tokio::test]
async fn all_transfers_keep_to_one_limit() {
    let limit = Limit::fixed(3);
    let lab = Lab::with(|builder| builder.limit(limit.clone()));
    let bytes = data(9 * PART);
    let upload = |number: usize| {
        let upload = lab
            .transfers
            .upload(BUCKET, format!("{number}"), bytes.clone());
        upload.start()
    };
    let uploads: Vec<_> = (0..5).map(upload).collect();
    for upload in uploads {
        upload.await.unwrap();
    }
    for number in 0..5 {
        let download = lab.transfers.download(BUCKET, format!("{number}"));
        assert_eq!(download.to_bytes().await.unwrap(), bytes);
    }
    assert!(limit.peak() <= 3, "{limit:?}");
    assert_eq!(limit.in_flight(), 0);
}

#[tokio::test]
async fn a_large_transfer_does_not_hold_up_a_small_one() {
    let lab = Lab::with(|builder| builder.limit(Limit::fixed(1)));
    let large = lab
        .transfers
        .upload(BUCKET, "large", data(200 * PART))
        .start();
    until("it is under way", || lab.count(Operation::UploadPart) > 3).await;
    lab.transfers
        .upload(BUCKET, "small", data(10))
        .await
        .unwrap();
    assert!(lab.peer.object(BUCKET, "large").is_none());
    large.await.unwrap();
}

#[tokio::test]
async fn a_storm_of_refusals_is_weathered() {
    let limit = Limit::new(1..=8);
    let lab = Lab::with(|builder| builder.limit(limit.clone()).part_attempts(50));
    let before = limit.current();
    lab.peer.fault(
        Fault::slow_down(0)
            .on(Operation::UploadPart)
            .skip(3)
            .times(40),
    );
    let bytes = data(30 * PART);
    lab.transfers
        .upload(BUCKET, "key", bytes.clone())
        .await
        .unwrap();
    assert_eq!(lab.object("key"), bytes);
    lab.peer.fault(
        Fault::slow_down(0)
            .on(Operation::GetObject)
            .skip(3)
            .times(40),
    );
    let read = lab
        .transfers
        .download(BUCKET, "key")
        .to_bytes()
        .await
        .unwrap();
    assert_eq!(read, bytes);
    assert!(limit.current() < before, "{limit:?}");
    lab.assert_no_uploads();
}

/// A stream that counts what was taken from it.
struct Counted {
    left: usize,
    taken: Arc<AtomicUsize>,
}

impl Stream for Counted {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 100;
        self.taken.fetch_add(100, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Bytes::from(vec![1; 100]))))
    }
}

#[tokio::test]
async fn a_stream_is_read_no_further_than_memory_goes() {
    let lab = Lab::with(|builder| builder.limit(Limit::fixed(8)));
    let taken = Arc::new(AtomicUsize::new(0));
    let source = Counted {
        left: 100 * PART,
        taken: Arc::clone(&taken),
    };
    lab.peer.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart)
            .always(),
    );
    let mut upload = lab
        .transfers
        .upload(BUCKET, "key", Source::from_stream(source, None))
        .start();
    let mut events = upload.events();
    let Some(Event::Started { memory, .. }) = events.next().await else {
        panic!("it begins by saying so");
    };
    assert_eq!(memory, 4 * PART as u64);
    until("four parts are under way", || {
        lab.transfers.limit().in_flight() == 4
    })
    .await;
    // it had time to read more
    tokio::time::sleep(Duration::from_millis(50)).await;
    let taken = taken.load(Ordering::SeqCst);
    assert!(taken <= 4 * PART + 100, "{taken}");
    upload.cancel().await.unwrap();
}

#[tokio::test]
async fn a_download_is_read_no_further_ahead_than_memory_goes() {
    let lab = Lab::new();
    let bytes = data(100 * PART);
    lab.peer.put(BUCKET, "key", bytes.clone());
    let mut stream = lab
        .transfers
        .download(BUCKET, "key")
        .stream()
        .await
        .unwrap();
    let mut read = stream.next().await.unwrap().unwrap().to_vec();
    let asked = || lab.count(Operation::GetObject);
    until("it reads ahead", || asked() >= 4).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    // the first is taken, and four are held or come
    assert!(asked() <= 6, "{}", asked());
    assert_eq!(lab.transfers.limit().in_flight(), 0);
    while let Some(piece) = stream.next().await {
        read.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(read, bytes);
}
