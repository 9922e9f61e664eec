//! Reads: ranges, broken connections, objects that change meanwhile.

use std::ops::Range;

use zonal_object_store::v0_14::object_store::path::Path;
use zonal_object_store::v0_14::object_store::{
    Error, Extensions, GetOptions, GetRange, ObjectStore, ObjectStoreExt,
};
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab};

/// More than is read in one piece.
const LARGE: usize = 5 * 1024 * 1024;

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index / 7) as u8).collect()
}

#[tokio::test]
async fn a_read_that_breaks_off_goes_on() {
    let lab = Lab::new();
    let path = Path::from("a");
    for (length, cut) in [(LARGE, LARGE / 3), (1000, 300), (1000, 1)] {
        let content = bytes(length);
        lab.store.put(&path, content.clone().into()).await.unwrap();
        let e_tag = lab.object(BUCKET, "a").unwrap().etag;
        lab.take_requests();
        let cut = Fault::genuine().close_after(cut as u64);
        lab.fault(cut.clone().on(Operation::GetObject));
        lab.fault(cut.on(Operation::GetObject));
        let read = lab.store.get(&path).await.unwrap().bytes().await.unwrap();
        assert!(read == content, "{length}");
        let requests = lab.sent(Operation::GetObject);
        assert_eq!(requests.len(), 3, "{length}");
        for request in &requests[1..] {
            assert_eq!(request.header("if-match"), Some(e_tag.clone()));
            let range = request.header("range").unwrap();
            assert!(range.ends_with(&format!("-{}", length - 1)), "{range}");
        }
    }
}

#[tokio::test]
async fn a_read_goes_on_with_the_same_object_alone() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", bytes(LARGE));
    let cut = Fault::genuine().close_after(1000).on(Operation::GetObject);
    lab.fault(cut.clone());
    let result = lab.store.get(&Path::from("a")).await.unwrap();
    lab.put(BUCKET, "a", bytes(LARGE));
    let error = result.bytes().await.unwrap_err();
    assert!(error.to_string().contains("PreconditionFailed"), "{error}");
    // nor for ever
    lab.fault(cut.always());
    let result = lab.store.get(&Path::from("a")).await.unwrap();
    lab.take_requests();
    let error = result.bytes().await.unwrap_err();
    assert!(matches!(error, Error::Generic { .. }), "{error}");
    assert!(lab.sent(Operation::GetObject).len() <= 10);
}

#[tokio::test]
async fn damaged_bytes_are_never_given_out_whole() {
    let lab = Lab::new();
    let path = Path::from("a");
    for length in [1000, LARGE] {
        lab.store.put(&path, bytes(length).into()).await.unwrap();
        let damage = Fault::edit_reply(move |reply| reply.body(vec![0; length]));
        lab.fault(damage.on(Operation::GetObject));
        let read = lab.store.get(&path).await.unwrap().bytes().await;
        let error = read.unwrap_err().to_string();
        assert!(error.contains("damaged"), "{error}");
    }
}

#[tokio::test]
async fn results_have_what_came_with_the_answer() {
    let lab = Lab::new();
    let path = Path::from("a");
    let id = |extensions: &Extensions| {
        let metadata: &zonal::Metadata = extensions.get().unwrap();
        metadata.request_id().unwrap().to_owned()
    };
    let written = lab.store.put(&path, "content".into()).await.unwrap();
    let read = lab.store.get(&path).await.unwrap();
    assert_ne!(id(&written.extensions), id(&read.extensions));
    let mut upload = lab.store.put_multipart(&path).await.unwrap();
    let completed = upload.complete().await.unwrap();
    assert!(!id(&completed.extensions).is_empty());
    assert!(!format!("{written:?} {read:?}").contains("MARKER"));
}

fn ranges<const N: usize>(ranges: [(u64, u64); N]) -> Vec<Range<u64>> {
    let ranges = ranges.into_iter().map(|(start, end)| start..end);
    ranges.collect()
}

