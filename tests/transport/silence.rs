//! Silence is limited, not duration: over connections, with limits scaled down.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::Sleep;
use zonal::runtime::transport::TransportErrorKind;
use zonal::runtime::{Body, BodyError};
use zonal::types::{CompletedMultipartUpload, CompletedPart};
use zonal::{CopySource, ErrorKind};
use zonal_peer::{Fault, Framing, Operation, Peer, Reply, Tls};

use crate::odd::{asking, local};
use crate::support::{BUCKET, builder, builder_for, bytes, peer};

const MS: Duration = Duration::from_millis(1);
/// How long nothing may move. Many times as long as any pause below, and shorter than any exchange.
const LIMIT: Duration = Duration::from_millis(1500);
/// A server that is not waited for any more is left after its limit, however busy this machine is.
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

#[tokio::test]
async fn a_server_at_work_is_waited_for() {
    for peer in peers() {
        let client = builder_for(&peer).read_timeout(LIMIT).build().unwrap();
        client.put_object(BUCKET, "k").body("data").await.unwrap();
        let created = client.create_multipart_upload(BUCKET, "big").await.unwrap();
        let id = created.upload_id;
        // often, and seldom
        for (blanks, pause) in [(40, 60 * MS), (4, 600 * MS)] {
            let works = |operation| {
                peer.take_requests();
                peer.fault(Fault::working(blanks, pause).on(operation));
            };
            let start = Instant::now();
            works(Operation::CopyObject);
            let copy = client.copy_object(BUCKET, CopySource::new(BUCKET, "k"), "copy");
            copy.await.unwrap();
            assert!(start.elapsed() > LIMIT);
            assert_eq!(count(&peer, Operation::CopyObject), 1);
            works(Operation::UploadPartCopy);
            let source = CopySource::new(BUCKET, "k");
            let part = client.upload_part_copy(BUCKET, source, "big", 1, &id);
            part.await.unwrap();
            assert_eq!(count(&peer, Operation::UploadPartCopy), 1);
        }
        let part = client.upload_part(BUCKET, "big", 1, &id).body("part");
        let tag = part.await.unwrap().e_tag.unwrap();
        let part = CompletedPart::new().e_tag(tag).part_number(1);
        peer.fault(Fault::working(40, 60 * MS).on(Operation::CompleteMultipartUpload));
        client
            .complete_multipart_upload(BUCKET, "big", &id)
            .multipart_upload(CompletedMultipartUpload::new().parts(vec![part]))
            .await
            .unwrap();
        assert_eq!(count(&peer, Operation::CompleteMultipartUpload), 1);
        // what it says in the end counts, blanks behind it or not
        let document = "<Error><Code>InternalError</Code><Message>later</Message></Error>";
        let blanks = " \n".repeat(30);
        let late = Fault::reply(Reply::xml(200, format!("{blanks}{document}{blanks}")));
        peer.fault(late.pace(10, 20 * MS).on(Operation::CopyObject).always());
        let copy = client.copy_object(BUCKET, CopySource::new(BUCKET, "k"), "copy");
        assert_eq!(copy.await.unwrap_err().code(), Some("InternalError"));
    }
}

/// A link of so many bytes per second, either way, to a server.
fn link(to: SocketAddr, bytes_per_second: usize) -> SocketAddr {
    const TICK: Duration = Duration::from_millis(50);
    let carry = move |mut from: TcpStream, mut to: TcpStream| {
        let mut bytes = vec![0; bytes_per_second / 20];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
            thread::sleep(TICK);
        }
        let _ = to.shutdown(std::net::Shutdown::Write);
    };
    let listener = local();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for near in listener.incoming() {
            let (near, far) = (near.unwrap(), TcpStream::connect(to).unwrap());
            let back = (far.try_clone().unwrap(), near.try_clone().unwrap());
            thread::spawn(move || carry(near, far));
            thread::spawn(move || carry(back.0, back.1));
        }
    });
    address
}

fn address_of(peer: &Peer) -> SocketAddr {
    let url = peer.endpoint_url();
    let port = url.rsplit(':').next().unwrap().trim_end_matches('/');
    ([127, 0, 0, 1], port.parse().unwrap()).into()
}

