//! Conditional writes and renames, with other writers and with answers that are lost.

use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{
    CopyMode, Error, ObjectStore, ObjectStoreExt, PutMode, PutResult, Result, UpdateVersion,
};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab};

async fn create(lab: &Lab, path: &Path, content: &str) -> Result<PutResult> {
    let content = content.to_owned();
    let mode = PutMode::Create.into();
    lab.store.put_opts(path, content.into(), mode).await
}

async fn content(lab: &Lab, path: &Path) -> String {
    let bytes = lab.store.get(path).await.unwrap().bytes().await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_one_creates() {
    let lab = Lab::new();
    let path = Path::from("lock");
    let writers = (0..16).map(|writer| {
        let (store, path) = (lab.store.clone(), path.clone());
        tokio::spawn(async move {
            let mode = PutMode::Create.into();
            let written = store.put_opts(&path, writer.to_string().into(), mode);
            written.await.map(|_| writer)
        })
    });
    let mut winners = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        match writer.await.unwrap() {
            Ok(writer) => winners.push(writer.to_string()),
            Err(Error::AlreadyExists { path, .. }) => assert_eq!(path, "lock"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(winners, [content(&lab, &path).await]);
}

#[tokio::test]
async fn a_write_waits_for_another_that_is_under_way() {
    let lab = Lab::new();
    let path = Path::from("a");
    let conflict = || {
        let fault = Fault::error(409, "ConditionalRequestConflict", "another is under way");
        fault.times(2)
    };
    lab.fault(conflict().on(Operation::PutObject));
    let first = create(&lab, &path, "1").await.unwrap();
    assert_eq!(lab.sent(Operation::PutObject).len(), 3);
    lab.fault(conflict().on(Operation::PutObject));
    let mode = PutMode::Update(first.into()).into();
    lab.store.put_opts(&path, "2".into(), mode).await.unwrap();
    lab.fault(conflict().on(Operation::CopyObject));
    let target = Path::from("b");
    lab.store.copy_if_not_exists(&path, &target).await.unwrap();
    lab.fault(conflict().on(Operation::RenameObject));
    let last = Path::from("c");
    lab.store
        .rename_if_not_exists(&target, &last)
        .await
        .unwrap();
    assert_eq!(content(&lab, &last).await, "2");
}

#[tokio::test]
async fn a_refusal_that_may_be_due_to_oneself_is_none() {
    let lab = Lab::new();
    let lost = |operation| Fault::genuine().reset_before_head().on(operation);
    let path = Path::from("commit");
    lab.fault(lost(Operation::PutObject));
    let error = create(&lab, &path, "1").await.unwrap_err();
    assert!(matches!(error, Error::Generic { .. }), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    let source: &zonal::AnyError = source.downcast_ref().unwrap();
    assert!(source.may_have_succeeded());
    assert_eq!(content(&lab, &path).await, "1");

    let version = UpdateVersion {
        e_tag: lab.store.head(&path).await.unwrap().e_tag,
        version: None,
    };
    lab.fault(lost(Operation::PutObject));
    let mode = PutMode::Update(version).into();
    let updated = lab.store.put_opts(&path, "2".into(), mode).await;
    assert!(matches!(updated, Err(Error::Generic { .. })), "{updated:?}");

    lab.fault(lost(Operation::CopyObject));
    let copied = lab
        .store
        .copy_if_not_exists(&path, &Path::from("copy"))
        .await;
    assert!(matches!(copied, Err(Error::Generic { .. })), "{copied:?}");
}

#[tokio::test]
async fn a_rename_whose_answer_was_lost_has_succeeded() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", "content");
    lab.fault(
        Fault::genuine()
            .reset_before_head()
            .on(Operation::RenameObject),
    );
    let (from, to) = (Path::from("a"), Path::from("b"));
    lab.store.rename_if_not_exists(&from, &to).await.unwrap();
    assert_eq!(lab.keys(BUCKET), ["b"]);
}

#[tokio::test]
async fn a_rename_is_one_request() {
    let lab = Lab::new();
    for key in ["a", "b"] {
        lab.put(BUCKET, key, key);
    }
    let path = |key: &str| Path::from(key);
    lab.store.rename(&path("a"), &path("c")).await.unwrap();
    let operations: Vec<_> = lab.take_requests().iter().map(|it| it.operation).collect();
    assert_eq!(
        operations,
        [Operation::CreateSession, Operation::RenameObject]
    );

    let taken = lab.store.rename_if_not_exists(&path("b"), &path("c")).await;
    let Err(Error::AlreadyExists { path: taken, .. }) = taken else {
        panic!("{taken:?}");
    };
    assert_eq!(taken, "c");
    let missing = lab.store.rename(&path("x"), &path("y")).await;
    let Err(Error::NotFound { path: missing, .. }) = missing else {
        panic!("{missing:?}");
    };
    assert_eq!(missing, "x");
    assert_eq!(lab.sent(Operation::RenameObject).len(), 2);
    lab.store.rename(&path("b"), &path("c")).await.unwrap();
    assert_eq!(content(&lab, &path("c")).await, "b");
}

#[tokio::test]
async fn an_object_that_goes_nowhere_stays() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", "content");
    let (a, missing) = (Path::from("a"), Path::from("missing"));
    lab.store.copy(&a, &a).await.unwrap();
    lab.store.rename(&a, &a).await.unwrap();
    for result in [
        lab.store.copy_if_not_exists(&a, &a).await,
        lab.store.rename_if_not_exists(&a, &a).await,
    ] {
        assert!(
            matches!(result, Err(Error::AlreadyExists { .. })),
            "{result:?}"
        );
    }
    for result in [
        lab.store.copy(&missing, &missing).await,
        lab.store.rename(&missing, &missing).await,
    ] {
        assert!(matches!(result, Err(Error::NotFound { .. })), "{result:?}");
    }
    assert_eq!(content(&lab, &a).await, "content");
}

#[tokio::test]
async fn local_zones_rename_by_copy() {
    let bucket = "demo--usw2-lax1-az1--x-s3";
    let lab = Lab::with(
        |peer| peer.bucket(bucket),
        |store| store.with_bucket_name(bucket),
    );
    lab.put(bucket, "a", "content");
    lab.put(bucket, "taken", "other");
    let (from, to) = (Path::from("a"), Path::from("b"));
    let taken = lab
        .store
        .rename_if_not_exists(&from, &Path::from("taken"))
        .await;
    assert!(
        matches!(taken, Err(Error::AlreadyExists { .. })),
        "{taken:?}"
    );
    assert_eq!(lab.keys(bucket), ["a", "taken"]);
    lab.store.rename(&from, &to).await.unwrap();
    assert_eq!(lab.keys(bucket), ["b", "taken"]);
    let gone = lab.store.rename(&from, &to).await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
}

#[tokio::test]
async fn an_update_needs_an_entity_tag() {
    let lab = Lab::new();
    let mode = PutMode::Update(UpdateVersion {
        e_tag: None,
        version: Some("1".to_owned()),
    });
    let path = Path::from("a");
    let written = lab.store.put_opts(&path, "1".into(), mode.into());
    let error = written.await.unwrap_err().to_string();
    assert!(error.contains("entity tag"), "{error}");
    assert!(lab.take_requests().is_empty());
    assert_eq!(CopyMode::default(), CopyMode::Overwrite);
}

#[tokio::test]
async fn appends_go_to_the_end_and_nowhere_else() {
    let lab = Lab::new();
    let first = lab.store.append("log", 0, "one\n").await.unwrap();
    assert_eq!(first.size, 4);
    let second = lab.store.append("log", first.size, "two\n").await.unwrap();
    assert_eq!(second.size, 8);
    assert_ne!(first.e_tag, second.e_tag);
    let error = lab.store.append("log", 4, "three\n").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidWriteOffset"));
    let far = lab.store.append("log", u64::MAX, "far\n").await;
    assert!(far.is_err());
    assert_eq!(content(&lab, &Path::from("log")).await, "one\ntwo\n");
}
