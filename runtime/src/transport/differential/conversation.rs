//! Several exchanges one after another, over connections that are used again: with bodies of requests, answers that come
//! before these are all sent, and calls that are given up in between.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::Request;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{
    Outcome, Random, Reading, Sent, answer, count, is_certain, outcome, pieces, read, settle, write,
};
use crate::body::BodyFailure;
use crate::transport::{HttpTransport, RequestBody, Transport};

/// One exchange as it is meant to go.
struct Exchange {
    /// How long the body of the request is.
    length: usize,
    /// What the server sends.
    answer: Sent,
    pieces: Vec<Vec<u8>>,
    /// The server answers before it has read the body.
    is_early: bool,
    reading: Reading,
    /// The call is given up when so many others have had their turn.
    patience: Option<usize>,
}

impl Exchange {
    fn random(random: &mut Random) -> Self {
        let lengths = [0, 0, 1, 5000, 70_000];
        let answer = answer(random);
        Self {
            length: lengths[random.below(lengths.len())],
            pieces: pieces(random, &answer.bytes),
            answer,
            is_early: random.one_in(4),
            reading: Reading::random(random),
            patience: random.one_in(6).then(|| random.below(12)),
        }
    }

    /// Whether the next exchange goes over the same connection. We close one over which the server says that it fails.
    fn leaves_connection(&self) -> bool {
        let is_read = !matches!(self.reading, Reading::Partly(_));
        let fails = self.answer.bytes.windows(5).any(|bytes| bytes == b" 503 ");
        is_read && !fails && !self.answer.is_last && !self.is_early && self.patience.is_none()
    }
}

/// The body of a request: pieces, before each of which one has to wait.
struct Body {
    left: usize,
    is_there: bool,
}

impl Body {
    const PIECE: usize = 3000;

    fn of(length: usize) -> RequestBody {
        match length {
            0 => RequestBody::default(),
            _ => {
                let body = Self {
                    left: length,
                    is_there: false,
                };
                RequestBody::from_pieces(Box::pin(body), length as u64)
            }
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.is_there = !self.is_there;
        if self.is_there {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let length = self.left.min(Self::PIECE);
        self.left -= length;
        Poll::Ready(Some(Ok(Bytes::from(vec![b'b'; length]))))
    }
}

/// The server of one conversation. The path of a request says which exchange it is of.
struct Server {
    exchanges: Vec<Exchange>,
    connections: AtomicUsize,
}

impl Server {
    async fn accept(self: Arc<Self>, listener: &TcpListener) {
        let mut all = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted.unwrap();
                    stream.set_nodelay(true).unwrap();
                    self.connections.fetch_add(1, Ordering::Relaxed);
                    all.spawn(Arc::clone(&self).serve(stream));
                }
                Some(ended) = all.join_next() => ended.unwrap(),
            }
        }
    }

    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        let mut came = Vec::new();
        loop {
            let Some(head) = head(&mut stream, &mut came).await else {
                return;
            };
            let path = head.split(' ').nth(1).unwrap();
            let exchange = &self.exchanges[path[1..].parse::<usize>().unwrap()];
            if exchange.is_early && !write(&mut stream, &exchange.pieces).await {
                return;
            }
            while came.len() < exchange.length {
                if matches!(stream.read_buf(&mut came).await, Ok(0) | Err(_)) {
                    return;
                }
            }
            let body: Vec<u8> = came.drain(..exchange.length).collect();
            assert!(body.iter().all(|byte| *byte == b'b'), "another body");
            if !exchange.is_early && !write(&mut stream, &exchange.pieces).await {
                return;
            }
            if exchange.answer.is_last {
                return;
            }
        }
    }
}

/// The head of the next request; what has come behind it stays. `None` if none comes.
async fn head(stream: &mut TcpStream, came: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(at) = came.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = came.drain(..at + 4).collect();
            return Some(String::from_utf8(head).unwrap());
        }
        if matches!(stream.read_buf(came).await, Ok(0) | Err(_)) {
            return None;
        }
    }
}

/// Either client.
enum Side {
    Ours(HttpTransport),
    Theirs(Box<Client<HttpConnector, RequestBody>>),
}

impl Side {
    fn ours() -> Self {
        Self::Ours(HttpTransport::new(Duration::from_secs(60)).with_proxies(|_| Ok(None)))
    }

    fn theirs() -> Self {
        Self::Theirs(Box::new(Client::builder(TokioExecutor::new()).build_http()))
    }

