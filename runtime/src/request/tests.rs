use super::*;
use crate::{CopySource, RenameSource, Secret};

#[test]
fn labels_are_encoded_once_and_greedy_ones_keep_slashes() {
    let mut request = Request::new(String::new);
    request.path("/");
    request.label("A", "a/b c").unwrap();
    request.path("/");
    request.greedy_label("Key", "x//y%2F ü+?#~").unwrap();
    let parts = request.into_parts();
    assert_eq!(parts.path, "/a%2Fb%20c/x//y%252F%20%C3%BC%2B%3F%23~");
}

#[test]
fn dots_stay_in_keys_and_are_refused_as_a_name() {
    for key in [".", "..", "a/./b", "a/..", "../a", "a/.../b", ".a", "a.."] {
        let mut request = Request::new(String::new);
        request.path("/").greedy_label("Key", key).unwrap();
        assert_eq!(request.into_parts().path, format!("/{key}"));
    }
    for name in [".", ".."] {
        let error = Request::new(String::new).label("Bucket", name).unwrap_err();
        assert!(
            error.to_string().contains("`Bucket` is `.` or `..`"),
            "{error}"
        );
    }
    assert!(Request::new(String::new).label("Bucket", "").is_err());
}

#[test]
fn queries_tell_empty_from_absent() {
    let mut request = Request::new(String::new);
    request.query_literal("session");
    request.query_literal("list-type=2");
    request.query_literal("a=b=c d");
    request.query::<String>("absent", &None).unwrap();
    request.query("empty", &Some(String::new())).unwrap();
    request.required_query("a&b", "ü = &").unwrap();
    request.query_list("n", &[1, 2]).unwrap();
    let parts = request.into_parts();
    assert_eq!(
        parts.query,
        "session&list-type=2&a=b%3Dc%20d&empty=&a%26b=%C3%BC%20%3D%20%26&n=1&n=2"
    );
}

#[test]
fn headers_refuse_control_characters_and_hide_secrets() {
    let mut request = Request::new(String::new);
    for wrong in ["MARK\rER", "MARK\nER", "MARK\0ER", "MARK\u{7f}ER"] {
        let error = request
            .required_header("x-amz-a", &Secret::from(wrong))
            .unwrap_err();
        assert_eq!(error.name(), "x-amz-a");
        assert!(!error.to_string().contains("ER"));
    }
    request
        .header("x-amz-a", &Some(Secret::from("MARKER")))
        .unwrap();
    request.header("x-amz-b", &Some(String::new())).unwrap();
    request
        .header_list(
            "x-amz-c",
            Some(&["a,b".to_owned(), "c\"d".to_owned(), "e".to_owned()]),
        )
        .unwrap();
    let none: Option<&[String]> = None;
    request.header_list("x-amz-d", none).unwrap();
    request.header_list("x-amz-e", none.or(Some(&[]))).unwrap();
    let first_is_empty = [String::new(), "b".to_owned()];
    request
        .header_list("x-amz-f", Some(&first_is_empty))
        .unwrap();
    let text = format!("{request:?}");
    let parts = request.into_parts();
    assert!(!format!("{text}{:?}", parts.headers).contains("MARKER"));
    assert_eq!(parts.headers["x-amz-b"], "");
    assert!(parts.headers.get("x-amz-d").is_none());
    assert_eq!(parts.headers["x-amz-e"], "");
    assert_eq!(parts.headers["x-amz-f"], ", b");
    assert_eq!(parts.headers["x-amz-c"], r#""a,b", "c\"d", e"#);
}

#[test]
fn a_map_of_headers_cannot_say_where_a_request_goes() {
    let map = |name: &str| std::collections::BTreeMap::from([(name.to_owned(), "x".to_owned())]);
    for (prefix, name) in [
        ("", "Host"),
        ("", "AUTHORIZATION"),
        ("", "transfer-encoding"),
        ("x-amz-", "Security-Token"),
        ("Proxy-", "authorization"),
    ] {
        let mut request = Request::new(String::new);
        let refused = request.prefix_headers(prefix, &map(name)).unwrap_err();
        assert!(refused.to_string().contains("cannot be set"), "{refused}");
    }
    for (prefix, name) in [("", "x-own"), ("x-amz-meta-", "host")] {
        let mut request = Request::new(String::new);
        request.prefix_headers(prefix, &map(name)).unwrap();
    }
}

#[test]
fn a_caller_says_who_calls_where_the_client_does_not() {
    let added = |is_signed| added_header("Authorization", "Bearer MARKER", is_signed);
    let refused = added(true).unwrap_err().to_string();
    assert!(
        refused.contains("`authorization` cannot be set"),
        "{refused}"
    );
    let (name, value) = added(false).unwrap();
    assert_eq!(name, "authorization");
    assert!(value.is_sensitive() && value == "Bearer MARKER");
    assert!(added_header("host", "a", false).is_err());
}

#[test]
fn keys_of_maps_may_be_secrets() {
    let map = std::collections::BTreeMap::from([(Secret::from("k"), Secret::from("v"))]);
    let mut request = Request::new(String::new);
    request.prefix_headers("x-", &map).unwrap();
    request.query_map(&map).unwrap();
    let parts = request.into_parts();
    assert_eq!(parts.query, "k=v");
    let value = &parts.headers["x-k"];
    assert!(value == "v" && value.is_sensitive());
}

#[test]
fn what_is_required_is_not_empty() {
    let mut request = Request::new(String::new);
    assert!(request.required_query("uploadId", "").is_err());
    assert!(request.required_header("x-amz-rename-source", "").is_err());
    let nothing = CopySource::from_text("");
    assert!(request.copy_source("x-amz-copy-source", &nothing).is_err());
    let nothing = RenameSource::new("");
    let rename = request.rename_source("x-amz-rename-source", &nothing, "b");
    assert!(rename.is_err());
    // what is optional may be, and is sent so
    request.header("x", &Some(String::new())).unwrap();
    request.query("q", &Some(String::new())).unwrap();
    let parts = request.into_parts();
    assert_eq!(parts.headers["x"], "");
    assert_eq!(parts.query, "q=");
}
