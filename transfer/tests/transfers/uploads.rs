//! Uploads of every length and source, and their requests.

use std::io::Cursor;

use zonal_peer::{ChecksumAlgorithm, ChecksumType, Fault, Operation};
use zonal_transfer::{Algorithm, ErrorKind, Event, Limit, ServiceLimits, Source};

use crate::lab::{BUCKET, KEY, Lab, PART, data, stream};

/// Nothing, the shortest, what one request carries at most and one more, whole parts and what is around them.
const LENGTHS: [usize; 9] = [
    0,
    1,
    2 * PART,
    2 * PART + 1,
    3 * PART - 1,
    3 * PART,
    3 * PART + 1,
    10 * PART,
    10 * PART + 7,
];

#[tokio::test]
async fn every_length_of_every_source_arrives() {
    let lab = Lab::new();
    for length in LENGTHS {
        let bytes = data(length);
        let sources = [
            Source::from(bytes.clone()),
            Source::from_path(lab.file(&bytes)),
            Source::from_stream(stream(&bytes, 300), None),
            Source::from_stream(stream(&bytes, 5000), Some(length as u64)),
            Source::from_reader(Cursor::new(bytes.clone()), None),
        ];
        for source in sources {
            let name = format!("{source:?} of {length}");
            lab.peer.take_requests();
            let upload = lab.transfers.upload(BUCKET, KEY, source);
            let uploaded = upload
                .await
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let object = lab.peer.object(BUCKET, KEY).unwrap();
            assert_eq!(object.data, bytes, "{name}");
            assert_eq!(uploaded.length, length as u64, "{name}");
            assert_eq!(uploaded.e_tag.as_deref(), Some(&*object.etag));
            let parts = if length <= 2 * PART {
                1
            } else {
                length.div_ceil(PART)
            };
            assert_eq!(uploaded.parts as usize, parts, "{name}");
            let sent = lab.count(Operation::UploadPart) + lab.count(Operation::PutObject);
            assert_eq!(sent, parts, "{name}");
            let stored = object.checksum.unwrap();
            assert_eq!(stored.kind, ChecksumType::FullObject);
            assert_eq!(uploaded.checksum.unwrap().1, stored.value, "{name}");
            lab.assert_no_uploads();
        }
    }
}

#[tokio::test]
async fn parts_are_whole_but_the_last_and_count_from_one() {
    let lab = Lab::new();
    let bytes = data(3 * PART + 1);
    lab.transfers.upload(BUCKET, KEY, bytes).await.unwrap();
    let mut parts: Vec<_> = lab.requests(Operation::UploadPart);
    parts.sort_by_key(|part| part.query("partNumber"));
    let parts: Vec<_> = parts
        .iter()
        .map(|part| (part.query("partNumber").unwrap(), part.body_length as usize))
        .collect();
    let expected = [("1", PART), ("2", PART), ("3", PART), ("4", 1)];
    assert_eq!(
        parts,
        expected.map(|(number, length)| (number.to_owned(), length))
    );
    let complete = &lab.requests(Operation::CompleteMultipartUpload)[0];
    assert_eq!(complete.header("x-amz-mp-object-size").unwrap(), "3001");
    assert!(complete.header("x-amz-checksum-crc64nvme").is_some());
}

#[tokio::test]
async fn what_a_put_object_says_is_kept() {
    let lab = Lab::new();
    for length in [10, 5 * PART] {
        let upload = lab
            .transfers
            .upload(BUCKET, KEY, data(length))
            .content_type("text/csv")
            .metadata([("author", "mira"), ("line", "two")])
            .request(|put| put.cache_control("max-age=1").content_language("en"));
        upload.await.unwrap();
        let object = lab.peer.object(BUCKET, KEY).unwrap();
        assert_eq!(object.headers["content-type"], "text/csv");
        assert_eq!(object.headers["cache-control"], "max-age=1");
        assert_eq!(object.headers["content-language"], "en");
        assert_eq!(object.metadata["author"], "mira");
        assert_eq!(object.metadata["line"], "two");
    }
}

#[tokio::test]
async fn every_checksum_can_be_chosen() {
    let lab = Lab::new();
    for algorithm in [
        Algorithm::Crc32,
        Algorithm::Crc32c,
        Algorithm::Crc64Nvme,
        Algorithm::Sha1,
        Algorithm::Sha256,
    ] {
        for length in [10, 4 * PART + 1] {
            let upload = lab.transfers.upload(BUCKET, KEY, data(length));
            let uploaded = upload.checksum_algorithm(algorithm).await.unwrap();
            let stored = lab.peer.object(BUCKET, KEY).unwrap().checksum.unwrap();
            assert_eq!(stored.algorithm.name(), algorithm.name());
            assert_eq!(uploaded.checksum, Some((algorithm, stored.value.clone())));
            let is_composite = length > 10 && !algorithm.can_be_joined();
            assert_eq!(stored.kind == ChecksumType::Composite, is_composite);
        }
    }
}

