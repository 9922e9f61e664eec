use std::collections::BTreeMap;

use http::HeaderValue;

use super::headers::header_items;
use super::*;
use crate::header;
use crate::text::TimestampFormat;

#[test]
fn headers_are_typed_and_empty_ones_absent() {
    let response = Response::for_test(200, &[("x-n", "7"), ("x-e", ""), ("x-bad", "MARKER")], "");
    assert_eq!(response.header::<i32>(header!("x-n")), Some(7));
    assert_eq!(response.header::<i32>(header!("x-e")), None);
    assert_eq!(
        response.header::<String>(header!("x-e")),
        Some(String::new())
    );
    assert_eq!(response.header::<bool>(header!("x-none")), None);
    assert_eq!(response.header::<bool>(header!("x-bad")), None);
    let error = response
        .required_header::<bool>(header!("x-bad"))
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("x-bad") && !error.contains("MARKER"),
        "{error}"
    );
}

#[test]
fn lists_in_headers_may_be_quoted() {
    let list = |text: &str| header_items(text).join("|");
    assert_eq!(list("a, b,c"), "a|b|c");
    assert_eq!(list(r#""b,c", "\"d\"" , e"#), r#"b,c|"d"|e"#);
    assert_eq!(list(""), "");
    let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:19 GMT";
    let response = Response::for_test(200, &[("x-t", dates), ("x-meta-a", "1")], "");
    let times = response.header_timestamps(header!("x-t"), TimestampFormat::HttpDate);
    assert_eq!(times.map(|times| times.len()), Some(2));
    let meta: BTreeMap<String, String> = response.prefix_headers("x-meta-").unwrap();
    assert_eq!(meta.get("a").map(String::as_str), Some("1"));
}

#[test]
fn what_cannot_be_read_is_left_out_and_the_rest_is_there() {
    let headers = [
        ("x-t", "whatever"),
        ("x-l", "1,two"),
        ("x-b", "no base64!"),
        ("x-meta-a", "1"),
        ("x-meta-b", "one"),
    ];
    let mut response = Response::for_test(200, &headers, "");
    let latin = HeaderValue::from_bytes(b"caf\xe9").unwrap();
    response.headers.insert("x-meta-c", latin);
    let format = TimestampFormat::HttpDate;
    assert_eq!(response.header_timestamp(header!("x-t"), format), None);
    assert_eq!(response.header_timestamps(header!("x-t"), format), None);
    assert!(
        response
            .required_header_timestamp(header!("x-t"), format)
            .is_err()
    );
    assert_eq!(response.header_list::<i32>(header!("x-l")), None);
    assert_eq!(response.header_base64::<String>(header!("x-b")), None);
    let numbers: BTreeMap<String, i32> = response.prefix_headers("x-meta-").unwrap();
    assert_eq!(numbers, BTreeMap::from([("a".to_owned(), 1)]));
    let texts: BTreeMap<String, String> = response.prefix_headers("x-meta-").unwrap();
    assert_eq!(texts.keys().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn several_headers_of_one_name() {
    let headers = [
        ("etag", "a"),
        ("x-same", "1"),
        ("cache-control", "no-cache"),
    ];
    let mut response = Response::for_test(200, &headers, "");
    for (name, value) in [
        ("etag", "b"),
        ("x-same", "1"),
        ("cache-control", "no-store"),
    ] {
        response
            .headers
            .append(name, HeaderValue::from_static(value));
    }
    assert_eq!(response.header::<String>(header!("etag")), None);
    let error = response.required_header::<String>(header!("etag"));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("`etag`") && error.contains("one value"),
        "{error}"
    );
    assert_eq!(response.header::<i32>(header!("x-same")), Some(1));
    let control = response.header::<String>(header!("cache-control"));
    assert_eq!(control.as_deref(), Some("no-cache, no-store"));
}

#[test]
fn an_error_document_is_no_result() {
    let response = Response::for_test(200, &[], "\n <Error><Code>InternalError</Code></Error>");
    let error = response.xml("CopyObjectResult").unwrap_err();
    assert_eq!(*error.problem(), Problem::ErrorDocument);
    assert!(!format!("{response:?}").contains("InternalError"));
}

#[test]
fn text_is_neither_an_error_nor_of_another_kind() {
    let of = |body: &str| Response::for_test(200, &[], body);
    let page = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let error = "\n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>";
    for response in [of(error), of("<ErrorResponse/>")] {
        let problem = response.text::<String>().unwrap_err();
        assert_eq!(*problem.problem(), Problem::ErrorDocument);
        let problem = response.json_text::<String>().unwrap_err();
        assert_eq!(*problem.problem(), Problem::ErrorDocument);
    }
    for text in [page, "<a/>", " ", "plain"] {
        assert_eq!(of(text).text::<String>().unwrap().as_deref(), Some(text));
        assert!(of(text).json_text::<String>().is_err(), "{text}");
    }
    for cut in ["{", "{\"Version\":\"2012-10-17\",\"State", "[1, 2"] {
        assert!(of(cut).json_text::<String>().is_err(), "{cut}");
    }
    for json in ["{}", " {\"Id\":\"ü\"}\r\n", "[{\"a\": \"<\"}]"] {
        let text = of(json).json_text::<String>().unwrap();
        assert_eq!(text.as_deref(), Some(json));
    }
    assert_eq!(of("").json_text::<String>().unwrap(), None);
}

#[test]
fn blanks_before_the_declaration_hide_no_error_document() {
    let error = "\n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>";
    let response = Response::for_test(200, &[], error);
    let problem = response.without_document().unwrap_err();
    assert_eq!(*problem.problem(), Problem::ErrorDocument);
    let problem = response.xml("CopyObjectResult").unwrap_err();
    assert_eq!(*problem.problem(), Problem::ErrorDocument);
    let refusal = crate::error::ServiceError::read(&Response::for_test(503, &[], error));
    assert_eq!(refusal.code, "InternalError");
    for body in [
        "\u{feff}<Error/>",
        "<error/>",
        "<Errors/>",
        "<s:Fault xmlns:s='urn:s'/>",
    ] {
        let response = Response::for_test(200, &[], body);
        for read in [
            response.text::<String>().map(drop),
            response.without_document(),
        ] {
            assert_eq!(
                *read.unwrap_err().problem(),
                Problem::ErrorDocument,
                "{body}"
            );
        }
    }
}
