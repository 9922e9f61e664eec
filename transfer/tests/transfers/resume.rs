//! Resumed transfers.

use std::path::Path;

use zonal_peer::{Fault, Operation, Reply};
use zonal_transfer::{ErrorKind, Limit, Source, Transfers, Upload};

use crate::lab::{BUCKET, KEY, Lab, PART, data, read, settings};

const LENGTH: usize = 20 * PART + 5;
const STATE: &str = "source.zonal-upload";

impl Lab {
    fn resumable(&self, path: &Path) -> Upload {
        let source = Source::from_path(path);
        self.transfers.upload(BUCKET, KEY, source).resumable()
    }

    /// Transfers with one request after another: none is under way when one fails.
    fn one_by_one(&self) -> Transfers {
        let settings = settings(self.client.clone());
        let settings = settings.concurrency(1).limit(Limit::fixed(1));
        settings.build().unwrap()
    }

    /// An upload that fails when so many parts are sent.
    async fn broken_upload(&self, path: &Path, after: u32) {
        let fault = Fault::error(403, "AccessDenied", "no").on(Operation::UploadPart);
        self.peer.fault(fault.skip(after).always());
        let source = Source::from_path(path);
        let upload = self.one_by_one().upload(BUCKET, KEY, source);
        upload.resumable().await.unwrap_err();
        self.peer.clear_faults();
        self.peer.take_requests();
        assert_eq!(self.peer.uploads(BUCKET).len(), 1);
        assert!(self.path(STATE).exists());
    }
}

#[tokio::test]
async fn only_what_is_missing_is_sent_again() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    let path = lab.file(&bytes);
    for after in [1, 10, 20] {
        lab.broken_upload(&path, after).await;
        let state = std::fs::read_to_string(lab.path(STATE)).unwrap();
        assert!(!state.contains("SECRET-MARKER"));
        let uploaded = lab.resumable(&path).await.unwrap();
        assert_eq!(uploaded.parts, 21);
        assert_eq!(lab.object(KEY), bytes);
        let sent = lab.count(Operation::UploadPart);
        assert_eq!(sent, 21 - after as usize);
        assert!(lab.count(Operation::ListParts) > 0);
        lab.assert_no_uploads();
        assert_eq!(lab.files(), ["source"]);
    }
}

#[tokio::test]
async fn a_source_that_changed_is_refused() {
    let lab = Lab::new();
    let path = lab.file(&data(LENGTH));
    lab.broken_upload(&path, 10).await;
    let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut other = data(LENGTH);
    other[0] ^= 1;
    // with another time, with the same time, and with another length
    for (bytes, keeps_time) in [
        (other.clone(), false),
        (other, true),
        (data(LENGTH + 1), true),
        (data(5), true),
    ] {
        std::fs::write(&path, bytes).unwrap();
        if keeps_time {
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(modified).unwrap();
        }
        let error = lab.resumable(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SourceChanged, "{error}");
        assert!(error.to_string().contains(STATE), "{error}");
        assert_eq!(lab.count(Operation::UploadPart), 0);
    }
    // what to do then
    lab.resumable(&path).discard().await.unwrap();
    lab.assert_no_uploads();
    assert_eq!(lab.files(), ["source"]);
}

#[tokio::test]
async fn another_upload_is_refused() {
    let lab = Lab::new();
    let path = lab.file(&data(LENGTH));
    lab.broken_upload(&path, 10).await;
    let other_key = lab
        .transfers
        .upload(BUCKET, "other", Source::from_path(&path))
        .resumable();
    let other_type = lab.resumable(&path).content_type("text/plain");
    for upload in [other_key, other_type] {
        let error = upload.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::State, "{error}");
    }
    let other_key = lab
        .transfers
        .upload(BUCKET, "other", Source::from_path(&path))
        .resumable();
    other_key.discard().await.unwrap_err();
    std::fs::write(lab.path(STATE), "something of somebody else\n").unwrap();
    let error = lab.resumable(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State, "{error}");
    assert_eq!(lab.count(Operation::UploadPart), 0);
}

