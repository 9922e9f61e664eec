//! Refusals that are not as the service writes them.

use zonal::ErrorKind;
use zonal_peer::{Fault, Reply};

use crate::support::{Lab, expect, says};

#[tokio::test]
async fn an_error_document_under_a_good_status() {
    let lab = Lab::new();
    let error = lab
        .fail(Fault::error(
            200,
            "InternalError",
            "We encountered an internal error.",
        ))
        .await;
    expect(&error, ErrorKind::Service, Some("InternalError"));
    says(
        &error,
        "InternalError: We encountered an internal error. (HTTP 200, ",
    );
    assert!(error.is_retryable());
    let error = lab.fail(Fault::error(200, "AccessDenied", "no")).await;
    expect(&error, ErrorKind::Service, Some("AccessDenied"));
    assert!(!error.is_retryable());
    let gone = lab.fail(Fault::error(200, "NoSuchBucket", "no")).await;
    assert!(gone.as_service_error().is_some());
    // no code, or no end
    let error = lab.fail(Fault::reply(Reply::xml(200, "<Error/>"))).await;
    assert_eq!(error.kind(), ErrorKind::Service);
    let cut = Reply::xml(200, "<Error><Code>SlowDown</Code><Token-0>MARKER");
    let error = lab.fail(Fault::reply(cut)).await;
    expect(&error, ErrorKind::Service, Some("SlowDown"));
}

#[tokio::test]
async fn error_documents_that_are_out_to_harm() {
    let lab = Lab::new();
    let error = |fields: String| Fault::reply(Reply::xml(403, format!("<Error>{fields}</Error>")));
    let hostile = "one\n\u{1b}[2J\u{1b}]0;title\u{7}\r&#27;[31m\u{202e}\u{200b}&#10;two\u{9b}";
    let fields = format!(
        "<Code>Acc{hostile}ess</Code><Message>{hostile}</Message><RequestId>{hostile}</RequestId>\
         <HostId>{hostile}</HostId><Region>{hostile}</Region>"
    );
    let shown = lab.fail(error(fields)).await;
    assert!(shown.message().unwrap().starts_with("one"));
    let text = shown.to_string();
    assert!(
        !text.contains(['\u{202e}', '\u{200b}', '\u{9b}']),
        "{text:?}"
    );
    assert_eq!(shown.bucket_region(), None);

    let long = "x".repeat(30_000);
    let shown = lab
        .fail(error(format!(
            "<Code>{long}</Code><Message>{long}</Message>"
        )))
        .await;
    assert!(shown.code().unwrap().len() <= 128);
    // more than fits altogether
    let shown = lab
        .fail(error(format!(
            "<Code>A</Code><Message>{long}{long}{long}</Message>"
        )))
        .await;
    expect(&shown, ErrorKind::Service, Some("Forbidden"));
    let shown = lab
        .fail(error("<Code></Code><Message>MARKER</Message>".to_owned()))
        .await;
    expect(&shown, ErrorKind::Service, Some("Forbidden"));
    let shown = lab
        .fail(error("<Code>NewInThisYear</Code>".to_owned()))
        .await;
    expect(&shown, ErrorKind::Service, Some("NewInThisYear"));
    assert!(!shown.is_retryable() && shown.as_service_error().is_none());
}

#[tokio::test]
async fn error_statuses_without_an_error_document() {
    let lab = Lab::new();
    for (status, body, code, retryable) in [
        (400, "", "BadRequest", false),
        (401, "<html>MARKER</html>", "Unauthorized", false),
        (403, "MARKER", "Forbidden", false),
        (
            404,
            "<ListBucketResult>MARKER</ListBucketResult>",
            "NotFound",
            false,
        ),
        (407, "", "Http407", false),
        (418, "{\"MARKER\":1}", "Http418", false),
        (500, "", "InternalError", true),
        (502, "<html>MARKER</html>", "BadGateway", true),
        (503, "\0\0", "ServiceUnavailable", true),
        (504, "<!DOCTYPE html>", "GatewayTimeout", true),
        (304, "", "NotModified", false),
    ] {
        let error = lab.fail(Fault::reply(Reply::html(status, body))).await;
        expect(&error, ErrorKind::Service, Some(code));
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.is_retryable(), retryable, "{error}");
        assert_eq!(error.as_service_error(), None);
    }
}

#[tokio::test]
async fn success_without_content() {
    let lab = Lab::new();
    for (status, words) in [
        (201, "the response body is empty"),
        (202, "not carried out yet"),
        (204, "the response body is empty"),
        (206, "that it is a part"),
    ] {
        let error = lab.fail(Fault::reply(Reply::new(status))).await;
        expect(&error, ErrorKind::Decode, None);
        assert_eq!(error.status().unwrap(), status);
        says(&error, words);
    }
}
