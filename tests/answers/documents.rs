//! Bodies that are not the document that a success has.

use zonal::ErrorKind;
use zonal_peer::{Fault, Operation, Reply};

use crate::every::Ended;
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

impl Lab {
    /// Makes a call of this operation, whose answer is 200 with this body every time.
    async fn ends(&self, operation: Operation, body: &str) -> Result<(), Ended> {
        self.meets(operation, Fault::reply(Reply::xml(200, body)))
            .await
    }
}

/// Operations with a document, its root, what a good one has at least, and whether S3 sends blanks before it.
const WITH_DOCUMENT: [(Operation, &str, &str, bool); 17] = {
    use Operation as O;
    [
        (
            O::CompleteMultipartUpload,
            "CompleteMultipartUploadResult",
            "<ETag>e</ETag>",
            true,
        ),
        (O::CopyObject, "CopyObjectResult", "<ETag>e</ETag>", true),
        (O::UploadPartCopy, "CopyPartResult", "<ETag>e</ETag>", true),
        (
            O::DeleteObjects,
            "DeleteResult",
            "<Deleted><Key>k</Key></Deleted>",
            false,
        ),
        (O::ListObjectsV2, "ListBucketResult", "", false),
        (
            O::ListDirectoryBuckets,
            "ListAllMyDirectoryBucketsResult",
            "",
            false,
        ),
        (
            O::ListMultipartUploads,
            "ListMultipartUploadsResult",
            "",
            false,
        ),
        (O::ListParts, "ListPartsResult", "", false),
        (
            O::CreateMultipartUpload,
            "InitiateMultipartUploadResult",
            "<UploadId>u</UploadId>",
            false,
        ),
        (
            O::CreateSession,
            "CreateSessionResult",
            "<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey>\
             <SessionToken>T</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
            false,
        ),
        (
            O::GetObjectAttributes,
            "GetObjectAttributesResponse",
            "",
            false,
        ),
        (
            O::GetBucketEncryption,
            "ServerSideEncryptionConfiguration",
            "<Rule/>",
            false,
        ),
        (
            O::GetBucketInventoryConfiguration,
            "InventoryConfiguration",
            "<Destination><S3BucketDestination><Bucket>b</Bucket><Format>CSV</Format></S3BucketDestination>\
             </Destination><IsEnabled>true</IsEnabled><Id>i</Id>\
             <IncludedObjectVersions>Current</IncludedObjectVersions>\
             <Schedule><Frequency>Daily</Frequency></Schedule>",
            false,
        ),
        (
            O::GetBucketLifecycleConfiguration,
            "LifecycleConfiguration",
            "",
            false,
        ),
        (
            O::GetBucketMetricsConfiguration,
            "MetricsConfiguration",
            "<Id>i</Id>",
            false,
        ),
        (
            O::ListBucketInventoryConfigurations,
            "ListInventoryConfigurationsResult",
            "",
            false,
        ),
        (
            O::ListBucketMetricsConfigurations,
            "ListMetricsConfigurationsResult",
            "",
            false,
        ),
    ]
};

/// Those whose answers have no body, or one that is no document.
const WITHOUT_DOCUMENT: [Operation; 18] = {
    use Operation as O;
    [
        O::PutObject,
        O::UploadPart,
        O::RenameObject,
        O::DeleteObject,
        O::DeleteBucket,
        O::AbortMultipartUpload,
        O::CreateBucket,
        O::DeleteBucketEncryption,
        O::DeleteBucketInventoryConfiguration,
        O::DeleteBucketLifecycle,
        O::DeleteBucketMetricsConfiguration,
        O::DeleteBucketPolicy,
        O::PutBucketEncryption,
        O::PutBucketInventoryConfiguration,
        O::PutBucketLifecycleConfiguration,
        O::PutBucketMetricsConfiguration,
        O::PutBucketPolicy,
        O::GetBucketPolicy,
    ]
};

/// Objects may be anything, and heads have no body.
const OTHER_OPERATIONS: usize = 3;

#[tokio::test]
async fn a_success_without_its_document_is_none() {
    let lab = Lab::new();
    for (operation, root, _, is_padded) in WITH_DOCUMENT {
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
    let all = WITH_DOCUMENT.len() + WITHOUT_DOCUMENT.len() + OTHER_OPERATIONS;
    assert_eq!(all, Operation::ALL.len());
    let with = WITH_DOCUMENT.into_iter().map(|(operation, ..)| operation);
    for operation in with.chain(WITHOUT_DOCUMENT) {
        for body in [
            "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
            // a declaration has to come first, but then the blanks are the server's own
            "  \r\n<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
            "\u{feff}<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
            " \n\u{feff} <s:Error xmlns:s=\"urn:s\"><s:Code>AccessDenied</s:Code></s:Error>",
            "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
            "<Errors><Error><Code>AccessDenied</Code></Error></Errors>",
            "<error><code>AccessDenied</code></error>",
        ] {
            let ended = lab.ends(operation, body).await.unwrap_err();
            assert_eq!(ended.kind, ErrorKind::Service, "{operation} {body}");
            assert_eq!(ended.code.as_deref(), Some("AccessDenied"), "{operation}");
            assert_eq!(ended.requests, 1, "{operation}");
        }
        let body = "<Error><Code>InternalError</Code></Error>";
        let ended = lab.ends(operation, body).await.unwrap_err();
        assert_eq!(ended.requests, 3, "{operation}");
    }
}

/// Whatever comes before a document, as long as it is nothing.
#[tokio::test]
async fn blanks_may_come_before_any_document() {
    let lab = Lab::new();
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    for (operation, root, content, _) in WITH_DOCUMENT {
        let document = format!("<{root}>{content}</{root}>");
        for before in ["", "\u{feff}", " \r\n ", "\u{feff}\n", "\n\u{feff}"] {
            for body in [
                format!("{before}{document}"),
                format!("{before}{declaration}{document}"),
            ] {
                let ended = lab.ends(operation, &body).await;
                assert!(ended.is_ok(), "{operation} {body:?}: {ended:?}");
            }
        }
    }
    // what counts is in the document, not in front of it
    let ended = lab.ends(Operation::ListObjectsV2, "x<ListBucketResult/>");
    assert_eq!(ended.await.unwrap_err().kind, ErrorKind::Decode);
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
            OTHERS[4].1,
        ] {
            let ended = lab.ends(operation, body).await.unwrap_err();
            assert_eq!(ended.kind, ErrorKind::Decode, "{operation} {body}");
        }
        if operation == Operation::GetBucketPolicy {
            continue;
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
