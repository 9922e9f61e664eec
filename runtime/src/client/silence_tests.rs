//! Silence is limited, not duration: over our own transport, with TLS and without, in virtual time.

mod server;

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use tokio::time::{Instant, Sleep, sleep};

use super::Core;
use crate::body::{Body, BodyError, ByteStream};
use crate::config::Builder;
use crate::endpoint::{ParamId, Params};
use crate::error::{DecodeError, EncodeError, ErrorKind};
use crate::request::Request;
use crate::response::Response;
use crate::transport::TransportErrorKind::{
    self, AttemptTimeout, CallTimeout, ReadTimeout, Throughput,
};
use crate::{NoModeledError, Operation, OperationSpec};
use server::{CHUNKED, LONG, Plan, SLOW, answer, labs};

const SECOND: Duration = Duration::from_secs(1);
/// A call with a body, of an operation of one of these kinds.
struct Ask<const KIND: u8>(Body);

const PUT: u8 = 0;
const DELETE: u8 = 1;
/// Reads an answer into memory.
const LIST: u8 = 2;
/// Hands an answer on as it comes.
const GET: u8 = 3;
/// Has an object put together.
const JOIN: u8 = 4;

impl<const KIND: u8> Operation for Ask<KIND> {
    type Output = ByteStream;
    type Error = NoModeledError;

    const SPEC: OperationSpec = match KIND {
        PUT => OperationSpec::new("Put", Method::PUT),
        DELETE => OperationSpec::new("Delete", Method::DELETE),
        LIST => OperationSpec::new("List", Method::GET),
        GET => OperationSpec::new("Get", Method::GET).streaming(),
        _ => OperationSpec::new("Join", Method::POST).assembles(),
    };

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        params.set(ParamId::new(0), "bucket");
    }

    fn encode(&self, request: &mut Request) -> Result<(), EncodeError> {
        request.path("/").payload(self.0.clone(), "a/b");
        Ok(())
    }

    fn decode(response: &mut Response) -> Result<ByteStream, DecodeError> {
        if KIND == JOIN {
            response.xml("Result")?;
        }
        Ok(response.stream())
    }
}

fn ask<const KIND: u8>() -> Ask<KIND> {
    Ask(Body::default())
}

fn put(length: usize) -> Ask<PUT> {
    Ask(Body::from(vec![7; length]))
}

/// After how many seconds a call ends: well, or with what.
async fn ends<O: Operation>(
    client: Builder<Core>,
    request: &O,
) -> (u64, Result<O::Output, (Option<TransportErrorKind>, String)>) {
    let client = client.build().unwrap();
    let start = Instant::now();
    let ended = client.send(request).await;
    let ended = ended.map_err(|error| (error.transport_kind(), error.to_string()));
    (start.elapsed().as_secs(), ended)
}

