//! Complete answers with unexpected documents.

use std::time::{Duration, Instant};

use zonal::ErrorKind;
use zonal_peer::{Fault, Reply};

use crate::support::{BUCKET, Error, Lab, expect, says};

/// A complete answer as the service gives it.
const GOOD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Credentials>\
    <SessionToken>MARKERtoken</SessionToken><SecretAccessKey>MARKERsecret</SecretAccessKey>\
    <AccessKeyId>ASIA</AccessKeyId><Expiration>2026-11-22T00:50:15Z</Expiration>\
    </Credentials></CreateSessionResult>";

/// The error of a 200 with this body.
async fn fail(lab: &Lab, body: impl Into<Vec<u8>>) -> Error {
    let error = lab.fail(Fault::reply(Reply::xml(200, body))).await;
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.request_id().unwrap().len(), 16);
    error
}

/// A body that is no `CreateSessionResult`, and what the error says of it.
async fn refused(lab: &Lab, body: impl Into<Vec<u8>>, words: &str) -> Error {
    let error = fail(lab, body).await;
    expect(&error, ErrorKind::Decode, None);
    says(&error, words);
    error
}

#[tokio::test]
async fn other_documents() {
    let lab = Lab::new();
    let empty = "the response body is empty where `<CreateSessionResult>` was expected";
    refused(&lab, "", empty).await;
    refused(&lab, " \r\n\t", empty).await;
    let html =
        "<html><head><title>MARKER</title><meta charset=utf-8></head><body>Log in</body></html>";
    let error = lab.fail(Fault::reply(Reply::html(200, html))).await;
    expect(&error, ErrorKind::Decode, None);
    says(
        &error,
        "the server answered with `<html>` instead of `<CreateSessionResult>`",
    );
    refused(&lab, "<!DOCTYPE html>\n<html>MARKER</html>", "DOCTYPE").await;
    let error = lab.fail(Fault::list_bucket_result()).await;
    expect(&error, ErrorKind::Decode, None);
    says(
        &error,
        "answered with `<ListBucketResult>` instead of `<CreateSessionResult>`",
    );
    for body in [
        "MARKER",
        "{\"MARKER\": 1}",
        "\0",
        "<",
        "<<",
        "&amp;",
        "</a>",
        "-->",
    ] {
        let error = fail(&lab, body).await;
        expect(&error, ErrorKind::Decode, None);
    }
    refused(&lab, "<CreateSessionResult/>", "`Credentials` is missing").await;
    // roots that are out to be shown
    let long = format!("<{}/>", "EV.IL\u{202e}\u{1b}".repeat(1000));
    refused(&lab, long, "instead of").await;
}

#[tokio::test]
async fn members_that_are_missing() {
    let lab = Lab::new();
    for name in [
        "SessionToken",
        "SecretAccessKey",
        "AccessKeyId",
        "Expiration",
        "Credentials",
    ] {
        let error = lab.fail(Fault::without_element(name)).await;
        expect(&error, ErrorKind::Decode, None);
        says(&error, &format!("the required element `{name}` is missing"));
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn members_that_are_there_twice() {
    let lab = Lab::new();
    for name in [
        "SessionToken",
        "SecretAccessKey",
        "AccessKeyId",
        "Expiration",
        "Credentials",
    ] {
        let error = lab.fail(Fault::doubled_element(name)).await;
        expect(&error, ErrorKind::Decode, None);
        says(&error, &format!("the element `{name}` occurs twice"));
    }
}

/// The good answer with another text in one member.
fn with(member: &str, text: &str) -> String {
    let (open, close) = (format!("<{member}>"), format!("</{member}>"));
    let start = GOOD.find(&open).unwrap() + open.len();
    let end = GOOD.find(&close).unwrap();
    format!("{}{text}{}", &GOOD[..start], &GOOD[end..])
}

#[tokio::test]
async fn members_that_are_empty_or_no_text() {
    let lab = Lab::new();
    for name in [
        "SessionToken",
        "SecretAccessKey",
        "AccessKeyId",
        "Expiration",
    ] {
        for text in ["", "<!-- MARKER -->", "<![CDATA[]]>"] {
            let error = fail(&lab, with(name, text)).await;
            expect(&error, ErrorKind::Decode, None);
            says(
                &error,
                &format!("the element `{name}` is not right: expected"),
            );
        }
    }
    for name in [
        "SessionToken",
        "SecretAccessKey",
        "AccessKeyId",
        "Expiration",
    ] {
        let error = fail(&lab, with(name, "a<MARKER/>b")).await;
        expect(&error, ErrorKind::Decode, None);
        says(
            &error,
            &format!("the element `{name}` is not right: expected text, not elements"),
        );
    }
    for time in [
        "MARKER",
        "0",
        "2026-13-01T00:00:00Z",
        "99999999999999-01-01T00:00:00Z",
    ] {
        refused(&lab, with("Expiration", time), "expected a time such as").await;
    }
    refused(&lab, with("Credentials", ""), "`AccessKeyId` is missing").await;
    refused(
        &lab,
        with("Credentials", "MARKER"),
        "`AccessKeyId` is missing",
    )
    .await;
}

#[tokio::test]
async fn cut_off_anywhere() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let root = GOOD.find("<Create").unwrap();
    for length in 0..GOOD.len() {
        lab.fault(Fault::reply(Reply::xml(200, &GOOD[..length])));
        let error = client.create_session(BUCKET).await.unwrap_err();
        expect(&error, ErrorKind::Decode, None);
        if length % 7 == 0 {
            lab.inspect(&error);
        }
        if length > root {
            assert!(error.is_retryable(), "{length}: {error}");
            says(&error, "in the middle");
        }
    }
    lab.fault(Fault::reply(Reply::xml(200, GOOD)));
    client.create_session(BUCKET).await.unwrap();
    assert_eq!(
        lab.connection_count(),
        1,
        "such an answer costs no connection"
    );
    // framed honestly, and by closing
    let error = lab.fail(Fault::truncated(200)).await;
    expect(&error, ErrorKind::Decode, None);
}

#[tokio::test]
async fn more_after_the_end() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    for harmless in ["\r\n \t", "\n<!-- MARKER -->\n", "<?MARKER?>"] {
        lab.fault(Fault::reply(Reply::xml(200, format!("{GOOD}{harmless}"))));
        client.create_session(BUCKET).await.unwrap();
    }
    for more in [
        "MARKER",
        "<MARKER/>",
        GOOD,
        "</a>",
        "&lt;",
        "<![CDATA[ ]]>",
        "<!DOCTYPE a>",
        "<",
        "\0",
    ] {
        let error = fail(&lab, format!("{GOOD}{more}")).await;
        expect(&error, ErrorKind::Decode, None);
    }
    refused(
        &lab,
        format!("{GOOD}<a/>"),
        "something follows its root element",
    )
    .await;
}

