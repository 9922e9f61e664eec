//! Listings: large ones, and in no order.

use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use zonal_object_store::v0_14::object_store::list::{PaginatedListOptions, PaginatedListStore};
use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{Error, ObjectStore};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

/// A bucket of more than two pages.
fn large() -> (Lab, BTreeSet<String>) {
    let lab = Lab::new();
    let keys = (0..2500).map(|index| format!("data/{}/{index:04}", index % 1100));
    let keys: BTreeSet<_> = keys.collect();
    for key in &keys {
        lab.put(BUCKET, key, "x");
    }
    lab.put(BUCKET, "database", "x");
    lab.take_requests();
    (lab, keys)
}

#[tokio::test]
async fn large_listings_are_complete() {
    let (lab, keys) = large();
    let prefix = Path::from("data");
    let listed: Vec<_> = lab.store.list(Some(&prefix)).try_collect().await.unwrap();
    let locations = listed.iter().map(|meta| meta.location.to_string());
    assert_eq!(listed.len(), keys.len());
    assert_eq!(locations.clone().collect::<BTreeSet<_>>(), keys);
    assert!(!locations.is_sorted(), "the peer lists in no order");
    assert_eq!(lab.sent(Operation::ListObjectsV2).len(), 3);

    let offset = Path::from("data/500/1600");
    let listed = lab.store.list_with_offset(Some(&prefix), &offset);
    let listed: Vec<_> = listed
        .map_ok(|meta| meta.location.to_string())
        .try_collect()
        .await
        .unwrap();
    let behind = keys
        .iter()
        .filter(|key| key.as_str() > "data/500/1600")
        .cloned();
    assert_eq!(
        listed.into_iter().collect::<BTreeSet<_>>(),
        behind.collect()
    );
}

#[tokio::test]
async fn directories_come_from_all_pages_once() {
    let (lab, _) = large();
    let listed = lab
        .store
        .list_with_delimiter(Some(&Path::from("data")))
        .await
        .unwrap();
    assert_eq!(listed.common_prefixes.len(), 1100);
    assert!(listed.common_prefixes.is_sorted());
    assert!(listed.objects.is_empty());
    assert_eq!(lab.sent(Operation::ListObjectsV2).len(), 2);
    let listed = lab.store.list_with_delimiter(None).await.unwrap();
    assert_eq!(listed.common_prefixes, [Path::from("data")]);
    assert_eq!(listed.objects[0].location, Path::from("database"));
}

#[tokio::test]
async fn pages_are_found_by_any_prefix() {
    let (lab, keys) = large();
    for (prefix, expected) in [
        (
            "data/1",
            keys.iter().filter(|key| key.starts_with("data/1")).count(),
        ),
        ("data/1099/2", 1),
        ("data", keys.len() + 1),
        ("nothing/at/all", 0),
    ] {
        let mut options = PaginatedListOptions::default();
        let mut found = BTreeSet::new();
        loop {
            let page = lab
                .store
                .list_paginated(Some(prefix), options.clone())
                .await
                .unwrap();
            found.extend(page.result.objects.into_iter().map(|it| it.location));
            options.page_token = page.page_token;
            if options.page_token.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), expected, "{prefix}");
    }
    let options = PaginatedListOptions {
        offset: Some("data/1099/1099".to_owned()),
        delimiter: Some("/".into()),
        max_keys: Some(5000),
        ..PaginatedListOptions::default()
    };
    let page = lab
        .store
        .list_paginated(Some("data/1099/"), options.clone())
        .await
        .unwrap();
    assert_eq!(page.result.objects.len(), 1);
    let options = PaginatedListOptions {
        delimiter: Some("|".into()),
        ..options
    };
    let refused = lab.store.list_paginated(None, options).await;
    assert!(
        matches!(refused, Err(Error::NotSupported { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_session_that_ends_between_pages_is_replaced() {
    let (lab, keys) = large();
    let mut listing = lab.store.list(None);
    let mut count = 0;
    while listing.try_next().await.unwrap().is_some() {
        count += 1;
        if count % 900 == 0 {
            lab.expire_sessions();
        }
    }
    assert_eq!(count, keys.len() + 1);
}

#[tokio::test]
async fn a_listing_of_something_else_or_without_end_is_an_error() {
    let lab = Lab::new();
    let answer = |content: &str| {
        let document = format!("<ListBucketResult>{content}</ListBucketResult>");
        Fault::reply(Reply::xml(200, document)).on(Operation::ListObjectsV2)
    };
    let prefix = Path::from("data");
    for content in [
        "<Contents><Key>other/a</Key><Size>1</Size></Contents>",
        "<CommonPrefixes><Prefix>database/</Prefix></CommonPrefixes>",
    ] {
        lab.fault(answer(content));
        let error = lab.store.list_with_delimiter(Some(&prefix)).await;
        let text = error.unwrap_err().to_string();
        assert!(text.contains("does not begin with the prefix"), "{text}");
        lab.fault(answer(content));
        let options = PaginatedListOptions::default();
        let error = lab.store.list_paginated(Some("data/x"), options).await;
        let text = error.unwrap_err().to_string();
        assert!(text.contains("does not begin with the prefix"), "{text}");
    }
    lab.fault(answer("<Contents><Key>other/a</Key></Contents>"));
    let listed: Result<Vec<_>, _> = lab.store.list(Some(&prefix)).try_collect().await;
    let text = listed.unwrap_err().to_string();
    assert!(text.contains("does not begin with the prefix"), "{text}");
    // tokens in a circle, and none
    let page = |token: &str| {
        let token = format!("<NextContinuationToken>{token}</NextContinuationToken>");
        answer(&format!("<IsTruncated>true</IsTruncated>{token}"))
    };
    for tokens in [&["a", "b", "a", "b", "a", "b"][..], &["a", "a"], &[""]] {
        for token in tokens {
            lab.fault(page(token));
        }
        let options = PaginatedListOptions::default();
        let error = lab.store.list_paginated(Some("data/"), options).await;
        let text = error.unwrap_err().to_string();
        assert!(text.contains("goes on without a new page"), "{text}");
        lab.clear_faults();
    }
}