    async fn call(&self, url: &str, exchange: &Exchange) -> Outcome {
        let request = Request::put(url).body(Body::of(exchange.length)).unwrap();
        match self {
            Self::Ours(client) => {
                let mut response = client.send(request).await.ok()?;
                let body = read(response.body_mut(), exchange.reading).await;
                match exchange.reading {
                    Reading::Partly(_) => outcome(&response, Some(Bytes::new())),
                    _ => outcome(&response, body),
                }
            }
            Self::Theirs(client) => {
                let mut response = client.request(request).await.ok()?;
                let response = is_certain(&response).then_some(&mut response)?;
                let body = response.body_mut();
                let body = match exchange.reading {
                    Reading::Partly(0) => Some(Bytes::new()),
                    Reading::Partly(_) => {
                        drop(body.frame().await);
                        Some(Bytes::new())
                    }
                    _ => body.collect().await.ok().map(|all| all.to_bytes()),
                };
                outcome(response, body)
            }
        }
    }

    /// What comes of each exchange, and how many connections they took. Of those that are given up nothing is told.
    async fn converse(
        &self,
        listener: &TcpListener,
        exchanges: Vec<Exchange>,
    ) -> (Vec<Outcome>, usize) {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Arc::new(Server {
            exchanges,
            connections: AtomicUsize::new(0),
        });
        let calling = async {
            let mut outcomes = Vec::new();
            for (at, exchange) in server.exchanges.iter().enumerate() {
                let url = format!("{url}/{at}");
                let call = self.call(&url, exchange);
                outcomes.push(match exchange.patience {
                    None => call.await,
                    Some(times) => tokio::select! {
                        biased;
                        _ = call => None,
                        () = settle(times) => None,
                    },
                });
                // both see what the server does in between
                settle(8).await;
            }
            outcomes
        };
        tokio::select! {
            outcomes = calling => (outcomes, server.connections.load(Ordering::Relaxed)),
            () = Arc::clone(&server).accept(listener) => unreachable!("it accepts for ever"),
        }
    }
}

#[tokio::test]
async fn conversations_go_as_those_of_another_client() {
    let count = count(500);
    let (mut exchanges, mut reused) = (0, 0);
    for seed in 0..count {
        let plan = || {
            let mut random = Random(seed ^ 0x5eed);
            let number = 1 + random.below(4);
            let all: Vec<_> = (0..number).map(|_| Exchange::random(&mut random)).collect();
            all
        };
        // a listener each, so that what one leaves behind is not the other's
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (expected, _) = Side::theirs().converse(&listener, plan()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (found, connections) = Side::ours().converse(&listener, plan()).await;
        assert_eq!(found, expected, "ZONAL_ANSWERS seed {seed}");
        let plan = plan();
        let ended = plan.iter().rev().skip(1);
        let most = 1 + ended.filter(|it| !it.leaves_connection()).count();
        assert!(
            connections <= most,
            "ZONAL_ANSWERS seed {seed}: {connections} connections where {most} are enough"
        );
        exchanges += plan.len();
        reused += plan.len() - connections.min(plan.len());
    }
    println!(
        "{count} conversations, {exchanges} exchanges, {reused} of them on a connection used before"
    );
    assert!(reused > exchanges / 50);
}

/// Whatever follows an answer that is complete, it is not the next one.
#[tokio::test]
async fn a_connection_with_bytes_behind_an_answer_is_not_used_again() {
    let heads = [
        "content-length: 4\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n4\r\n",
    ];
    let ends = ["", "\r\n0\r\n\r\n"];
    let behind = ["x", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"];
    for ((head, end), behind) in heads
        .iter()
        .zip(ends)
        .flat_map(|pair| behind.map(|it| (pair, it)))
    {
        for reading in [Reading::Pieces, Reading::Direct] {
            let bytes = format!("HTTP/1.1 200 OK\r\n{head}good{end}{behind}").into_bytes();
            let exchange = || Exchange {
                length: 0,
                pieces: vec![bytes.clone()],
                answer: Sent {
                    bytes: bytes.clone(),
                    is_last: false,
                },
                is_early: false,
                reading,
                patience: None,
            };
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let exchanges = vec![exchange(), exchange(), exchange()];
            let (found, connections) = Side::ours().converse(&listener, exchanges).await;
            let bodies: Vec<_> = found.into_iter().map(|it| it.unwrap().2).collect();
            assert_eq!(
                (bodies, connections),
                (vec![Bytes::from("good"); 3], 3),
                "{head} {behind} {reading:?}"
            );
        }
    }
}
