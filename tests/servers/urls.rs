//! Presigned URLs, sent without credentials.

use std::time::Duration;

use bytes::Bytes;
use zonal::PresignedRequest;
use zonal::runtime::transport::{HttpTransport, RequestBody, Transport};

use crate::lab::{BUCKET, Lab};

const HOUR: Duration = Duration::from_secs(3600);

async fn send(request: &PresignedRequest, body: &'static str) -> (u16, String) {
    let mut sent = http::Request::new(RequestBody::from(Bytes::from(body)));
    *sent.method_mut() = request.method.clone();
    *sent.uri_mut() = request.url.parse().unwrap();
    *sent.headers_mut() = request.headers.clone();
    let transport = HttpTransport::new(Duration::from_secs(3));
    let (parts, mut body) = transport.send(sent).await.unwrap().into_parts();
    let mut text = Vec::new();
    while let Some(piece) = body.next().await {
        text.extend_from_slice(&piece.unwrap());
    }
    (parts.status.as_u16(), String::from_utf8(text).unwrap())
}

pub(crate) async fn round_trip(lab: &Lab) {
    let client = &lab.client;
    for key in ["plain", "a b/ü+%2F&=~*'()🦀"] {
        let put = client.put_object(BUCKET, key).content_type("text/x-test");
        let put = put.presign(HOUR).await.unwrap();
        let answer = send(&put, "any body will do").await;
        assert_eq!(answer.0, 200, "{key}: {}", answer.1);
        let get = client.get_object(BUCKET, key).presign(HOUR).await.unwrap();
        let (status, text) = send(&get, "").await;
        assert_eq!((status, text.as_str()), (200, "any body will do"), "{key}");
        let head = client.head_object(BUCKET, key).presign(HOUR).await;
        assert_eq!(send(&head.unwrap(), "").await.0, 200, "{key}");
        let part = client.get_object(BUCKET, key).range("bytes=4-7");
        let part = part.presign(HOUR).await.unwrap();
        assert_eq!(send(&part, "").await, (206, "body".to_owned()), "{key}");
        let delete = client.delete_object(BUCKET, key).presign(HOUR).await;
        assert_eq!(send(&delete.unwrap(), "").await.0, 204, "{key}");
        assert_eq!(send(&get, "").await.0, 404, "{key}");
        if lab.name == "SeaweedFS" {
            let mut other = get.clone();
            other.url = get.url.replace("Expires=3600", "Expires=3601");
            let (status, text) = send(&other, "").await;
            assert_eq!(status, 403, "{text}");
        }
    }
}
