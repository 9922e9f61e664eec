//! Keys of every kind.

use futures_util::{StreamExt, TryStreamExt};
use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{Error, ObjectStore, ObjectStoreExt};
use zonal_peer::Operation;

use crate::lab::{BUCKET, Lab};

/// Keys that are paths.
const ODD: [&str; 17] = [
    "a b",
    " blank ",
    "a+b&c=d",
    "100%",
    "a%20b/%2F/%2e%2E",
    "a?versionId=null",
    "?session",
    "a#b",
    "\"<key>\"",
    "...",
    ".hidden/..x",
    "a\\b",
    "ü/e\u{301}/日本語/🦀",
    "\u{feff}\u{202e}",
    "\u{85}\u{2028}",
    "demo--usw2-az1--x-s3/key",
    "(a)*!'~-_.,;:@$^|{}[]",
];

#[tokio::test]
async fn an_object_has_the_key_that_its_path_is() {
    let lab = Lab::new();
    for key in ODD {
        let path = Path::parse(key).unwrap();
        lab.store.put(&path, key.into()).await.unwrap();
        assert_eq!(lab.keys(BUCKET), [key]);
        let target = Path::parse(format!("copy of/{key}")).unwrap();
        lab.store.copy(&path, &target).await.unwrap();
        lab.store.delete(&path).await.unwrap();
        lab.store.rename(&target, &path).await.unwrap();
        let listed: Vec<_> = lab.store.list(None).try_collect().await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].location, path);
        let read = lab.store.get(&path).await.unwrap();
        assert_eq!(read.bytes().await.unwrap(), key);
        lab.store.delete(&path).await.unwrap();
        assert_eq!(lab.keys(BUCKET), [""; 0]);
    }
}

#[tokio::test]
async fn segments_that_are_encoded_stay_so() {
    let lab = Lab::new();
    let path = Path::from_iter(["a", "b/c", "..", "d"]);
    lab.store.put(&path, "x".into()).await.unwrap();
    assert_eq!(lab.keys(BUCKET), ["a/b%2Fc/%2E%2E/d"]);
    let listed = lab
        .store
        .list_with_delimiter(Some(&Path::from("a")))
        .await
        .unwrap();
    assert_eq!(listed.common_prefixes, [Path::from_iter(["a", "b/c"])]);
}

#[tokio::test]
async fn keys_that_are_no_paths_are_never_taken_for_others() {
    let lab = Lab::new();
    let strange = ["a//b", "/x", "//", "a/./b", "../x", "y/", "/"];
    for key in strange {
        lab.put(BUCKET, key, "strange");
    }
    for key in ["x", "y", "a/b"] {
        lab.put(BUCKET, key, "plain");
    }
    let listed: Vec<_> = lab.store.list(None).collect().await;
    let mut good = Vec::new();
    let mut bad = 0;
    for object in listed {
        match object {
            Ok(meta) => good.push(meta.location.to_string()),
            Err(Error::InvalidPath { .. }) => bad += 1,
            Err(other) => panic!("{other}"),
        }
    }
    good.sort();
    // those that end in a slash mark directories
    assert_eq!(
        (&*good, bad),
        (&["a/b", "x", "y"].map(str::to_owned)[..], 4)
    );
    let folder = lab.store.list_with_delimiter(None).await;
    assert!(
        matches!(folder, Err(Error::InvalidPath { .. })),
        "{folder:?}"
    );
    for key in ["x", "y", "a/b"] {
        let read = lab.store.get(&Path::from(key)).await.unwrap();
        assert_eq!(read.bytes().await.unwrap(), "plain");
    }
}

#[tokio::test]
async fn the_root_is_no_object() {
    let lab = Lab::new();
    let root = Path::ROOT;
    assert!(lab.store.put(&root, "x".into()).await.is_err());
    assert!(lab.store.get(&root).await.is_err());
    assert!(lab.store.delete(&root).await.is_err());
    let sent = lab.take_requests();
    assert!(
        sent.iter()
            .all(|it| it.operation == Operation::CreateSession),
        "{sent:?}"
    );
}
