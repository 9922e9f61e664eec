//! Headers that cannot be read cost their member and nothing else.

use zonal::ErrorKind;
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

#[tokio::test]
async fn an_object_is_worth_more_than_its_headers() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "content");
    let odd = Fault::edit_reply(|reply| {
        let reply = reply
            .without_header("last-modified")
            .without_header("x-amz-checksum-crc32");
        reply
            .header("last-modified", "whatever")
            .header(BUCKET_KEY, "True")
            .header("x-amz-mp-parts-count", "1.5")
            .header("x-amz-checksum-crc32", "no base64!")
            .header("x-amz-checksum-sha256", "AAAA")
    });
    lab.fault(Operation::GetObject, odd.clone());
    let object = lab.client.get_object(BUCKET, "k").await.unwrap();
    assert_eq!(object.last_modified, None);
    assert_eq!(object.bucket_key_enabled, None);
    assert_eq!(object.parts_count, None);
    assert_eq!(
        (object.checksum_crc32, object.checksum_sha256),
        (None, None)
    );
    assert!(object.e_tag.is_some());
    assert_eq!(object.body.collect().await.unwrap(), "content");
    lab.fault(Operation::HeadObject, odd);
    let head = lab.client.head_object(BUCKET, "k").await.unwrap();
    assert_eq!((head.last_modified, head.content_length), (None, Some(7)));
}

/// Each header that is no text, with a value that is none of its kind.
#[tokio::test]
async fn each_header_may_be_wrong_alone() {
    const WRONG: [(&str, &[&str]); 10] = [
        (
            "last-modified",
            &[
                "whatever",
                "0",
                "Mon, 31 Feb 2025 00:00:00 GMT",
                "2025-01-01T00:00:00Z",
            ],
        ),
        ("x-amz-mp-parts-count", &["1.5", "-", "99999999999", "0x1"]),
        (BUCKET_KEY, &["True", "yes", "1"]),
        ("x-amz-checksum-crc32", &["no base64!", "AAAA"]),
        ("x-amz-checksum-crc32c", &["no base64!", "AAAA"]),
        ("x-amz-checksum-crc64nvme", &["no base64!", "AAAA"]),
        ("x-amz-checksum-sha1", &["no base64!", "AAAA"]),
        ("x-amz-checksum-sha256", &["no base64!", "AAAA"]),
        ("cache-control", &["caf\u{e9}"]),
        ("content-type", &["caf\u{e9}"]),
    ];
    let lab = Lab::new();
    for (name, values) in WRONG {
        for value in values {
            // as in Latin-1
            let value: Vec<u8> = value.chars().map(|letter| letter as u8).collect();
            for repeats in [1, 2] {
                let line = [name.as_bytes(), b": ", &value, b"\r\n"].concat();
                let head = b"HTTP/1.1 200 OK\r\netag: \"e\"\r\ncontent-length: 7\r\n";
                let lines = line.repeat(repeats);
                let answer = |body: &[u8]| Fault::raw([head, &*lines, b"\r\n", body].concat());
                lab.fault(Operation::GetObject, answer(b"content"));
                let object = lab.client.get_object(BUCKET, "k").await.unwrap();
                assert_eq!(object.e_tag.as_deref(), Some("\"e\""), "{name}");
                lab.fault(Operation::HeadObject, answer(b""));
                let head = lab.client.head_object(BUCKET, "k").await.unwrap();
                assert_eq!(head.content_length, Some(7), "{name}");
                let head = serde_json::to_value(&head).unwrap();
                let members = head.as_object().unwrap().iter();
                let mut left: Vec<_> = members
                    .filter(|(_, value)| !value.is_null() && *value != &serde_json::json!({}))
                    .map(|(name, _)| &**name)
                    .collect();
                left.sort_unstable();
                assert_eq!(left, ["ContentLength", "ETag"], "{name}: {value:?}");
                assert_eq!(object.body.collect().await.unwrap(), "content");
            }
        }
    }
}

/// There is no body whose end would depend on it.
#[tokio::test]
async fn a_length_that_is_none_is_not_reported() {
    let lab = Lab::new();
    for (lengths, expected) in [
        (&["-4"][..], None),
        (&["+4"], None),
        (&["4.0"], None),
        (&["0x4"], None),
        (&["four"], None),
        (&[""], None),
        (&["4", "6"], None),
        (&["4, 6"], None),
        (&["9223372036854775808"], None),
        (&["18446744073709551616"], None),
        (&["4", "4"], Some(4)),
        (&["9223372036854775807"], Some(i64::MAX)),
    ] {
        let lines = lengths.iter().map(|it| format!("content-length: {it}\r\n"));
        let head = format!(
            "HTTP/1.1 200 OK\r\netag: \"e\"\r\n{}\r\n",
            lines.collect::<String>()
        );
        lab.fault(Operation::HeadObject, Fault::raw(head));
        let head = lab.client.head_object(BUCKET, "k").await.unwrap();
        assert_eq!(head.content_length, expected, "{lengths:?}");
        assert_eq!(head.e_tag.as_deref(), Some("\"e\""));
    }
}

#[tokio::test]
async fn metadata_in_another_encoding_is_left_out() {
    let lab = Lab::new();
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nx-amz-meta-a: caf\xe9\r\n\
        cache-control: \xff\r\nx-amz-meta-b: caf\xc3\xa9\r\n\r\ncontent";
    lab.fault(Operation::GetObject, Fault::raw(head.as_slice()));
    let object = lab.client.get_object(BUCKET, "k").await.unwrap();
    let metadata = object.metadata;
    assert_eq!(metadata.len(), 1, "{metadata:?}");
    assert_eq!(metadata["b"], "café");
    assert_eq!(object.cache_control, None);
    assert_eq!(object.body.collect().await.unwrap(), "content");
}

#[tokio::test]
async fn an_object_may_have_all_the_metadata_that_fits() {
    let lab = Lab::new();
    for count in [110, 512] {
        let fault = Fault::edit_reply(move |reply| {
            let names = (0..count).map(|number| format!("x-amz-meta-{number}"));
            names.fold(reply, |reply, name| reply.header(&name, "v"))
        });
        lab.peer.put(BUCKET, "k", "content");
        lab.fault(Operation::GetObject, fault);
        let object = lab.client.get_object(BUCKET, "k").await.unwrap();
        assert_eq!(object.metadata.len(), count);
    }
    // but no more than any object has
    let flood = (0..2000).map(|number| format!("x-amz-meta-{number}: v\r\n"));
    let flood: String = flood.collect();
    let answer = format!("HTTP/1.1 200 OK\r\n{flood}content-length: 0\r\n\r\n");
    lab.fault(Operation::GetObject, Fault::raw(answer));
    lab.count(Operation::GetObject);
    let error = lab.client.get_object(BUCKET, "k").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert_eq!(lab.count(Operation::GetObject), 1);
}

#[tokio::test]
async fn what_must_be_there_must_be_readable() {
    let lab = Lab::new();
    // in a body, nobody but the service wrote it
    let error = Reply::xml(
        200,
        "<ListBucketResult><MaxKeys>many</MaxKeys></ListBucketResult>",
    );
    lab.fault(Operation::ListObjectsV2, Fault::reply(error));
    let error = lab.client.list_objects_v2(BUCKET).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}
