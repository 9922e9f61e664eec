//! Answers of servers and proxies that are not quite S3: each is what it says, or an error.

use zonal::{CopySource, ErrorKind};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

/// An error document in every form in which XML allows it, and some that break off. The code is the same.
fn errors() -> Vec<Vec<u8>> {
    let texts = [
        "<Error><Code>AccessDenied</Code></Error>",
        "\u{feff}<Error><Code>AccessDenied</Code></Error>",
        "<!-- a comment --><?pi?>\n<Error><Code>AccessDenied</Code></Error>",
        "<?xml version=\"1.0\"?>\n<!-- a comment -->\n<Error><Code>AccessDenied</Code></Error>\n",
        "<Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Code>AccessDenied</Code></Error>",
        "<Error xmlns=\"urn:another\"><Code>AccessDenied</Code></Error>",
        "<s:Error xmlns:s=\"urn:s\"><s:Code>AccessDenied</s:Code></s:Error>",
        "<Error><Code><![CDATA[AccessDenied]]></Code><Message/></Error>",
        "<Error><Code>Access&#68;enied</Code><Detail><Code>Other</Code></Detail></Error>",
        // broken behind what counts
        "<Error><Code>AccessDenied</Code><Message>cut",
        "<Error><Code>AccessDenied</Code></Error> trailing garbage",
        "<Error><Code>AccessDenied</Code></Error><ListBucketResult/>",
        "<Error><Code>AccessDenied</Code><Message>&unknown;</Message></Error>",
    ];
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\
        <Error><Code>AccessDenied</Code><Message>caf\xe9</Message></Error>";
    let texts = texts.into_iter().map(|text| text.as_bytes().to_vec());
    texts.chain([latin.to_vec()]).collect()
}

/// An error that is not known, and one that has nothing to say.
const NAMELESS: [&str; 3] = [
    "<Error/>",
    "<Error><Message>no</Message></Error>",
    "<ErrorResponse><RequestId>r</RequestId></ErrorResponse>",
];

#[tokio::test]
async fn an_error_document_in_any_dress() {
    let lab = Lab::new();
    let client = &lab.client;
    for body in errors() {
        let shown = String::from_utf8_lossy(&body).into_owned();
        for status in [200, 403] {
            let answer = |operation| {
                let reply = Reply::xml(status, body.clone());
                lab.fault(operation, Fault::reply(reply).always());
            };
            answer(Operation::PutObject);
            let put = client.put_object(BUCKET, "k").body("c").await.unwrap_err();
            answer(Operation::ListObjectsV2);
            let list = client.list_objects_v2(BUCKET).await.unwrap_err();
            answer(Operation::CopyObject);
            let copy = client
                .copy_object(BUCKET, CopySource::new(BUCKET, "k"), "c")
                .await;
            let copy = copy.unwrap_err();
            for (kind, code) in [
                (put.kind(), put.code()),
                (list.kind(), list.code()),
                (copy.kind(), copy.code()),
            ] {
                assert_eq!(kind, ErrorKind::Service, "{status} {shown}");
                assert_eq!(code, Some("AccessDenied"), "{status} {shown}");
            }
        }
    }
    for body in NAMELESS {
        lab.fault(Operation::PutObject, Fault::reply(Reply::xml(200, body)));
        let put = client.put_object(BUCKET, "k").body("c").await.unwrap_err();
        assert_eq!(
            (put.kind(), put.code()),
            (ErrorKind::Service, Some("Http200"))
        );
        lab.fault(
            Operation::ListObjectsV2,
            Fault::reply(Reply::xml(200, body)),
        );
        let list = client.list_objects_v2(BUCKET).await.unwrap_err();
        assert_eq!(list.kind(), ErrorKind::Service, "{body}");
    }
}

