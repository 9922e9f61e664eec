//! Bodies that are collected in memory, which come straight from the connection, and what becomes of
//! it.

use std::future::{Future, poll_fn};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Runtime;
use tokio::task::consume_budget;
use tokio::task::coop::has_budget_remaining;
use zonal::Client;
use zonal::runtime::transport::HttpTransport;
use zonal_peer::{Fault, Operation, Tls};

use crate::odd::{asking, local, serve};
use crate::support::{BUCKET, builder_for, bytes, peer};
use crate::virtual_clock::VirtualClock;

/// One that is in the first bytes that are read, ends with them or in the next, and some that are not.
const LENGTHS: [usize; 7] = [0, 1, 8192 - 40, 8192, 8192 + 1, 300_000, 3_000_003];

fn answer(head: &str, data: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{head}\r\n",
        data.len()
    );
    [head.as_bytes(), data].concat()
}

async fn get(client: &Client) -> Result<Bytes, String> {
    let got = client.get_object(BUCKET, "k").await;
    let got = got.map_err(|error| error.to_string())?;
    got.body.collect().await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_connection_is_used_again_unless_the_server_means_to_close_it() {
    for length in LENGTHS {
        let data = bytes(length);
        for (head, connections) in [
            ("", 1),
            ("connection: keep-alive\r\n", 1),
            ("connection: x, Close\r\n", 2),
        ] {
            let (address, count) = serve(local(), vec![answer(head, &data); 2]);
            let client = asking(address).build().unwrap();
            for _ in 0..2 {
                assert!(get(&client).await.unwrap() == data, "{length}");
            }
            assert_eq!(count.load(Ordering::Relaxed), connections, "{length}");
        }
    }
}

#[tokio::test]
async fn what_comes_behind_a_body_is_no_answer() {
    for length in LENGTHS {
        let data = bytes(length);
        let mut first = answer("", &data);
        first.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
        let (address, count) = serve(local(), vec![first]);
        let client = asking(address).build().unwrap();
        for number in 1..=3 {
            assert!(get(&client).await.unwrap() == data, "{length}");
            // what was left unread shows when the connection is to be used again
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(count.load(Ordering::Relaxed), number, "{length}");
        }
    }
}

/// The next request would be taken for the rest of the first.
#[tokio::test]
async fn a_connection_is_not_used_again_before_the_whole_request_is_out() {
    let listener = local();
    let address = listener.local_addr().unwrap();
    let is_refused = |mut stream: &TcpStream| {
        // the answer comes before the end of the head, and nothing is read behind it
        stream.read_exact(&mut [0; 1000]).unwrap();
        stream.write_all(&answer("", &bytes(300_000))).unwrap();
    };
    let streams = thread::spawn(move || {
        let accepted = listener.incoming().take(2).map(Result::unwrap);
        accepted.inspect(is_refused).collect::<Vec<_>>()
    });
    let client = asking(address).max_attempts(1).build().unwrap();
    for _ in 0..2 {
        // more than a socket takes
        let got = client
            .get_object(BUCKET, "k")
            .if_match("x".repeat(24 << 20));
        let body = got.await.unwrap().body.collect().await.unwrap();
        assert!(body == bytes(300_000));
    }
    drop(streams.join());
}

#[tokio::test]
async fn a_body_that_ends_too_soon_is_told() {
    for sent in [1000, 20_000, 1_000_000] {
        for length in [1_000_001, 1_u64 << 40] {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            let answer = [head.as_bytes(), &bytes(sent)].concat();
            let (address, _) = serve(local(), vec![answer]);
            let error = get(&asking(address).build().unwrap()).await.unwrap_err();
            let wanted = format!("it ended after {sent} of {length} bytes");
            assert!(error.contains(&wanted), "{error}");
        }
    }
}

#[tokio::test]
async fn a_body_that_pauses_is_told() {
    for sent in [1000, 20_000, 1_000_000] {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\n";
        let answer = [head.as_bytes(), &bytes(sent)].concat();
        // it waits for a second request, which never comes
        let (address, _) = serve(local(), vec![answer, Vec::new()]);
        let (limit, clock) = (Duration::from_secs(7), VirtualClock::new());
        let client = asking(address).read_timeout(limit).clock(clock.clone());
        let client = client.build().unwrap();
        // its head is there
        let got = client.get_object(BUCKET, "k").await.unwrap();
        let body = clock.run(limit, || true, got.body.collect()).await;
        let error = body.unwrap_err().to_string();
        assert!(error.contains("paused for longer than 7s"), "{error}");
    }
}

/// More in one task than tokio lets it do at once.
#[tokio::test]
async fn many_calls_in_one_task_all_end() {
    for tls in [None, Some(Tls::default())] {
        let peer = peer(tls);
        // a guard against calls that hang, which a busy machine does not come near
        let guard = Duration::from_secs(600);
        let client = builder_for(&peer).connect_timeout(guard).build().unwrap();
        let data = bytes(40_000);
        client
            .put_object(BUCKET, "k")
            .body(data.clone())
            .await
            .unwrap();
        let mut calls: Vec<_> = (0..200).map(|_| Box::pin(get(&client))).collect();
        let all = poll_fn(|context| {
            calls.retain_mut(|call| match call.as_mut().poll(context) {
                Poll::Ready(body) => {
                    assert!(body.unwrap() == data);
                    false
                }
                Poll::Pending => true,
            });
            if calls.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        tokio::time::timeout(guard, all).await.unwrap();
        // those that wait serve the next calls
        let before = peer.connection_count();
        for _ in 0..20 {
            get(&client).await.unwrap();
        }
        assert_eq!(peer.connection_count(), before);
    }
}

/// Nothing is lost that begins when a task has done all that tokio lets it do at once.
#[tokio::test]
async fn a_call_may_begin_in_a_task_that_should_rest() {
    let peer = peer(None);
    let client = builder_for(&peer).session_auth(false);
    let client = client.build().unwrap();
    let data = bytes(40_000);
    let put = client.put_object(BUCKET, "k").body(data.clone());
    put.await.unwrap();
    let slow = Fault::genuine().pace(16_000, Duration::from_millis(10));
    peer.fault(slow.on(Operation::GetObject));
    let mut call = pin!(async { client.get_object(BUCKET, "k").await.unwrap().body });
    let mut is_rested = false;
    let mut body = poll_fn(|context| {
        while !is_rested && has_budget_remaining() {
            let _ = pin!(consume_budget()).poll(context);
        }
        is_rested = true;
        call.as_mut().poll(context)
    })
    .await;
    let mut read = Vec::new();
    while let Some(piece) = body.next().await {
        read.extend_from_slice(&piece.unwrap());
    }
    assert!(read == data);
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// A connection is moved by the runtime that opened it.
#[test]
fn one_client_serves_several_runtimes() {
    let peer = peer(None);
    let client = builder_for(&peer).build().unwrap();
    let put = || async {
        let put = client.put_object(BUCKET, "k").body("x");
        tokio::time::timeout(Duration::from_secs(5), put)
            .await
            .unwrap()
            .unwrap();
    };
    let first = runtime();
    first.block_on(put());
    // the first is there and does nothing
    runtime().block_on(put());
    drop(first);
    runtime().block_on(put());
}

/// A client may be given a new one for every call.
#[test]
fn a_runtime_that_ends_leaves_no_connection_open() {
    // the next is accepted when the last is closed
    let (address, count) = serve(local(), vec![answer("", b"body"); 2]);
    let client = asking(address).max_attempts(1);
    let client = client.attempt_timeout(Duration::from_secs(3)).build();
    let client = client.unwrap();
    for number in 1..=3 {
        assert_eq!(
            runtime().block_on(get(&client)).as_deref(),
            Ok(&b"body"[..])
        );
        assert_eq!(count.load(Ordering::Relaxed), number);
    }
}

/// Nor to a host that is not asked again.
#[test]
fn a_runtime_that_ends_leaves_no_connection_to_another_host_open() {
    // the next is accepted when the last is closed
    let servers = [(); 2].map(|()| serve(local(), vec![answer("", b"body"); 2]).0);
    let transport = Arc::new(HttpTransport::new(Duration::from_secs(5)));
    let clients = servers.map(|address| asking(address).transport(Arc::clone(&transport)));
    let [first, second] = clients.map(|client| client.build().unwrap());
    runtime().block_on(async {
        get(&first).await.unwrap();
        get(&second).await.unwrap();
    });
    runtime().block_on(get(&second)).unwrap();
    let mut stream = TcpStream::connect(servers[0]).unwrap();
    let limit = Some(Duration::from_secs(60));
    stream.set_read_timeout(limit).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    stream.read_exact(&mut [0]).unwrap();
}
