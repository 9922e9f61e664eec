//! Servers that do not mean well, or do not know better.

use zonal_peer::{Fault, Operation, Reply};
use zonal_transfer::ErrorKind;

use crate::lab::{BUCKET, KEY, Lab, PART, data};

/// The genuine answer with another header, on all ranges but the first answer.
fn with_header(name: &'static str, value: &'static str) -> Fault {
    let change = move |reply: Reply| reply.without_header(name).header(name, value);
    Fault::edit_reply(change)
        .on(Operation::GetObject)
        .skip(1)
        .always()
}

#[tokio::test]
async fn ranges_that_are_others_are_refused() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(9 * PART));
    let cases = [
        (
            with_header("content-range", "bytes 0-999/9000"),
            ErrorKind::Answer,
        ),
        (
            with_header("content-range", "bytes 1000-1999/9001"),
            ErrorKind::ObjectChanged,
        ),
        (
            with_header("content-range", "bytes 1000-99999999999999999999/9000"),
            ErrorKind::Answer,
        ),
        (
            with_header("content-range", "bytes */9000"),
            ErrorKind::Answer,
        ),
        (
            with_header("content-range", "lines 1-2/3"),
            ErrorKind::Answer,
        ),
        (with_header("etag", "\"another\""), ErrorKind::ObjectChanged),
    ];
    for (fault, kind) in cases {
        lab.peer.fault(fault);
        let error = lab
            .transfers
            .download(BUCKET, KEY)
            .to_bytes()
            .await
            .unwrap_err();
        // the client itself refuses some
        assert!(
            error.kind() == kind || error.kind() == ErrorKind::Call,
            "{kind:?}: {error}"
        );
        let error = lab
            .transfers
            .download(BUCKET, KEY)
            .to_file(lab.path("copy"))
            .await;
        error.unwrap_err();
        assert_eq!(lab.files(), [""; 0]);
        lab.peer.clear_faults();
    }
}

#[tokio::test]
async fn a_server_without_ranges_serves_small_objects_only() {
    let lab = Lab::new();
    let bytes = data(3 * PART);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    let whole = move |reply: Reply| {
        reply
            .status(200)
            .without_header("content-range")
            .body(bytes.clone())
    };
    lab.peer
        .fault(Fault::edit_reply(whole).on(Operation::GetObject).always());
    let error = lab
        .transfers
        .download(BUCKET, KEY)
        .to_bytes()
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Answer | ErrorKind::Call),
        "{error}"
    );
    let error = lab
        .transfers
        .download(BUCKET, KEY)
        .range(5..9)
        .to_bytes()
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Answer | ErrorKind::Call),
        "{error}"
    );
}

#[tokio::test]
async fn an_object_that_is_cut_short_is_no_object() {
    let lab = Lab::new();
    for length in [PART / 2, 5 * PART] {
        lab.peer.put(BUCKET, KEY, data(length));
        lab.peer
            .fault(Fault::truncated(300).on(Operation::GetObject).always());
        let error = lab
            .transfers
            .download(BUCKET, KEY)
            .to_bytes()
            .await
            .unwrap_err();
        assert!(
            matches!(
                error.kind(),
                ErrorKind::Checksum
                    | ErrorKind::Body
                    | ErrorKind::Answer
                    | ErrorKind::Call
                    | ErrorKind::ObjectChanged
            ),
            "{error}"
        );
        lab.peer.clear_faults();
    }
}

#[tokio::test]
async fn an_impossible_length_ends_nothing_but_the_download() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(PART));
    for length in [u64::MAX / 2, 1 << 60] {
        let fault = Fault::genuine()
            .declared_length(length)
            .on(Operation::GetObject);
        lab.peer.fault(fault.always());
        let download = || lab.transfers.download(BUCKET, KEY);
        download().to_bytes().await.unwrap_err();
        download().to_file(lab.path("copy")).await.unwrap_err();
        let mut stream = download().stream().await.unwrap();
        while let Some(Ok(_)) = stream.next().await {}
        assert_eq!(lab.files(), [""; 0]);
        lab.peer.clear_faults();
    }
}

#[tokio::test]
async fn an_upload_without_a_name_is_refused() {
    let lab = Lab::new();
    let nameless = Fault::without_element("UploadId").on(Operation::CreateMultipartUpload);
    lab.peer.fault(nameless.always());
    let error = lab
        .transfers
        .upload(BUCKET, KEY, data(5 * PART))
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Answer | ErrorKind::Call),
        "{error}"
    );
    assert_eq!(lab.count(Operation::UploadPart), 0);
}

#[tokio::test]
async fn a_part_without_an_entity_tag_fails_the_upload() {
    let lab = Lab::new();
    let tagless = Fault::edit_reply(|reply| reply.without_header("etag"));
    lab.peer
        .fault(tagless.on(Operation::UploadPart).skip(2).always());
    let error = lab
        .transfers
        .upload(BUCKET, KEY, data(5 * PART))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Answer, "{error}");
    lab.assert_no_uploads();
}

#[tokio::test]
async fn a_part_of_other_bytes_is_noticed() {
    let lab = Lab::new();
    let other = |reply: Reply| {
        let name = "x-amz-checksum-crc64nvme";
        reply.without_header(name).header(name, "AAAAAAAAAAA=")
    };
    lab.peer
        .fault(Fault::edit_reply(other).on(Operation::UploadPart).always());
    lab.transfers
        .upload(BUCKET, KEY, data(5 * PART))
        .await
        .unwrap_err();
    assert!(lab.peer.object(BUCKET, KEY).is_none());
    lab.assert_no_uploads();
}

#[tokio::test]
async fn a_server_that_tells_no_checksums_gets_ours() {
    let lab = Lab::new();
    let silent = |reply: Reply| reply.without_header("x-amz-checksum-crc64nvme");
    lab.peer
        .fault(Fault::edit_reply(silent).on(Operation::UploadPart).always());
    let bytes = data(5 * PART);
    for source in [
        zonal_transfer::Source::from(bytes.clone()),
        zonal_transfer::Source::from_path(lab.file(&bytes)),
    ] {
        lab.transfers.upload(BUCKET, KEY, source).await.unwrap();
        assert_eq!(lab.object(KEY), bytes);
    }
    let complete = &lab.requests(Operation::CompleteMultipartUpload)[0];
    let sum = zonal_transfer::Algorithm::Crc64Nvme.checksum(&bytes);
    assert_eq!(complete.header("x-amz-checksum-crc64nvme"), Some(sum));
}
