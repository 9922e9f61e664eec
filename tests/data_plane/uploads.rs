//! Objects in parts.

use zonal::types::{CompletedMultipartUpload, CompletedPart};
use zonal_peer::Operation;

use crate::lab::{BUCKET, Lab, Signer, bytes, source};
use crate::objects::read;

/// The least that a part may have which is not the last one.
const PART: usize = 5 * 1024 * 1024;

async fn begin(lab: &mut Lab, key: &str) -> String {
    let upload = lab.client.create_multipart_upload(BUCKET, key).await;
    lab.saw(Operation::CreateMultipartUpload, Signer::Session);
    upload.unwrap().upload_id
}

/// One part from here, one copied, and then the object.
pub(crate) async fn in_parts(lab: &mut Lab) {
    let id = begin(lab, "parts").await;
    let first = lab.client.upload_part(BUCKET, "parts", 1, id.clone());
    let first = first.body(bytes(PART)).await.unwrap();
    lab.saw(Operation::UploadPart, Signer::Session);
    let second = lab
        .client
        .upload_part_copy(BUCKET, source("dir/first"), "parts", 2, id.clone());
    let second = second.await.unwrap();
    lab.saw(Operation::UploadPartCopy, Signer::Account);
    let second = second.copy_part_result;

    let listed = lab.client.list_parts(BUCKET, "parts", id.clone());
    let listed = listed.await.unwrap().parts;
    lab.saw(Operation::ListParts, Signer::Session);
    let found: Vec<_> = listed.iter().map(|part| part.e_tag.clone()).collect();
    assert_eq!(found, [first.e_tag.clone(), second.e_tag.clone()]);

    let part = |number, e_tag: Option<String>| {
        let part = CompletedPart::default().part_number(number);
        part.e_tag(e_tag.unwrap())
    };
    let parts = vec![part(1, first.e_tag), part(2, second.e_tag)];
    let complete = lab
        .client
        .complete_multipart_upload(BUCKET, "parts", id)
        .multipart_upload(CompletedMultipartUpload::default().parts(parts));
    assert!(complete.await.unwrap().e_tag.starts_with('"'));
    lab.saw(Operation::CompleteMultipartUpload, Signer::Session);
    let whole = [bytes(PART), bytes(100_001)].concat();
    assert!(read(lab, "parts").await == whole);
}

pub(crate) async fn given_up(lab: &mut Lab) {
    let id = begin(lab, "dir/never").await;
    let uploads = lab.client.list_multipart_uploads(BUCKET).await.unwrap();
    lab.saw(Operation::ListMultipartUploads, Signer::Session);
    let uploads = uploads.uploads;
    assert_eq!(uploads.len(), 1);
    assert_eq!(uploads[0].key.as_deref(), Some("dir/never"));
    assert_eq!(uploads[0].upload_id.as_ref(), Some(&id));
    let abort = lab.client.abort_multipart_upload(BUCKET, "dir/never", id);
    abort.await.unwrap();
    lab.saw(Operation::AbortMultipartUpload, Signer::Session);
    let uploads = lab.client.list_multipart_uploads(BUCKET).await.unwrap();
    lab.saw(Operation::ListMultipartUploads, Signer::Session);
    assert!(uploads.uploads.is_empty());
}
