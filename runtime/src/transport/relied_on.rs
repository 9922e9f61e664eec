//! What [`exchange`](super::exchange) relies on in hyper, each point tested on hyper alone. Where one of these tests
//! fails after an update of hyper, `exchange.rs` has to change before the update is taken.
//!
//! | hyper | what rests on it |
//! |---|---|
//! | sends a request and hands its answer over by channels, without a task of its own | whoever waits for the answer moves the connection |
//! | needs no more than being polled: nobody has to be woken for a frame that has come | answer and body are polled with a waker that does nothing |
//! | a new connection is ready at once | a connection that was taken over goes back to the pool |
//! | gives what it has read and not handed on with the socket, and no more of it is in the body | the rest of a body is read without hyper |
//! | the body says how much of it is still to come, in frames that were not taken | how much is read without hyper |
//! | is ready for the next request when both request and answer are complete, not before | a connection is not used too early |
//! | looks for what has come before it begins a request | what nobody has asked is no answer |
//! | does not end while the server is silent, and ends when it closes or says something | idle connections are checked before they are used |
//! | gives back a request of which nothing was sent | it is sent over another connection |

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as _;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

type Sender = SendRequest<Full<Bytes>>;
type Link = Connection<TokioIo<DuplexStream>, Full<Bytes>>;

fn once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A connection of hyper's and the server's end of it. That it is ready at once is one of the things relied on.
fn connected() -> (Sender, Link, DuplexStream) {
    let (ours, servers) = tokio::io::duplex(1 << 20);
    let Poll::Ready(Ok((sender, link))) = once(http1::handshake(TokioIo::new(ours))) else {
        panic!("the handshake waits for something");
    };
    (sender, link, servers)
}

fn poll(link: &mut Link) -> Poll<hyper::Result<()>> {
    once(poll_fn(|context| Pin::new(&mut *link).poll(context)))
}

fn request() -> Request<Full<Bytes>> {
    let request = Request::get("/k").header("host", "h");
    request.body(Full::default()).unwrap()
}

/// Sends a request, and answers with these bytes; nothing but this function polls.
async fn answered(
    sender: &mut Sender,
    link: &mut Link,
    server: &mut DuplexStream,
    answer: &[u8],
) -> Response<Incoming> {
    let mut response = pin!(sender.try_send_request(request()));
    assert!(once(response.as_mut()).is_pending());
    assert!(poll(link).is_pending());
    let mut head = [0; 256];
    let length = server.read(&mut head).await.unwrap();
    assert!(head[..length].ends_with(b"\r\n\r\n"));
    server.write_all(answer).await.unwrap();
    assert!(once(response.as_mut()).is_pending());
    // hyper reads until nothing more is there
    assert!(poll(link).is_pending());
    let Poll::Ready(Ok(response)) = once(response) else {
        panic!("the answer is there, and nobody was told");
    };
    response
}

fn frame(body: &mut Incoming) -> Poll<Option<Bytes>> {
    let frame = once(poll_fn(|context| Pin::new(&mut *body).poll_frame(context)));
    frame.map(|frame| Some(frame?.unwrap().into_data().unwrap()))
}

#[tokio::test]
async fn polling_alone_moves_a_request_its_answer_and_the_body() {
    let (mut sender, mut link, mut server) = connected();
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nabcd";
    let mut response = answered(&mut sender, &mut link, &mut server, answer).await;
    let body = response.body_mut();
    let mut all = Vec::new();
    for more in [&b""[..], b"efgh"] {
        server.write_all(more).await.unwrap();
        for _ in 0..4 {
            if let Poll::Ready(Some(piece)) = frame(body) {
                all.extend_from_slice(&piece);
            }
            assert!(poll(&mut link).is_pending());
        }
    }
    assert_eq!(all, b"abcdefgh");
    assert_eq!(frame(body), Poll::Ready(None));
}

/// However much of the body has come, and however much of that was taken.
#[tokio::test]
async fn what_was_read_and_not_handed_on_comes_with_the_socket() {
    for (come, polls) in [
        (0, 0),
        (0, 2),
        (5, 0),
        (5, 1),
        (5, 4),
        (9, 0),
        (9, 4),
        (12, 4),
    ] {
        let (mut sender, mut link, mut server) = connected();
        let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nabcdefghijkl";
        let (first, rest) = whole.split_at(whole.len() - 12 + come);
        let mut response = answered(&mut sender, &mut link, &mut server, first).await;
        let body = response.body_mut();
        let mut all = Vec::new();
        for _ in 0..polls {
            if let Poll::Ready(Some(piece)) = frame(body) {
                all.extend_from_slice(&piece);
            }
            drop(poll(&mut link));
        }
        // what is handed on already is taken first
        while let Poll::Ready(Some(piece)) = frame(body) {
            all.extend_from_slice(&piece);
        }
        let left = body.size_hint().exact().unwrap();
        assert_eq!(left, 12 - all.len() as u64, "{come} {polls}");
        let parts = link.into_parts();
        all.extend_from_slice(&parts.read_buf);
        assert_eq!(all, &whole[whole.len() - 12..][..come], "{come} {polls}");
        server.write_all(rest).await.unwrap();
        drop(server);
        parts.io.into_inner().read_to_end(&mut all).await.unwrap();
        assert_eq!(all, b"abcdefghijkl", "{come} {polls}");
    }
}

#[tokio::test]
async fn a_connection_is_ready_when_the_answer_is_complete_and_not_before() {
    let (mut sender, mut link, mut server) = connected();
    let part = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab";
    let mut response = answered(&mut sender, &mut link, &mut server, part).await;
    assert!(!sender.is_ready());
    server.write_all(b"cd").await.unwrap();
    for _ in 0..4 {
        drop(frame(response.body_mut()));
        assert!(poll(&mut link).is_pending());
    }
    assert!(sender.is_ready());

    let whole = b"HTTP/1.1 204 No Content\r\n\r\n";
    drop(answered(&mut sender, &mut link, &mut server, whole).await);
    assert!(sender.is_ready());
}

#[tokio::test]
async fn an_idle_connection_ends_when_the_server_closes_or_speaks() {
    for says in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"?",
    ] {
        let (mut sender, mut link, mut server) = connected();
        let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        drop(answered(&mut sender, &mut link, &mut server, whole).await);
        for _ in 0..3 {
            assert!(poll(&mut link).is_pending());
        }
        server.write_all(says).await.unwrap();
        let mut kept = Some(server);
        if says.is_empty() {
            kept = None;
        }
        assert!(poll(&mut link).is_ready(), "{says:?}");
        drop(kept);
    }
}

#[tokio::test]
async fn a_request_of_which_nothing_was_sent_comes_back() {
    for says in ["", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"] {
        let (mut sender, link, mut server) = connected();
        server.write_all(says.as_bytes()).await.unwrap();
        let server = Some(server).filter(|_| !says.is_empty());
        is_given_back(&mut sender, link, says);
        drop(server);
    }
}

fn is_given_back(sender: &mut Sender, mut link: Link, says: &str) {
    let mut response = pin!(sender.try_send_request(request()));
    assert!(once(response.as_mut()).is_pending());
    // that the server has closed it, or spoken, is seen before anything is written
    drop(poll(&mut link));
    drop(link);
    let Poll::Ready(Err(mut error)) = once(response) else {
        panic!("it was answered: {says}");
    };
    assert_eq!(error.take_message().unwrap().uri(), "/k", "{says}");
}
