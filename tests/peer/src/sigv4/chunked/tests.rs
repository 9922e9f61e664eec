//! The coding, and the two examples that the documentation of S3 works out.

use super::*;
use crate::http::{Limits, Target};
use crate::sigv4::{Expected, verify};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const CHUNKS: [usize; 3] = [65_536, 1024, 0];

/// A request of 66,560 times `a`, its chunks signed with these.
fn example(fields: &str, names: &str, hash: &str, signatures: [&str; 4], trailer: &str) -> Request {
    let [seed, chunks @ ..] = signatures;
    let head = format!(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\
         x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
         SignedHeaders={names}, Signature={seed}\r\n\
         x-amz-content-sha256: {hash}\r\nContent-Encoding: aws-chunked\r\n\
         x-amz-decoded-content-length: 66560\r\n{fields}\r\n"
    );
    let parsed = Request::parse_head(head.as_bytes(), &Limits::default());
    let (mut request, _) = parsed.expect("a head").expect("a whole head");
    let mut body = Vec::new();
    for (size, signature) in CHUNKS.into_iter().zip(chunks) {
        let line = format!("{size:x};chunk-signature={signature}\r\n");
        body.extend_from_slice(line.as_bytes());
        body.extend(std::iter::repeat_n(b'a', size));
        if size > 0 {
            body.extend_from_slice(b"\r\n");
        }
    }
    body.extend_from_slice(trailer.as_bytes());
    body.extend_from_slice(b"\r\n");
    request.body = body.into();
    request
}

fn code_of(request: &Request) -> Result<Payload, &'static str> {
    let target = Target::parse(&request.target).expect("a target");
    let expected = Expected {
        region: "us-east-1",
        service: "s3",
        now: crate::clock::parse_basic("20130524T000000Z").expect("a date"),
    };
    verify(request, &target, &expected, |_| Some(Secret::new(SECRET)))
        .and_then(|verified| verified.payload(&mut request.clone()))
        .map_err(|error| error.code)
}

fn signed() -> Request {
    example(
        "Content-Length: 66824\r\n",
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        [
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "",
    )
}

fn signed_with_trailer() -> Request {
    example(
        "x-amz-trailer: x-amz-checksum-crc32c\r\n",
        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        [
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\n\
         x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
    )
}

#[test]
fn the_documented_examples_verify() {
    for request in [signed(), signed_with_trailer()] {
        let payload = code_of(&request).expect("a payload");
        assert_eq!(payload.data.len(), 66_560);
        assert!(payload.data == vec![b'a'; 66_560]);
    }
    let payload = code_of(&signed_with_trailer()).expect("a payload");
    let checksum = payload.trailers.single_text("x-amz-checksum-crc32c");
    assert_eq!(checksum, Ok(Some("sOO8/Q==".to_owned())));
}

/// Puts another byte into the body.
fn change(request: &mut Request, at: usize, byte: u8) {
    let mut body = request.body.to_bytes().expect("memory").to_vec();
    assert_ne!(std::mem::replace(&mut body[at], byte), byte);
    request.body = body.into();
}

#[test]
fn changed_chunks_and_trailers_do_not_verify() {
    let mut data = signed();
    change(&mut data, 100, b'b');
    assert_eq!(code_of(&data).err(), Some("SignatureDoesNotMatch"));
    let mut last = signed();
    let at = last.body.len() - 5;
    change(&mut last, at, b'x');
    assert_eq!(code_of(&last).err(), Some("SignatureDoesNotMatch"));
    let mut trailer = signed_with_trailer();
    let text = b"sOO8/Q==";
    let body = trailer.body.to_bytes().expect("memory");
    let at = body.windows(8).position(|part| part == text);
    change(&mut trailer, at.expect("a trailer"), b't');
    assert_eq!(code_of(&trailer).err(), Some("SignatureDoesNotMatch"));
}

fn unsigned(length: usize, announced: &str, body: &str) -> Result<Payload, &'static str> {
    let mut request = signed();
    for (name, value) in [
        ("x-amz-decoded-content-length", length.to_string()),
        ("x-amz-trailer", announced.to_owned()),
    ] {
        request.headers.0.retain(|header| !header.is(name));
        request.headers.0.push(Header {
            name: name.to_owned(),
            value: value.into_bytes(),
        });
    }
    request.body = body.as_bytes().to_vec().into();
    let target = Target::parse(&request.target).expect("a target");
    let authorization = Authorization::parse(&request, &target).expect("an authorization");
    let form = Form::of("STREAMING-UNSIGNED-PAYLOAD-TRAILER").expect("a form");
    decode(&request, form, &authorization, &Secret::new(SECRET)).map_err(|error| error.code)
}

#[test]
fn framing_is_strict() {
    let crc = "x-amz-checksum-crc32";
    let good = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    assert_eq!(unsigned(5, crc, good).expect("a payload").data, "hello");
    let open = good.trim_end().to_owned() + "\r\n";
    assert_eq!(unsigned(5, crc, &open).expect("a payload").data, "hello");
    assert_eq!(unsigned(6, crc, good).err(), Some("IncompleteBody"));
    for bad in [
        "",
        "5\r\nhel",
        "5\r\nhello0\r\n\r\n",
        "x\r\n\r\n",
        "5\r\nhello\r\n",
        "-1\r\n\r\n",
    ] {
        assert_eq!(unsigned(5, "", bad).err(), Some("IncompleteBody"), "{bad}");
    }
    for (announced, body) in [
        (crc, "5\r\nhello\r\n0\r\n\r\n"),
        ("", good),
        (crc, "5\r\nhello\r\n0\r\nno colon\r\n\r\n"),
        ("", "5\r\nhello\r\n0\r\n\r\nmore"),
    ] {
        assert_eq!(
            unsigned(5, announced, body).err(),
            Some("MalformedTrailerError"),
            "{body}"
        );
    }
    for at in 0..good.len() {
        for byte in 0..128 {
            let mut changed = good.as_bytes().to_vec();
            changed[at] = byte;
            let _ = unsigned(5, crc, &String::from_utf8(changed).expect("text"));
        }
    }
    let small = "1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
    assert_eq!(unsigned(2, "", small).err(), Some("InvalidChunkSizeError"));
}
