//! Transfers that are dropped or cancelled leave nothing.

use std::time::Duration;

use zonal_peer::{Fault, Operation};
use zonal_transfer::Source;

use crate::lab::{BUCKET, KEY, Lab, PART, data, stream, until};

#[tokio::test]
async fn an_upload_dropped_at_any_point_leaves_nothing() {
    let lab = Lab::new();
    let points = [
        // begun by the service, and nobody has heard its name
        Fault::genuine()
            .delay(Duration::from_millis(50))
            .on(Operation::CreateMultipartUpload),
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart),
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart)
            .skip(5),
    ];
    for point in points {
        let operation = if format!("{point:?}").contains("Create") {
            Operation::CreateMultipartUpload
        } else {
            Operation::UploadPart
        };
        lab.peer.take_requests();
        lab.peer.fault(point);
        let upload = lab.transfers.upload(BUCKET, KEY, data(9 * PART)).start();
        until("the fault is met", || {
            lab.peer.pending_faults_on(operation) == 0
        })
        .await;
        drop(upload);
        until("the upload is aborted", || {
            lab.peer.uploads(BUCKET).is_empty() && lab.count(Operation::AbortMultipartUpload) > 0
        })
        .await;
        assert!(lab.peer.object(BUCKET, KEY).is_none());
    }
}

#[tokio::test]
async fn cancel_waits_until_nothing_is_left() {
    let lab = Lab::new();
    lab.peer.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart)
            .skip(2),
    );
    let source = Source::from_stream(stream(&data(9 * PART), 100), None);
    let upload = lab.transfers.upload(BUCKET, KEY, source).start();
    until("a part stalls", || lab.peer.pending_faults() == 0).await;
    assert!(upload.cancel().await.unwrap().is_none());
    lab.assert_no_uploads();
    assert_eq!(lab.transfers.limit().in_flight(), 0);
}

#[tokio::test]
async fn a_cancelled_download_leaves_no_draft() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(9 * PART));
    for resumable in [false, true] {
        lab.peer.fault(
            Fault::genuine()
                .stall_after(10)
                .on(Operation::GetObject)
                .skip(3),
        );
        let download = lab.transfers.download(BUCKET, KEY);
        let download = if resumable {
            download.resumable()
        } else {
            download
        };
        let download = download.start_to_file(lab.path("copy"));
        until("a range stalls", || lab.peer.pending_faults() == 0).await;
        assert!(download.cancel().await.unwrap().is_none());
        assert_eq!(lab.files(), [""; 0]);
    }
}

#[tokio::test]
async fn a_dropped_download_leaves_no_draft() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(9 * PART));
    lab.peer.fault(
        Fault::genuine()
            .stall_after(10)
            .on(Operation::GetObject)
            .skip(3),
    );
    let download = lab
        .transfers
        .download(BUCKET, KEY)
        .start_to_file(lab.path("copy"));
    until("a range stalls", || lab.peer.pending_faults() == 0).await;
    drop(download);
    until("the draft is removed", || lab.files().is_empty()).await;
}

#[tokio::test]
async fn a_transfer_that_had_ended_gives_its_value() {
    let lab = Lab::new();
    let upload = lab.transfers.upload(BUCKET, KEY, "short").start();
    until("it is there", || lab.peer.object(BUCKET, KEY).is_some()).await;
    until("its turn is over", || {
        lab.transfers.limit().in_flight() == 0
    })
    .await;
    tokio::task::yield_now().await;
    let given = upload.cancel().await.unwrap();
    assert!(given.is_none_or(|uploaded| uploaded.length == 5));
}