#[tokio::test]
async fn an_upload_that_is_gone_begins_anew() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    let path = lab.file(&bytes);
    lab.broken_upload(&path, 10).await;
    let (key, id) = lab.peer.uploads(BUCKET).remove(0);
    lab.client
        .abort_multipart_upload(BUCKET, key, id)
        .await
        .unwrap();
    lab.resumable(&path).await.unwrap();
    assert_eq!(lab.object(KEY), bytes);
    assert_eq!(lab.count(Operation::UploadPart), 21);
    assert_eq!(lab.files(), ["source"]);
}

#[tokio::test]
async fn a_list_of_parts_that_lies_is_not_believed() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    let path = lab.file(&bytes);
    // other lengths: the parts are sent again
    lab.broken_upload(&path, 10).await;
    let lie = |text: String| text.replace("<Size>1000</Size>", "<Size>999</Size>");
    lab.peer.fault(Fault::edit(lie).on(Operation::ListParts));
    lab.resumable(&path).await.unwrap();
    assert_eq!(lab.object(KEY), bytes);
    assert_eq!(lab.count(Operation::UploadPart), 21);
    // other checksums: somebody else's bytes
    lab.broken_upload(&path, 10).await;
    let lie = |text: String| {
        let start = text.find("<ChecksumCRC64NVME>").unwrap();
        let end = text.find("</ChecksumCRC64NVME>").unwrap();
        format!(
            "{}<ChecksumCRC64NVME>AAAAAAAAAAA={}",
            &text[..start],
            &text[end..]
        )
    };
    lab.peer.fault(Fault::edit(lie).on(Operation::ListParts));
    let error = lab.resumable(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceChanged, "{error}");
    // parts that are not there, and numbers that are none
    let lie = |text: String| {
        let end = text.find("</ListPartsResult>").unwrap();
        let part = |number: &str| {
            format!("<Part><PartNumber>{number}</PartNumber><Size>1000</Size><ETag>x</ETag></Part>")
        };
        format!(
            "{}{}{}</ListPartsResult>",
            &text[..end],
            part("-1"),
            part("15")
        )
    };
    lab.peer.fault(Fault::edit(lie).on(Operation::ListParts));
    lab.resumable(&path).await.unwrap();
    assert_eq!(lab.object(KEY), bytes);
    lab.assert_no_uploads();
}

#[tokio::test]
async fn a_completion_that_nobody_heard_of_is_found() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    let path = lab.file(&bytes);
    let lost = Fault::genuine()
        .reset_before_head()
        .on(Operation::CompleteMultipartUpload);
    lab.peer.fault(lost);
    lab.peer.fault(
        Fault::error(404, "NoSuchUpload", "gone")
            .on(Operation::CompleteMultipartUpload)
            .always(),
    );
    lab.peer.fault(
        Fault::error(403, "AccessDenied", "no")
            .on(Operation::HeadObject)
            .always(),
    );
    lab.resumable(&path).await.unwrap_err();
    lab.peer.clear_faults();
    lab.peer.take_requests();
    let uploaded = lab.resumable(&path).await.unwrap();
    assert_eq!(uploaded.parts, 21);
    assert_eq!(lab.count(Operation::UploadPart), 0);
    assert_eq!(lab.object(KEY), bytes);
    assert_eq!(lab.files(), ["source"]);
}

#[tokio::test]
async fn cancel_removes_what_would_be_gone_on_with() {
    let lab = Lab::new();
    let path = lab.file(&data(LENGTH));
    lab.broken_upload(&path, 10).await;
    lab.peer.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart),
    );
    let upload = lab.resumable(&path).start();
    crate::lab::until("a part stalls", || lab.peer.pending_faults() == 0).await;
    assert!(upload.cancel().await.unwrap().is_none());
    lab.assert_no_uploads();
    assert_eq!(lab.files(), ["source"]);
}

