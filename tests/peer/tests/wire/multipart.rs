//! Multipart uploads from their beginning to their end.

use crate::support::{Answer, BASE, BUCKET, Call, builder, peer};
use zonal_peer::{ChecksumAlgorithm, Fault, Operation, Peer};

const CRC32: ChecksumAlgorithm = ChecksumAlgorithm::Crc32;

fn small_parts() -> Peer {
    builder().min_part_size(5).start_blocking().expect("a peer")
}

fn begin(peer: &Peer, fields: &[(&str, &str)]) -> String {
    let call = Call::at("POST", "/k?uploads=");
    let call = fields
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    let answer = call.send(peer, BASE).ok();
    answer.element("UploadId").expect("an id").to_owned()
}

fn part(peer: &Peer, id: &str, number: u32, body: &str) -> String {
    let target = format!("k?partNumber={number}&uploadId={id}");
    let answer = Call::put(&target, body).send(peer, BASE).ok();
    answer.header("etag").expect("a tag").to_owned()
}

/// Completes with these parts; a part is a number, a tag and more elements.
fn complete(
    peer: &Peer,
    id: &str,
    parts: &[(u32, &str, String)],
    fields: &[(&str, &str)],
) -> Answer {
    let parts: String = parts
        .iter()
        .map(|(number, etag, more)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag>{more}</Part>")
        })
        .collect();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    let call = Call::at("POST", &format!("/k?uploadId={id}")).body(&body);
    let call = fields
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.send(peer, BASE)
}

#[test]
fn parts_become_an_object() {
    let peer = small_parts();
    let id = begin(
        &peer,
        &[("content-type", "text/plain"), ("x-amz-meta-a", "b")],
    );
    let second = part(&peer, &id, 2, "world");
    part(&peer, &id, 1, "wrong");
    let first = part(&peer, &id, 1, "hello ");
    assert!(peer.object(BUCKET, "k").is_none());
    let parts = [
        (1, first.as_str(), String::new()),
        (2, &second, String::new()),
    ];
    let answer = complete(&peer, &id, &parts, &[("x-amz-mp-object-size", "11")]).ok();
    assert_eq!(
        (answer.element("Bucket"), answer.element("Key")),
        (Some(BUCKET), Some("k"))
    );
    let object = peer.object(BUCKET, "k").expect("an object");
    assert_eq!(object.data, "hello world");
    assert_eq!(object.part_count(), 2);
    assert_eq!(object.headers["content-type"], "text/plain");
    assert_eq!(object.metadata["a"], "b");
    let got = Call::get("k?partNumber=2").send(&peer, BASE);
    assert_eq!((got.status, got.body.as_str()), (206, "world"));
    assert_eq!(got.header("x-amz-mp-parts-count"), Some("2"));
    complete(&peer, &id, &parts, &[]).expect(404, "NoSuchUpload");
    assert!(peer.uploads(BUCKET).is_empty());
}

#[test]
fn part_lists_have_to_be_right() {
    let peer = small_parts();
    let id = begin(&peer, &[]);
    let tags: Vec<String> = ["11111", "222", "33333"]
        .iter()
        .zip(1..)
        .map(|(body, n)| part(&peer, &id, n, body))
        .collect();
    let list = |numbers: &[u32]| -> Vec<(u32, &str, String)> {
        let tag = |number: &u32| tags[usize::try_from(number - 1).expect("an index")].as_str();
        numbers
            .iter()
            .map(|number| (*number, tag(number), String::new()))
            .collect()
    };
    complete(&peer, &id, &list(&[1, 3]), &[]).expect(400, "InvalidPartOrder");
    complete(&peer, &id, &list(&[2, 1]), &[]).expect(400, "InvalidPartOrder");
    complete(&peer, &id, &list(&[2, 3]), &[]).expect(400, "InvalidPartOrder");
    complete(&peer, &id, &[], &[]).expect(400, "MalformedXML");
    let small = complete(&peer, &id, &list(&[1, 2, 3]), &[]);
    small.expect(400, "EntityTooSmall");
    assert_eq!(small.element("PartNumber"), Some("2"));
    complete(&peer, &id, &[(1, "\"other\"", String::new())], &[]).expect(400, "InvalidPart");
    let mut four = list(&[1, 2, 3]);
    four.push((4, "\"x\"", String::new()));
    part(&peer, &id, 2, "22222");
    complete(&peer, &id, &four, &[]).expect(400, "InvalidPart");
    complete(&peer, "other", &list(&[1]), &[]).expect(404, "NoSuchUpload");
    let size = [("x-amz-mp-object-size", "4")];
    complete(&peer, &id, &list(&[1]), &size).expect(400, "InvalidRequest");
    let bad = Call::at("POST", &format!("/k?uploadId={id}")).body("<Part>");
    bad.send(&peer, BASE).expect(400, "MalformedXML");
    peer.put(BUCKET, "k", "there");
    complete(&peer, &id, &list(&[1]), &[("if-none-match", "*")]).expect(412, "PreconditionFailed");
    complete(&peer, &id, &list(&[1]), &[]).ok();
    for number in ["0", "10001", "x", ""] {
        let call = Call::put(&format!("k?partNumber={number}&uploadId={id}"), "x");
        call.send(&peer, BASE).expect(400, "InvalidArgument");
    }
}

