//! A client of `reqwest` as the transport.

use zonal::runtime::Body;
use zonal::runtime::transport::TransportErrorKind;
use zonal_tests::reqwest_client;

use crate::support::{BUCKET, builder, bytes, peer, pieces_of};

#[tokio::test]
async fn requests_go_through_it_as_they_were_signed() {
    let data = bytes(3_000_017);
    let peer = peer(None);
    let client = builder(peer.endpoint_url()).transport(reqwest_client());
    let client = client.build().unwrap();
    let streamed = Body::from_stream(pieces_of(&data), Some(data.len() as u64));
    for (key, body) in [
        ("a b/ü+%?#", streamed),
        ("//", Body::from(data.clone())),
        ("empty", Body::from("")),
    ] {
        let length = body.length().unwrap() as usize;
        client.put_object(BUCKET, key).body(body).await.unwrap();
        assert!(peer.object(BUCKET, key).unwrap().data == data[..length]);
        let object = client.get_object(BUCKET, key).await.unwrap();
        assert!(object.body.collect().await.unwrap() == data[..length]);
    }
}

#[tokio::test]
async fn its_errors_are_ours() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = builder(url).transport(reqwest_client()).max_attempts(1);
    let client = client.build().unwrap();
    let error = client.head_bucket(BUCKET).await.unwrap_err();
    assert_eq!(error.transport_kind(), Some(TransportErrorKind::Refused));
    let text = error.to_string();
    assert!(text.contains("no connection: "), "{text}");
}
