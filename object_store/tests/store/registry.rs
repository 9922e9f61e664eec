//! URLs and registries of both versions.

use crate::lab::{BUCKET, Lab, builder_for};

macro_rules! registry {
    ($version:ident) => {
        mod $version {
            use std::sync::Arc;

            use zonal_object_store::$version::object_store::memory::InMemory;
            use zonal_object_store::$version::object_store::path::Path;
            use zonal_object_store::$version::object_store::registry::ObjectStoreRegistry;
            use zonal_object_store::$version::object_store::{Error, ObjectStore, ObjectStoreExt};
            use zonal_object_store::$version::{ZonalRegistry, parse_url, parse_url_opts};

            use super::*;

            fn url(text: &str) -> url::Url {
                text.parse().unwrap()
            }

            #[tokio::test]
            async fn directory_buckets_lead_here_and_others_elsewhere() {
                let lab = Lab::new();
                lab.put(BUCKET, "a/b", "content");
                let registry = ZonalRegistry::with_builder(builder_for(&lab));
                let base = format!("s3://{BUCKET}");
                let (store, path) = registry.resolve(&url(&format!("{base}/a/b"))).unwrap();
                assert_eq!(path, Path::from("a/b"));
                let read = store.get(&path).await.unwrap();
                assert_eq!(read.bytes().await.unwrap(), "content");
                let (again, path) = registry.resolve(&url(&base)).unwrap();
                assert!(Arc::ptr_eq(&store, &again) && path.is_root());

                let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
                let other = url("s3://general-purpose/data");
                assert!(registry.register(other, Arc::clone(&memory)).is_none());
                let (found, path) = registry
                    .resolve(&url("s3://general-purpose/data/x"))
                    .unwrap();
                assert!(Arc::ptr_eq(&found, &memory));
                assert_eq!(path, Path::from("x"));
                registry.resolve(&url("memory:///x")).unwrap();
                assert!(registry.resolve(&url("s3://another-one/x")).is_err());
            }

            #[tokio::test]
            async fn what_was_registered_goes_ahead() {
                let lab = Lab::new();
                let registry = ZonalRegistry::with_builder(builder_for(&lab));
                let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
                let base = url(&format!("s3://{BUCKET}/a/b/"));
                assert!(
                    registry
                        .register(base.clone(), Arc::clone(&memory))
                        .is_none()
                );
                let (found, path) = registry
                    .resolve(&url(&format!("s3://{BUCKET}/a/b/c%20d")))
                    .unwrap();
                assert!(Arc::ptr_eq(&found, &memory));
                assert_eq!(path.as_ref(), "c%20d");
                let (found, path) = registry
                    .resolve(&url(&format!("s3://{BUCKET}/a/bc")))
                    .unwrap();
                assert_eq!(found.to_string(), format!("ZonalStore({BUCKET})"));
                assert_eq!(path.as_ref(), "a/bc");
                let replaced = registry.register(base, Arc::new(InMemory::new()));
                assert!(Arc::ptr_eq(&replaced.unwrap(), &memory));
            }

            #[tokio::test]
            async fn a_url_and_options_make_a_store() {
                let lab = Lab::new();
                lab.put(BUCKET, "a b/c", "content");
                let options = [
                    ("AWS_ACCESS_KEY_ID", "AKID"),
                    ("aws_secret_access_key", crate::lab::SECRET),
                    ("region", "us-west-2"),
                    ("endpoint", &*lab.endpoint_url()),
                    ("some_other_engine_option", "1"),
                ];
                let location = url(&format!("s3://{BUCKET}/a%20b/c"));
                let (store, path) = parse_url_opts(&location, options).unwrap();
                let read = store.get(&path).await.unwrap();
                assert_eq!(read.bytes().await.unwrap(), "content");
                let bad = [("aws_region", "us-west-2"), ("aws_allow_http", "maybe")];
                let error = parse_url_opts(&location, bad).unwrap_err();
                assert!(error.to_string().contains("aws_allow_http"), "{error}");
                let error = parse_url(&location).unwrap_err();
                assert!(error.to_string().contains("aws_region"), "{error}");
                parse_url(&url("memory:///a")).unwrap();
            }

            #[test]
            fn an_unknown_option_is_named() {
                let built = builder_for(&Lab::new()).with_options([("aws_color", "blue")]);
                let error = Error::from(built.unwrap_err());
                let Error::UnknownConfigurationKey { key, .. } = error else {
                    panic!("{error}");
                };
                assert_eq!(key, "aws_color");
            }
        }
    };
}

registry!(v0_13);
registry!(v0_14);

#[test]
fn stores_can_be_taken_out_again() {
    use std::sync::Arc;
    use zonal_object_store::v0_14::object_store::memory::InMemory;
    use zonal_object_store::v0_14::object_store::registry::ObjectStoreRegistry;

    let lab = Lab::new();
    let registry = zonal_object_store::v0_14::ZonalRegistry::with_builder(builder_for(&lab));
    for url in [
        format!("s3://{BUCKET}/a"),
        "s3://general-purpose/a".to_owned(),
    ] {
        let url: url::Url = url.parse().unwrap();
        registry.register(url.clone(), Arc::new(InMemory::new()));
        assert!(registry.deregister(&url).is_some());
        assert!(registry.deregister(&url).is_none());
    }
}
