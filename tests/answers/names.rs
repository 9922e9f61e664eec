//! What an answer names is there, and is what was asked for.

use zonal::types::{CompletedMultipartUpload, CompletedPart};
use zonal::{CopySource, ErrorKind};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

/// A key that is written in several ways.
const KEY: &str = "a b/\u{e4}+&";

/// How a call of an operation ends that is answered so: nothing, or what it says and whether it may have succeeded.
async fn ends(lab: &Lab, operation: Operation, content: &str) -> Result<(), (String, bool)> {
    let root = match operation {
        Operation::CompleteMultipartUpload => "CompleteMultipartUploadResult",
        Operation::CreateMultipartUpload => "InitiateMultipartUploadResult",
        Operation::CopyObject => "CopyObjectResult",
        Operation::UploadPartCopy => "CopyPartResult",
        Operation::ListParts => "ListPartsResult",
        Operation::ListObjectsV2 => "ListBucketResult",
        _ => "ListMultipartUploadsResult",
    };
    let document = format!("<{root}>{content}</{root}>");
    lab.fault(operation, Fault::reply(Reply::xml(200, document)).always());
    lab.count(operation);
    let client = &lab.client;
    macro_rules! told {
        ($call:expr) => {
            $call.await.map(drop).map_err(|error| {
                assert_eq!(error.kind(), ErrorKind::Decode, "{content}: {error}");
                (error.to_string(), error.may_have_succeeded())
            })
        };
    }
    let ended = match operation {
        Operation::CompleteMultipartUpload => {
            let part = CompletedPart::new().part_number(1).e_tag("e");
            let call = client.complete_multipart_upload(BUCKET, KEY, "u/1");
            told!(call.multipart_upload(CompletedMultipartUpload::new().parts(vec![part])))
        }
        Operation::CreateMultipartUpload => told!(client.create_multipart_upload(BUCKET, KEY)),
        Operation::CopyObject => {
            told!(client.copy_object(BUCKET, CopySource::new(BUCKET, "k"), KEY))
        }
        Operation::UploadPartCopy => {
            let source = CopySource::new(BUCKET, "k");
            told!(client.upload_part_copy(BUCKET, source, KEY, 1, "u/1"))
        }
        Operation::ListParts => told!(client.list_parts(BUCKET, KEY, "u/1")),
        Operation::ListObjectsV2 => told!(client.list_objects_v2(BUCKET).prefix("a b/")),
        _ => told!(client.list_multipart_uploads(BUCKET).prefix("a b/")),
    };
    assert_eq!(lab.count(operation), 1, "{content}");
    ended
}

#[tokio::test]
async fn an_answer_that_is_about_something_else_is_an_error() {
    use Operation::*;
    let lab = Lab::new();
    for (operation, content, member) in [
        (CompleteMultipartUpload, "<Key>k</Key><ETag>e</ETag>", "Key"),
        (
            CreateMultipartUpload,
            "<Key>/a b/\u{e4}+&amp;</Key><UploadId>u</UploadId>",
            "Key",
        ),
        (ListParts, "<UploadId>u</UploadId>", "UploadId"),
        (ListParts, "<Key>a b</Key>", "Key"),
        (ListObjectsV2, "<Prefix>a</Prefix>", "Prefix"),
        (ListMultipartUploads, "<Prefix>a b</Prefix>", "Prefix"),
    ] {
        let (says, may_have_succeeded) = ends(&lab, operation, content).await.unwrap_err();
        let expected =
            format!("the answer does not match the request: it names another `{member}`");
        assert!(says.contains(&expected), "{content}: {says}");
        let is_write = matches!(operation, CompleteMultipartUpload | CreateMultipartUpload);
        assert_eq!(may_have_succeeded, is_write, "{content}");
    }
}

