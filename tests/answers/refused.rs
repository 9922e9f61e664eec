//! Requests that would be others than they look, and answers that would fill the memory.

use zonal::ErrorKind;
use zonal::types::ObjectAttributes;
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

#[tokio::test]
async fn what_must_not_be_empty_is_refused_before_it_is_sent() {
    let lab = Lab::new();
    let client = &lab.client;
    let refused = |kind: ErrorKind, text: String, name: &str| {
        assert_eq!(kind, ErrorKind::InvalidInput, "{text}");
        let says = text.contains(name) && text.contains("must not be empty");
        assert!(says, "{text}");
    };
    let error = client
        .abort_multipart_upload(BUCKET, "k", "")
        .await
        .unwrap_err();
    refused(error.kind(), error.to_string(), "`uploadId`");
    let error = client.upload_part(BUCKET, "k", 1, "").await.unwrap_err();
    refused(error.kind(), error.to_string(), "`uploadId`");
    let error = client.list_parts(BUCKET, "k", "").await.unwrap_err();
    refused(error.kind(), error.to_string(), "`uploadId`");
    let error = client.delete_object(BUCKET, "").await.unwrap_err();
    refused(error.kind(), error.to_string(), "`Key`");
    // a list that must be there, and says nothing
    let attributes: [Vec<ObjectAttributes>; 2] = [vec![], vec!["".into()]];
    for attributes in attributes {
        let call = client.get_object_attributes(BUCKET, "k", attributes);
        let error = call.await.unwrap_err();
        let name = "`x-amz-object-attributes`";
        refused(error.kind(), error.to_string(), name);
    }
    assert!(lab.peer.requests().is_empty());
}

#[tokio::test]
async fn a_listing_of_a_million_entries() {
    let lab = Lab::new();
    for entry in [
        "<Contents/>",
        "<Contents></Contents>",
        "<a/>",
        "<Contents><a>1</a></Contents>",
    ] {
        let listing = format!(
            "<ListBucketResult>{}</ListBucketResult>",
            entry.repeat(450_000)
        );
        let fault = Fault::reply(Reply::xml(200, listing));
        lab.fault(Operation::ListObjectsV2, fault);
        let error = lab.client.list_objects_v2(BUCKET).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(
            error.to_string().contains("more than 100,000 elements"),
            "{error}"
        );
    }
}
