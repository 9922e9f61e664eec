//! Answers at random, cut into pieces at random: our transport makes of them what hyper-util's client makes of them, and
//! goes on after a body that was given up between two of its pieces. Here each answer has a connection of its own;
//! `conversation` has several exchanges on each. `ZONAL_ANSWERS` sets how many of either; unless given,
//! 2,000 answers and 500 conversations.

#![expect(
    clippy::print_stdout,
    reason = "the counts go to tests/long-results.md"
)]

mod conversation;

use std::future::poll_fn;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body::Body as _;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{HttpTransport, RequestBody, ResponseBody, Transport, framing};

/// Numbers that look random; the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }
}

/// How many to try, unless `ZONAL_ANSWERS` says so.
fn count(usual: u64) -> u64 {
    std::env::var("ZONAL_ANSWERS").map_or(usual, |count| count.parse().unwrap())
}

/// The bytes of an answer, most of them well-formed.
struct Sent {
    bytes: Vec<u8>,
    /// Nothing can follow it on its connection.
    is_last: bool,
}

fn answer(random: &mut Random) -> Sent {
    let lengths = [0, 1, 7, 100, 8192 - 60, 8193, 40_000];
    let length = lengths[random.below(lengths.len())] + random.below(64);
    let body: Vec<u8> = (0..length).map(|at| b'a' + (at % 26) as u8).collect();
    let mut bytes = Vec::new();
    if random.one_in(8) {
        bytes.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
    }
    let statuses = [
        "200 OK",
        "200 OK",
        "206 x",
        "404 Not Found",
        "503 Slow Down",
        "204 No Content",
        "304 x",
    ];
    let version = if random.one_in(8) { "1.0" } else { "1.1" };
    let status = statuses[random.below(statuses.len())];
    bytes.extend_from_slice(format!("HTTP/{version} {status}\r\nx-a: {length}\r\n").as_bytes());
    // what has no body by its status has bytes behind it where it sends some
    let mut is_last = version == "1.0" || ["204", "304"].contains(&&status[..3]);
    if random.one_in(4) {
        bytes.extend_from_slice(b"connection: close\r\n");
        is_last = true;
    }
    match random.below(8) {
        0 | 1 => chunked(random, &body, &mut bytes),
        // to the end of the connection
        2 => {
            bytes.extend_from_slice(&[b"\r\n", &body[..]].concat());
            is_last = true;
        }
        _ => {
            bytes.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
            bytes.extend_from_slice(&body);
        }
    }
    let fault = random.below(12);
    match fault {
        0 => bytes.truncate(random.below(bytes.len() + 1)),
        1 => bytes.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"),
        2 => {
            // in the head, more often than not
            let limit = bytes.len().min(100);
            let at = random.below(limit);
            bytes[at] = random.below(256) as u8;
        }
        _ => {}
    }
    let is_last = is_last || fault <= 2;
    Sent { bytes, is_last }
}

fn chunked(random: &mut Random, body: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    let mut rest = body;
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at(1 + random.below(rest.len()));
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
        rest = behind;
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
}

/// The same bytes, in up to five pieces.
fn pieces(random: &mut Random, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut cuts: Vec<usize> = (0..random.below(5))
        .map(|_| random.below(bytes.len() + 1))
        .collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|cut| bytes[cut[0]..cut[1]].to_vec())
        .collect()
}

/// Reads a request, answers with these pieces and closes.
async fn serve(mut stream: TcpStream, pieces: Vec<Vec<u8>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if matches!(stream.read_buf(&mut head).await, Ok(0) | Err(_)) {
            return;
        }
    }
    if write(&mut stream, &pieces).await {
        drop(stream.shutdown().await);
    }
}

/// Writes the pieces, one after another; whether all could be.
async fn write(stream: &mut TcpStream, pieces: &[Vec<u8>]) -> bool {
    for piece in pieces {
        // who was told of the last piece reads it first
        settle(3).await;
        if stream.write_all(piece).await.is_err() {
            return false;
        }
    }
    true
}

