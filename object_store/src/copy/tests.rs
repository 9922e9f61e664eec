use zonal::{Client, Credentials};
use zonal_peer::{Fault, Operation, Peer};

use super::*;
use crate::store::Options;

const BUCKET: &str = "demo--usw2-az1--x-s3";

/// A peer that refuses to copy objects larger than a limit, which stands for 5 GB.
fn lab() -> (Peer, ZonalStore) {
    let peer = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKID", "secret")
        .min_part_size(10);
    let peer = peer.start_blocking();
    let peer = peer.unwrap_or_else(|error| panic!("{error}"));
    let client = Client::builder()
        .region("us-west-2")
        .endpoint_url(peer.endpoint_url())
        .credentials(Credentials::new("AKID", "secret", None, None, "test"))
        .build();
    let client = client.unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        copy_limit: 50,
        copy_part: 20,
        ..Options::default()
    };
    let store = ZonalStore::with(client, BUCKET.to_owned(), options);
    let too_large = Fault::error(400, "InvalidRequest", "the source is too large");
    peer.fault(too_large.on(Operation::CopyObject).always());
    (peer, store)
}

#[tokio::test]
async fn what_is_too_large_for_one_request_is_copied_in_parts() {
    let (peer, store) = lab();
    let content = "0123456789".repeat(9);
    let mut object = peer.put(BUCKET, "from", content.clone());
    let header = ("content-type".to_owned(), "text/plain".to_owned());
    object.headers.insert(header.0, header.1);
    object.metadata.insert("a".to_owned(), "b".to_owned());
    peer.put_object(BUCKET, "from", object.clone());
    store
        .copy("from", "to", true)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    let copy = peer.object(BUCKET, "to");
    let copy = copy.unwrap_or_else(|| panic!("{:?}", peer.keys(BUCKET)));
    assert_eq!(copy.data, content);
    assert_eq!(copy.part_count(), 5);
    assert_eq!(
        (copy.headers, copy.metadata),
        (object.headers, object.metadata)
    );

    let taken = store
        .copy("from", "to", true)
        .await
        .map_err(|it| (it.kind, it.path));
    assert_eq!(taken, Err((Kind::AlreadyExists, "to".to_owned())));
    assert!(peer.uploads(BUCKET).is_empty());
    assert!(store.copy("from", "to", false).await.is_ok());
}

#[tokio::test]
async fn a_refusal_for_another_reason_stays() {
    let (peer, store) = lab();
    peer.put(BUCKET, "from", "small");
    let refused = store.copy("from", "to", false).await;
    let refused = refused.map_err(|failure| failure.code().map(str::to_owned));
    assert_eq!(refused, Err(Some("InvalidRequest".to_owned())));
    let missing = store
        .copy("nowhere", "to", false)
        .await
        .map_err(|it| it.kind);
    assert_eq!(missing, Err(Kind::NotFound));
}

#[tokio::test]
async fn a_source_that_changes_meanwhile_leaves_nothing_behind() {
    let (peer, store) = lab();
    peer.put(BUCKET, "from", "0123456789".repeat(9));
    let changed = Fault::error(412, "PreconditionFailed", "no").on(Operation::UploadPartCopy);
    peer.fault(changed.skip(2));
    let failed = store
        .copy("from", "to", false)
        .await
        .map_err(|it| (it.kind, it.path));
    assert_eq!(failed, Err((Kind::Precondition, "from".to_owned())));
    assert!(peer.uploads(BUCKET).is_empty());
    assert_eq!(peer.keys(BUCKET), ["from"]);
}