#[tokio::test]
async fn a_bucket_that_refuses_one_checksum_gets_another() {
    let lab = Lab::new();
    let refusal = Fault::error(
        400,
        "InvalidRequest",
        "Checksum algorithm provided is unsupported.",
    );
    lab.peer.fault(refusal.on(Operation::CreateMultipartUpload));
    for _ in 0..2 {
        let bytes = data(5 * PART);
        lab.transfers
            .upload(BUCKET, KEY, bytes.clone())
            .await
            .unwrap();
        let object = lab.peer.object(BUCKET, KEY).unwrap();
        assert_eq!(object.data, bytes);
        let stored = object.checksum.unwrap();
        assert_eq!(stored.algorithm, ChecksumAlgorithm::Crc32);
        assert_eq!(stored.kind, ChecksumType::Composite);
    }
    // the second upload knew
    assert_eq!(lab.count(Operation::CreateMultipartUpload), 3);
}

#[tokio::test]
async fn there_are_never_more_parts_than_the_service_takes() {
    let limits = ServiceLimits::new(16, 1 << 20, 10);
    let lab = Lab::with(|builder| builder.service_limits(limits));
    for (length, parts) in [(10 * PART, 10), (10 * PART + 1, 1)] {
        let uploaded = lab
            .transfers
            .upload(BUCKET, KEY, data(length))
            .await
            .unwrap();
        assert_eq!(uploaded.parts, parts, "{length}");
        assert_eq!(lab.object(KEY), data(length));
    }
    // nobody knows how many follow: they grow
    let bytes = data(30 * PART);
    let source = Source::from_stream(stream(&bytes, 700), None);
    let uploaded = lab.transfers.upload(BUCKET, KEY, source).await.unwrap();
    assert_eq!(uploaded.parts, 5);
    assert_eq!(lab.object(KEY), bytes);
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_or_aborted() {
    let limits = ServiceLimits::new(16, PART as u64, 10);
    let lab = Lab::with(|builder| builder.service_limits(limits));
    let bytes = data(10 * PART + 1);
    let error = lab
        .transfers
        .upload(BUCKET, KEY, bytes.clone())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(lab.peer.requests().len(), 0);
    let source = Source::from_stream(stream(&bytes, 900), None);
    let error = lab.transfers.upload(BUCKET, KEY, source).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("10 parts of 1000 bytes"),
        "{error}"
    );
    lab.assert_no_uploads();
}

#[tokio::test]
async fn a_stream_has_the_length_that_was_told() {
    let lab = Lab::new();
    for told in [0, 1, 9 * PART, 11 * PART] {
        let bytes = data(10 * PART);
        let source = Source::from_stream(stream(&bytes, 900), Some(told as u64));
        let error = lab.transfers.upload(BUCKET, KEY, source).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Source, "{told}: {error}");
        assert_eq!(lab.peer.object(BUCKET, KEY).map(|object| object.etag), None);
        lab.assert_no_uploads();
    }
}

#[tokio::test]
async fn a_failed_part_is_sent_again_by_itself() {
    let lab = Lab::new();
    // three attempts of the client, and one more
    let fault = Fault::error(500, "InternalError", "again").on(Operation::UploadPart);
    lab.peer.fault(fault.skip(2).times(3));
    let bytes = data(8 * PART);
    let mut upload = lab.transfers.upload(BUCKET, KEY, bytes.clone()).start();
    let mut events = upload.events();
    upload.await.unwrap();
    assert_eq!(lab.object(KEY), bytes);
    assert_eq!(lab.count(Operation::UploadPart), 8 + 3);
    let mut moved = 0;
    while let Some(event) = events.next().await {
        match event {
            Event::Started {
                length, part_size, ..
            } => {
                assert_eq!((length, part_size), (Some(8000), PART as u64));
            }
            Event::Moved { bytes, done } => {
                moved += bytes;
                assert_eq!(done, moved);
            }
            _ => {}
        }
    }
    assert_eq!(moved, 8000);
}

#[tokio::test]
async fn damage_on_the_way_is_mended() {
    let lab = Lab::new();
    lab.peer.fault(
        Fault::error(400, "BadDigest", "no")
            .on(Operation::UploadPart)
            .skip(1),
    );
    let bytes = data(5 * PART);
    lab.transfers
        .upload(BUCKET, KEY, bytes.clone())
        .await
        .unwrap();
    assert_eq!(lab.object(KEY), bytes);
}

