//! Calls that failed and may have been carried out all the same: the error says so.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use zonal::runtime::Body;
use zonal::types::{CompletedMultipartUpload, CompletedPart};
use zonal::{Error, ErrorKind, RenameSource};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab, builder};

/// The operation is performed, and nobody hears of it.
fn lost() -> Fault {
    Fault::genuine().reset_before_head()
}

/// The error has this code and says that the call may have succeeded, in its text as well.
#[track_caller]
fn doubtful<E>(error: &Error<E>, code: &str) {
    assert_eq!(error.code(), Some(code), "{error}");
    assert!(error.may_have_succeeded(), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("an earlier attempt may have succeeded"),
        "{text}"
    );
}

#[track_caller]
fn certain<E>(error: &Error<E>) {
    assert!(!error.may_have_succeeded(), "{error}");
    assert!(!error.to_string().contains("may have"), "{error}");
}

#[tokio::test]
async fn a_write_that_meets_itself() {
    let lab = Lab::new();
    let put = || lab.client.put_object(BUCKET, "k").body("content");
    lab.fault(Operation::PutObject, lost());
    let error = put().if_none_match("*").await.unwrap_err();
    doubtful(&error, "PreconditionFailed");
    // it is what was written, and a second call knows nothing of the first
    certain(&put().if_none_match("*").await.unwrap_err());
    let tag = lab.client.head_object(BUCKET, "k").await.unwrap().e_tag;
    lab.fault(Operation::PutObject, lost());
    let again = lab.client.put_object(BUCKET, "k").body("other");
    let error = again.if_match(tag.unwrap()).await.unwrap_err();
    doubtful(&error, "PreconditionFailed");
    lab.fault(Operation::PutObject, lost());
    let append = put().write_offset_bytes(5).await.unwrap_err();
    doubtful(&append, "InvalidWriteOffset");
}

#[tokio::test]
async fn what_is_gone_may_be_gone_by_our_own_hand() {
    let lab = Lab::new();
    let client = &lab.client;
    for completes in [true, false] {
        let upload = client.create_multipart_upload(BUCKET, "k").await.unwrap();
        let id = upload.upload_id;
        let part = client.upload_part(BUCKET, "k", 1, &id).body("content");
        let tag = part.await.unwrap().e_tag.unwrap();
        if completes {
            lab.fault(Operation::CompleteMultipartUpload, lost());
            let part = CompletedPart::default().part_number(1).e_tag(tag);
            let parts = CompletedMultipartUpload::default().parts(vec![part]);
            let complete = client.complete_multipart_upload(BUCKET, "k", &id);
            let error = complete.multipart_upload(parts).await.unwrap_err();
            doubtful(&error, "NoSuchUpload");
        } else {
            lab.fault(Operation::AbortMultipartUpload, lost());
            let error = client.abort_multipart_upload(BUCKET, "k", &id).await;
            doubtful(&error.unwrap_err(), "NoSuchUpload");
        }
    }
    client.delete_object(BUCKET, "k").await.unwrap();
    lab.fault(Operation::DeleteBucket, lost());
    let error = client.delete_bucket(BUCKET).await.unwrap_err();
    doubtful(&error, "NoSuchBucket");
}

#[tokio::test]
async fn a_rename_whose_source_is_gone() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "a", "content");
    // the token of the call saves it where the service still knows it
    lab.fault(Operation::RenameObject, lost());
    lab.client
        .rename_object(BUCKET, "b", RenameSource::new("a"))
        .await
        .unwrap();
    lab.fault(Operation::RenameObject, lost());
    let gone = Fault::error(404, "NoSuchKey", "gone").on(Operation::RenameObject);
    lab.peer.fault(gone);
    let rename = lab
        .client
        .rename_object(BUCKET, "c", RenameSource::new("b"));
    doubtful(&rename.await.unwrap_err(), "NoSuchKey");
}

#[tokio::test]
async fn what_broke_down_may_have_been_done_and_what_was_refused_was_not() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "content");
    let put = || {
        let put = lab.client.put_object(BUCKET, "k").body("content");
        put.if_none_match("*").into_future()
    };
    for (status, code) in [
        (500, "InternalError"),
        (502, "BadGateway"),
        (200, "InternalError"),
    ] {
        lab.fault(Operation::PutObject, Fault::error(status, code, "sorry"));
        doubtful(&put().await.unwrap_err(), "PreconditionFailed");
    }
    for (status, code) in [
        (503, "SlowDown"),
        (400, "RequestTimeout"),
        (409, "OperationAborted"),
    ] {
        lab.fault(Operation::PutObject, Fault::error(status, code, "no"));
        certain(&put().await.unwrap_err());
    }
    // neither does a session that is rejected, nor what is refused before it is sent
    lab.peer.clear_faults();
    lab.peer.forget_sessions();
    certain(&put().await.unwrap_err());
    certain(&lab.client.put_object(BUCKET, "").await.unwrap_err());
}

/// Can be sent once.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

#[tokio::test]
async fn a_call_that_ends_without_an_answer() {
    let lab = Lab::new();
    let says = "the request may have succeeded all the same";
    let stream = Once(Some(Bytes::from_static(b"content")));
    lab.fault(Operation::PutObject, lost());
    let put = lab.client.put_object(BUCKET, "k");
    let error = put
        .body(Body::from_stream(stream, Some(7)))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert!(error.may_have_succeeded(), "{error}");
    assert!(error.to_string().contains(says), "{error}");
    // an operation that only reads has nothing to succeed with
    lab.fault(Operation::GetObject, lost().times(3));
    certain(&lab.client.get_object(BUCKET, "k").await.unwrap_err());
    // nobody was there
    let nobody = builder("http://127.0.0.1:1").session_auth(false);
    let put = nobody.build().unwrap().put_object(BUCKET, "k");
    certain(&put.body("content").await.unwrap_err());
}

/// A server that has waited for a request for too long has not carried it out.
#[tokio::test]
async fn a_timeout_of_the_server_is_tried_again() {
    let lab = Lab::new();
    let late = || Fault::reply(Reply::new(408));
    lab.client.create_session(BUCKET).await.unwrap();
    lab.fault(Operation::PutObject, late().times(2));
    let connections = lab.peer.connection_count();
    lab.count(Operation::PutObject);
    let put = lab.client.put_object(BUCKET, "k").body("content");
    put.await.unwrap();
    assert_eq!(lab.count(Operation::PutObject), 3);
    // what it may answer yet is no answer to another request
    assert_eq!(lab.peer.connection_count(), connections + 2);
    lab.fault(Operation::PutObject, late());
    let stream = Once(Some(Bytes::from_static(b"content")));
    let put = lab.client.put_object(BUCKET, "k");
    let put = put.body(Body::from_stream(stream, Some(7)));
    let error = put.await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("Http408"), 1));
    certain(&error);
}

#[tokio::test]
async fn writes_that_collide_are_tried_again() {
    let lab = Lab::new();
    for code in ["ConditionalRequestConflict", "OperationAborted"] {
        lab.fault(
            Operation::PutObject,
            Fault::error(409, code, "wait").times(2),
        );
        lab.count(Operation::PutObject);
        let put = lab.client.put_object(BUCKET, "k").body("content");
        put.await.unwrap();
        assert_eq!(lab.count(Operation::PutObject), 3, "{code}");
    }
    lab.fault(
        Operation::DeleteBucket,
        Fault::error(409, "BucketNotEmpty", "no"),
    );
    let error = lab.client.delete_bucket(BUCKET).await.unwrap_err();
    assert_eq!(error.attempts(), 1, "{error}");
}
