//! Buckets come and go.

use crate::support::{Answer, BASE, BUCKET, Call, Signer, peer};
use zonal_peer::Peer;

const NEW: &str = "new--usw2-az1--x-s3";

fn configuration(place: &str, zone: &str, redundancy: &str) -> String {
    format!(
        "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Location>\
         <Type>{place}</Type><Name>{zone}</Name></Location><Bucket><DataRedundancy>{redundancy}\
         </DataRedundancy><Type>Directory</Type></Bucket></CreateBucketConfiguration>"
    )
}

fn usual() -> String {
    configuration("AvailabilityZone", "usw2-az1", "SingleAvailabilityZone")
}

fn create(peer: &Peer, name: &str, body: &str) -> Answer {
    Call::new("PUT", &format!("/{name}"))
        .body(body)
        .send(peer, BASE)
}

#[test]
fn buckets_are_created_once() {
    let peer = peer();
    let made = create(&peer, NEW, &usual()).ok();
    assert_eq!(made.header("location"), Some("/new--usw2-az1--x-s3"));
    assert_eq!(
        made.header("x-amz-bucket-arn"),
        Some("arn:aws:s3express:us-west-2:111122223333:bucket/new--usw2-az1--x-s3")
    );
    create(&peer, NEW, &usual()).expect(409, "BucketAlreadyOwnedByYou");
    let local = configuration("LocalZone", "usw2-lax1-az1", "SingleLocalZone");
    create(&peer, "b--usw2-lax1-az1--x-s3", &local).ok();
    assert_eq!(
        Call::new("HEAD", &format!("/{NEW}"))
            .send(&peer, BASE)
            .status,
        200
    );
}

#[test]
fn configurations_have_to_fit_the_name() {
    let peer = peer();
    let constraint = "<CreateBucketConfiguration><LocationConstraint>us-west-2\
        </LocationConstraint></CreateBucketConfiguration>";
    let other_zone = configuration("AvailabilityZone", "usw2-az2", "SingleAvailabilityZone");
    let local = configuration("LocalZone", "usw2-az1", "SingleLocalZone");
    for (name, body, code) in [
        (NEW, "", "InvalidRequest"),
        (NEW, constraint, "InvalidLocationConstraint"),
        (NEW, &other_zone, "InvalidArgument"),
        (NEW, &local, "InvalidArgument"),
        (NEW, "<CreateBucketConfiguration/>", "MalformedXML"),
        (NEW, "<Other/>", "MalformedXML"),
        ("plain", &usual(), "InvalidBucketName"),
        ("UPPER--usw2-az1--x-s3", &usual(), "InvalidBucketName"),
    ] {
        create(&peer, name, body).expect(400, code);
    }
    let with = |name: &str, value: &str| {
        let call = Call::new("PUT", &format!("/{NEW}")).body(&usual());
        call.header(name, value).send(&peer, BASE)
    };
    with("x-amz-acl", "private").expect(501, "NotImplemented");
    with("x-amz-object-ownership", "ObjectWriter").expect(400, "InvalidArgument");
    with("x-amz-object-ownership", "BucketOwnerEnforced").ok();
}

#[test]
fn only_empty_buckets_are_deleted() {
    let peer = peer();
    let delete = || Call::at("DELETE", "").send(&peer, BASE);
    peer.put(BUCKET, "k", "x");
    delete().expect(409, "BucketNotEmpty");
    Call::at("DELETE", "/k").send(&peer, BASE).ok();
    let upload = Call::at("POST", "/k?uploads=").send(&peer, BASE).ok();
    delete().expect(409, "BucketNotEmpty");
    let id = upload.element("UploadId").expect("an id");
    Call::at("DELETE", &format!("/k?uploadId={id}"))
        .send(&peer, BASE)
        .ok();
    Call::at("DELETE", "")
        .header("x-amz-expected-bucket-owner", "111122223333")
        .send(&peer, BASE)
        .expect(501, "NotImplemented");
    assert_eq!(delete().status, 204);
    delete().expect(404, "NoSuchBucket");
}

#[test]
fn regional_operations_take_no_session() {
    let peer = peer();
    Call::create_session().send(&peer, BASE).ok();
    let session = peer.issued_sessions().pop().expect("a session");
    let signer = Signer::of_session(&session);
    Call::at("DELETE", "")
        .send(&peer, signer)
        .expect(403, "AccessDenied");
    let again = Call::at("PUT", "").body(&usual()).send(&peer, signer);
    again.expect(403, "AccessDenied");
}