#[tokio::test(start_paused = true)]
async fn a_server_at_work_is_waited_for() {
    for (server, client) in labs([Plan::at_work(12 * SECOND, "<Result/>")]) {
        let (seconds, ended) = ends(client.read_timeout(20 * SECOND), &ask::<JOIN>()).await;
        assert!(ended.is_ok(), "{:?}", ended.err());
        assert_eq!((seconds, server.count()), (132, (1, 1)));
    }
    for (_, client) in labs([Plan::at_work(21 * SECOND, "<Result/>")]) {
        let (seconds, ended) = ends(client.read_timeout(20 * SECOND), &ask::<JOIN>()).await;
        assert_eq!((seconds, ended.err().unwrap().0), (20, Some(ReadTimeout)));
    }
    let late = "<Error><Code>InternalError</Code><Message>later</Message></Error>";
    for (_, client) in labs([Plan::at_work(12 * SECOND, late)]) {
        let error = client.build().unwrap().send(&ask::<JOIN>()).await;
        assert_eq!(error.err().unwrap().code(), Some("InternalError"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_link_is_waited_for() {
    for (server, client) in labs([Plan::taking(Some(SLOW)), Plan::slow()]) {
        let client = client.read_timeout(20 * SECOND).build().unwrap();
        let start = Instant::now();
        client.send(&put(LONG)).await.unwrap();
        assert!(start.elapsed() >= 128 * SECOND, "{:?}", start.elapsed());
        for is_list in [true, false] {
            let start = Instant::now();
            let body = if is_list {
                client.send(&ask::<LIST>()).await.unwrap()
            } else {
                client.send(&ask::<GET>()).await.unwrap()
            };
            assert!(body.collect().await.unwrap() == vec![7; LONG]);
            assert!(start.elapsed() >= 128 * SECOND, "{:?}", start.elapsed());
        }
        assert_eq!(server.count(), (3, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_or_says_nothing_is_left() {
    for (_, client) in labs([Plan::taking(None)]) {
        let (seconds, ended) = ends(client.read_timeout(20 * SECOND), &put(LONG)).await;
        let (kind, says) = ended.err().unwrap();
        assert_eq!((seconds, kind), (20, Some(ReadTimeout)));
        let expected = "the server took nothing more of the request for 20s";
        assert!(says.contains(expected), "{says}");
    }
    for (_, client) in labs([Plan::silent()]) {
        let (seconds, ended) = ends(client, &ask::<LIST>()).await;
        let (kind, says) = ended.err().unwrap();
        assert_eq!((seconds, kind), (60, Some(ReadTimeout)));
        assert!(says.contains("no answer began within 60s"), "{says}");
    }
}

const INTERIM: &str = "HTTP/1.1 102 Processing\r\n\r\n";

/// Interim responses, pieces of a head and of what is around chunks do not hold a call for long.
#[tokio::test(start_paused = true)]
async fn what_is_no_answer_does_not_hold_a_call() {
    for plan in [
        Plan::forever(INTERIM, INTERIM),
        Plan::forever("HTTP/1.1 200 OK\r\nx: ", "x"),
        Plan::forever(CHUNKED, "0"),
        Plan::forever(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n4",
            " ",
        ),
    ] {
        for (_, client) in labs([plan.clone()]) {
            let (seconds, ended) = ends(client, &ask::<LIST>()).await;
            assert_eq!(ended.err().unwrap().0, Some(ReadTimeout));
            assert!((60..=80).contains(&seconds), "{seconds}");
        }
        for (_, client) in labs([plan.clone()]) {
            let (seconds, ended) = ends(client.attempt_timeout(5 * SECOND), &ask::<LIST>()).await;
            assert_eq!((seconds, ended.err().unwrap().0), (5, Some(AttemptTimeout)));
        }
        for (_, client) in labs([plan]) {
            let (seconds, ended) = ends(client.call_timeout(5 * SECOND), &ask::<LIST>()).await;
            assert_eq!((seconds, ended.err().unwrap().0), (5, Some(CallTimeout)));
        }
    }
    // a few interim responses are nothing unusual
    let interim = vec![(50 * SECOND, Bytes::from_static(INTERIM.as_bytes())); 8];
    let few = Plan::says(interim.into_iter().chain([(50 * SECOND, answer(b"body"))]));
    for (_, client) in labs([few]) {
        let (seconds, ended) = ends(client, &ask::<LIST>()).await;
        assert!(ended.is_ok(), "{:?}", ended.err());
        assert_eq!(seconds, 450);
    }
}

/// A read on a connection that was open before goes out once more where nothing comes, and that is no attempt.
#[tokio::test(start_paused = true)]
async fn a_dead_connection_costs_no_attempt() {
    let [good, silent] = [Plan::good(Duration::ZERO), Plan::silent()];
    let plans = [
        &good, &silent, &good, // once
        &silent, &silent, // not twice
        &good, &silent, // not where something could be done twice
    ];
    for (server, client) in labs(plans.map(Plan::clone)) {
        let client = client.build().unwrap();
        client.send(&ask::<LIST>()).await.unwrap();
        let start = Instant::now();
        client.send(&ask::<LIST>()).await.unwrap();
        assert_eq!((start.elapsed().as_secs(), server.count()), (10, (3, 2)));
        let start = Instant::now();
        assert!(client.send(&ask::<LIST>()).await.is_err());
        assert_eq!((start.elapsed().as_secs(), server.count()), (70, (5, 3)));
        client.send(&ask::<LIST>()).await.unwrap();
        let start = Instant::now();
        assert!(client.send(&ask::<DELETE>()).await.is_err());
        assert_eq!((start.elapsed().as_secs(), server.count()), (60, (7, 4)));
    }
}

/// Pieces with a pause before each.
struct Paused {
    left: usize,
    next: Option<Pin<Box<Sleep>>>,
}

impl futures_core::Stream for Paused {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let next = self
            .next
            .get_or_insert_with(|| Box::pin(sleep(500 * SECOND)));
        ready!(next.as_mut().poll(context));
        self.next = None;
        self.left -= 1;
        Poll::Ready(Some(Ok(Bytes::from(vec![7; 100_000]))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_pauses_is_waited_for() {
    let body = || {
        let stream = Paused {
            left: 3,
            next: None,
        };
        Ask::<PUT>(Body::from_stream(stream, Some(300_000)))
    };
    for (server, client) in labs([Plan::good(Duration::ZERO)]) {
        let (seconds, ended) = ends(client.read_timeout(5 * SECOND), &body()).await;
        assert!(ended.is_ok(), "{:?}", ended.err());
        assert_eq!((seconds, server.count()), (1500, (1, 1)));
    }
    for (_, client) in labs([Plan::good(Duration::ZERO)]) {
        let client = client.attempt_timeout(20 * SECOND).build().unwrap();
        let error = client.send(&body()).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::RequestBody);
        assert!(error.to_string().contains("the body paused"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_slower_than_asked_for_is_left() {
    for (least, is_enough) in [(4_000, true), (40_000, false)] {
        let plans = [Plan::taking(Some(SLOW)), Plan::slow(), Plan::slow()];
        for (_, client) in labs(plans) {
            // what is buffered on the way is not seen to move
            let client = client.min_throughput(least, 20 * SECOND).build().unwrap();
            let sent = client.send(&put(LONG)).await;
            let sent = sent.map(drop).map_err(|error| error.transport_kind());
            let listed = client.send(&ask::<LIST>()).await;
            let listed = listed.map(drop).map_err(|error| error.transport_kind());
            let got = client.send(&ask::<GET>()).await.unwrap().collect().await;
            let got = got.map(drop).map_err(|error| match error {
                BodyError::Transport(error) => Some(error.kind()),
                _ => None,
            });
            let expected = if is_enough {
                Ok(())
            } else {
                Err(Some(Throughput))
            };
            assert_eq!([sent, listed, got], [expected; 3], "{least}");
        }
    }
    // a server that thinks is not slow
    for (_, client) in labs([Plan::good(50 * SECOND)]) {
        let (_, ended) = ends(client.min_throughput(40_000, 10 * SECOND), &put(4)).await;
        assert!(ended.is_ok(), "{:?}", ended.err());
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_call_is_that_of_its_body_too() {
    for (_, client) in labs([Plan::slow(), Plan::says([(SECOND, answer(&[7; LONG]))])]) {
        let client = client.call_timeout(30 * SECOND).build().unwrap();
        let start = Instant::now();
        let body = client.send(&ask::<GET>()).await.unwrap();
        let error = body.collect().await.unwrap_err();
        assert!(
            matches!(&error, BodyError::Transport(it) if it.kind() == CallTimeout),
            "{error}"
        );
        assert_eq!(start.elapsed().as_secs(), 30);
        // but who does not read is not the server
        let body = client.send(&ask::<GET>()).await.unwrap();
        sleep(1000 * SECOND).await;
        assert!(body.collect().await.unwrap() == vec![7; LONG]);
    }
}