#[tokio::test]
async fn a_slow_link_is_waited_for() {
    let peer = peer(None);
    let address = link(address_of(&peer), 600_000);
    let url = format!("http://{address}");
    let client = builder(url).read_timeout(LIMIT).build().unwrap();
    let data = bytes(2 << 20);
    let start = Instant::now();
    client
        .put_object(BUCKET, "k")
        .body(data.clone())
        .await
        .unwrap();
    assert!(start.elapsed() > LIMIT, "{:?}", start.elapsed());
    assert_eq!(count(&peer, Operation::PutObject), 1);
    let start = Instant::now();
    let got = client.get_object(BUCKET, "k").await.unwrap();
    assert!(got.body.collect().await.unwrap() == data);
    assert!(start.elapsed() > LIMIT, "{:?}", start.elapsed());
    // a listing is an answer in memory
    let slow = link(address_of(&peer), 150_000);
    let client = builder(format!("http://{slow}"));
    let client = client.read_timeout(LIMIT).build().unwrap();
    peer.take_requests();
    for number in 0..1000 {
        peer.put(
            BUCKET,
            &format!("{number}/{}", "x".repeat(200)),
            Bytes::new(),
        );
    }
    let start = Instant::now();
    let listed = client.list_objects_v2(BUCKET).await.unwrap();
    assert_eq!(listed.contents.len(), 1000);
    assert!(start.elapsed() > LIMIT, "{:?}", start.elapsed());
    assert_eq!(count(&peer, Operation::ListObjectsV2), 1);
}

#[tokio::test]
async fn a_server_that_reads_slowly_is_waited_for() {
    for peer in peers() {
        let client = builder_for(&peer).read_timeout(LIMIT).build().unwrap();
        client.create_session(BUCKET).await.unwrap();
        let data = bytes(4 << 20);
        peer.fault(Fault::slow_read(60_000, 50 * MS).on(Operation::PutObject));
        let start = Instant::now();
        client
            .put_object(BUCKET, "k")
            .body(data.clone())
            .await
            .unwrap();
        assert!(start.elapsed() > LIMIT, "{:?}", start.elapsed());
        assert!(peer.object(BUCKET, "k").unwrap().data == data);
        assert_eq!(count(&peer, Operation::PutObject), 1);
    }
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

/// Interim responses and pieces of a head do not hold a call for long, at whatever speed they come.
#[tokio::test]
async fn what_is_no_answer_does_not_hold_a_call() {
    const INTERIM: &[u8] = b"HTTP/1.1 102 Processing\r\n\r\n";
    let forever = |piece: &'static [u8], pause: Duration| {
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
                thread::sleep(pause);
            }
        })
    };
    for (piece, pause) in [
        (&b"x"[..], 20 * MS),
        (b"x", Duration::ZERO),
        (INTERIM, 20 * MS),
        (INTERIM, Duration::ZERO),
    ] {
        let address = forever(piece, pause);
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
    // a few are nothing unusual
    for peer in peers() {
        let client = builder_for(&peer).read_timeout(LIMIT).build().unwrap();
        let works = Fault::genuine().interim(8, 300 * MS);
        peer.fault(works.on(Operation::CreateSession));
        let start = Instant::now();
        client.create_session(BUCKET).await.unwrap();
        assert!(start.elapsed() > LIMIT);
        let flood = Fault::genuine().interim(1_000_000, Duration::ZERO);
        peer.fault(flood.on(Operation::CreateSession).always());
        let error = client.create_session(BUCKET).await.unwrap_err();
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Protocol));
    }
}

/// A read on a connection that was open before goes out once more where nothing comes, and that is no attempt.
#[tokio::test]
async fn a_dead_connection_costs_no_attempt() {
    for peer in peers() {
        let client = builder_for(&peer).read_timeout(500 * MS).max_attempts(1);
        let client = client.build().unwrap();
        client.put_object(BUCKET, "k").body("data").await.unwrap();
        peer.take_requests();
        let connections = peer.connection_count();
        peer.fault(
            Fault::genuine()
                .stall_before_head()
                .on(Operation::GetObject),
        );
        let got = client.get_object(BUCKET, "k").await.unwrap();
        assert_eq!(got.body.collect().await.unwrap(), "data");
        assert_eq!(count(&peer, Operation::GetObject), 2);
        assert_eq!(peer.connection_count(), connections + 1);
        // not twice, and not where something could be done twice
        peer.fault(
            Fault::genuine()
                .stall_before_head()
                .on(Operation::GetObject)
                .times(2),
        );
        client.get_object(BUCKET, "k").await.unwrap_err();
        assert_eq!(count(&peer, Operation::GetObject), 2);
        client.head_object(BUCKET, "k").await.unwrap();
        peer.fault(
            Fault::genuine()
                .stall_before_head()
                .on(Operation::DeleteObject),
        );
        client.delete_object(BUCKET, "k").await.unwrap_err();
        assert_eq!(count(&peer, Operation::DeleteObject), 1);
    }
}