#[tokio::test]
async fn a_document_that_is_not_whole_or_not_one() {
    let lab = Lab::new();
    let whole = "<ListBucketResult><Name>demo--usw2-az1--x-s3</Name><KeyCount>1</KeyCount><Contents><Key>k</Key></Contents>\
        <IsTruncated>false</IsTruncated></ListBucketResult>";
    let answer = |body: Vec<u8>| {
        let reply = Reply::xml(200, body);
        lab.fault(Operation::ListObjectsV2, Fault::reply(reply).always());
    };
    answer(whole.into());
    lab.client.list_objects_v2(BUCKET).await.unwrap();
    // cut anywhere
    for at in 0..whole.len() {
        answer(whole[..at].into());
        let error = lab.client.list_objects_v2(BUCKET).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{at}: {error}");
    }
    for tail in [
        "garbage",
        "<ListBucketResult/>",
        "<Error><Code>A</Code></Error>",
        "\0",
        "</a>",
    ] {
        answer(format!("{whole}{tail}").into());
        let error = lab.client.list_objects_v2(BUCKET).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{tail}: {error}");
    }
    for tail in ["", "\n \r\n", "<!-- end -->", "<?end?>\n"] {
        answer(format!("{whole}{tail}").into());
        lab.client.list_objects_v2(BUCKET).await.unwrap();
    }
    let utf_16 = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    answer(utf_16);
    let error = lab.client.list_objects_v2(BUCKET).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

/// `<Error><Code>AccessDenied</Code></Error>` in gzip.
const COMPRESSED: [u8; 53] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xb3, 0x71, 0x2d, 0x2a, 0xca, 0x2f,
    0xb2, 0xb3, 0x71, 0xce, 0x4f, 0x49, 0xb5, 0x73, 0x4c, 0x4e, 0x4e, 0x2d, 0x2e, 0x76, 0x49, 0xcd,
    0xcb, 0x4c, 0x4d, 0xb1, 0xd1, 0x07, 0x0b, 0xd9, 0xe8, 0x43, 0x14, 0x00, 0x00, 0xc0, 0x89, 0xc0,
    0x7c, 0x28, 0x00, 0x00, 0x00,
];

#[tokio::test]
async fn a_body_in_a_coding_that_nobody_asked_for() {
    let lab = Lab::new();
    let coded = || {
        let reply = Reply::xml(200, COMPRESSED).header("content-encoding", "gzip");
        Fault::reply(reply)
    };
    let says = "the body of the answer is encoded as `gzip`, which was not requested";
    lab.fault(Operation::PutObject, coded());
    let error = lab.client.put_object(BUCKET, "k").await.unwrap_err();
    assert!(error.to_string().contains(says), "{error}");
    lab.fault(Operation::ListObjectsV2, coded());
    let error = lab.client.list_objects_v2(BUCKET).await.unwrap_err();
    assert!(error.to_string().contains(says), "{error}");
    // a header alone is no coding
    let named = Fault::edit_reply(|reply| reply.header("content-encoding", "aws-chunked"));
    lab.fault(Operation::ListObjectsV2, named.clone());
    lab.client.list_objects_v2(BUCKET).await.unwrap();
    lab.fault(Operation::PutObject, named);
    lab.client.put_object(BUCKET, "k").body("c").await.unwrap();
    // what an object is coded as, its reader knows
    lab.fault(Operation::GetObject, coded());
    let got = lab.client.get_object(BUCKET, "k").await.unwrap();
    assert_eq!(got.content_encoding.as_deref(), Some("gzip"));
    assert_eq!(got.body.collect().await.unwrap(), &COMPRESSED[..]);
}

#[tokio::test]
async fn an_answer_without_a_body_where_there_is_none() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "0123456789");
    // not modified: nothing follows, whatever length is told, and what follows nevertheless harms no other call
    let bare = |status: &str, body: &str| {
        let head =
            format!("HTTP/1.1 {status} x\r\netag: \"e\"\r\ncontent-length: 10\r\n\r\n{body}");
        Fault::raw(head)
    };
    for body in ["", "0123456789"] {
        lab.fault(Operation::GetObject, bare("304", body));
        let error = lab.client.get_object(BUCKET, "k").if_none_match("e").await;
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Service, Some("NotModified"))
        );
        lab.fault(Operation::HeadObject, bare("304", body));
        let error = lab.client.head_object(BUCKET, "k").if_none_match("e").await;
        assert_eq!(error.unwrap_err().code(), Some("NotModified"));
        lab.fault(Operation::DeleteObject, bare("204", body));
        lab.client.delete_object(BUCKET, "none").await.unwrap();
        let got = lab.client.get_object(BUCKET, "k").await.unwrap();
        assert_eq!(got.body.collect().await.unwrap(), "0123456789");
    }
    // an object that is said to be there and not given is not an empty one
    for status in [204, 205] {
        for range in [None, Some("bytes=0-4")] {
            lab.fault(Operation::GetObject, Fault::reply(Reply::new(status)));
            let mut get = lab.client.get_object(BUCKET, "k");
            if let Some(range) = range {
                get = get.range(range);
            }
            let error = get.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{status}: {error}");
        }
    }
    // the head of an object tells its length and sends nothing
    let long = "HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n";
    lab.fault(Operation::HeadObject, Fault::raw(long));
    let head = lab.client.head_object(BUCKET, "k").await.unwrap();
    assert_eq!(head.content_length, Some(1 << 40));
    lab.client.head_object(BUCKET, "k").await.unwrap();
}