#[tokio::test]
async fn conditions_are_kept() {
    let lab = Lab::new();
    for length in [10, 5 * PART] {
        let upload = || lab.transfers.upload(BUCKET, KEY, data(length));
        let first = upload().if_none_match("*").await.unwrap();
        let refused = upload().if_none_match("*").await.unwrap_err();
        assert_eq!(refused.code(), Some("PreconditionFailed"));
        let refused = upload().if_match("\"another\"").await.unwrap_err();
        assert_eq!(refused.code(), Some("PreconditionFailed"));
        upload().if_match(first.e_tag.unwrap()).await.unwrap();
        lab.assert_no_uploads();
        lab.client.delete_object(BUCKET, KEY).await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    let lab = Lab::new();
    for (length, operation) in [
        (5 * PART, Operation::CompleteMultipartUpload),
        (10, Operation::PutObject),
    ] {
        // it is carried out, and the condition then fails by its own object
        lab.peer
            .fault(Fault::genuine().reset_before_head().on(operation));
        let bytes = data(length);
        let upload = lab
            .transfers
            .upload(BUCKET, KEY, bytes.clone())
            .if_none_match("*");
        let uploaded = upload.await.unwrap();
        assert_eq!(
            uploaded.e_tag,
            lab.peer.object(BUCKET, KEY).map(|object| object.etag)
        );
        assert_eq!(lab.object(KEY), bytes);
        assert!(lab.count(Operation::HeadObject) > 0);
        lab.assert_no_uploads();
        lab.client.delete_object(BUCKET, KEY).await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_answer_to_what_was_not_done_is_no_success() {
    let lab = Lab::new();
    // other bytes of the same length are there
    lab.peer.put(BUCKET, KEY, vec![7; 5 * PART]);
    let lost = Fault::error(500, "InternalError", "no").on(Operation::CompleteMultipartUpload);
    lab.peer.fault(lost.always());
    let error = lab
        .transfers
        .upload(BUCKET, KEY, data(5 * PART))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Call, "{error}");
    assert_eq!(lab.object(KEY), vec![7; 5 * PART]);
    lab.assert_no_uploads();
}

#[tokio::test]
async fn a_failed_upload_leaves_nothing() {
    let lab = Lab::new();
    for (operation, after) in [
        (Operation::UploadPart, 0),
        (Operation::UploadPart, 5),
        (Operation::CompleteMultipartUpload, 0),
    ] {
        let refusal = Fault::error(403, "AccessDenied", "no").on(operation);
        lab.peer.fault(refusal.skip(after).always());
        let error = lab
            .transfers
            .upload(BUCKET, KEY, data(9 * PART))
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("AccessDenied"));
        assert_eq!(error.left_behind(), None);
        assert!(error.to_string().contains(KEY), "{error}");
        lab.assert_no_uploads();
        lab.peer.clear_faults();
    }
}

#[tokio::test]
async fn an_upload_that_cannot_be_aborted_is_named() {
    let lab = Lab::new();
    lab.peer.fault(
        Fault::error(403, "AccessDenied", "no")
            .on(Operation::UploadPart)
            .always(),
    );
    lab.peer.fault(
        Fault::error(403, "AccessDenied", "no")
            .on(Operation::AbortMultipartUpload)
            .always(),
    );
    let error = lab
        .transfers
        .upload(BUCKET, KEY, data(9 * PART))
        .await
        .unwrap_err();
    let (_, id) = lab.peer.uploads(BUCKET).remove(0);
    assert!(error.left_behind().unwrap().contains(&id), "{error}");
}

#[tokio::test]
async fn a_file_that_changes_fails_the_upload() {
    let lab = Lab::new();
    for (at_first, later) in [(6 * PART, 6 * PART), (6 * PART, 6 * PART + 1)] {
        let path = lab.file(&data(at_first));
        let changed = path.clone();
        lab.peer.fault(
            Fault::edit_reply(move |reply| {
                std::fs::write(&changed, vec![1; later]).unwrap();
                reply
            })
            .on(Operation::UploadPart)
            .skip(4),
        );
        // one after another, so that the others are sent before
        let one = crate::lab::settings(lab.client.clone())
            .concurrency(1)
            .limit(Limit::fixed(1));
        let one = one.build().unwrap();
        let error = one
            .upload(BUCKET, KEY, Source::from_path(&path))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SourceChanged, "{error}");
        assert!(lab.peer.object(BUCKET, KEY).is_none());
        lab.assert_no_uploads();
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_sent() {
    let lab = Lab::new();
    let upload = |bytes: &'static str| lab.transfers.upload(BUCKET, KEY, bytes);
    for upload in [
        upload("x").request(|put| put.body("y")),
        upload("x").request(|put| put.write_offset_bytes(3)),
        upload("x").request(|put| put.checksum_crc32("AAAAAA==")),
        upload("x").resumable(),
        lab.transfers.upload(BUCKET, "", "x"),
    ] {
        let error = upload.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    for path in ["", "/nowhere/at all", "/"] {
        let error = lab
            .transfers
            .upload(BUCKET, KEY, Source::from_path(path))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Source, "{path}: {error}");
    }
    assert_eq!(lab.peer.requests().len(), 0);
    let bad = [
        crate::lab::settings(lab.client.clone()).part_size(15),
        crate::lab::settings(lab.client.clone()).part_size(2 << 20),
        crate::lab::settings(lab.client.clone()).concurrency(0),
        crate::lab::settings(lab.client.clone()).part_attempts(0),
    ];
    for settings in bad {
        settings.build().unwrap_err();
    }
}
