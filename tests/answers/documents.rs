//! Bodies that are not the document that a success has.

use std::fmt::Debug;

use zonal::operation::{DeleteObjects, ListObjectsV2};
use zonal::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};
use zonal::{CopySource, Error, ErrorKind, RenameSource};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

/// What is no document of any operation.
const FOREIGN: [&str; 9] = [
    "",
    " \r\n \r\n",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "\n<?pi?> <!-- nothing -->\n",
    "<html><body>Log in</body></html>",
    "<!DOCTYPE html><html/>",
    "<a/>",
    "<a><b>1</b></a>",
    "{\"message\": \"hello\"}",
];

/// Documents of other operations, which share members with many.
const OTHERS: [(&str, &str); 5] = [
    (
        "ListBucketResult",
        "<ListBucketResult><Name>b</Name><Prefix/><IsTruncated>false</IsTruncated></ListBucketResult>",
    ),
    (
        "ListMultipartUploadsResult",
        "<ListMultipartUploadsResult><Bucket>b</Bucket><Prefix/><IsTruncated>false</IsTruncated>\
         </ListMultipartUploadsResult>",
    ),
    (
        "CompleteMultipartUploadResult",
        "<CompleteMultipartUploadResult><Key>k</Key><ETag>e</ETag></CompleteMultipartUploadResult>",
    ),
    (
        "CopyObjectResult",
        "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>",
    ),
    (
        "InitiateMultipartUploadResult",
        "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
    ),
];

/// How a call ended that was answered so: its kind, its code, and how many requests it took.
struct Ended {
    kind: ErrorKind,
    code: Option<String>,
    requests: usize,
}

impl Lab {
    /// Makes a call of this operation, whose answer is 200 with this body every time.
    async fn ends(&self, operation: Operation, body: &str) -> Result<(), Ended> {
        self.fault(operation, Fault::reply(Reply::xml(200, body)).always());
        self.count(operation);
        let client = &self.client;
        let source = || CopySource::new(BUCKET, "k");
        let ended = match operation {
            Operation::CompleteMultipartUpload => {
                let part = CompletedPart::default().part_number(1).e_tag("e");
                let parts = CompletedMultipartUpload::default().parts(vec![part]);
                let call = client.complete_multipart_upload(BUCKET, "k", "u");
                kind(call.multipart_upload(parts).await)
            }
            Operation::CopyObject => kind(client.copy_object(BUCKET, source(), "c").await),
            Operation::UploadPartCopy => {
                kind(client.upload_part_copy(BUCKET, source(), "c", 1, "u").await)
            }
            Operation::DeleteObjects => {
                let delete = Delete::new(vec![ObjectIdentifier::new("k")]);
                kind(client.send(DeleteObjects::new(BUCKET, delete)).await)
            }
            Operation::ListObjectsV2 => kind(client.send(ListObjectsV2::new(BUCKET)).await),
            Operation::ListDirectoryBuckets => kind(client.list_directory_buckets().await),
            Operation::ListMultipartUploads => kind(client.list_multipart_uploads(BUCKET).await),
            Operation::ListParts => kind(client.list_parts(BUCKET, "k", "u").await),
            Operation::CreateMultipartUpload => {
                kind(client.create_multipart_upload(BUCKET, "k").await)
            }
            Operation::PutObject => kind(client.put_object(BUCKET, "k").body("c").await),
            Operation::UploadPart => kind(client.upload_part(BUCKET, "k", 1, "u").body("c").await),
            Operation::RenameObject => kind(
                client
                    .rename_object(BUCKET, "k", RenameSource::new("a"))
                    .await,
            ),
            Operation::DeleteObject => kind(client.delete_object(BUCKET, "k").await),
            Operation::DeleteBucket => kind(client.delete_bucket(BUCKET).await),
            other => panic!("{other} is not tested here"),
        };
        let requests = self.count(operation);
        ended.map_err(|(kind, code)| Ended {
            kind,
            code,
            requests,
        })
    }
}

fn kind<T, E: Debug>(result: Result<T, Error<E>>) -> Result<(), (ErrorKind, Option<String>)> {
    match result {
        Ok(_) => Ok(()),
        Err(error) => Err((error.kind(), error.code().map(str::to_owned))),
    }
}

/// Operations with a document, its root, and whether S3 sends blanks before it.
const WITH_DOCUMENT: [(Operation, &str, bool); 9] = [
    (
        Operation::CompleteMultipartUpload,
        "CompleteMultipartUploadResult",
        true,
    ),
    (Operation::CopyObject, "CopyObjectResult", true),
    (Operation::UploadPartCopy, "CopyPartResult", true),
    (Operation::DeleteObjects, "DeleteResult", false),
    (Operation::ListObjectsV2, "ListBucketResult", false),
    (
        Operation::ListDirectoryBuckets,
        "ListAllMyDirectoryBucketsResult",
        false,
    ),
    (
        Operation::ListMultipartUploads,
        "ListMultipartUploadsResult",
        false,
    ),
    (Operation::ListParts, "ListPartsResult", false),
    (
        Operation::CreateMultipartUpload,
        "InitiateMultipartUploadResult",
        false,
    ),
];

