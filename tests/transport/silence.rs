//! A server that is silent, or says no more than that it will answer, is left after a short limit, however busy the machine
//! is. That one at work is waited for is tested in virtual time: `runtime/src/client/silence_tests.rs`.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::Stream;
use zonal::ErrorKind;
use zonal::runtime::Body;
use zonal::runtime::transport::{self, HttpTransport, TransportErrorKind};
use zonal_peer::{Fault, Framing, Operation, Peer, Reply, Tls};

use crate::odd::{asking, local};
use crate::support::{BUCKET, builder, builder_for, bytes, peer};

const MS: Duration = Duration::from_millis(1);
/// By then a server is left whose limit is far shorter.
const SOON: Duration = Duration::from_secs(20);

/// With TLS and without.
fn peers() -> [Peer; 2] {
    [None, Some(Tls::default())].map(peer)
}

fn count(peer: &Peer, operation: Operation) -> usize {
    let requests = peer.take_requests();
    requests
        .iter()
        .filter(|it| it.operation == operation)
        .count()
}

/// A server that takes connections, does this to each, and keeps them open.
fn server(act: impl Fn(TcpStream) + Clone + Send + 'static) -> SocketAddr {
    let listener: TcpListener = local();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let act = act.clone();
            thread::spawn(move || act(stream.unwrap()));
        }
    });
    address
}

fn read_head(mut stream: &TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
}

#[tokio::test]
async fn a_server_that_does_nothing_is_left() {
    let idle = server(|stream| {
        thread::sleep(10 * SOON);
        drop(stream);
    });
    let client = asking(idle).read_timeout(300 * MS).max_attempts(1);
    let client = client.build().unwrap();
    let start = Instant::now();
    let put = client.put_object(BUCKET, "k").body(bytes(16 << 20));
    let error = put.await.unwrap_err();
    assert_eq!(
        error.transport_kind(),
        Some(TransportErrorKind::ReadTimeout)
    );
    let says = "the server took nothing more of the request for 300ms";
    assert!(error.to_string().contains(says), "{error}");
    let error = client.get_object(BUCKET, "k").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let says = "no answer began within 300ms";
    assert!(error.to_string().contains(says), "{error}");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

/// No connection comes of it: neither TLS with a server that takes it and is silent, nor a tunnel through such a proxy.
#[tokio::test]
async fn a_connection_that_does_not_open_is_given_up() {
    let idle = || {
        server(|stream| {
            thread::sleep(10 * SOON);
            drop(stream);
        })
    };
    // a proxy that says that it will, without end
    let busy = || {
        server(|mut stream| {
            read_head(&stream);
            while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").is_ok() {}
        })
    };
    let limit = 300 * MS;
    for (url, proxy) in [
        (format!("https://{}", idle()), None),
        ("https://s3.test".to_owned(), Some(idle())),
        ("https://s3.test".to_owned(), Some(busy())),
    ] {
        let mut transport = HttpTransport::new(limit);
        if let Some(proxy) = proxy {
            transport = transport.with_proxies(move |_| {
                let proxy = format!("http://{proxy}");
                transport::Proxy::from_url(&proxy).map(Some)
            });
        }
        let client = builder(url.clone()).session_auth(false).max_attempts(1);
        let client = client.transport(transport).build().unwrap();
        let start = Instant::now();
        let error = client.get_object(BUCKET, "k").await.unwrap_err();
        let kind = error.transport_kind();
        let kinds = [
            TransportErrorKind::ConnectTimeout,
            TransportErrorKind::Proxy,
        ];
        assert!(kinds.map(Some).contains(&kind), "{url} {proxy:?}: {error}");
        assert!(start.elapsed() < SOON, "{error}: {:?}", start.elapsed());
    }
}

/// Interim responses and pieces of a head do not hold a call for long, at full speed.
#[tokio::test]
async fn what_is_no_answer_does_not_hold_a_call() {
    const INTERIM: &[u8] = b"HTTP/1.1 102 Processing\r\n\r\n";
    let forever = |piece: &'static [u8]| {
        server(move |mut stream: TcpStream| {
            read_head(&stream);
            let first = stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 ");
            let second = stream.write_all(match piece.len() {
                1 => b"200 OK\r\nx: ",
                _ => b"103 Early Hints\r\n\r\n",
            });
            let mut is_open = first.and(second).is_ok();
            while is_open {
                is_open = stream.write_all(piece).is_ok();
            }
        })
    };
    for piece in [&b"x"[..], INTERIM] {
        let address = forever(piece);
        let by_silence = asking(address).read_timeout(200 * MS);
        let by_attempt = asking(address).attempt_timeout(200 * MS);
        let by_call = asking(address).call_timeout(200 * MS);
        for client in [by_silence, by_attempt, by_call] {
            let start = Instant::now();
            let client = client.max_attempts(1).build().unwrap();
            let error = client.get_object(BUCKET, "k").await.unwrap_err();
            let text = error.to_string();
            assert!(
                error.is_timeout() || text.contains("the answer is not HTTP: 262144 bytes came"),
                "{text}"
            );
            assert!(start.elapsed() < SOON, "{text}: {:?}", start.elapsed());
        }
    }
    for peer in peers() {
        let client = builder_for(&peer).build().unwrap();
        let flood = Fault::genuine().interim(1_000_000, Duration::ZERO);
        peer.fault(flood.on(Operation::CreateSession).always());
        let error = client.create_session(BUCKET).await.unwrap_err();
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Protocol));
    }
}

#[tokio::test]
async fn a_success_before_the_body_was_read_is_an_error() {
    for peer in peers() {
        let client = builder_for(&peer).session_auth(false).build().unwrap();
        for framing in [Framing::ContentLength, Framing::Chunked] {
            peer.take_requests();
            let hasty = Fault::reply(Reply::new(200).header("etag", "\"x\"")).framing(framing);
            let hasty = hasty.on(Operation::PutObject).before_body();
            peer.fault(hasty.clone());
            let put = client.put_object(BUCKET, "k").body(bytes(32 << 20));
            let error = put.await.unwrap_err();
            assert_eq!(
                error.transport_kind(),
                Some(TransportErrorKind::EarlyAnswer)
            );
            assert_eq!(error.status().unwrap(), 200);
            let says = "a success before the body of the request was all sent";
            assert!(error.to_string().contains(says), "{error}");
            assert!(!error.is_retryable(), "{error}");
            assert_eq!(count(&peer, Operation::PutObject), 1);
            // nobody waits for the rest of a body that pauses
            peer.fault(hasty);
            let body = Body::from_stream(Pausing(Some(bytes(1 << 20))), Some(1 << 30));
            let error = client.put_object(BUCKET, "k").body(body).await.unwrap_err();
            assert_eq!(
                error.transport_kind(),
                Some(TransportErrorKind::EarlyAnswer)
            );
        }
    }
}

/// A piece, and nothing more for ever.
struct Pausing(Option<Bytes>);

impl Stream for Pausing {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.take() {
            Some(piece) => Poll::Ready(Some(Ok(piece))),
            None => Poll::Pending,
        }
    }
}