#[tokio::test]
async fn document_types_and_entities() {
    let lab = Lab::new();
    for doctype in [
        "<!DOCTYPE CreateSessionResult>",
        "<!DOCTYPE a [<!ENTITY e \"MARKER\">]>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\">",
        "<!doctype a>",
        "<!DOCTYPE",
    ] {
        let error = lab.fail(Fault::with_doctype(doctype)).await;
        expect(&error, ErrorKind::Decode, None);
        says(&error, "it has a DOCTYPE");
    }
    let inside = GOOD.replace("<Credentials>", "<!DOCTYPE a><Credentials>");
    refused(&lab, inside, "it has a DOCTYPE").await;
    for entity in [
        "&e;",
        "&nbsp;",
        "&MARKER;",
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&#-1;",
        "&#;",
        "&;",
        "&amp",
        "&",
        "&#99999999999999999999;",
    ] {
        let error = fail(&lab, with("SessionToken", entity)).await;
        expect(&error, ErrorKind::Decode, None);
    }
    refused(
        &lab,
        with("SessionToken", "&lol9;"),
        "it has an unknown entity",
    )
    .await;
}

#[tokio::test]
async fn nesting_and_other_ways_to_use_up_a_machine() {
    let lab = Lab::new();
    let start = Instant::now();
    let deep = |depth: usize| {
        GOOD.replace(
            "<AccessKeyId>",
            &format!("{}<AccessKeyId>", "<a>".repeat(depth)),
        )
    };
    refused(&lab, deep(100), "nested too deeply").await;
    refused(&lab, deep(20_000), "nested too deeply").await;
    // as much as fits: elements, attributes, names, namespaces, comments
    let fill = |piece: &str| piece.repeat(60_000 / piece.len());
    let fits = GOOD.replace("<AccessKeyId>", &format!("{}<AccessKeyId>", fill("<a/>")));
    lab.fault(Fault::reply(Reply::xml(200, fits)));
    lab.client()
        .build()
        .unwrap()
        .create_session(BUCKET)
        .await
        .unwrap();
    for piece in ["<a/>", "<!---->", "<?a?>", "&amp;", "</a>", "<a b='c'"] {
        let error = fail(&lab, format!("<CreateSessionResult><a>{}", fill(piece))).await;
        expect(&error, ErrorKind::Decode, None);
    }
    let attributes: String = (0..6000).map(|number| format!(" a{number}=''")).collect();
    let error = fail(&lab, format!("<CreateSessionResult{attributes}/>")).await;
    expect(&error, ErrorKind::Decode, None);
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn bytes_that_are_no_text() {
    let lab = Lab::new();
    let latin: Vec<u8> = GOOD
        .bytes()
        .map(|byte| if byte == b'k' { 0xe9 } else { byte })
        .collect();
    refused(&lab, latin, "it is not UTF-8").await;
    let wide: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(
        &lab,
        [&[0xff, 0xfe], wide.as_slice()].concat(),
        "it is not UTF-8",
    )
    .await;
    // nothing is decompressed, whatever the headers claim
    let gzip = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 4, 0, 0x43, 0xbe, 0xb7, 0xe8, 1, 0, 0, 0,
    ];
    let claimed = Reply::xml(200, gzip).header("content-encoding", "gzip");
    let error = lab.fail(Fault::reply(claimed)).await;
    expect(&error, ErrorKind::Decode, None);
    says(&error, "is encoded as `gzip`, which was not requested");
    lab.fault(Fault::genuine().with_header("content-encoding", "br"));
    lab.client()
        .build()
        .unwrap()
        .create_session(BUCKET)
        .await
        .unwrap();
}

#[tokio::test]
async fn headers_that_are_no_values_are_left_out() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let name = "x-amz-server-side-encryption-bucket-key-enabled";
    lab.fault(Fault::genuine().with_header(name, "MARKER"));
    let session = client.create_session(BUCKET).await.unwrap();
    assert_eq!(session.bucket_key_enabled, None);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", GOOD.len());
    let field = "x-amz-server-side-encryption: MARKER";
    let raw = [
        head.as_bytes(),
        field.as_bytes(),
        b"\xff\r\n\r\n",
        GOOD.as_bytes(),
    ]
    .concat();
    lab.fault(Fault::raw(raw));
    let session = client.create_session(BUCKET).await.unwrap();
    assert_eq!(session.server_side_encryption, None);
    assert!(lab.log().contains("is left out"), "{}", lab.log());
}