#[tokio::test]
async fn ranges_are_read_together() {
    let lab = Lab::new();
    let content = bytes(LARGE);
    lab.put(BUCKET, "a", content.clone());
    let path = Path::from("a");
    let near = (0..50).map(|index| index * 100..index * 100 + 10);
    let far = (0..50).map(|index| 4_000_000 + index * 100..4_000_000 + index * 100 + 10);
    let wanted: Vec<Range<u64>> = near.chain(far).rev().collect();
    lab.take_requests();
    let read = lab.store.get_ranges(&path, &wanted).await.unwrap();
    for (range, read) in wanted.iter().zip(&read) {
        assert_eq!(read[..], content[range.start as usize..range.end as usize]);
    }
    assert_eq!(lab.sent(Operation::GetObject).len(), 2);

    assert!(lab.store.get_ranges(&path, &[]).await.unwrap().is_empty());
    assert!(lab.take_requests().is_empty());
    // the end of the object ends a range
    let end = LARGE as u64;
    let read = lab
        .store
        .get_ranges(&path, &ranges([(end - 2, end + 10)]))
        .await
        .unwrap();
    assert_eq!(read[0].len(), 2);
    for bad in [
        ranges([(3, 3)]),
        ranges([(5, 4)]),
        ranges([(end, end + 1)]),
        ranges([(end - 1, end), (end + 5, end + 6)]),
    ] {
        let result = lab.store.get_ranges(&path, &bad).await;
        assert!(
            matches!(result, Err(Error::Generic { .. })),
            "{bad:?} {result:?}"
        );
    }
}

#[tokio::test]
async fn ranges_are_of_one_object() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", bytes(LARGE));
    let other = Fault::genuine()
        .with_header("x-note", "1")
        .on(Operation::GetObject);
    lab.fault(other);
    lab.fault(
        Fault::edit_reply(|reply| reply.without_header("etag").header("etag", "\"another\""))
            .on(Operation::GetObject),
    );
    let path = Path::from("a");
    let ranges = [0..1, 4_000_000..4_000_001];
    let result = lab.store.get_ranges(&path, &ranges);
    let error = result.await.unwrap_err().to_string();
    assert!(error.contains("replaced"), "{error}");
}

#[tokio::test]
async fn heads_have_ranges_and_no_bytes() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", bytes(100));
    let path = Path::from("a");
    for (range, expected) in [
        (None, Some(0..100)),
        (Some(GetRange::Bounded(10..20)), Some(10..20)),
        (Some(GetRange::Suffix(10)), Some(90..100)),
        (Some(GetRange::Offset(100)), None),
    ] {
        let options = GetOptions {
            range,
            head: true,
            ..GetOptions::default()
        };
        let result = lab.store.get_opts(&path, options).await;
        match expected {
            Some(expected) => {
                let result = result.unwrap();
                assert_eq!((result.meta.size, result.range.clone()), (100, expected));
            }
            None => assert!(matches!(result, Err(Error::Generic { .. }))),
        }
    }
    assert!(lab.sent(Operation::GetObject).is_empty());
}

#[tokio::test]
async fn an_answer_to_a_range_that_is_something_else_is_an_error() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", bytes(100));
    let path = Path::from("a");
    for range in [
        "bytes 0-9/100",
        "bytes 10-18/100",
        "bytes 10-19/15",
        "nonsense",
    ] {
        let edit = Fault::edit_reply(move |reply| {
            reply
                .without_header("content-range")
                .header("content-range", range)
        });
        lab.fault(edit.on(Operation::GetObject).always());
        let result = lab.store.get_range(&path, 10..20).await;
        assert!(result.is_err(), "{range}: {result:?}");
        lab.clear_faults();
    }
}

#[tokio::test]
async fn versions_are_not_supported() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", "content");
    let path = Path::from("a");
    let of = |version: &str| GetOptions::new().with_version(Some(version));
    let result = lab.store.get_opts(&path, of("1")).await;
    assert!(
        matches!(result, Err(Error::NotSupported { .. })),
        "{result:?}"
    );
    lab.store.get_opts(&path, of("null")).await.unwrap();
}

#[tokio::test]
async fn sessions_that_end_in_the_middle_are_nobodys_concern() {
    let lab = Lab::new();
    let path = Path::from("a");
    lab.store.put(&path, bytes(LARGE).into()).await.unwrap();
    lab.expire_sessions();
    let result = lab.store.get(&path).await.unwrap();
    lab.forget_sessions();
    assert!(result.bytes().await.unwrap() == bytes(LARGE));
    assert_eq!(lab.store.head(&path).await.unwrap().size, LARGE as u64);
    lab.expire_sessions();
    lab.store.rename(&path, &Path::from("b")).await.unwrap();
    lab.forget_sessions();
    lab.store.delete(&Path::from("b")).await.unwrap();
    assert!(lab.keys(BUCKET).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_readers_open_one_session() {
    let lab = Lab::new();
    lab.put(BUCKET, "a", "content");
    let readers = (0..1000).map(|_| {
        let store = lab.store.clone();
        tokio::spawn(async move { store.get(&Path::from("a")).await.unwrap().bytes().await })
    });
    for reader in readers.collect::<Vec<_>>() {
        assert_eq!(reader.await.unwrap().unwrap(), "content");
    }
    assert_eq!(lab.sent(Operation::CreateSession).len(), 1);
}