#[tokio::test]
async fn two_at_a_time_are_refused() {
    let lab = Lab::new();
    let path = lab.file(&data(LENGTH));
    lab.peer.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::UploadPart),
    );
    let upload = lab.resumable(&path).start();
    crate::lab::until("a part stalls", || lab.peer.pending_faults() == 0).await;
    let error = lab.resumable(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State, "{error}");
    assert!(error.to_string().contains("in use"), "{error}");
    upload.cancel().await.unwrap();
}

impl Lab {
    /// A download that fails when so many ranges have come.
    async fn broken_download(&self, after: u32) {
        let fault = Fault::error(403, "AccessDenied", "no").on(Operation::GetObject);
        self.peer.fault(fault.skip(after).always());
        let download = self.one_by_one().download(BUCKET, KEY).resumable();
        download.to_file(self.path("copy")).await.unwrap_err();
        self.peer.clear_faults();
        self.peer.take_requests();
        assert_eq!(self.files().len(), 2, "{:?}", self.files());
    }
}

#[tokio::test]
async fn only_what_is_missing_is_read_again() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    for after in [1, 10, 20] {
        lab.broken_download(after).await;
        let download = lab.transfers.download(BUCKET, KEY).resumable();
        let downloaded = download.to_file(lab.path("copy")).await.unwrap();
        assert!(downloaded.verified.is_some());
        assert_eq!(read(lab.path("copy")), bytes);
        // what is missing, and the answer that opens the object
        let asked = lab.count(Operation::GetObject);
        assert_eq!(asked, 21 - after as usize + 1);
        assert_eq!(lab.files(), ["copy"]);
        std::fs::remove_file(lab.path("copy")).unwrap();
    }
}

#[tokio::test]
async fn a_draft_that_was_damaged_is_read_again() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    lab.broken_download(15).await;
    let draft = lab
        .files()
        .into_iter()
        .find(|name| name.ends_with(".part"))
        .unwrap();
    std::fs::write(lab.path(&draft), vec![0; LENGTH / 2]).unwrap();
    let download = || lab.transfers.download(BUCKET, KEY).resumable();
    download().to_file(lab.path("copy")).await.unwrap();
    assert_eq!(read(lab.path("copy")), bytes);
    // and one that is gone
    std::fs::remove_file(lab.path("copy")).unwrap();
    lab.broken_download(15).await;
    let draft = lab.files().into_iter().find(|name| name.ends_with(".part"));
    if let Some(draft) = draft {
        std::fs::remove_file(lab.path(&draft)).unwrap();
    }
    download().to_file(lab.path("copy")).await.unwrap();
    assert_eq!(read(lab.path("copy")), bytes);
    assert_eq!(lab.files(), ["copy"]);
}

#[tokio::test]
async fn an_object_that_changed_is_refused() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(LENGTH));
    lab.broken_download(10).await;
    lab.peer.put(BUCKET, KEY, data(LENGTH));
    let download = || lab.transfers.download(BUCKET, KEY).resumable();
    let error = download().to_file(lab.path("copy")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectChanged, "{error}");
    download().discard(lab.path("copy")).await.unwrap();
    assert_eq!(lab.files(), [""; 0]);
}

#[tokio::test]
async fn damage_is_not_gone_on_with() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    let wrong = |reply: Reply| {
        let length = reply.body_bytes().len();
        reply.body(vec![1; length])
    };
    lab.peer
        .fault(Fault::edit_reply(wrong).on(Operation::GetObject).skip(2));
    let download = || lab.transfers.download(BUCKET, KEY).resumable();
    let error = download().to_file(lab.path("copy")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checksum, "{error}");
    assert_eq!(lab.files(), [""; 0]);
    download().to_file(lab.path("copy")).await.unwrap();
    assert_eq!(read(lab.path("copy")), bytes);
}
