//! Silence is limited, not duration: the limits that a client has unless it is told otherwise, in virtual time, over a
//! transport of the user's own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use common::scripted::List;
use common::{PutBlob, SERVICE, credentials};
use http_body_util::BodyExt as _;
use tokio::time::{Instant, Sleep, sleep};
use zonal_runtime::clock::BoxFuture;
use zonal_runtime::codegen::*;
use zonal_runtime::transport::{RequestBody, ResponseBody, Transport, TransportError};
use zonal_runtime::transport::{TransportErrorKind, TransportErrorKind::*};
use zonal_runtime::{Body, BodyError, Builder, ByteStream, Core, ErrorKind};

const SECOND: Duration = Duration::from_secs(1);
const PAGE: &[u8] = b"<List><Thing>a</Thing></List>";

/// Pieces of one byte with a pause before each; then the end, or silence.
struct Drip {
    rest: Bytes,
    pause: Duration,
    next: Option<Pin<Box<Sleep>>>,
    ends: bool,
}

impl Drip {
    fn new(bytes: &'static [u8], pause: Duration) -> Self {
        Self {
            rest: Bytes::from_static(bytes),
            pause,
            next: None,
            ends: true,
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.rest.is_empty() {
            return if self.ends {
                Poll::Ready(None)
            } else {
                Poll::Pending
            };
        }
        let pause = self.pause;
        let next = self.next.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(next.as_mut().poll(context));
        self.next = None;
        Poll::Ready(Some(self.rest.split_to(1)))
    }
}

impl futures_core::Stream for Drip {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(|piece| piece.map(Ok))
    }
}

impl http_body::Body for Drip {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, TransportError>>> {
        let piece = self.poll(context);
        piece.map(|piece| piece.map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

/// A server that takes a piece of the request every so often, and answers after a while.
#[derive(Clone)]
struct Server {
    /// None takes nothing.
    takes: Option<Duration>,
    /// None never answers.
    answers: Option<Duration>,
    status: u16,
    body: Arc<dyn Fn() -> ResponseBody + Send + Sync>,
    requests: Arc<AtomicUsize>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

impl Server {
    fn new(answers: Option<Duration>) -> Self {
        Self {
            takes: Some(Duration::ZERO),
            answers,
            status: 200,
            body: Arc::new(|| ResponseBody::from(Bytes::from_static(PAGE))),
            requests: Arc::default(),
        }
    }

    fn dripping(drip: impl Fn() -> Drip + Send + Sync + 'static) -> Self {
        Self {
            body: Arc::new(move || ResponseBody::new(drip())),
            ..Self::new(Some(SECOND))
        }
    }

    fn builder(&self) -> Builder<Core> {
        Builder::new(&SERVICE)
            .region("us-west-2")
            .credentials(credentials())
            .max_attempts(1)
            .transport(self.clone())
    }

    fn client(&self) -> Core {
        self.builder().build().unwrap()
    }
}

impl Transport for Server {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let mut body = request.into_body();
            match self.takes {
                None => std::future::pending().await,
                Some(pause) => {
                    while let Some(piece) = body.frame().await {
                        piece.unwrap();
                        sleep(pause).await;
                    }
                }
            }
            match self.answers {
                None => std::future::pending().await,
                Some(pause) => sleep(pause).await,
            }
            let mut response = http::Response::new((self.body)());
            *response.status_mut() = self.status.try_into().unwrap();
            Ok(response)
        })
    }
}

/// An operation whose answer is read by the caller, or that puts an object together.
#[derive(Debug)]
struct Ask<const ASSEMBLES: bool>;

const FETCH: Ask<false> = Ask;
const ASSEMBLE: Ask<true> = Ask;

impl<const ASSEMBLES: bool> Operation for Ask<ASSEMBLES> {
    type Output = ByteStream;
    type Error = NoModeledError;

    const SPEC: OperationSpec = if ASSEMBLES {
        OperationSpec::new("Assemble", Method::POST).assembles()
    } else {
        OperationSpec::new("Fetch", Method::GET).streaming()
    };

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(ParamId::new(0), "bucket");
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request.path("/");
        Ok(())
    }

    fn decode(response: &mut Response) -> Result<ByteStream, DecodeError> {
        Ok(response.stream())
    }
}

