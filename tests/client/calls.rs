//! How calls are written: setters, and one error for several operations.

use std::num::ParseIntError;

use zonal::operation::{
    CreateSessionOutput, GetObjectError, GetObjectOutput, HeadObjectError, ListObjectsV2,
    ListObjectsV2Output,
};
use zonal::types::{Object, SessionCredentials};
use zonal::{AnyError, Client, CopySource, DateTime, ErrorKind, RenameSource};

use crate::support::{BUCKET, Lab};

#[test]
fn setters_take_numbers_as_they_are_and_options() {
    let list = |page: &str, after: Option<String>| {
        let list = ListObjectsV2::new(BUCKET);
        // the type of the number is inferred
        let list = list.max_keys(page.parse()?).fetch_owner("true" == page);
        Ok::<_, ParseIntError>(list.prefix("logs/").set_continuation_token(after))
    };
    let some = list("5", Some("t".to_owned())).unwrap();
    assert_eq!((some.max_keys, some.fetch_owner), (Some(5), Some(false)));
    assert_eq!(some.prefix.as_deref(), Some("logs/"));
    assert_eq!(some.continuation_token.as_deref(), Some("t"));
    let cleared = some.set_max_keys(None).set_prefix(None);
    assert_eq!((cleared.max_keys, cleared.prefix), (None, None));
    assert!(list("many", None).is_err());
}

#[tokio::test]
async fn calls_of_several_operations_fail_with_one_error() {
    async fn replaced(client: &Client, key: &str) -> Result<i64, AnyError> {
        client.put_object(BUCKET, "there").body("abc").await?;
        let head = client.head_object(BUCKET, key).await?;
        client.delete_object(BUCKET, key).await?;
        // an error of this type is passed on as it is
        let length = length(head.content_length)?;
        Ok(length)
    }
    fn length(length: Option<i64>) -> Result<i64, AnyError> {
        Ok(length.unwrap_or_default())
    }

    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    assert_eq!(replaced(&client, "there").await.unwrap(), 3);

    let error = replaced(&client, "elsewhere").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Service, Some("NotFound"))
    );
    assert_eq!(error.operation(), "HeadObject");
    assert!(error.request_id().is_some());
    assert!(!error.is_retryable() && !error.may_have_succeeded());
    let modeled = error.as_service_error().unwrap();
    assert_eq!(modeled.downcast_ref(), Some(&HeadObjectError::NotFound));
    assert!(modeled.downcast_ref::<GetObjectError>().is_none());
    assert!(error.to_string().starts_with("HeadObject failed: NotFound"));

    // it goes on as any error does
    let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(boxed.downcast_ref::<AnyError>().is_some());
}

#[test]
fn answers_can_be_made_compared_and_serialized() {
    let object = Object::new().key("a").size(3);
    let page = ListObjectsV2Output::new();
    let page = page.contents([object.clone()]).is_truncated(true);
    assert_eq!(page.contents, [object]);
    assert!(page.common_prefixes.is_empty());
    let json = serde_json::to_string(&page).unwrap();
    assert_eq!(
        serde_json::from_str::<ListObjectsV2Output>(&json).unwrap(),
        page
    );
    // what is not there is empty
    let empty: ListObjectsV2Output = serde_json::from_str("{}").unwrap();
    assert_eq!(empty, ListObjectsV2Output::default());
    assert_eq!(page.set_contents(None).set_is_truncated(None), empty);

    // required members are arguments; times and secrets are values as others are
    let end = DateTime::from_secs(1_768_471_200);
    let credentials = SessionCredentials::new("id", "secret", "token", end);
    let session = CreateSessionOutput::new(credentials);
    let session = session.bucket_key_enabled(false);
    let json = serde_json::to_string(&session).unwrap();
    assert_eq!(
        serde_json::from_str::<CreateSessionOutput>(&json).unwrap(),
        session
    );
}

#[tokio::test]
async fn an_answer_with_a_stream_can_be_made() {
    let metadata = [("colour".to_owned(), "blue".to_owned())];
    let answer = GetObjectOutput::new("abc").content_length(3);
    let answer = answer.metadata(metadata);
    let json = serde_json::to_string(&answer).unwrap();
    assert_eq!(answer.body.collect().await.unwrap(), "abc");
    // the stream stays apart
    let back: GetObjectOutput = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (back.content_length, &*back.metadata["colour"]),
        (Some(3), "blue")
    );
    assert!(back.body.collect().await.unwrap().is_empty());
}

#[tokio::test]
async fn sources_are_no_text() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let key = "dir/old ü+?.txt";
    client.put_object(BUCKET, key).body("abc").await.unwrap();
    let copy = client.copy_object(BUCKET, CopySource::new(BUCKET, key), "copy");
    copy.await.unwrap();
    let rename = client.rename_object(BUCKET, "new", RenameSource::new(key));
    rename.await.unwrap();
    assert_eq!(lab.keys(BUCKET), ["copy", "new"]);

    // the value of a header that somebody has already
    let header = format!("/{BUCKET}/copy");
    let copy = CopySource::from_header(&header).unwrap();
    client.copy_object(BUCKET, copy, "twice").await.unwrap();
    let rename = RenameSource::from_header(&header).unwrap();
    client.rename_object(BUCKET, "last", rename).await.unwrap();
    assert_eq!(lab.keys(BUCKET), ["last", "new", "twice"]);

    // bucket and key that have changed places are noticed before anything is sent
    lab.take_requests();
    let swapped = CopySource::new("dir/key", BUCKET);
    let error = client.copy_object(BUCKET, swapped, "k").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("slash in the bucket"), "{error}");
    assert!(lab.take_requests().is_empty());
}
