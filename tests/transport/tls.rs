//! What only goes over TLS, over TLS.

use bytes::Bytes;
use zonal::runtime::Body;
use zonal_peer::{CredentialKind, Fault, Framing, Operation, Peer, Recorded, Tls};

use crate::support::{BUCKET, builder, builder_for, bytes, peer, pieces_of};

const KEY: &str = "a/key";
const LENGTH: usize = 2_500_007;

/// The last request, which was good.
fn last(peer: &Peer) -> Recorded {
    let request = peer.take_requests().pop().unwrap();
    assert_eq!((request.status, request.faulted), (Some(200), false));
    request
}

#[tokio::test]
async fn sessions_bodies_and_listings_go_over_tls() {
    let peer = peer(Some(Tls::default()));
    let client = builder_for(&peer).build().unwrap();
    let data = bytes(LENGTH);
    let known = Body::from_stream(pieces_of(&data), Some(LENGTH as u64));
    let unknown = Body::from_stream(pieces_of(&data), None);
    for (body, form) in [
        (Body::from(data.clone()), "UNSIGNED-PAYLOAD"),
        (known, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        (unknown, "UNSIGNED-PAYLOAD"),
    ] {
        let put = client.put_object(BUCKET, KEY).body(body);
        put.await.unwrap();
        let request = last(&peer);
        assert_eq!(request.header("x-amz-content-sha256").unwrap(), form);
        assert!(matches!(
            request.credentials,
            CredentialKind::Session { .. }
        ));
        let is_trailer = form.starts_with("STREAMING");
        assert_eq!(request.header("x-amz-trailer").is_some(), is_trailer);
        assert_eq!(request.header("expect"), None);
        let object = peer.object(BUCKET, KEY).unwrap();
        assert!(object.data == data && object.checksum.is_some(), "{form}");
        let got = client.get_object(BUCKET, KEY).await.unwrap();
        assert!(got.body.collect().await.unwrap() == data);
    }
    let list = client.list_objects_v2(BUCKET).await.unwrap();
    assert_eq!(list.contents[0].key.as_deref(), Some(KEY));
    assert_eq!(peer.issued_sessions().len(), 1);
    assert_eq!((peer.connection_count(), peer.refused_count()), (1, 0));
}

#[tokio::test]
async fn the_bucket_is_a_part_of_the_name_that_is_verified() {
    let peer = peer(Some(Tls::default()));
    let url = format!("https://s3.localhost:{}", peer.address().port());
    let client = builder(url).ca_bundle(peer.root_certificate().unwrap());
    let client = client.build().unwrap();
    client.put_object(BUCKET, KEY).body("x").await.unwrap();
    let host = last(&peer).header("host").unwrap();
    assert!(
        host.starts_with(&format!("{BUCKET}.s3.localhost:")),
        "{host}"
    );
}

#[tokio::test]
async fn what_ends_without_a_goodbye_is_cut_off() {
    let peer = peer(Some(Tls::default()));
    peer.put(BUCKET, KEY, bytes(100_000));
    let client = builder_for(&peer).build().unwrap();
    let read = |fault: Fault| {
        peer.fault(fault.on(Operation::GetObject));
        async {
            client
                .get_object(BUCKET, KEY)
                .await
                .unwrap()
                .body
                .collect()
                .await
        }
    };
    let by_close = || Fault::genuine().framing(Framing::UntilClose);
    // the checksum would tell as well; here nothing else does
    let unverified = || Fault::edit_reply(|reply| reply.without_header("x-amz-checksum-crc32"));
    let whole: Bytes = read(by_close()).await.unwrap();
    assert!(whole == bytes(100_000));
    let cut = |fault: Fault, framing| fault.framing(framing).close_after(50_000);
    for (fault, says) in [
        (Fault::genuine().close_after(50_000), "after 50000"),
        (cut(unverified(), Framing::Chunked), "close_notify"),
        (cut(unverified(), Framing::UntilClose), "close_notify"),
    ] {
        let error = read(fault).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}
