//! Errors: their variants, their texts, and how often is tried before.

use zonal::AnyError;
use zonal_object_store::v0_13;
use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{Error, ObjectStoreExt};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab, SECRET, builder_for};

#[tokio::test]
async fn answers_have_the_variants_of_object_store() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", "content");
    let path = Path::from("a");
    type Check = fn(&Error) -> bool;
    let cases: [(u16, &str, Check); 8] = [
        (404, "NoSuchKey", |it| matches!(it, Error::NotFound { .. })),
        (404, "NoSuchBucket", |it| {
            matches!(it, Error::NotFound { .. })
        }),
        (403, "AccessDenied", |it| {
            matches!(it, Error::PermissionDenied { .. })
        }),
        (403, "SignatureDoesNotMatch", |it| {
            matches!(it, Error::Unauthenticated { .. })
        }),
        (412, "PreconditionFailed", |it| {
            matches!(it, Error::Precondition { .. })
        }),
        (501, "NotImplemented", |it| {
            matches!(it, Error::NotSupported { .. })
        }),
        (400, "InvalidRequest", |it| {
            matches!(it, Error::Generic { .. })
        }),
        (409, "OperationAborted", |it| {
            matches!(it, Error::Generic { .. })
        }),
    ];
    for (status, code, is_right) in cases {
        lab.fault(
            Fault::error(status, code, "MESSAGE")
                .on(Operation::GetObject)
                .always(),
        );
        let error = lab.store.get(&path).await.unwrap_err();
        assert!(is_right(&error), "{code}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(code) && text.contains("MESSAGE"), "{text}");
        let source = std::error::Error::source(&error).unwrap();
        let source: &AnyError = source.downcast_ref().unwrap();
        assert_eq!(source.code(), Some(code));
        assert!(source.request_id().is_some());
        lab.clear_faults();
    }
}

#[tokio::test]
async fn a_busy_service_is_asked_again() {
    let lab = Lab::new();
    let path = Path::from("a");
    let busy = |operation| Fault::error(503, "SlowDown", "wait").on(operation).times(2);
    for operation in [
        Operation::PutObject,
        Operation::GetObject,
        Operation::HeadObject,
        Operation::DeleteObject,
    ] {
        lab.fault(busy(operation));
    }
    lab.store.put(&path, "content".into()).await.unwrap();
    let read = lab.store.get(&path).await.unwrap();
    assert_eq!(read.bytes().await.unwrap(), "content");
    lab.store.head(&path).await.unwrap();
    lab.store.delete(&path).await.unwrap();
    assert_eq!(lab.pending_faults(), 0);
    lab.fault(Fault::error(503, "SlowDown", "wait").always());
    let error = lab.store.get(&path).await.unwrap_err();
    assert!(matches!(error, Error::Generic { .. }), "{error}");
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let lab = Lab::new();
    let path = v0_13::object_store::path::Path::from("a");
    let wrong = builder_for(&lab)
        .with_secret_access_key("MARKER of another")
        .build()
        .unwrap();
    let error = v0_13::object_store::ObjectStoreExt::get(&wrong, &path)
        .await
        .unwrap_err();
    let is_it = matches!(error, v0_13::object_store::Error::Unauthenticated { .. });
    assert!(is_it, "{error:?}");
    let nobody = zonal_object_store::ZonalStoreBuilder::new()
        .with_bucket_name(BUCKET)
        .with_endpoint(lab.endpoint_url())
        .build()
        .unwrap();
    let error = v0_13::object_store::ObjectStoreExt::get(&nobody, &path)
        .await
        .unwrap_err();
    let is_it = matches!(error, v0_13::object_store::Error::Unauthenticated { .. });
    assert!(is_it, "{error:?}");
    lab.fault(
        Fault::error(403, "AccessDenied", "no")
            .on(Operation::CreateSession)
            .always(),
    );
    let error = v0_13::object_store::ObjectStoreExt::get(&lab.store, &path)
        .await
        .unwrap_err();
    let is_it = matches!(error, v0_13::object_store::Error::PermissionDenied { .. });
    assert!(is_it, "{error:?}");
}

#[tokio::test]
async fn no_text_has_a_secret() {
    let lab = Lab::new();
    assert_eq!(lab.store.to_string(), format!("ZonalStore({BUCKET})"));
    let path = Path::from("a");
    let missing = lab.store.get(&path).await.unwrap_err();
    let other = v0_13::object_store::path::Path::from("a");
    let upload = v0_13::object_store::ObjectStoreExt::put_multipart(&lab.store, &other);
    let upload = upload.await.unwrap();
    let shown = format!(
        "{:?} {:#?} {missing:?} {missing} {upload:?}",
        lab.store, lab.store
    );
    assert!(!shown.contains("MARKER"), "{shown}");
    for session in lab.issued_sessions() {
        assert!(!shown.contains(session.session_token()), "{shown}");
        assert!(!shown.contains(session.secret_access_key()), "{shown}");
    }
    assert!(SECRET.contains("MARKER"));
}
