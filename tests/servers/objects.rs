//! Objects, one request each.

use std::collections::BTreeMap;

use zonal::RenameSource;
use zonal::types::{Delete, ObjectIdentifier};

use crate::lab::{BUCKET, Lab, bytes, source};

pub(crate) async fn round_trip(lab: &Lab) {
    let data = bytes(300_001);
    let metadata = BTreeMap::from([("colour".to_owned(), "light  blue".to_owned())]);
    let put = lab.client.put_object(BUCKET, "dir/first");
    let put = put.body(data.clone()).metadata(metadata.clone());
    let put = put.content_type("text/x-test").await.unwrap();

    let got = lab.client.get_object(BUCKET, "dir/first").await.unwrap();
    assert_eq!(got.e_tag, put.e_tag);
    assert_eq!(got.content_type.as_deref(), Some("text/x-test"));
    assert_eq!(got.metadata["colour"].split_whitespace().count(), 2);
    assert!(got.body.collect().await.unwrap() == data);

    let head = lab.client.head_object(BUCKET, "dir/first").await.unwrap();
    assert_eq!(
        (head.content_length, &head.e_tag),
        (Some(300_001), &put.e_tag)
    );
    for (range, expected) in [
        ("bytes=0-0", &data[..1]),
        ("bytes=10-19", &data[10..20]),
        ("bytes=300000-", &data[300_000..]),
        ("bytes=-7", &data[299_994..]),
    ] {
        let part = lab.client.get_object(BUCKET, "dir/first").range(range);
        let part = part.await.unwrap();
        let about = part.content_range.clone().unwrap();
        assert!(about.ends_with("/300001"), "{range}: {about}");
        assert_eq!(part.body.collect().await.unwrap(), expected, "{range}");
    }
    let beyond = lab.client.get_object(BUCKET, "dir/first");
    let beyond = beyond.range("bytes=300001-").await.unwrap_err();
    assert_eq!(beyond.code(), Some("InvalidRange"), "{beyond}");
    let same = lab.client.get_object(BUCKET, "dir/first");
    let same = same.if_none_match(put.e_tag.unwrap()).await.unwrap_err();
    assert_eq!(same.status().unwrap(), 304, "{same}");

    copy_and_delete(lab, &data).await;
}

async fn copy_and_delete(lab: &Lab, data: &[u8]) {
    let copy = lab.client.copy_object(BUCKET, source("dir/first"), "copy");
    let copy = copy.await.unwrap().copy_object_result;
    assert!(copy.e_tag.is_some() && copy.last_modified.is_some());
    assert!(lab.read("copy").await == data);
    lab.client.delete_object(BUCKET, "copy").await.unwrap();
    let gone = lab.client.get_object(BUCKET, "copy").await.unwrap_err();
    assert_eq!(gone.code(), Some("NoSuchKey"), "{gone}");
    let gone = lab.client.head_object(BUCKET, "copy").await.unwrap_err();
    assert_eq!(gone.status().unwrap(), 404, "{gone}");

    lab.client.head_bucket(BUCKET).await.unwrap();
    let other = lab.client.head_bucket("none--use1-az4--x-s3").await;
    assert_eq!(other.unwrap_err().status().unwrap(), 404);
    empty(lab).await;
}

pub(crate) async fn rename(lab: &Lab) {
    let put = lab.client.put_object(BUCKET, "from here").body("moved");
    put.await.unwrap();
    let rename = lab
        .client
        .rename_object(BUCKET, "to/there", RenameSource::new("from here"));
    rename.await.unwrap();
    assert_eq!(lab.keys().await, ["to/there"]);
    assert_eq!(lab.read("to/there").await, "moved");
    empty(lab).await;
}

/// Pages of all keys, and of one directory.
pub(crate) async fn pages(lab: &Lab) {
    let keys: Vec<_> = (0..25).map(|i| format!("d{}/k{i:02}", i % 2)).collect();
    for key in &keys {
        lab.client.put_object(BUCKET, key).body("x").await.unwrap();
    }
    let mut listed = Vec::new();
    let mut sizes = Vec::new();
    let mut pages = lab.client.list_objects_v2(BUCKET).max_keys(10).paginate();
    while let Some(page) = pages.next_page().await.unwrap() {
        let objects = page.contents;
        sizes.push(objects.len());
        listed.extend(objects.into_iter().map(|object| object.key.unwrap()));
    }
    listed.sort();
    let mut expected = keys.clone();
    expected.sort();
    assert_eq!(listed, expected);
    assert_eq!(sizes, [10, 10, 5]);
    let top = lab.client.list_objects_v2(BUCKET).delimiter("/");
    let prefixes = top.await.unwrap().common_prefixes;
    let prefixes: Vec<_> = prefixes.into_iter().map(|p| p.prefix.unwrap()).collect();
    // SeaweedFS also shows directories that were just emptied
    let is_ours = |prefix: &&String| prefix.starts_with("d0") || prefix.starts_with("d1");
    assert_eq!(prefixes.iter().filter(is_ours).count(), 2, "{prefixes:?}");
    let one = lab.client.list_objects_v2(BUCKET).prefix("d1/");
    assert_eq!(one.await.unwrap().contents.len(), 12);
    empty(lab).await;
}

/// Deletes everything at once.
pub(crate) async fn empty(lab: &Lab) {
    let keys = lab.keys().await;
    let objects: Vec<_> = keys.iter().map(ObjectIdentifier::new).collect();
    let done = lab.client.delete_objects(BUCKET, Delete::new(objects));
    let done = done.await.unwrap();
    assert!(done.errors.is_empty());
    assert_eq!(done.deleted.len(), keys.len());
    assert_eq!(lab.keys().await, [""; 0]);
}