#[tokio::test]
async fn a_success_before_the_body_was_read_is_an_error() {
    for peer in peers() {
        let client = builder_for(&peer).session_auth(false).build().unwrap();
        for framing in [Framing::ContentLength, Framing::Chunked] {
            peer.take_requests();
            let hasty = Fault::reply(Reply::new(200).header("etag", "\"x\"")).framing(framing);
            peer.fault(hasty.on(Operation::PutObject).before_body());
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
        }
    }
}

/// Pieces with a pause before each.
struct Paused {
    left: usize,
    pause: Duration,
    next: Option<Pin<Box<Sleep>>>,
}

impl Stream for Paused {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let pause = self.pause;
        let next = self
            .next
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
        if next.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.next = None;
        self.left -= 1;
        Poll::Ready(Some(Ok(bytes(100_000))))
    }
}

#[tokio::test]
async fn a_body_that_pauses_is_waited_for() {
    for peer in peers() {
        let body = |pause| {
            let left = 3;
            let stream = Paused {
                left,
                pause,
                next: None,
            };
            Body::from_stream(stream, Some(300_000))
        };
        let client = builder_for(&peer).read_timeout(200 * MS).build().unwrap();
        let put = client.put_object(BUCKET, "k").body(body(500 * MS));
        put.await.unwrap();
        let limited = builder_for(&peer)
            .attempt_timeout(SOON / 20)
            .build()
            .unwrap();
        let put = limited.put_object(BUCKET, "k").body(body(10 * SOON));
        let error = put.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RequestBody);
        assert!(error.to_string().contains("the body paused"), "{error}");
    }
}

#[tokio::test]
async fn what_is_slower_than_asked_for_is_left() {
    for peer in peers() {
        let client = builder_for(&peer)
            .min_throughput(100_000, 500 * MS)
            .max_attempts(1);
        let client = client.build().unwrap();
        let data = bytes(1 << 20);
        client
            .put_object(BUCKET, "k")
            .body(data.clone())
            .await
            .unwrap();
        peer.fault(Fault::genuine().pace(100, 20 * MS).on(Operation::GetObject));
        let body = client.get_object(BUCKET, "k").await.unwrap().body;
        let error = body.collect().await.unwrap_err();
        assert!(
            matches!(&error, BodyError::Transport(it) if it.kind() == TransportErrorKind::Throughput),
            "{error}"
        );
        peer.fault(Fault::slow_read(1, 20 * MS).on(Operation::PutObject));
        let put = client.put_object(BUCKET, "k").body(bytes(32 << 20));
        let error = put.await.unwrap_err();
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Throughput));
        // a server that thinks is not slow
        peer.fault(Fault::genuine().delay(LIMIT));
        client.get_object(BUCKET, "k").await.unwrap();
    }
}

#[tokio::test]
async fn the_time_of_a_call_is_that_of_its_body_too() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(400_000));
    let client = builder_for(&peer).call_timeout(LIMIT).build().unwrap();
    peer.fault(Fault::genuine().pace(100, 20 * MS).on(Operation::GetObject));
    let body = client.get_object(BUCKET, "k").await.unwrap().body;
    let error = body.collect().await.unwrap_err();
    let says = "the call did not succeed within 1.5s";
    assert!(error.to_string().contains(says), "{error}");
    // but who does not read is not the server
    let body = client.get_object(BUCKET, "k").await.unwrap().body;
    tokio::time::sleep(LIMIT).await;
    assert!(body.collect().await.unwrap() == bytes(400_000));
}