#[tokio::test]
async fn names_may_be_encoded_or_missing() {
    use Operation::*;
    let lab = Lab::new();
    let names = [
        "",
        "<Bucket/><Key/>",
        "<Bucket>demo--usw2-az1--x-s3</Bucket><Key>a b/\u{e4}+&amp;</Key>",
        "<Key>a%20b/%C3%A4%2B%26</Key>",
        "<Key>a+b%2F%c3%a4%2B%26</Key>",
    ];
    for names in names {
        for (operation, rest) in [
            (CompleteMultipartUpload, "<ETag>e</ETag>"),
            (CreateMultipartUpload, "<UploadId>u</UploadId>"),
            (
                ListParts,
                "<UploadId>u/1</UploadId><IsTruncated>false</IsTruncated>",
            ),
            (ListParts, "<UploadId>u%2F1</UploadId>"),
        ] {
            let content = format!("{names}{rest}");
            assert_eq!(ends(&lab, operation, &content).await, Ok(()), "{content}");
        }
    }
    for prefix in [
        "",
        "<Prefix/>",
        "<Prefix>a b/</Prefix>",
        "<Prefix>a+b%2F</Prefix>",
    ] {
        let content = format!("{prefix}<IsTruncated>false</IsTruncated>");
        for operation in [ListObjectsV2, ListMultipartUploads] {
            assert_eq!(ends(&lab, operation, &content).await, Ok(()), "{content}");
        }
    }
}

#[tokio::test]
async fn a_name_that_must_be_there_is_not_blank() {
    use Operation::*;
    let lab = Lab::new();
    for (operation, element) in [
        (CreateMultipartUpload, "UploadId"),
        (CompleteMultipartUpload, "ETag"),
    ] {
        for (text, problem) in [
            (None, "is missing"),
            (Some(""), "expected a value that is not empty"),
            (Some(" \n"), "expected a value that is not empty"),
        ] {
            let found = text.map(|text| format!("<{element}>{text}</{element}>"));
            let content = format!("<Key/>{}", found.unwrap_or_default());
            let (says, may_have_succeeded) = ends(&lab, operation, &content).await.unwrap_err();
            assert!(says.contains(&format!("`{element}`")), "{content}: {says}");
            assert!(says.contains(problem), "{content}: {says}");
            assert!(may_have_succeeded, "{content}");
        }
    }
}

/// As a cache does that does not know the condition.
#[tokio::test]
async fn what_is_read_on_a_condition_has_its_tag() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "content");
    let other = || {
        Fault::edit_reply(|reply| {
            let reply = reply.without_header("etag");
            reply.header("etag", "\"other\"")
        })
    };
    let head = lab.client.head_object(BUCKET, "k").await.unwrap();
    let tag = head.e_tag.unwrap();
    lab.fault(Operation::GetObject, other());
    let get = lab.client.get_object(BUCKET, "k").if_match(&*tag);
    let error = get.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.to_string().contains("another `ETag`"), "{error}");
    lab.fault(Operation::HeadObject, other());
    let head = lab.client.head_object(BUCKET, "k").if_match(&*tag);
    assert_eq!(head.await.unwrap_err().kind(), ErrorKind::Decode);
    lab.fault(Operation::GetObject, other());
    let get = lab.client.get_object(BUCKET, "k").if_match("*");
    get.await.unwrap();
    // a server that ignores this condition sends the right object once more
    let get = lab.client.get_object(BUCKET, "k").if_none_match(&*tag);
    lab.fault(
        Operation::GetObject,
        Fault::reply(Reply::new(200).header("etag", &tag)),
    );
    get.await.unwrap();
    // what is written has a new one
    let put = lab.client.put_object(BUCKET, "k").body("new");
    put.if_match(&*tag).await.unwrap();
}

/// An access point or a gateway may have another name for the bucket.
#[tokio::test]
async fn a_bucket_may_have_another_name() {
    let lab = Lab::new();
    for (operation, content) in [
        (Operation::ListObjectsV2, "<Name>b</Name>"),
        (Operation::ListMultipartUploads, "<Bucket>b</Bucket>"),
        (
            Operation::CreateMultipartUpload,
            "<Bucket>b</Bucket><UploadId>u</UploadId>",
        ),
    ] {
        assert_eq!(ends(&lab, operation, content).await, Ok(()), "{content}");
    }
}
