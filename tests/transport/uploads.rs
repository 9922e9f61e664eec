//! Large uploads that the service refuses at once: it answers after the head and closes while the client still
//! writes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use zonal::runtime::transport::TransportErrorKind;
use zonal::runtime::{Body, Checksums};
use zonal_peer::{Fault, Framing, Operation, Peer, Tls};

use crate::support::{BUCKET, builder_for, bytes, peer, pieces_of};

const LENGTH: usize = 64 << 20;

fn refusal(framing: Framing) -> Fault {
    let fault = Fault::error(403, "AccessDenied", "not you").framing(framing);
    fault.on(Operation::PutObject).before_body()
}

/// A peer that refuses every upload, with and without TLS.
fn refusing(framing: Framing) -> [Peer; 2] {
    [None, Some(Tls::default())].map(|tls| {
        let peer = peer(tls);
        peer.fault(refusal(framing).always());
        peer
    })
}

async fn refused_with_its_code(data: &Bytes) {
    for framing in [
        Framing::ContentLength,
        Framing::Chunked,
        Framing::UntilClose,
    ] {
        for peer in refusing(framing) {
            let client = builder_for(&peer).session_auth(false).build().unwrap();
            let source = data.clone();
            let replayed = Body::from_fn(Some(LENGTH as u64), move || pieces_of(&source));
            for body in [Body::from(data.clone()), replayed] {
                let put = client.put_object(BUCKET, "k").body(body);
                let error = put.await.unwrap_err();
                assert_eq!(error.code(), Some("AccessDenied"), "{error}");
                assert_eq!(error.message(), Some("not you"));
                assert!(error.request_id().is_some());
                assert_eq!(error.attempts(), 1, "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_comes_through_in_one_thread() {
    refused_with_its_code(&bytes(LENGTH)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_comes_through_in_several() {
    refused_with_its_code(&bytes(LENGTH)).await;
}

/// Bytes without end; how often they were asked for.
struct Endless(Bytes, Arc<AtomicUsize>);

impl Stream for Endless {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(self.0.clone())))
    }
}

#[tokio::test]
async fn what_was_refused_is_not_read_to_its_end() {
    for peer in refusing(Framing::ContentLength) {
        let client = builder_for(&peer).session_auth(false);
        let client = client.request_checksums(Checksums::WhenRequired);
        let pieces = Arc::<AtomicUsize>::default();
        let body = Endless(bytes(1 << 20), pieces.clone());
        let body = Body::from_stream(body, Some(1 << 30));
        let put = client.build().unwrap().put_object(BUCKET, "k").body(body);
        assert_eq!(put.await.unwrap_err().code(), Some("AccessDenied"));
        let pieces = pieces.load(Ordering::Relaxed);
        assert!(pieces < 200, "{pieces}");
    }
}

#[tokio::test]
async fn what_was_cut_off_without_an_answer_is_sent_again_if_it_can_be() {
    // more than sockets hold, and soon read by a busy machine too
    let data = bytes(LENGTH / 8);
    for tls in [None, Some(Tls::default())] {
        let peer = peer(tls);
        let client = builder_for(&peer).session_auth(false).build().unwrap();
        let put = |body: Body| async { client.put_object(BUCKET, "k").body(body).await };
        // no answer at all, and some of the body is out
        let lost = Fault::genuine()
            .delay(Duration::from_millis(200))
            .reset_before_head();
        let lost = lost.on(Operation::PutObject).before_body();
        peer.fault(lost.clone());
        put(data.clone().into()).await.unwrap();
        assert!(peer.object(BUCKET, "k").unwrap().data == data);
        assert_eq!(peer.take_requests().len(), 2);
        peer.fault(lost);
        let once = Body::from_stream(pieces_of(&data), Some(data.len() as u64));
        let error = put(once).await.unwrap_err();
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Closed));
        let text = error.to_string();
        assert!(text.contains("can be sent only once"), "{text}");
    }
}
