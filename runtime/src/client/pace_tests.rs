//! No poll works on more than a slice of a body, however long that is.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response as HttpResponse};
use http_body::Body as _;

use super::Core;
use super::own::{builder, service};
use crate::body::{Body, ByteStream};
use crate::checksum::Algorithm;
use crate::clock::BoxFuture;
use crate::error::{DecodeError, EncodeError};
use crate::pace::SLICE;
use crate::pace::test::observed;
use crate::request::Request;
use crate::response::Response;
use crate::transport::{RequestBody, ResponseBody, Transport, TransportError};
use crate::{NoModeledError, Operation, OperationSpec};

const LENGTH: usize = 3 * SLICE + 7;
const CHOICE: &str = "x-amz-sdk-checksum-algorithm";

/// Sends a body, in one of three ways.
struct Put<const KIND: u8>(Body, Option<Algorithm>);

const CHOSEN: u8 = 0;
const MD5: u8 = 1;
const GZIP: u8 = 2;

impl<const KIND: u8> Operation for Put<KIND> {
    type Output = usize;
    type Error = NoModeledError;

    const SPEC: OperationSpec = {
        let spec = OperationSpec::new("Put", Method::PUT);
        match KIND {
            CHOSEN => spec.checksum(CHOICE),
            MD5 => spec.checksum_required(),
            _ => spec.compressed(),
        }
    };

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        let algorithm = self.1.map(|algorithm| algorithm.name().to_owned());
        request.header(CHOICE, &algorithm)?;
        request.path("/").payload(self.0.clone(), "a/b");
        Ok(())
    }

    fn decode(response: &mut Response) -> Result<usize, DecodeError> {
        crate::pace::work(response.body().len());
        Ok(response.body().len())
    }
}

/// Answers with a document of a given length, and keeps what was sent.
#[derive(Clone, Debug)]
struct Answering(Arc<Mutex<(http::HeaderMap, usize)>>, usize);

impl Transport for Answering {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<HttpResponse<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let (parts, mut body) = request.into_parts();
            let mut sent = 0;
            while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
            {
                let piece = frame.unwrap().into_data().unwrap();
                assert!(piece.len() <= 2 * SLICE, "{}", piece.len());
                sent += piece.len();
            }
            *self.0.lock().unwrap() = (parts.headers, sent);
            let body = Bytes::from(vec![b' '; self.1]);
            Ok(HttpResponse::new(ResponseBody::from(body)))
        })
    }
}

fn client(url: &'static str, transport: Answering) -> Core {
    let client = builder(service(url, &[], None), transport);
    client.build().unwrap()
}

/// Sends a body; gives back the headers and how many bytes were worked on in all. No poll worked on
/// more than some slices: a slice may have up to three checksums, or pass two coders.
async fn put<const KIND: u8>(
    url: &'static str,
    body: Body,
    algorithm: Option<Algorithm>,
) -> (http::HeaderMap, usize) {
    let sent = Arc::default();
    let client = client(url, Answering(Arc::clone(&sent), 5));
    let call = client.send(&Put::<KIND>(body, algorithm));
    let (output, most, all) = observed(call).await;
    assert_eq!(output.unwrap(), 5);
    assert!(most <= 3 * SLICE, "{most} bytes in one poll");
    let (headers, length) = sent.lock().unwrap().clone();
    assert!(KIND == GZIP || length >= LENGTH);
    (headers, all)
}

fn data() -> Bytes {
    (0..LENGTH).map(|at| (at % 251) as u8).collect()
}

/// A stream that gives all at once.
struct Whole(Option<Bytes>);

impl futures_core::Stream for Whole {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

#[tokio::test]
async fn long_bodies_are_hashed_in_slices() {
    let data = data();
    for algorithm in Algorithm::ALL.iter().copied() {
        let sum = algorithm.checksum(&data);
        for (url, factor) in [("https://a.example", 1), ("http://a.example", 2)] {
            let body = Body::from(data.clone());
            let (headers, all) = put::<CHOSEN>(url, body, Some(algorithm)).await;
            assert_eq!(headers[algorithm.header()], sum);
            // over HTTP the hash that is signed, too
            assert!(all >= factor * LENGTH && all < factor * LENGTH + SLICE);
            let stream = Body::from_stream(Whole(Some(data.clone())), Some(LENGTH as u64));
            let (headers, all) = put::<CHOSEN>(url, stream, Some(algorithm)).await;
            assert_eq!(headers["x-amz-trailer"], algorithm.header());
            assert!(all >= LENGTH, "{all}");
        }
    }
    for url in ["https://a.example", "http://a.example"] {
        let (headers, _) = put::<MD5>(url, Body::from(data.clone()), None).await;
        let sum = Algorithm::Md5.checksum(&data);
        assert_eq!(headers["content-md5"], sum);
        let hash = headers["x-amz-content-sha256"].to_str().unwrap();
        assert_eq!(hash.len(), 64, "the hash is signed, too");
        for body in [
            Body::from(data.clone()),
            Body::from_stream(Whole(Some(data.clone())), Some(LENGTH as u64)),
        ] {
            let (headers, all) = put::<GZIP>(url, body, None).await;
            assert_eq!(headers["content-encoding"], "gzip");
            assert!(all >= LENGTH);
        }
    }
}

#[tokio::test]
async fn the_hash_of_a_long_body_is_that_of_its_bytes() {
    use sha2::{Digest, Sha256};
    let data = data();
    let (headers, _) = put::<MD5>("http://a.example", Body::from(data.clone()), None).await;
    let hash: String = Sha256::digest(&data)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(headers["x-amz-content-sha256"], hash);
}

#[tokio::test]
async fn long_answers_are_read_on_another_thread() {
    let client = client("https://a.example", Answering(Arc::default(), LENGTH));
    let call = client.send(&Put::<CHOSEN>(Body::default(), None));
    let (output, _, all) = observed(call).await;
    assert_eq!((output.unwrap(), all), (LENGTH, 0));
}

#[tokio::test]
async fn bodies_of_answers_are_verified_in_slices() {
    let data = data();
    for algorithm in Algorithm::ALL.iter().copied() {
        let mut body = ByteStream::verified_for_test(data.clone(), algorithm);
        let read = async {
            let mut all = 0;
            while let Some(piece) = body.next().await {
                all += piece.unwrap().len();
            }
            all
        };
        let (read, most, all) = observed(read).await;
        assert_eq!((read, all), (LENGTH, LENGTH));
        assert!(most <= SLICE, "{most} bytes in one poll");
        let body = ByteStream::verified_for_test(data.clone(), algorithm);
        let (read, most, _) = observed(body.collect()).await;
        assert!(read.unwrap() == data);
        assert!(most <= SLICE, "{most} bytes in one poll");
    }
}
