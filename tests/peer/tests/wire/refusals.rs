//! What directory buckets do not have.

use crate::support::{BASE, BUCKET, Call, peer};

#[test]
fn headers_of_other_features_are_not_implemented() {
    let peer = peer();
    for name in [
        "content-md5",
        "x-amz-acl",
        "x-amz-grant-read",
        "x-amz-object-lock-mode",
        "x-amz-object-lock-legal-hold",
        "x-amz-request-payer",
        "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-tagging",
        "x-amz-website-redirect-location",
    ] {
        let answer = Call::put("k", "x").header(name, "x").send(&peer, BASE);
        answer.expect(501, "NotImplemented");
        assert_eq!(answer.element("Header"), Some(name));
    }
    for name in ["x-amz-mfa", "x-amz-bypass-governance-retention"] {
        let call = Call::at("DELETE", "/k").header(name, "true");
        call.send(&peer, BASE).expect(501, "NotImplemented");
    }
    assert!(peer.keys(BUCKET).is_empty());
}

#[test]
fn values_that_make_no_sense_are_refused() {
    let peer = peer();
    let put = |name: &str, value: &str| Call::put("k", "x").header(name, value).send(&peer, BASE);
    put("x-amz-storage-class", "STANDARD").expect(400, "InvalidStorageClass");
    put("x-amz-server-side-encryption", "aws:kms:dsse").expect(400, "InvalidArgument");
    put("x-amz-expected-bucket-owner", "999999999999").expect(403, "AccessDenied");
    put("x-amz-expected-bucket-owner", "111122223333").ok();
    put("x-amz-meta-large", &"x".repeat(2048)).expect(400, "MetadataTooLarge");
    Call::get("k?versionId=1")
        .send(&peer, BASE)
        .expect(400, "InvalidArgument");
    Call::get("k?versionId=null").send(&peer, BASE).ok();
}

#[test]
fn other_operations_are_not_implemented() {
    let peer = peer();
    for (method, target) in [
        ("GET", ""),
        ("GET", "?acl="),
        ("GET", "?versions="),
        ("GET", "?versioning="),
        ("PUT", "?tagging="),
        ("DELETE", "?cors="),
        ("DELETE", "?lifecycle=&policy="),
        ("GET", "/k?acl="),
        ("GET", "/k?tagging="),
        ("PUT", "/k?retention="),
        ("POST", "/k?select=&select-type=2"),
        ("POST", "/k?restore="),
        ("POST", "/k"),
        ("PATCH", "/k"),
    ] {
        Call::at(method, target)
            .send(&peer, BASE)
            .expect(501, "NotImplemented");
    }
}

#[test]
fn documents_have_a_limit() {
    let peer = peer();
    let call = |method: &str, target: &str, length: u64| {
        let call = Call::at(method, target).header("content-length", &length.to_string());
        call.send(&peer, BASE)
    };
    call("POST", "?delete=", 9 * 1024 * 1024).expect(400, "EntityTooLarge");
    call("POST", "/k?uploadId=x", 9 * 1024 * 1024).expect(400, "EntityTooLarge");
    call("DELETE", "/k", 2 * 1024 * 1024).expect(400, "EntityTooLarge");
    call("PUT", "/k", 6 * 1024 * 1024 * 1024).expect(400, "EntityTooLarge");
}
