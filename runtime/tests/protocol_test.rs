//! The helpers for a model's own tests, and the conversions of enums.

#![cfg(feature = "test-util")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{GetToken, GetTokenError, SERVICE};
use zonal_runtime::codegen::*;
use zonal_runtime::protocol_test;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mode {
    ReadOnly,
    Unknown(String),
}

string_enum!(Mode {
    ReadOnly = "ReadOnly",
});

#[test]
fn enums_keep_what_they_do_not_know() {
    for text in ["ReadOnly", "Brand new"] {
        let mode: Mode = text.parse().unwrap();
        assert_eq!(
            (mode.to_string(), &*mode.to_text(), mode.as_ref()),
            (text.to_owned(), text, text)
        );
        assert_eq!(
            Mode::from_text(text.into()).unwrap(),
            Mode::from(text.to_owned())
        );
    }
    assert_eq!(Mode::from("ReadOnly"), Mode::ReadOnly);
}

#[test]
fn a_request_is_encoded_without_being_sent() {
    let settings = [("AWS::Region", "us-west-2"), ("UseFIPS", "true")];
    protocol_test::encode(&SERVICE, &GetToken::new("demo"), &settings)
        .unwrap()
        .expect("GET", "demo.test.us-west-2.example.com/k?session")
        .require_query("session")
        .forbid_query("other")
        .forbid_headers("x-amz-context")
        .expect_body("");
    let error = protocol_test::encode(&SERVICE, &GetToken::new("a/b"), &settings).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`a/b` cannot stand in the host name"),
        "{error}"
    );
}

#[test]
fn a_response_is_decoded_without_being_received() {
    let body = "<Result><Token>t</Token></Result>";
    let output = protocol_test::decode::<GetToken>(200, &[("x-amz-mode", "m")], body).unwrap();
    assert_eq!(
        (output.token.expose(), output.mode.as_deref()),
        ("t", Some("m"))
    );
    let body = "<Error><Code>NoSuchBucket</Code></Error>";
    let error = protocol_test::decode::<GetToken>(404, &[], body).unwrap_err();
    assert_eq!(error.as_service_error(), Some(&GetTokenError::NoSuchBucket));
}