#[test]
fn the_service_has_parts_of_five_mebibytes() {
    let peer = peer();
    let id = begin(&peer, &[]);
    let tags = [part(&peer, &id, 1, "small"), part(&peer, &id, 2, "last")];
    let parts = [
        (1, tags[0].as_str(), String::new()),
        (2, &tags[1], String::new()),
    ];
    let answer = complete(&peer, &id, &parts, &[]);
    answer.expect(400, "EntityTooSmall");
    assert_eq!(answer.element("MinSizeAllowed"), Some("5242880"));
}

#[test]
fn checksums_of_parts_and_of_the_whole() {
    let peer = small_parts();
    let element = |body: &str| {
        format!(
            "<ChecksumCRC32>{}</ChecksumCRC32>",
            CRC32.encoded(body.as_bytes())
        )
    };
    for (kind, ending) in [("COMPOSITE", "-2"), ("FULL_OBJECT", "=")] {
        let fields = [
            ("x-amz-checksum-algorithm", "CRC32"),
            ("x-amz-checksum-type", kind),
        ];
        let id = begin(&peer, &fields);
        let put = |number: u32, body: &str| {
            let call = Call::put(&format!("k?partNumber={number}&uploadId={id}"), body);
            let call = call.header(CRC32.header(), &CRC32.encoded(body.as_bytes()));
            call.send(&peer, BASE)
                .ok()
                .header("etag")
                .expect("a tag")
                .to_owned()
        };
        let (first, second) = (put(1, "hello "), put(2, "world"));
        let other = Call::put(&format!("k?partNumber=1&uploadId={id}"), "x");
        let sha1 = ChecksumAlgorithm::Sha1;
        let other = other.header(sha1.header(), &sha1.encoded(b"x"));
        other.send(&peer, BASE).expect(400, "InvalidRequest");
        let wrong = [
            (1, first.as_str(), element("HELLO")),
            (2, &second, element("world")),
        ];
        complete(&peer, &id, &wrong, &[]).expect(400, "InvalidPart");
        let right = [
            (1, first.as_str(), element("hello ")),
            (2, &second, element("world")),
        ];
        if kind == "COMPOSITE" {
            let bare = [
                (1, first.as_str(), String::new()),
                (2, &second, String::new()),
            ];
            complete(&peer, &id, &bare, &[]).expect(400, "InvalidRequest");
            complete(
                &peer,
                &id,
                &right,
                &[("x-amz-checksum-type", "FULL_OBJECT")],
            )
            .expect(400, "InvalidRequest");
        }
        let claim = [(CRC32.header(), "AAAAAA==")];
        complete(&peer, &id, &right, &claim).expect(400, "BadDigest");
        let answer = complete(&peer, &id, &right, &[]).ok();
        let value = answer.element("ChecksumCRC32").expect("a checksum");
        assert!(value.ends_with(ending), "{value}");
        assert_eq!(answer.element("ChecksumType"), Some(kind));
        let object = peer.object(BUCKET, "k").expect("an object");
        assert_eq!(object.checksum.expect("a checksum").value, value);
    }
}

#[test]
fn checksum_types_have_to_be_possible() {
    let peer = peer();
    let start = |algorithm: &str, kind: &str| {
        Call::at("POST", "/k?uploads=")
            .header("x-amz-checksum-algorithm", algorithm)
            .header("x-amz-checksum-type", kind)
            .send(&peer, BASE)
    };
    start("SHA256", "FULL_OBJECT").expect(400, "InvalidRequest");
    start("CRC64NVME", "COMPOSITE").expect(400, "InvalidRequest");
    start("MD5", "FULL_OBJECT").expect(400, "InvalidRequest");
    start("CRC64NVME", "FULL_OBJECT").ok();
}

