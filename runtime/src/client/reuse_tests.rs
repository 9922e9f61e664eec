//! How long a read waits on a connection that was used before, and on the new one after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::Response as HttpResponse;
use tokio::time::Instant;

use super::own::{Get, builder, service};
use crate::clock::BoxFuture;
use crate::transport::{RequestBody, ResponseBody, Transport, TransportError};

/// Answers after a time, over used connections unless a new one is asked for.
#[derive(Clone, Debug)]
struct Pooled {
    pause: Duration,
    sent: Arc<AtomicU32>,
}

impl Transport for Pooled {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<HttpResponse<ResponseBody>, TransportError>> {
        Box::pin(async move {
            self.sent.fetch_add(1, Ordering::Relaxed);
            let watch = request.body().watch().unwrap();
            if !watch.is_fresh() {
                watch.reuse();
            }
            tokio::time::sleep(self.pause).await;
            Ok(HttpResponse::new(ResponseBody::from(Bytes::new())))
        })
    }
}

/// Whether a read succeeds with a server that takes so many seconds to answer, how often it is sent, and
/// after how many seconds it ends.
async fn read(limit: Option<u64>, answers_after: u64) -> (bool, u32, u64) {
    let transport = Pooled {
        pause: Duration::from_secs(answers_after),
        sent: Arc::default(),
    };
    let sent = Arc::clone(&transport.sent);
    let service = service("https://a.example", &[], None);
    let mut builder = builder(service, transport).max_attempts(1);
    if let Some(limit) = limit {
        builder = builder.read_timeout(Duration::from_secs(limit));
    }
    let client = builder.build().unwrap();
    let start = Instant::now();
    let is_ok = client.send(&Get).await.is_ok();
    let seconds = start.elapsed().as_secs();
    (is_ok, sent.load(Ordering::Relaxed), seconds)
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_set_holds_on_a_used_connection_too() {
    assert_eq!(read(None, 9).await, (true, 1, 9));
    assert_eq!(read(None, 11).await, (true, 2, 10 + 11));
    assert_eq!(read(None, 61).await, (false, 2, 10 + 60));
    // longer than what holds unless set
    assert_eq!(read(Some(30), 29).await, (true, 1, 29));
    assert_eq!(read(Some(30), 31).await, (false, 2, 30 + 30));
    assert_eq!(read(Some(120), 90).await, (true, 1, 90));
    // shorter
    assert_eq!(read(Some(5), 4).await, (true, 1, 4));
    assert_eq!(read(Some(5), 6).await, (false, 2, 5 + 5));
}