#[tokio::test]
async fn ranges_at_the_end_and_behind_it() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "0123456789");
    lab.peer.put(BUCKET, "empty", "");
    for (key, range) in [
        ("k", "bytes=10-"),
        ("k", "bytes=10-20"),
        ("k", "bytes=-0"),
        ("empty", "bytes=0-"),
        ("empty", "bytes=0-9"),
        ("empty", "bytes=-5"),
    ] {
        lab.count(Operation::GetObject);
        let error = lab.client.get_object(BUCKET, key).range(range).await;
        let error = error.unwrap_err();
        assert_eq!(error.code(), Some("InvalidRange"), "{key} {range}: {error}");
        assert_eq!(error.status().unwrap(), 416);
        assert_eq!(lab.count(Operation::GetObject), 1);
    }
    let part = |range: &str, body: &str| {
        let reply = Reply::new(206).header("content-range", range);
        lab.fault(Operation::GetObject, Fault::reply(reply.body(body)));
    };
    for (asked, held, body, is_right) in [
        // whose end is not known
        ("bytes=5-9", "bytes 5-9/*", "56789", true),
        ("bytes=5-99", "bytes 5-9/*", "56789", true),
        ("bytes=5-", "bytes 5-9/*", "56789", true),
        ("bytes=-5", "bytes 5-9/*", "56789", true),
        ("bytes=-3", "bytes 5-9/*", "56789", false),
        ("bytes=5-9", "bytes */10", "56789", false),
        ("bytes=-99", "bytes 0-9/10", "0123456789", true),
        // fewer bytes than there are, or than are told
        ("bytes=-99", "bytes 1-9/10", "123456789", false),
        ("bytes=5-99", "bytes 5-8/10", "5678", false),
        ("bytes=5-", "bytes 5-9/20", "56789", false),
        ("bytes=5-9", "bytes 5-9/5", "56789", false),
        ("bytes=5-9", "bytes 5-9/10, bytes 0-4/10", "56789", false),
        ("bytes=-0", "bytes 0-0/10", "0", false),
    ] {
        part(held, body);
        let got = lab.client.get_object(BUCKET, "k").range(asked).await;
        assert_eq!(got.is_ok(), is_right, "{asked} {held}: {:?}", got.err());
    }
    // two that contradict each other
    let reply = Reply::new(206).header("content-range", "bytes 5-9/10");
    let reply = reply.header("content-range", "bytes 0-4/10").body("01234");
    lab.fault(Operation::GetObject, Fault::reply(reply));
    let got = lab.client.get_object(BUCKET, "k").range("bytes=5-9").await;
    assert_eq!(got.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_list_that_goes_on_and_does_not_say_where() {
    let lab = Lab::new();
    let page = |rest: &str| {
        let body =
            format!("<ListBucketResult><Contents><Key>k</Key></Contents>{rest}</ListBucketResult>");
        lab.fault(
            Operation::ListObjectsV2,
            Fault::reply(Reply::xml(200, body)),
        );
    };
    for rest in [
        "<IsTruncated>true</IsTruncated>",
        "<IsTruncated>true</IsTruncated><NextContinuationToken/>",
    ] {
        page(rest);
        let mut items = lab.client.list_objects_v2(BUCKET).paginate().items();
        items.next_item().await.unwrap().unwrap();
        let error = items.next_item().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        let says = "says that another page follows, and has no token";
        assert!(error.to_string().contains(says), "{error}");
        assert!(items.next_item().await.unwrap().is_none());
    }
    for rest in ["", "<IsTruncated>false</IsTruncated>"] {
        page(rest);
        let mut items = lab.client.list_objects_v2(BUCKET).paginate().items();
        items.next_item().await.unwrap().unwrap();
        assert!(items.next_item().await.unwrap().is_none());
    }
}
