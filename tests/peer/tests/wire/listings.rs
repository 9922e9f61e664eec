//! `ListObjectsV2` and `ListMultipartUploads`.

use crate::support::{Answer, BASE, BUCKET, Call, peer};
use zonal_peer::Peer;

fn list(peer: &Peer, query: &str) -> Answer {
    Call::at("GET", &format!("?{query}")).send(peer, BASE)
}

#[test]
fn pages_show_every_key_once_in_no_order() {
    let peer = peer();
    for number in 0..25 {
        peer.put(BUCKET, &format!("key{number:02}"), "x");
    }
    let mut keys: Vec<String> = Vec::new();
    let mut page = list(&peer, "list-type=2&max-keys=10").ok();
    let mut sizes = Vec::new();
    loop {
        keys.extend(page.elements("Key").iter().map(|key| (*key).to_owned()));
        sizes.push(page.element("KeyCount").unwrap_or_default().to_owned());
        let Some(token) = page.element("NextContinuationToken") else {
            break;
        };
        assert_eq!(page.element("IsTruncated"), Some("true"));
        assert!(!token.contains("key"), "{token}");
        let query = format!("continuation-token={token}&list-type=2&max-keys=10");
        page = list(&peer, &query).ok();
    }
    assert_eq!(sizes, ["10", "10", "5"]);
    assert_eq!(page.element("IsTruncated"), Some("false"));
    assert!(!keys.is_sorted(), "{keys:?}");
    let all = list(&peer, "list-type=2").ok();
    assert_eq!(all.elements("Key"), keys);
    keys.sort();
    assert_eq!(peer.keys(BUCKET), keys);
}

#[test]
fn directories_are_rolled_up() {
    let peer = peer();
    for key in ["a", "d/1", "d/2", "d/e/3", "x y/+"] {
        peer.put(BUCKET, key, "x");
    }
    Call::at("POST", "/u/v/w?uploads=").send(&peer, BASE).ok();
    let sorted = |query: &str, element: &str| {
        let page = list(&peer, query).ok();
        let mut found: Vec<String> = page
            .elements(element)
            .iter()
            .map(|text| (*text).to_owned())
            .collect();
        found.sort();
        found
    };
    assert_eq!(sorted("delimiter=%2F&list-type=2", "Key"), ["a"]);
    // The first of them is the prefix that was asked for.
    assert_eq!(
        sorted("delimiter=%2F&list-type=2", "Prefix"),
        ["", "d/", "u/", "x y/"]
    );
    assert_eq!(
        sorted("list-type=2&prefix=d%2F", "Key"),
        ["d/1", "d/2", "d/e/3"]
    );
    assert_eq!(
        sorted("delimiter=%2F&list-type=2&prefix=d%2F", "Key"),
        ["d/1", "d/2"]
    );
    let encoded = "encoding-type=url&list-type=2&prefix=x%20y%2F";
    assert_eq!(sorted(encoded, "Key"), ["x+y/%2B"]);
    assert_eq!(sorted("delimiter=%2F&uploads=", "Prefix"), ["", "u/"]);
    assert_eq!(sorted("prefix=u%2Fv%2F&uploads=", "Key"), ["u/v/w"]);
    let owned = list(&peer, "fetch-owner=true&list-type=2&prefix=d%2Fe%2F").ok();
    assert_eq!(owned.element("ID"), Some("111122223333"));
    assert_eq!(owned.element("StorageClass"), Some("EXPRESS_ONEZONE"));
    assert_eq!(owned.element("ChecksumAlgorithm"), Some("CRC32"));
}

#[test]
fn what_directory_buckets_do_not_list() {
    let peer = peer();
    for (query, status, code) in [
        ("list-type=2&prefix=d", 400, "InvalidArgument"),
        ("delimiter=-&list-type=2", 400, "InvalidArgument"),
        ("encoding-type=x&list-type=2", 400, "InvalidArgument"),
        ("list-type=2&max-keys=x", 400, "InvalidArgument"),
        ("list-type=2&max-keys=-1", 400, "InvalidArgument"),
        ("continuation-token=key&list-type=2", 400, "InvalidArgument"),
        ("list-type=2&start-after=a", 501, "NotImplemented"),
        ("prefix=d&uploads=", 400, "InvalidArgument"),
        ("key-marker=key&uploads=", 400, "InvalidArgument"),
        ("upload-id-marker=x&uploads=", 501, "NotImplemented"),
        ("prefix=d%2F", 501, "NotImplemented"),
    ] {
        list(&peer, query).expect(status, code);
    }
    assert_eq!(
        list(&peer, "list-type=2&max-keys=0")
            .ok()
            .element("KeyCount"),
        Some("0")
    );
    assert_eq!(
        list(&peer, "list-type=2&max-keys=9999")
            .ok()
            .element("MaxKeys"),
        Some("1000")
    );
    for name in ["x-amz-request-payer", "x-amz-optional-object-attributes"] {
        let call = Call::at("GET", "?list-type=2").header(name, "x");
        call.send(&peer, BASE).expect(501, "NotImplemented");
    }
}

#[test]
fn uploads_come_in_pages() {
    let peer = peer();
    for key in ["a", "a", "b", "c"] {
        Call::at("POST", &format!("/{key}?uploads="))
            .send(&peer, BASE)
            .ok();
    }
    let mut seen = Vec::new();
    let mut page = list(&peer, "max-uploads=3&uploads=").ok();
    seen.extend(page.elements("UploadId").iter().map(|id| (*id).to_owned()));
    let marker = page.element("NextKeyMarker").expect("more").to_owned();
    page = list(&peer, &format!("key-marker={marker}&uploads=")).ok();
    assert_eq!(page.element("IsTruncated"), Some("false"));
    seen.extend(page.elements("UploadId").iter().map(|id| (*id).to_owned()));
    seen.sort();
    let mut uploads: Vec<String> = peer.uploads(BUCKET).into_iter().map(|(_, id)| id).collect();
    uploads.sort();
    assert_eq!(seen, uploads);
    assert_eq!(uploads.len(), 4);
}
