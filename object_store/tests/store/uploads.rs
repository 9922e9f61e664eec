//! Uploads: in one piece, in pieces, in parts.

use bytes::Bytes;
use zonal_object_store::ConfigKey;
use zonal_object_store::v0_14::object_store::multipart::{MultipartStore, PartId};
use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{
    Attribute, Attributes, Error, MultipartUpload, ObjectStore, ObjectStoreExt,
    PutMultipartOptions, PutPayload, TagSet,
};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab};

#[tokio::test]
async fn payloads_of_many_pieces_arrive_whole() {
    let lab = Lab::new();
    let path = Path::from("a");
    for (piece, count) in [(8 * 1024, 10), (8 * 1024, 300), (0, 3)] {
        let pieces = (0..count).map(|index| Bytes::from(vec![index as u8; piece]));
        let payload: PutPayload = pieces.collect();
        let expected: Vec<u8> = payload.iter().flatten().copied().collect();
        lab.fault(Fault::error(503, "SlowDown", "wait").on(Operation::PutObject));
        lab.store.put(&path, payload).await.unwrap();
        assert_eq!(lab.object(BUCKET, "a").unwrap().data, expected);
        assert!(lab.object(BUCKET, "a").unwrap().checksum.is_some());
    }
}

#[tokio::test]
async fn parts_have_checksums_and_give_that_of_the_object() {
    let lab = Lab::with(|peer| peer.min_part_size(10), |store| store);
    let path = Path::from("a");
    let mut upload = lab.store.put_multipart(&path).await.unwrap();
    for part in ["0123456789", "0123456789", "end"] {
        upload.put_part(part.into()).await.unwrap();
    }
    upload.complete().await.unwrap();
    let object = lab.object(BUCKET, "a").unwrap();
    assert_eq!(object.data, "01234567890123456789end");
    let checksum = object.checksum.unwrap();
    assert_eq!(checksum.kind.to_string(), "FULL_OBJECT");
    // which reads are verified by
    let damage = Fault::edit_reply(|reply| reply.body("01234567890123456789END"));
    lab.fault(damage.on(Operation::GetObject).always());
    let read = lab.store.get(&path).await.unwrap().bytes().await;
    assert!(read.unwrap_err().to_string().contains("damaged"));
}

#[tokio::test]
async fn checksums_can_be_chosen() {
    for (name, alone, in_parts) in [
        ("crc32c", "x-amz-checksum-crc32c", "x-amz-checksum-crc32c"),
        (
            "CRC64NVME",
            "x-amz-checksum-crc64nvme",
            "x-amz-checksum-crc64nvme",
        ),
        ("sha256", "x-amz-checksum-sha256", "x-amz-checksum-crc32"),
    ] {
        let lab = Lab::with(
            |peer| peer,
            |store| store.with_config(ConfigKey::Checksum, name),
        );
        let path = Path::from("a");
        lab.store.put(&path, "content".into()).await.unwrap();
        assert!(lab.sent(Operation::PutObject)[0].header(alone).is_some());
        let mut upload = lab.store.put_multipart(&path).await.unwrap();
        upload.put_part("content".into()).await.unwrap();
        upload.complete().await.unwrap();
        assert!(
            lab.sent(Operation::UploadPart)[0]
                .header(in_parts)
                .is_some()
        );
        lab.store.get(&path).await.unwrap().bytes().await.unwrap();
    }
}

#[tokio::test]
async fn an_upload_is_completed_when_all_parts_are_there() {
    let lab = Lab::new();
    let path = Path::from("a");
    let mut upload = lab.store.put_multipart(&path).await.unwrap();
    upload.put_part("one".into()).await.unwrap();
    drop(upload.put_part("two".into()));
    let error = upload.complete().await.unwrap_err().to_string();
    assert!(error.contains("part 2 of 2"), "{error}");
    upload.abort().await.unwrap();
    assert!(lab.uploads(BUCKET).is_empty());
    let mut empty = lab.store.put_multipart(&path).await.unwrap();
    empty.complete().await.unwrap();
    assert_eq!(lab.object(BUCKET, "a").unwrap().size(), 0);
}

#[tokio::test]
async fn an_upload_that_is_gone_is_not_found() {
    let lab = Lab::new();
    let path = Path::from("a");
    let part = || PartId {
        content_id: "\"tag\"".to_owned(),
    };
    let id = "gone".to_owned();
    let gone = lab.store.complete_multipart(&path, &id, vec![part()]);
    let gone = gone.await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    let id = lab.store.create_multipart(&path).await.unwrap();
    let far = MultipartStore::put_part(&lab.store, &path, &id, 10_000, "x".into()).await;
    assert!(far.unwrap_err().to_string().contains("10000 parts"));
    // the answer to a completion that succeeded was lost: the upload is gone for a good reason
    let part = MultipartStore::put_part(&lab.store, &path, &id, 0, "x".into())
        .await
        .unwrap();
    lab.fault(
        Fault::genuine()
            .reset_before_head()
            .on(Operation::CompleteMultipartUpload),
    );
    let lost = lab.store.complete_multipart(&path, &id, vec![part]).await;
    assert!(matches!(lost, Err(Error::Generic { .. })), "{lost:?}");
}

#[tokio::test]
async fn attributes_come_back() {
    let lab = Lab::with(
        |peer| peer,
        |store| store.with_config(ConfigKey::DefaultContentType, "text/plain"),
    );
    let path = Path::from("a");
    lab.store.put(&path, "content".into()).await.unwrap();
    let read = lab.store.get(&path).await.unwrap();
    let plain = Attributes::from_iter([(Attribute::ContentType, "text/plain")]);
    assert_eq!(read.attributes, plain);

    let mut tags = TagSet::default();
    tags.push("passed", "over");
    let options = PutMultipartOptions {
        attributes: Attributes::from_iter([
            (Attribute::StorageClass, "EXPRESS_ONEZONE"),
            (Attribute::Metadata("author".into()), "somebody"),
        ]),
        tags,
        ..PutMultipartOptions::default()
    };
    let mut upload = lab.store.put_multipart_opts(&path, options).await.unwrap();
    upload.put_part("content".into()).await.unwrap();
    upload.complete().await.unwrap();
    let stored = lab.object(BUCKET, "a").unwrap();
    assert_eq!(
        stored.metadata.get("author").map(String::as_str),
        Some("somebody")
    );

    let standard = Attributes::from_iter([(Attribute::StorageClass, "STANDARD")]);
    let refused = lab
        .store
        .put_opts(&path, "content".into(), standard.into())
        .await;
    assert!(refused.is_err());
    let encoded = Attributes::from_iter([(Attribute::ContentEncoding, "gzip")]);
    let refused = lab.store.put_multipart_opts(&path, encoded.into()).await;
    assert!(
        matches!(refused, Err(Error::NotImplemented { .. })),
        "{refused:?}"
    );
}