fn put(body: impl Into<Body>) -> PutBlob {
    PutBlob {
        bucket: "bucket".to_owned(),
        body: body.into(),
    }
}

/// After how many seconds a call fails, with what, and in which words.
async fn fails<O: Operation>(
    client: &Core,
    request: &O,
) -> (u64, Option<TransportErrorKind>, String) {
    let start = Instant::now();
    let Err(error) = client.send(request).await else {
        panic!("it succeeds");
    };
    let seconds = start.elapsed().as_secs();
    assert!(error.is_timeout(), "{error}");
    (seconds, error.transport_kind(), error.to_string())
}

#[tokio::test(start_paused = true)]
async fn these_are_the_limits_unless_they_are_set() {
    let silent = Server::new(None);
    let (seconds, kind, says) = fails(&silent.client(), &List::default()).await;
    assert_eq!((seconds, kind), (60, Some(ReadTimeout)));
    assert!(says.contains("no answer began within 60s"), "{says}");
    // a second more for each 64 KiB that may be on their way, five minutes in all
    for (length, limit) in [(4096, 60), (1 << 20, 76), (8 << 20, 188), (64 << 20, 300)] {
        let request = put(vec![7; length]);
        let (seconds, kind, _) = fails(&silent.client(), &request).await;
        assert_eq!((seconds, kind), (limit, Some(ReadTimeout)), "{length}");
    }
    let (seconds, ..) = fails(&silent.client(), &ASSEMBLE).await;
    assert_eq!(seconds, 300);
    // what is set counts for all
    let set = silent.builder().read_timeout(7 * SECOND).build().unwrap();
    for seconds in [
        fails(&set, &List::default()).await.0,
        fails(&set, &put(vec![7; 1 << 20])).await.0,
        fails(&set, &ASSEMBLE).await.0,
    ] {
        assert_eq!(seconds, 7);
    }
    // nothing limits the duration
    for late in [59, 299] {
        let slow = Server::new(Some(late * SECOND)).client();
        slow.send(&ASSEMBLE).await.unwrap();
        assert_eq!(slow.send(&List::default()).await.is_ok(), late < 60);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_take_long_but_not_pause_long() {
    let start = Instant::now();
    let client = Server::dripping(|| Drip::new(PAGE, 50 * SECOND)).client();
    let page = client.send(&List::default()).await.unwrap();
    assert_eq!(page.things, ["a"]);
    assert_eq!(
        start.elapsed().as_secs(),
        1 + 50 * u64::try_from(PAGE.len()).unwrap()
    );
    let client = Server::dripping(|| Drip::new(PAGE, 61 * SECOND)).client();
    let (seconds, kind, says) = fails(&client, &List::default()).await;
    assert_eq!((seconds, kind), (61, Some(ReadTimeout)));
    assert!(says.contains("paused for longer than 60s"), "{says}");
    // others wait for what an error says
    let mut broken = Server::dripping(|| Drip::new(PAGE, SECOND));
    broken.status = 503;
    let (seconds, kind, says) = fails(&broken.client(), &List::default()).await;
    assert_eq!((seconds, kind), (11, Some(ReadTimeout)));
    assert!(says.contains("not complete within 10s"), "{says}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_pauses_is_waited_for_and_is_the_one_to_blame() {
    let server = Server::new(Some(SECOND));
    let slow = || {
        let body = Body::from_stream(Drip::new(b"abcd", 1000 * SECOND), Some(4));
        put(body)
    };
    let start = Instant::now();
    server.client().send(&slow()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 4001);
    let attempt = server.builder().attempt_timeout(20 * SECOND);
    let call = server.builder().call_timeout(20 * SECOND);
    for (client, what) in [(attempt, "attempt"), (call, "call")] {
        let client = client.max_attempts(3).build().unwrap();
        let start = Instant::now();
        let error = client.send(&slow()).await.unwrap_err();
        assert_eq!(start.elapsed().as_secs(), 20);
        assert_eq!(error.kind(), ErrorKind::RequestBody);
        assert!(error.is_timeout(), "{error}");
        let says = format!(
            "the body paused: its stream had nothing to send when the 20s of the {what} were over"
        );
        assert!(error.to_string().contains(&says), "{error}");
    }
    // one that is all there is not to blame
    let client = Server::new(None).builder().attempt_timeout(20 * SECOND);
    let (seconds, kind, _) = fails(&client.build().unwrap(), &put("abcd")).await;
    assert_eq!((seconds, kind), (20, Some(AttemptTimeout)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_nothing_is_left_and_one_that_is_slow_is_not() {
    let mut server = Server::new(Some(SECOND));
    server.takes = None;
    let (seconds, kind, says) = fails(&server.client(), &put(vec![7; 4 << 20])).await;
    assert_eq!((seconds, kind), (124, Some(ReadTimeout)));
    assert!(says.contains("took nothing more of the request"), "{says}");
    // pieces of a mebibyte, one in 100 seconds
    server.takes = Some(100 * SECOND);
    let start = Instant::now();
    server.client().send(&put(vec![7; 4 << 20])).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 401);
    let fast = server.builder().min_throughput(20_000, 30 * SECOND);
    let (seconds, kind, says) = fails(&fast.build().unwrap(), &put(vec![7; 4 << 20])).await;
    assert_eq!((seconds, kind), (30, Some(Throughput)));
    assert!(
        says.contains("fewer than 20000 bytes per second moved in 30s"),
        "{says}"
    );
    // one that thinks is not slow
    let thinks = Server::new(Some(50 * SECOND)).builder();
    let thinks = thinks.min_throughput(20_000, 10 * SECOND).build().unwrap();
    thinks.send(&put("abcd")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_time_of_who_reads_does_not_count() {
    let mut server = Server::dripping(|| Drip::new(b"abcd", 30 * SECOND));
    let limited = server.builder().call_timeout(125 * SECOND);
    let throughput = server.builder().min_throughput(1, 10 * SECOND);
    let mut ends = Vec::new();
    for client in [server.builder(), limited, throughput] {
        let mut body = client.build().unwrap().send(&FETCH).await.unwrap();
        let mut read = 0;
        let end = loop {
            match body.next().await {
                Some(Ok(piece)) => read += piece.len(),
                Some(Err(error)) => break Some(error.to_string()),
                None => break None,
            }
            sleep(1000 * SECOND).await;
        };
        ends.push((read, end));
    }
    let slow = "the body could not be read: fewer than 1 bytes per second moved in 10s";
    assert_eq!(ends, [(4, None), (4, None), (0, Some(slow.to_owned()))]);
    // a limit for the call counts what is waited
    let client = server.builder().call_timeout(100 * SECOND).build().unwrap();
    let start = Instant::now();
    let error = client.send(&FETCH).await.unwrap().collect().await;
    let error = error.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 100);
    assert!(
        matches!(&error, BodyError::Transport(it) if it.kind() == CallTimeout),
        "{error}"
    );
    // and silence is none of the reader's
    server.body = Arc::new(|| {
        let drip = Drip {
            ends: false,
            ..Drip::new(b"ab", SECOND)
        };
        ResponseBody::new(drip)
    });
    let mut body = server.client().send(&FETCH).await.unwrap();
    body.next().await.unwrap().unwrap();
    sleep(1000 * SECOND).await;
    body.next().await.unwrap().unwrap();
    let start = Instant::now();
    let error = body.next().await.unwrap().unwrap_err();
    assert!(
        matches!(error, BodyError::Timeout { limit } if limit == 60 * SECOND),
        "{error}"
    );
    assert_eq!(start.elapsed().as_secs(), 60);
}

/// An early success, of a transport that says nothing but what it takes.
#[tokio::test]
async fn a_success_before_the_body_was_taken_is_none() {
    #[derive(Debug)]
    struct Hasty(AtomicUsize);

    impl Transport for Hasty {
        fn send(
            &self,
            _: http::Request<RequestBody>,
        ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(http::Response::new(ResponseBody::from(Bytes::new()))) })
        }
    }

    let client = Builder::<Core>::new(&SERVICE)
        .region("us-west-2")
        .credentials(credentials())
        .transport(Hasty(AtomicUsize::new(0)))
        .build()
        .unwrap();
    let error = client.send(&put("body")).await.unwrap_err();
    assert_eq!(error.transport_kind(), Some(EarlyAnswer));
    assert_eq!(error.attempts(), 1);
    let says = "answered with a success before the body of the request was all sent";
    assert!(error.to_string().contains(says), "{error}");
    client.send(&put("")).await.unwrap();
}