const WITHOUT_DOCUMENT: [Operation; 5] = [
    Operation::PutObject,
    Operation::UploadPart,
    Operation::RenameObject,
    Operation::DeleteObject,
    Operation::DeleteBucket,
];

#[tokio::test]
async fn a_success_without_its_document_is_none() {
    let lab = Lab::new();
    for (operation, root, is_padded) in WITH_DOCUMENT {
        let others = OTHERS.iter().filter(|(other, _)| *other != root);
        for body in FOREIGN.into_iter().chain(others.map(|(_, body)| *body)) {
            let Err(ended) = lab.ends(operation, body).await else {
                panic!("{operation} takes `{body}` for a success");
            };
            assert_eq!(ended.kind, ErrorKind::Decode, "{operation} {body}");
            // a document that breaks off is worth another attempt anywhere
            let is_cut = body.starts_with("<?xml");
            // what is no XML at all, or has a document type, is no padding that broke off
            let is_xml = !body.starts_with('{') && !body.starts_with("<!");
            let requests = if is_cut || is_padded && is_xml { 3 } else { 1 };
            assert_eq!(ended.requests, requests, "{operation} {body}");
        }
    }
}

#[tokio::test]
async fn an_error_document_is_an_error_under_any_status_and_for_every_operation() {
    let lab = Lab::new();
    let with = WITH_DOCUMENT.into_iter().map(|(operation, ..)| operation);
    for operation in with.chain(WITHOUT_DOCUMENT) {
        for body in [
            "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
            "  \r\n<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
            "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
        ] {
            // a declaration has to come first, but then the blanks are the server's own
            let body = body.replace("  \r\n<?xml version=\"1.0\"?>", "  \r\n");
            let ended = lab.ends(operation, &body).await.unwrap_err();
            assert_eq!(ended.kind, ErrorKind::Service, "{operation} {body}");
            assert_eq!(ended.code.as_deref(), Some("AccessDenied"), "{operation}");
            assert_eq!(ended.requests, 1, "{operation}");
        }
        let body = "<Error><Code>InternalError</Code></Error>";
        let ended = lab.ends(operation, body).await.unwrap_err();
        assert_eq!(ended.requests, 3, "{operation}");
    }
}

#[tokio::test]
async fn a_page_in_place_of_an_empty_answer() {
    let lab = Lab::new();
    for operation in WITHOUT_DOCUMENT {
        for body in [
            "<html><body>Log in</body></html>",
            "<!DOCTYPE html>\n<html>",
            "<HTML>",
            OTHERS[0].1,
        ] {
            let ended = lab.ends(operation, body).await.unwrap_err();
            assert_eq!(ended.kind, ErrorKind::Decode, "{operation} {body}");
        }
        // other servers than S3 may have something to say
        for body in [
            " \n",
            "ok",
            "<PutObjectResponse><ETag>e</ETag></PutObjectResponse>",
        ] {
            assert!(
                lab.ends(operation, body).await.is_ok(),
                "{operation} {body}"
            );
        }
    }
}

#[tokio::test]
async fn an_empty_listing_and_a_root_by_another_name() {
    let lab = Lab::new();
    for body in [
        "<ListBucketResult/>",
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></ListBucketResult>",
        "<x:ListBucketResult xmlns:x=\"u\"><x:Unknown/></x:ListBucketResult>",
        "<ListBucketV2Result><KeyCount>0</KeyCount><Unknown/></ListBucketV2Result>",
    ] {
        assert!(
            lab.ends(Operation::ListObjectsV2, body).await.is_ok(),
            "{body}"
        );
    }
    let body = "<DeleteResult/>";
    assert!(lab.ends(Operation::DeleteObjects, body).await.is_ok());
    let body = "<CopyResult><ETag>e</ETag></CopyResult>";
    assert!(lab.ends(Operation::CopyObject, body).await.is_ok());
    // an upload whose id nobody knows
    let body = "<InitiateMultipartUploadResult><Key>k</Key></InitiateMultipartUploadResult>";
    let ended = lab.ends(Operation::CreateMultipartUpload, body).await;
    assert_eq!(ended.unwrap_err().kind, ErrorKind::Decode);
}

#[tokio::test]
async fn an_object_may_be_any_document() {
    let lab = Lab::new();
    let object = "<Error><Code>AccessDenied</Code></Error>";
    lab.peer.put(BUCKET, "k", object);
    let got = lab.client.get_object(BUCKET, "k").await.unwrap();
    assert_eq!(got.body.collect().await.unwrap(), object);
}
