//! Answers that contradict the request, or themselves.

use std::fmt::Debug;

use zonal::{Error, ErrorKind};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

/// What the error of an answer says that is another one than was asked for, and whether the call may have succeeded.
fn says<T: Debug, E>(result: Result<T, Error<E>>) -> (String, bool) {
    let error = result.map_err(|error| {
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        (error.to_string(), error.may_have_succeeded())
    });
    error.unwrap_err()
}

#[tokio::test]
async fn not_every_status_from_200_on_is_a_success() {
    let lab = Lab::new();
    let client = &lab.client;
    let answer = |operation, status| {
        let reply = Reply::new(status).header("etag", "\"t\"");
        lab.fault(operation, Fault::reply(reply));
    };
    for status in [202, 203, 206, 207, 208, 226] {
        let code = status.to_string();
        answer(Operation::PutObject, status);
        let (text, doubt) = says(client.put_object(BUCKET, "k").body("c").await);
        assert!(text.contains(&code) && doubt, "{text}");
        answer(Operation::DeleteObject, status);
        let (text, doubt) = says(client.delete_object(BUCKET, "k").await);
        assert!(text.contains(&code) && doubt, "{text}");
        answer(Operation::GetObject, status);
        let (text, doubt) = says(client.get_object(BUCKET, "k").await);
        assert!(text.contains(&code) && !doubt, "{text}");
        let listing = Reply::xml(status, "<ListBucketResult/>");
        lab.fault(Operation::ListObjectsV2, Fault::reply(listing));
        let (text, doubt) = says(client.list_objects_v2(BUCKET).await);
        assert!(text.contains(&code) && !doubt, "{text}");
    }
    // other servers answer so, and mean it
    for status in [200, 201, 204, 299] {
        answer(Operation::PutObject, status);
        client.put_object(BUCKET, "k").body("c").await.unwrap();
        answer(Operation::DeleteObject, status);
        client.delete_object(BUCKET, "k").await.unwrap();
    }
}

#[tokio::test]
async fn a_part_of_an_object_is_not_the_whole() {
    let lab = Lab::new();
    let client = &lab.client;
    let answer = |range: &str| {
        let reply = Reply::new(200).header("content-range", range);
        lab.fault(Operation::GetObject, Fault::reply(reply.body("01234")));
    };
    for range in ["bytes 0-4/10", "bytes 5-9/10"] {
        answer(range);
        let (text, _) = says(client.get_object(BUCKET, "k").await);
        assert!(text.contains("a part by its `content-range`"), "{text}");
        answer(range);
        let get = client.get_object(BUCKET, "k").range("bytes=0-");
        let (text, _) = says(get.await);
        assert!(text.contains("a part by its `content-range`"), "{text}");
    }
    for range in ["bytes 0-4/5", "bytes 0-4/*", "bytes */5", "whatever"] {
        answer(range);
        let object = client.get_object(BUCKET, "k").await.unwrap();
        assert_eq!(object.body.collect().await.unwrap(), "01234", "{range}");
    }
}

#[tokio::test]
async fn the_size_of_an_object_is_that_of_what_was_sent() {
    let lab = Lab::new();
    for (offset, size, is_right) in [
        (None, "7", true),
        (None, "8", false),
        (None, "0", false),
        (Some(3), "10", true),
        (Some(3), "7", false),
        // what is no size says nothing
        (None, "-7", true),
        (None, "seven", true),
    ] {
        let reply = Reply::new(200).header("x-amz-object-size", size);
        lab.fault(Operation::PutObject, Fault::reply(reply));
        let put = lab.client.put_object(BUCKET, "k").body("content");
        let put = put.set_write_offset_bytes(offset).await;
        if is_right {
            put.unwrap();
        } else {
            let (text, doubt) = says(put);
            assert!(text.contains("another size of the object"), "{text}");
            assert!(doubt, "{text}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_session_is_named() {
    const ADVICE: &str = "where the server knows no sessions";
    let session = |id: &str, token: &str, end: &str| {
        format!(
            "<CreateSessionResult><Credentials><AccessKeyId>{id}</AccessKeyId>\
             <SecretAccessKey>S</SecretAccessKey><SessionToken>{token}</SessionToken>\
             <Expiration>{end}</Expiration></Credentials></CreateSessionResult>"
        )
    };
    let end = "2099-01-01T00:00:00Z";
    for (document, expected, has_advice) in [
        (session("A/B", "T", end), "`AccessKeyId`", false),
        (session("A B", "T", end), "`AccessKeyId`", false),
        (session("A,B", "T", end), "`AccessKeyId`", false),
        (session("A", "T&#10;X: y", end), "`SessionToken`", false),
        (
            session("A", "T", "2001-01-01T00:00:00Z"),
            "`Expiration`",
            false,
        ),
        (session("A", "T", "soon"), "`Expiration`", false),
        (
            "<ListBucketResult/>".to_owned(),
            "`<ListBucketResult>`",
            true,
        ),
        (String::new(), "empty", true),
    ] {
        let lab = Lab::new();
        let answer = Fault::reply(Reply::xml(200, &*document));
        lab.fault(Operation::CreateSession, answer.always());
        let error = lab.client.get_object(BUCKET, "k").await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains(expected), "{document}: {text}");
        assert_eq!(text.contains(ADVICE), has_advice, "{document}: {text}");
        assert_eq!(lab.count(Operation::GetObject), 0, "{document}");
    }
}

#[tokio::test]
async fn an_empty_answer_is_no_setting() {
    let lab = Lab::new();
    let client = &lab.client;
    for body in ["", " \n"] {
        let empty = |operation| {
            let reply = Reply::new(200).body(body);
            lab.fault(operation, Fault::reply(reply));
        };
        empty(Operation::GetBucketPolicy);
        says(client.get_bucket_policy(BUCKET).await);
        empty(Operation::GetBucketEncryption);
        says(client.get_bucket_encryption(BUCKET).await);
        empty(Operation::GetBucketInventoryConfiguration);
        says(client.get_bucket_inventory_configuration(BUCKET, "i").await);
        empty(Operation::GetBucketMetricsConfiguration);
        says(client.get_bucket_metrics_configuration(BUCKET, "m").await);
    }
}
