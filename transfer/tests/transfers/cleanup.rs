//! Abandoned uploads.

use std::time::Duration;

use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, KEY, Lab, PART, data, until};

#[tokio::test]
async fn what_others_left_is_found_and_aborted() {
    let lab = Lab::new();
    let mut ids = Vec::new();
    for key in ["a/one", "a/t w+o\u{1}", "b/three", "b/tree"] {
        let created = lab
            .client
            .create_multipart_upload(BUCKET, key)
            .await
            .unwrap();
        ids.push(created.upload_id);
    }
    let uploads = || lab.transfers.unfinished_uploads(BUCKET);
    assert_eq!(
        uploads().list().await.unwrap().len(),
        0,
        "none is a day old"
    );
    let all = || uploads().older_than(Duration::ZERO);
    assert_eq!(all().list().await.unwrap().len(), 4);
    assert_eq!(all().prefix("b/thr").list().await.unwrap().len(), 1);
    let report = all().prefix("a/").except([&*ids[0]]).abort().await.unwrap();
    assert_eq!((report.aborted, report.failed.len()), (1, 0));
    assert_eq!(lab.peer.uploads(BUCKET).len(), 3);
    let refusal = Fault::error(403, "AccessDenied", "no").on(Operation::AbortMultipartUpload);
    lab.peer.fault(refusal);
    let report = all().abort().await.unwrap();
    assert_eq!((report.aborted, report.failed.len()), (2, 1));
    all().abort().await.unwrap();
    lab.assert_no_uploads();
}

#[tokio::test]
async fn what_this_process_has_under_way_is_left_alone() {
    let lab = Lab::new();
    lab.peer.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart),
    );
    let upload = lab.transfers.upload(BUCKET, KEY, data(9 * PART)).start();
    until("a part stalls", || lab.peer.pending_faults() == 0).await;
    let uploads = lab
        .transfers
        .unfinished_uploads(BUCKET)
        .older_than(Duration::ZERO);
    assert_eq!(uploads.abort().await.unwrap().aborted, 0);
    assert_eq!(lab.peer.uploads(BUCKET).len(), 1);
    upload.cancel().await.unwrap();
    lab.assert_no_uploads();
}
