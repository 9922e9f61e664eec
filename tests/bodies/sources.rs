//! What a body can be made of, and whether it is sent again where an attempt fails.

use std::io::{Seek as _, SeekFrom, Write as _};

use bytes::{Bytes, BytesMut};
use http_body_util::Full;
use zonal::Body;
use zonal_peer::{Fault, Operation};

use crate::support::{BUCKET, KEY, Lab, Scheme, bytes, put};

/// A file with this in it, open where it begins.
fn file_of(data: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(data).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

#[tokio::test]
async fn bodies_are_made_of_many_things() {
    let lab = Lab::new();
    let data = bytes(2_500_007);
    let reader = || std::io::Cursor::new(data.clone());
    let pieces: Vec<Bytes> = data.chunks(100_001).map(Bytes::copy_from_slice).collect();
    let received = Full::new(data.clone());
    for (body, length, is_replayable) in [
        (Body::from(pieces), Some(data.len() as u64), true),
        (
            Body::from(BytesMut::from(&data[..])),
            Some(data.len() as u64),
            true,
        ),
        (
            Body::from(data.to_vec().into_boxed_slice()),
            Some(data.len() as u64),
            true,
        ),
        (Body::from(file_of(&data)), None, true),
        (
            Body::from(tokio::fs::File::from_std(file_of(&data))),
            None,
            true,
        ),
        (
            Body::from_reader(reader(), Some(data.len() as u64)),
            Some(data.len() as u64),
            false,
        ),
        (Body::from_reader(reader(), None), None, false),
        (
            Body::from_http_body(received),
            Some(data.len() as u64),
            false,
        ),
    ] {
        let name = format!("{body:?}");
        assert_eq!(
            (body.length(), body.is_replayable()),
            (length, is_replayable),
            "{name}"
        );
        for scheme in [Scheme::Http, Scheme::Https] {
            if !is_replayable && scheme == Scheme::Https {
                continue;
            }
            if is_replayable {
                lab.peer
                    .fault(Fault::error(503, "SlowDown", "slow").on(Operation::PutObject));
            }
            let (_, object) = lab.put(scheme, put(body.clone())).await;
            assert!(object.data == data, "{name}");
        }
    }
    for body in [Body::from(b"abc"), Body::from(vec![Bytes::from("abc")])] {
        assert_eq!(body.as_bytes().map(|it| &it[..]), Some(&b"abc"[..]));
    }
    assert_eq!(Body::from(Vec::<Bytes>::new()).length(), Some(0));
}

#[tokio::test]
async fn an_open_file_is_sent_from_where_it_stands() {
    let lab = Lab::new();
    let data = bytes(1_500_000);
    let mut file = file_of(&data);
    file.seek(SeekFrom::Start(1_000_001)).unwrap();
    let body = Body::from(file);
    // two at a time do not disturb each other
    let client = lab.client(Scheme::Http);
    let (a, b) = tokio::join!(
        client.put_object(BUCKET, "a").body(body.clone()),
        client.put_object(BUCKET, "b").body(body.clone()),
    );
    a.unwrap();
    b.unwrap();
    for key in ["a", "b"] {
        assert!(
            lab.peer.object(BUCKET, key).unwrap().data == data[1_000_001..],
            "{key}"
        );
    }
    let empty = Body::from(file_of(b""));
    let (_, object) = lab.put(Scheme::Http, put(empty)).await;
    assert!(object.data.is_empty());
}

#[tokio::test]
async fn an_answer_can_be_sent_on() {
    let lab = Lab::new();
    let data = bytes(700_001);
    lab.put(Scheme::Http, put(data.clone())).await;
    let client = lab.client(Scheme::Http);
    let object = client.get_object(BUCKET, KEY).await.unwrap();
    let mut rest = object.body;
    let first = rest.next().await.unwrap().unwrap();
    client.put_object(BUCKET, "rest").body(rest).await.unwrap();
    let stored = lab.peer.object(BUCKET, "rest").unwrap();
    assert!(stored.data == data[first.len()..]);
}
