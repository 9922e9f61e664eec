use super::*;

fn sent(source: CopySource) -> String {
    source.header().unwrap()
}

#[test]
fn sources_are_percent_encoded_once() {
    let key = "a b/ü+?%20&#";
    let encoded = "b/a%20b/%C3%BC%2B%3F%2520%26%23";
    assert_eq!(sent(CopySource::new("b", key)), encoded);
    assert_eq!(sent(CopySource::from_header(encoded).unwrap()), encoded);
    assert_eq!(sent(CopySource::from_text("/b/a b")), "/b/a%20b");
    let rename = RenameSource::new(key);
    assert_eq!(rename.header("b").unwrap(), encoded);
    let read = RenameSource::from_header(encoded).unwrap();
    assert_eq!(read.header("c").unwrap(), encoded);
    // a key that begins like the bucket is a key
    let nested = RenameSource::new("b/k");
    assert_eq!(nested.header("b").unwrap(), "b/b/k");
}

#[test]
fn a_rename_source_as_text_may_be_encoded() {
    let sent = |text| RenameSource::from_text(text).header("other");
    for (text, header) in [
        ("b/a b", "b/a%20b"),
        ("/b/a%20b", "/b/a%20b"),
        ("b/ü+%c3%bc", "b/%C3%BC%2B%c3%bc"),
        ("b/a%2Fb", "b/a%2Fb"),
        ("b/a%2520b", "b/a%2520b"),
        ("b/50% off", "b/50%25%20off"),
        ("b/50%", "b/50%25"),
        ("", ""),
    ] {
        assert_eq!(sent(text).unwrap(), header, "{text}");
    }
    for text in ["b/50%/a%20b", "b/%FF"] {
        assert!(sent(text).unwrap_err().contains("percent"), "{text}");
    }
    assert_eq!(RenameSource::new("a%20b").header("b").unwrap(), "b/a%2520b");
}

#[test]
fn versions_are_apart_from_the_key() {
    let source = CopySource::new("b", "k?versionId=old").version_id("3.a/b");
    assert_eq!(source.as_str(), "b/k?versionId=old");
    assert_eq!(sent(source), "b/k%3FversionId%3Dold?versionId=3.a%2Fb");
    let source = CopySource::new("b", "k")
        .version_id("v")
        .set_version_id(None);
    assert_eq!(sent(source), "b/k");
    let text = |text| sent(CopySource::from_text(text));
    assert_eq!(text("b/k?versionId=3.abc"), "b/k?versionId=3.abc");
    // directory buckets keep no versions
    assert_eq!(text("b--x-s3/k?versionId=v"), "b--x-s3/k%3FversionId%3Dv");
}

#[test]
fn access_points_are_named_by_their_arn() {
    let arn = "arn:aws:s3:us-west-2:111122223333:accesspoint/reports";
    let source = CopySource::new(arn, "2026/a b");
    let header = sent(source.clone());
    assert!(
        header.ends_with("%3Aaccesspoint/reports/object/2026/a%20b"),
        "{header}"
    );
    assert_eq!(CopySource::from_header(&header).unwrap(), source);
}

#[test]
fn what_names_no_object_is_refused() {
    for (bucket, key, words) in [
        ("", "k", "name of a bucket"),
        ("b", "", "needs a key"),
        ("dir/key", "bucket", "slash in the bucket"),
    ] {
        let refused = CopySource::new(bucket, key).header().unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
    let empty = CopySource::new("b", "k").version_id("");
    assert!(empty.header().unwrap_err().contains("version"));
    assert!(RenameSource::new("").header("b").is_err());
    for (text, words) in [
        ("", "needs a key"),
        ("b", "needs a key"),
        ("b/", "needs a key"),
        ("//k", "name of a bucket"),
        ("b/a b", "`%20`"),
        ("b/a+b", "`%2B`"),
        ("b/ü", "ASCII"),
        ("b/%", "two hexadecimal digits"),
        ("b/%4", "two hexadecimal digits"),
        ("b/%4x", "two hexadecimal digits"),
        ("b/%FF", "UTF-8"),
        ("b/k?version=1", "`%3F`"),
        ("b/k?versionId=", "`%3F`"),
    ] {
        let refused = CopySource::from_header(text).unwrap_err().to_string();
        assert!(refused.contains(words), "{text:?}: {refused}");
    }
    assert!(RenameSource::from_header("k").is_err());
}
