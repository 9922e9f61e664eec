//! What an operation's facts change in what is sent: signature, compression, checksum.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{SERVICE, Server, client, http};
use zonal_runtime::codegen::*;
use zonal_runtime::{BuildError, Builder, Core};

/// `PUT /k` with a body, and the facts of `FACTS`.
struct Put<const FACTS: u8>(&'static str);

const ANONYMOUS: u8 = 0;
const OPTIONAL: u8 = 1;
const UNSIGNED: u8 = 2;
const PACKED: u8 = 3;

impl<const FACTS: u8> Operation for Put<FACTS> {
    type Output = ();
    type Error = NoModeledError;

    const SPEC: OperationSpec = {
        let spec = OperationSpec::new("Put", Method::PUT);
        match FACTS {
            ANONYMOUS => spec.anonymous(),
            OPTIONAL => spec.optional_auth(),
            UNSIGNED => spec.unsigned_payload(),
            _ => spec.compressed().checksum_required(),
        }
    };

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(ParamId::new(0), "demo");
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request.path("/k").payload(self.0, "text/plain");
        Ok(())
    }

    fn decode(_: &mut Response) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// The head of the request that arrives.
async fn head<const FACTS: u8>(put: Put<FACTS>, with_credentials: bool) -> String {
    let server = Server::start(http(200, "", ""));
    let client = if with_credentials {
        client(server.address)
    } else {
        Builder::<Core>::new(&SERVICE)
            .region("us-west-2")
            .endpoint_url(format!("http://localhost:{}", server.address.port()))
    };
    let client = client
        .request_min_compression_size_bytes(4)
        .build()
        .unwrap();
    client.send(&put).await.unwrap();
    server.requests()[0].to_ascii_lowercase()
}

#[tokio::test]
async fn the_operation_says_whether_it_is_signed() {
    let anonymous = head(Put::<ANONYMOUS>("text"), true).await;
    assert!(
        !anonymous.contains("authorization") && !anonymous.contains("x-amz-"),
        "{anonymous}"
    );
    let without = head(Put::<OPTIONAL>("text"), false).await;
    assert!(!without.contains("authorization"), "{without}");
    let with = head(Put::<OPTIONAL>("text"), true).await;
    assert!(with.contains("authorization: aws4-hmac-sha256"), "{with}");
    let unsigned = head(Put::<UNSIGNED>("text"), true).await;
    assert!(
        unsigned.contains("x-amz-content-sha256: unsigned-payload"),
        "{unsigned}"
    );
}

#[tokio::test]
async fn what_is_summed_and_signed_is_what_was_packed() {
    let packed = head(Put::<PACKED>("text text text"), true).await;
    assert!(packed.contains("content-encoding: gzip"), "{packed}");
    assert!(packed.contains("content-md5: "), "{packed}");
    assert!(packed.contains(";content-md5;"), "{packed}");
    let small = head(Put::<PACKED>("abc"), true).await;
    assert!(!small.contains("content-encoding"), "{small}");
    // base64 of the MD5 of `abc`, in lower case as the whole head is here
    assert!(
        small.contains("content-md5: kafqmdzst7dwlj99kof/cg=="),
        "{small}"
    );
}

#[test]
fn a_size_that_no_body_may_have_is_refused() {
    let builder = Builder::<Core>::new(&SERVICE).region("us-west-2");
    let built = builder
        .request_min_compression_size_bytes(10 * 1024 * 1024 + 1)
        .build();
    assert_eq!(built.unwrap_err(), BuildError::CompressionSize(10_485_761));
}
