//! Objects, one request each.

use std::collections::{BTreeMap, BTreeSet};

use zonal::RenameSource;
use zonal::runtime::checksum::Algorithm;
use zonal::types::{Delete, ObjectAttributes, ObjectIdentifier};
use zonal_peer::Operation;

use crate::lab::{BUCKET, Lab, Signer, bytes, source};

const LENGTH: usize = 100_001;

pub(crate) async fn write_and_read(lab: &mut Lab) {
    let data = bytes(LENGTH);
    let metadata = BTreeMap::from([("colour".to_owned(), "blue".to_owned())]);
    let put = lab.client.put_object(BUCKET, "dir/first");
    let put = put.body(data.clone()).metadata(metadata.clone());
    let put = put.content_type("text/x-test").await.unwrap();
    lab.saw(Operation::PutObject, Signer::Session);
    let sum = Algorithm::Crc32.checksum(&data);
    assert_eq!(put.checksum_crc32.as_ref(), Some(&sum));

    let got = lab.client.get_object(BUCKET, "dir/first").await.unwrap();
    lab.saw(Operation::GetObject, Signer::Session);
    assert_eq!(got.e_tag, put.e_tag);
    assert_eq!(got.metadata, metadata);
    assert!(got.body.collect().await.unwrap() == data);

    let range = lab.client.get_object(BUCKET, "dir/first");
    let range = range.range("bytes=10-19").await.unwrap();
    lab.saw(Operation::GetObject, Signer::Session);
    assert_eq!(range.content_range.as_deref(), Some("bytes 10-19/100001"));
    assert_eq!(range.body.collect().await.unwrap(), data[10..20]);

    let head = lab.client.head_object(BUCKET, "dir/first").await.unwrap();
    lab.saw(Operation::HeadObject, Signer::Session);
    assert_eq!(head.content_length, Some(LENGTH as i64));
    assert_eq!(head.content_type.as_deref(), Some("text/x-test"));
    assert_eq!((head.e_tag, head.metadata), (put.e_tag, metadata));

    let asked = vec![ObjectAttributes::ObjectSize, ObjectAttributes::Checksum];
    let attributes = lab.client.get_object_attributes(BUCKET, "dir/first", asked);
    let attributes = attributes.await.unwrap();
    lab.saw(Operation::GetObjectAttributes, Signer::Session);
    assert_eq!(attributes.object_size, Some(LENGTH as i64));
    assert_eq!(attributes.checksum.unwrap().checksum_crc32, Some(sum));
}

pub(crate) async fn copy_and_rename(lab: &mut Lab) {
    let copy = lab
        .client
        .copy_object(BUCKET, source("dir/first"), "dir/copy");
    let copy = copy.await.unwrap();
    lab.saw(Operation::CopyObject, Signer::Account);
    assert!(copy.copy_object_result.e_tag.is_some());
    assert!(read(lab, "dir/copy").await == bytes(LENGTH));

    let rename = lab
        .client
        .rename_object(BUCKET, "renamed", RenameSource::new("dir/copy"));
    rename.await.unwrap();
    lab.saw(Operation::RenameObject, Signer::Session);
    assert!(read(lab, "renamed").await == bytes(LENGTH));
}

/// The whole object, by a call of its own.
pub(crate) async fn read(lab: &mut Lab, key: &str) -> bytes::Bytes {
    let got = lab.client.get_object(BUCKET, key).await.unwrap();
    lab.saw(Operation::GetObject, Signer::Session);
    got.body.collect().await.unwrap()
}

/// What the earlier steps left behind, in pages and by directory.
pub(crate) async fn list(lab: &mut Lab) {
    let mut keys = BTreeSet::new();
    let mut pages = lab.client.list_objects_v2(BUCKET).max_keys(2).paginate();
    while let Some(page) = pages.next_page().await.unwrap() {
        lab.saw(Operation::ListObjectsV2, Signer::Session);
        let page = page.contents;
        assert!(page.len() <= 2);
        keys.extend(page.into_iter().map(|object| object.key.unwrap()));
    }
    let expected = ["dir/first", "parts", "renamed"].map(str::to_owned);
    assert_eq!(keys, BTreeSet::from(expected));
    let top = lab.client.list_objects_v2(BUCKET).delimiter("/");
    let top = top.await.unwrap();
    lab.saw(Operation::ListObjectsV2, Signer::Session);
    let prefixes = top.common_prefixes;
    assert_eq!(prefixes.len(), 1);
    assert_eq!(prefixes[0].prefix.as_deref(), Some("dir/"));
    assert_eq!(top.contents.len(), 2);
}

pub(crate) async fn delete(lab: &mut Lab) {
    lab.client.delete_object(BUCKET, "renamed").await.unwrap();
    lab.saw(Operation::DeleteObject, Signer::Session);
    let rest = ["dir/first", "parts", "never-there"].map(ObjectIdentifier::new);
    let delete = lab
        .client
        .delete_objects(BUCKET, Delete::new(rest.to_vec()));
    let done = delete.await.unwrap();
    lab.saw(Operation::DeleteObjects, Signer::Session);
    assert_eq!(done.deleted.len(), 3);
    assert!(done.errors.is_empty());
    let left = lab.client.list_objects_v2(BUCKET).await.unwrap();
    lab.saw(Operation::ListObjectsV2, Signer::Session);
    assert!(left.contents.is_empty());
}
