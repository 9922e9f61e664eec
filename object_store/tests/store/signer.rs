//! Presigned URLs.

use std::time::Duration;

use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use crate::lab::{BUCKET, Lab};

const HOUR: Duration = Duration::from_secs(3600);

/// Sends a request as whoever has the URL would, and gives the answer.
async fn send(method: &str, url: &Url, headers: &str, body: &str) -> String {
    let address = url.socket_addrs(|| None).unwrap()[0];
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let target = &url[url::Position::BeforePath..];
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// One test for each version.
macro_rules! urls {
    ($($feature:literal $version:ident $test:ident)*) => {$(
        #[cfg(feature = $feature)]
        #[tokio::test]
        async fn $test() {
            use zonal_object_store::$version::object_store::{Error, path::Path, signer::Signer};

            let lab = Lab::new();
            let path = Path::parse("a b/ü").unwrap();
            let sign = async |method| Signer::signed_url(&lab.store, method, &path, HOUR).await;
            use_urls(&lab, async |method| sign(method).await.unwrap()).await;
            let refused = sign(Method::POST).await;
            assert!(matches!(refused, Err(Error::NotSupported { .. })), "{refused:?}");
            let at_once = Signer::signed_url(&lab.store, Method::GET, &path, Duration::ZERO);
            assert!(at_once.await.is_err());
        }
    )*};
}

urls! {
    "signer_v0_13" v0_13 whoever_has_a_url_of_0_13_can_send_the_request
    "signer" v0_14 whoever_has_a_url_of_0_14_can_send_the_request
}

async fn use_urls(lab: &Lab, sign: impl AsyncFn(Method) -> Url) {
    let answer = send("PUT", &sign(Method::PUT).await, "", "content").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(lab.object(BUCKET, "a b/ü").unwrap().data, "content");
    let answer = send("GET", &sign(Method::GET).await, "", "").await;
    assert!(answer.ends_with("content"), "{answer}");
    let answer = send("HEAD", &sign(Method::HEAD).await, "", "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = send("DELETE", &sign(Method::DELETE).await, "", "").await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(lab.keys(BUCKET).is_empty());
}

#[cfg(feature = "signer")]
#[tokio::test]
async fn parts_and_headers_can_be_signed() {
    use zonal_object_store::v0_14::object_store::multipart::{MultipartStore, PartId};
    use zonal_object_store::v0_14::object_store::path::Path;
    use zonal_object_store::v0_14::object_store::signer::{
        HeaderName, HeaderValue, SignedUrlOptions, Signer,
    };
    use zonal_object_store::v0_14::object_store::{Error, MultipartId};

    let lab = Lab::new();
    let path = Path::from("a");
    let id: MultipartId = lab.store.create_multipart(&path).await.unwrap();
    let part = SignedUrlOptions::new().with_query([("partNumber", "1"), ("uploadId", &*id)]);
    let url = lab
        .store
        .signed_url_opts(Method::PUT, &path, HOUR, &part)
        .await
        .unwrap();
    let answer = send("PUT", &url, "", "content").await;
    let tag = answer.lines().find_map(|line| line.strip_prefix("etag: "));
    let part = PartId {
        content_id: tag.unwrap_or_else(|| panic!("{answer}")).to_owned(),
    };
    lab.store
        .complete_multipart(&path, &id, vec![part])
        .await
        .unwrap();
    assert_eq!(lab.object(BUCKET, "a").unwrap().data, "content");

    let plain = HeaderValue::from_static("text/plain");
    let typed =
        SignedUrlOptions::new().with_signed_header(HeaderName::from_static("content-type"), plain);
    let url = lab
        .store
        .signed_url_opts(Method::PUT, &path, HOUR, &typed)
        .await
        .unwrap();
    let answer = send("PUT", &url, "content-type: text/html\r\n", "other").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let answer = send("PUT", &url, "content-type: text/plain\r\n", "typed").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    for options in [
        SignedUrlOptions::new().with_query([("partNumber", "1")]),
        SignedUrlOptions::new().with_query([("x-amz-expires", "1")]),
        SignedUrlOptions::new().with_signed_header(
            HeaderName::from_static("x-amz-acl"),
            HeaderValue::from_static("private"),
        ),
    ] {
        let refused = lab
            .store
            .signed_url_opts(Method::PUT, &path, HOUR, &options)
            .await;
        assert!(
            matches!(refused, Err(Error::NotSupported { .. })),
            "{options:?} {refused:?}"
        );
    }
}