/// Lets others go on so many times.
async fn settle(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

/// Status, a header and the whole body, or nothing where there is no whole answer.
type Outcome = Option<(u16, Option<String>, Bytes)>;

fn outcome<B>(response: &Response<B>, body: Option<Bytes>) -> Outcome {
    let field = response.headers().get("x-a");
    let field = field.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Some((response.status().as_u16(), field, body?))
}

/// How a body is read by us.
#[derive(Clone, Copy, Debug)]
enum Reading {
    Pieces,
    Direct,
    /// It is given up after so many pieces.
    Partly(usize),
}

impl Reading {
    fn random(random: &mut Random) -> Self {
        match random.below(3) {
            0 => Self::Pieces,
            1 => Self::Direct,
            _ => Self::Partly(random.below(4)),
        }
    }
}

async fn ours(client: &HttpTransport, url: &str, reading: Reading) -> Outcome {
    let host = url.trim_start_matches("http://").trim_end_matches("/k");
    let request = Request::get(url).header("host", host);
    let request = request.body(RequestBody::default()).unwrap();
    let mut response = client.send(request).await.ok()?;
    let body = read(response.body_mut(), reading).await;
    outcome(&response, body)
}

async fn read(body: &mut ResponseBody, reading: Reading) -> Option<Bytes> {
    let mut all = BytesMut::new();
    let mut count = 0;
    loop {
        let next = match reading {
            Reading::Partly(limit) if count == limit => return None,
            Reading::Direct => poll_fn(|context| body.poll_into(context, &mut all)).await,
            _ => {
                let next = poll_fn(|context| body.poll_next(context)).await;
                next.map(|piece| piece.map(|piece| all.extend_from_slice(&piece)))
            }
        };
        match next {
            None => return Some(all.freeze()),
            Some(Ok(())) => count += 1,
            Some(Err(_)) => return None,
        }
    }
}

async fn theirs(client: &Client<HttpConnector, Empty<Bytes>>, url: &str) -> Outcome {
    let request = Request::get(url).body(Empty::new()).unwrap();
    let mut response = client.request(request).await.ok()?;
    let response = is_certain(&response).then_some(&mut response)?;
    let body = response.body_mut().collect().await.ok();
    let body = body.map(http_body_util::Collected::to_bytes);
    outcome(response, body)
}

/// Whether an answer tells one end. The other client reads those that do not, to one end or another; we refuse them.
fn is_certain(response: &Response<Incoming>) -> bool {
    response.body().size_hint().exact().is_some() || framing::check(response.headers()).is_ok()
}

#[tokio::test]
async fn answers_are_those_that_another_client_sees() {
    let count = count(2_000);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/k", listener.local_addr().unwrap());
    // one connection for each answer, so that one says nothing about the next
    let our_client = HttpTransport::new(Duration::from_secs(60))
        .with_idle_timeout(Duration::ZERO)
        .with_proxies(|_| Ok(None));
    let their_client = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http();
    let (mut whole, mut broken) = (0, 0);
    for seed in 0..count {
        let mut random = Random(seed);
        let bytes = answer(&mut random).bytes;
        let pieces = pieces(&mut random, &bytes);
        let serving = async || {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            serve(stream, pieces.clone()).await;
        };
        let reading = Reading::random(&mut random);
        if let Reading::Partly(_) = reading {
            drop(tokio::join!(ours(&our_client, &url, reading), serving()));
        }
        let reading = match reading {
            Reading::Partly(_) => Reading::Direct,
            reading => reading,
        };
        let (expected, ()) = tokio::join!(theirs(&their_client, &url), serving());
        let (found, ()) = tokio::join!(ours(&our_client, &url, reading), serving());
        assert_eq!(
            found,
            expected,
            "ZONAL_ANSWERS seed {seed}, {reading:?}: {:?}",
            bytes.escape_ascii().to_string()
        );
        match found {
            Some(_) => whole += 1,
            None => broken += 1,
        }
    }
    println!("{count} answers: {whole} whole, {broken} refused, each the same to both clients");
    assert!(whole > count / 2 && broken > count / 100);
}