#[test]
fn parts_are_listed_in_pages_and_aborted() {
    let peer = small_parts();
    let id = begin(&peer, &[]);
    for number in [1, 2, 5] {
        part(&peer, &id, number, "x");
    }
    let page = Call::get(&format!("k?max-parts=2&uploadId={id}"))
        .send(&peer, BASE)
        .ok();
    assert_eq!(page.elements("PartNumber"), ["1", "2"]);
    assert_eq!(page.element("IsTruncated"), Some("true"));
    assert_eq!(page.element("NextPartNumberMarker"), Some("2"));
    let rest = Call::get(&format!("k?part-number-marker=2&uploadId={id}"))
        .send(&peer, BASE)
        .ok();
    assert_eq!(rest.elements("PartNumber"), ["5"]);
    assert_eq!(rest.element("IsTruncated"), Some("false"));
    let abort = |time: Option<&str>| {
        let call = Call::at("DELETE", &format!("/k?uploadId={id}"));
        let name = "x-amz-if-match-initiated-time";
        let call = time.map_or(call.clone(), |time| call.header(name, time));
        call.send(&peer, BASE)
    };
    abort(Some("Sat, 01 Jan 2000 00:00:00 GMT")).expect(412, "PreconditionFailed");
    assert_eq!(abort(None).status, 204);
    abort(None).expect(404, "NoSuchUpload");
    Call::get(&format!("k?uploadId={id}"))
        .send(&peer, BASE)
        .expect(404, "NoSuchUpload");
}

#[test]
fn parts_are_copied() {
    let peer = small_parts();
    peer.put(BUCKET, "source", "0123456789");
    peer.put(BUCKET, "tiny", "01");
    let id = begin(&peer, &[("x-amz-checksum-algorithm", "CRC32")]);
    let copy = |number: u32, source: &str, range: Option<&str>| {
        let target = format!("/k?partNumber={number}&uploadId={id}");
        let call = Call::at("PUT", &target);
        let call = call.header("x-amz-copy-source", &format!("{BUCKET}/{source}"));
        let name = "x-amz-copy-source-range";
        range
            .map_or(call.clone(), |range| call.header(name, range))
            .send(&peer, BASE)
    };
    copy(1, "source", Some("bytes=0-10")).expect(400, "InvalidArgument");
    copy(1, "source", Some("bytes=5-")).expect(400, "InvalidArgument");
    copy(1, "tiny", Some("bytes=0-0")).expect(400, "InvalidRequest");
    copy(1, "none", None).expect(404, "NoSuchKey");
    let first = copy(1, "source", Some("bytes=5-9")).ok();
    let second = copy(2, "tiny", None).ok();
    let listed = |number: u32, answer: &Answer| {
        let sum = answer.element("ChecksumCRC32").expect("a checksum");
        let more = format!("<ChecksumCRC32>{sum}</ChecksumCRC32>");
        (
            number,
            answer.element("ETag").expect("a tag").to_owned(),
            more,
        )
    };
    let parts = [listed(1, &first), listed(2, &second)];
    let parts: Vec<_> = parts
        .iter()
        .map(|(n, tag, more)| (*n, tag.as_str(), more.clone()))
        .collect();
    peer.fault(
        Fault::late_error(3, "InternalError", "later").on(Operation::CompleteMultipartUpload),
    );
    complete(&peer, &id, &parts, &[]).expect(200, "InternalError");
    complete(&peer, &id, &parts, &[]).ok();
    assert_eq!(peer.object(BUCKET, "k").expect("an object").data, "5678901");
}

#[test]
fn attributes_tell_about_parts() {
    let peer = small_parts();
    let id = begin(&peer, &[("x-amz-checksum-algorithm", "CRC64NVME")]);
    let tags = [part(&peer, &id, 1, "hello"), part(&peer, &id, 2, "x")];
    let parts = [
        (1, tags[0].as_str(), String::new()),
        (2, &tags[1], String::new()),
    ];
    complete(&peer, &id, &parts, &[]).ok();
    let attributes = |names: &str| {
        let call = Call::get("k?attributes=").header("x-amz-object-attributes", names);
        call.header("x-amz-max-parts", "1").send(&peer, BASE)
    };
    let all = attributes("ETag,Checksum, ObjectParts,StorageClass,ObjectSize").ok();
    let object = peer.object(BUCKET, "k").expect("an object");
    assert_eq!(all.element("ETag"), Some(object.etag.trim_matches('"')));
    assert_eq!(all.element("PartsCount"), Some("2"));
    assert_eq!(all.elements("PartNumber"), ["1"]);
    assert_eq!(all.element("IsTruncated"), Some("true"));
    assert_eq!(all.element("ObjectSize"), Some("6"));
    assert_eq!(all.element("ChecksumType"), Some("FULL_OBJECT"));
    let sum = ChecksumAlgorithm::Crc64Nvme.encoded(b"hellox");
    assert_eq!(all.element("ChecksumCRC64NVME"), Some(sum.as_str()));
    let size = attributes("ObjectSize").ok();
    assert_eq!(
        (size.element("ObjectSize"), size.element("ETag")),
        (Some("6"), None)
    );
    attributes("Size").expect(400, "InvalidArgument");
    Call::get("k?attributes=")
        .send(&peer, BASE)
        .expect(400, "InvalidRequest");
    Call::get("none?attributes=")
        .header("x-amz-object-attributes", "ETag")
        .send(&peer, BASE)
        .expect(404, "NoSuchKey");
}
