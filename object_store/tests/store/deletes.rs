//! Deletions: in batches, in order, each with its own result.

use futures_util::{StreamExt, stream};
use zonal_object_store::ConfigKey;
use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{Error, ObjectStore, ObjectStoreExt, Result};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab};

async fn delete(lab: &Lab, paths: Vec<Result<Path>>) -> Vec<Result<Path>> {
    let paths = stream::iter(paths).boxed();
    lab.store.delete_stream(paths).collect().await
}

#[tokio::test]
async fn batches_have_a_thousand_objects() {
    let lab = Lab::new();
    let paths: Vec<_> = (0..2500)
        .map(|index| Path::from(format!("a/{index}")))
        .collect();
    for path in &paths {
        lab.put(BUCKET, path.as_ref(), "x");
    }
    let deleted = delete(&lab, paths.iter().cloned().map(Ok).collect()).await;
    let deleted: Vec<_> = deleted.into_iter().map(Result::unwrap).collect();
    assert_eq!(deleted, paths);
    assert!(lab.keys(BUCKET).is_empty());
    assert_eq!(lab.sent(Operation::DeleteObjects).len(), 3);
    // a single one needs no document, and its absence is no failure
    lab.store.delete(&paths[0]).await.unwrap();
    assert_eq!(lab.sent(Operation::DeleteObject).len(), 1);
    assert!(delete(&lab, Vec::new()).await.is_empty());
}

#[tokio::test]
async fn errors_stay_where_they_are() {
    let lab = Lab::new();
    let odd = [" ", "\u{fffe}", "plain", "a&<b>"].map(|key| Path::parse(key).unwrap());
    for path in &odd {
        lab.put(BUCKET, path.as_ref(), "x");
    }
    let broken = Error::NotSupported {
        source: "from upstream".into(),
    };
    let mut paths: Vec<_> = odd.iter().cloned().map(Ok).collect();
    paths.insert(2, Err(broken));
    let results = delete(&lab, paths).await;
    assert_eq!(results.len(), 5);
    for (index, result) in results.iter().enumerate() {
        match index {
            2 => assert!(matches!(result, Err(Error::NotSupported { .. }))),
            _ => assert!(result.is_ok(), "{result:?}"),
        }
    }
    assert_eq!(lab.keys(BUCKET), [""; 0]);
}

#[tokio::test]
async fn what_the_service_refuses_has_its_own_error() {
    let lab = Lab::new();
    let keys = ["a", "b", "c"];
    for key in keys {
        lab.put(BUCKET, key, "x");
    }
    let refusal = |key: &str, code: &str| {
        format!(
            "<Error><Key>{key}</Key><Code>{code}</Code><Message>no</Message></Error></DeleteResult>"
        )
    };
    let refusals = refusal("b", "InternalError") + &refusal("c", "AccessDenied");
    let refusals = refusals.replacen("</DeleteResult>", "", 1);
    let edit = Fault::edit(move |text| text.replace("</DeleteResult>", &refusals));
    lab.fault(edit.on(Operation::DeleteObjects));
    let paths = keys.map(|key| Ok(Path::from(key))).into_iter().collect();
    let results = delete(&lab, paths).await;
    assert!(results[0].is_ok() && results[1].is_ok(), "{results:?}");
    let Err(Error::PermissionDenied { path, .. }) = &results[2] else {
        panic!("{results:?}");
    };
    assert_eq!(path, "c");
    // what may go better another time was sent again, by itself
    let single = lab.sent(Operation::DeleteObject);
    assert_eq!(single.len(), 1);
    assert_eq!(single[0].key.as_deref(), Some("b"));
}

#[tokio::test]
async fn what_the_answer_does_not_name_is_deleted_by_itself() {
    let lab = Lab::new();
    let fault = Fault::edit(|text| text.replace("<Deleted><Key>b</Key></Deleted>", ""));
    lab.fault(fault.on(Operation::DeleteObjects));
    let paths = ["a", "b", "c"].map(|key| Ok(Path::from(key)));
    let results = delete(&lab, paths.into_iter().collect()).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let single = lab.sent(Operation::DeleteObject);
    assert_eq!(single.len(), 1);
    assert_eq!(single[0].key.as_deref(), Some("b"));
}

#[tokio::test]
async fn a_batch_that_fails_costs_no_other() {
    let lab = Lab::new();
    let paths: Vec<_> = (0..1001)
        .map(|index| Ok(Path::from(format!("a/{index}"))))
        .collect();
    let denied = Fault::error(403, "AccessDenied", "no").on(Operation::DeleteObjects);
    lab.fault(denied.always());
    let results = delete(&lab, paths).await;
    assert_eq!(results.len(), 1001);
    for (index, result) in results.iter().enumerate() {
        match index {
            1000 => assert!(result.is_ok(), "{result:?}"),
            _ => assert!(
                matches!(result, Err(Error::PermissionDenied { path, .. }) if *path == format!("a/{index}"))
            ),
        }
    }
}

#[tokio::test]
async fn batches_can_be_switched_off() {
    let lab = Lab::with(
        |peer| peer,
        |store| store.with_config(ConfigKey::DisableBulkDelete, "true"),
    );
    for key in ["a", "b"] {
        lab.put(BUCKET, key, "x");
    }
    let results = delete(&lab, vec![Ok(Path::from("a")), Ok(Path::from("b"))]).await;
    assert!(results.iter().all(Result::is_ok));
    assert!(lab.keys(BUCKET).is_empty());
    assert_eq!(lab.sent(Operation::DeleteObject).len(), 2);
}
