//! The limit of connections, and calls that wait for one.

use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::JoinSet;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{HttpTransport, TransportErrorKind};
use zonal::runtime::{Body, ByteStream};
use zonal::{Builder, Client};
use zonal_peer::{Fault, Operation, Peer, Tls};

use crate::support::{BUCKET, builder, builder_for, bytes, peer};

/// A client that has so many connections and as much time as it takes.
fn limited(peer: &Peer, max_connections: usize) -> Builder<Client> {
    let client = builder_for(peer).max_connections(max_connections);
    client.max_attempts(1)
}

async fn get(client: Client) -> Result<(), String> {
    let got = client.get_object(BUCKET, "k").await;
    let got = got.map_err(|error| error.to_string())?;
    let body = got
        .body
        .collect()
        .await
        .map_err(|error| error.to_string())?;
    assert_eq!(body.len(), 1000);
    Ok(())
}

/// Longer than a busy machine takes to pass on a connection that is free.
const WAIT: Duration = Duration::from_millis(500);

/// Gets an object so many times at once.
async fn get_all(client: &Client, number: usize) {
    let mut gets: JoinSet<_> = (0..number).map(|_| get(client.clone())).collect();
    while let Some(ended) = gets.join_next().await {
        assert_eq!(ended.unwrap(), Ok(()));
    }
}

/// What keeps an object's body, unread.
async fn hold(client: &Client, key: &str) -> ByteStream {
    client.get_object(BUCKET, key).await.unwrap().body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_share_few_connections() {
    for tls in [None, Some(Tls::default())] {
        let number = if tls.is_some() { 500 } else { 10_000 };
        let peer = peer(tls);
        peer.put(BUCKET, "k", bytes(1000));
        let client = limited(&peer, 8).build().unwrap();
        get_all(&client, number).await;
        // each was used for many calls, by calls that had waited for it too
        assert!(peer.connection_count() <= 8, "{}", peer.connection_count());
    }
}

/// The session is opened by calls that wait for it, while others wait for connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_is_enough_for_sessions_and_calls() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    let client = limited(&peer, 1).max_attempts(3).build().unwrap();
    for _ in 0..3 {
        get_all(&client, 100).await;
        peer.forget_sessions();
    }
    assert_eq!(peer.connection_count(), 1);
    assert!(peer.issued_sessions().len() >= 3);
}

#[tokio::test]
async fn bodies_that_are_held_leave_none_and_the_error_says_so() {
    let peer = peer(None);
    for key in ["a", "b", "c", "k"] {
        peer.put(BUCKET, key, bytes(1 << 20));
    }
    let client = limited(&peer, 2).max_attempts(3).connection_wait(WAIT);
    let client = client.build().unwrap();
    let (first, second) = (hold(&client, "a").await, hold(&client, "b").await);
    let error = client.get_object(BUCKET, "c").await.unwrap_err();
    let kind = error.transport_kind();
    assert_eq!(kind, Some(TransportErrorKind::NoFreeConnection), "{error}");
    assert_eq!(error.attempts(), 1);
    assert!(!error.is_retryable());
    let text = error.to_string();
    for part in ["`max_connections`", "all 2", "response bodies"] {
        assert!(text.contains(part), "{text}");
    }
    // one that is read, or dropped, frees its place
    assert_eq!(first.collect().await.unwrap().len(), 1 << 20);
    let third = hold(&client, "c").await;
    drop(second);
    let fourth = hold(&client, "k").await;
    drop((third, fourth));
    hold(&client, "k").await.collect().await.unwrap();
}

/// A call that waits gets the connection of the first body that is read to its end.
#[tokio::test]
async fn who_waits_takes_over_a_connection() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    peer.put(BUCKET, "large", bytes(8 << 20));
    let client = limited(&peer, 1).build().unwrap();
    let held = hold(&client, "large").await;
    let waiting: Vec<_> = (0..20).map(|_| tokio::spawn(get(client.clone()))).collect();
    tokio::task::yield_now().await;
    // those that are cancelled leave no gap
    waiting.iter().step_by(2).for_each(|it| it.abort());
    assert_eq!(held.collect().await.unwrap().len(), 8 << 20);
    for (number, ended) in waiting.into_iter().enumerate() {
        match number % 2 {
            0 => assert!(ended.await.unwrap_err().is_cancelled()),
            _ => assert_eq!(ended.await.unwrap(), Ok(())),
        }
    }
    assert_eq!(peer.connection_count(), 1);
}

/// Calls that end within a poll of their own, over and over: no place is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_calls_lose_no_place() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    peer.put(BUCKET, "large", bytes(8 << 20));
    let client = limited(&peer, 3).build().unwrap();
    get(client.clone()).await.unwrap();
    let cut_off = (0..2000_u64).map(|number| {
        let client = client.clone();
        async move {
            let limit = Duration::from_micros(number * 7 % 5000);
            let _ = tokio::time::timeout(limit, get(client)).await;
        }
    });
    cut_off.collect::<JoinSet<_>>().join_all().await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(hold(&client, "large").await);
    }
    drop(held);
    get_all(&client, 100).await;
}

/// Every answer is cut off or ends its connection: the places come back all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_free_their_places() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    peer.put(BUCKET, "large", bytes(8 << 20));
    let client = limited(&peer, 4).build().unwrap();
    get(client.clone()).await.unwrap();
    for fault in [
        Fault::genuine().reset_before_head(),
        Fault::genuine().close_before_head(),
        Fault::genuine().reset_after(100),
        Fault::genuine().close_after(100),
        Fault::genuine().with_header("connection", "close"),
        Fault::error(503, "ServiceUnavailable", "Try again."),
        Fault::raw("this is not HTTP\r\n\r\n"),
    ] {
        peer.fault(fault.on(Operation::GetObject).always());
        let gets = (0..60).map(|_| get(client.clone()));
        gets.collect::<JoinSet<_>>().join_all().await;
        peer.clear_faults();
        let first = hold(&client, "large").await;
        let held = (first, hold(&client, "large").await);
        get_all(&client, 50).await;
        drop(held);
    }
}

/// The body of a request: the first piece is there, the other comes of another call, which needs a connection as well.
struct Copied(
    Option<Bytes>,
    Option<BoxFuture<'static, Result<Bytes, String>>>,
);

impl Stream for Copied {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.0.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let Some(copying) = &mut self.1 else {
            return Poll::Ready(None);
        };
        let piece = ready!(copying.as_mut().poll(context));
        self.1 = None;
        Poll::Ready(Some(piece))
    }
}

/// An upload holds a connection and waits for a call that waits for one.
#[tokio::test]
async fn uploads_that_wait_for_calls_do_not_wait_for_ever() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    let client = limited(&peer, 1).connection_wait(WAIT);
    let client = client.build().unwrap();
    let copy = |client: Client| async move {
        let source = client.clone();
        let copied = async move {
            let got = source.get_object(BUCKET, "k").await;
            let got = got.map_err(|error| error.to_string())?;
            got.body.collect().await.map_err(|error| error.to_string())
        };
        let body = Body::from_stream(Copied(Some(bytes(1)), Some(Box::pin(copied))), Some(1001));
        let put = client.put_object(BUCKET, "copy").body(body).await;
        put.map(|_| ()).map_err(|error| error.to_string())
    };
    let error = copy(client.clone()).await.unwrap_err();
    assert!(error.contains("`max_connections`"), "{error}");
    assert_eq!(copy(limited(&peer, 2).build().unwrap()).await, Ok(()));
    for _ in 0..20 {
        assert_eq!(get(client.clone()).await, Ok(()));
    }
}

/// Clients of one transport share its connections and the limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_may_share_connections() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    let transport = HttpTransport::new(Duration::from_secs(5)).with_max_connections(3);
    let transport = Arc::new(transport);
    let client = || {
        let client = limited(&peer, 1000).transport(Arc::clone(&transport));
        client.build().unwrap()
    };
    let (first, second) = (client(), client());
    tokio::join!(get_all(&first, 200), get_all(&second, 200));
    assert!(peer.connection_count() <= 3, "{}", peer.connection_count());
}

#[test]
fn runtimes_share_the_limit_and_pass_places_on_when_they_end() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    peer.put(BUCKET, "large", bytes(8 << 20));
    let client = limited(&peer, 2).build().unwrap();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let (first, second) = (runtime(), runtime());
    let held = first.block_on(async {
        let first = hold(&client, "large").await;
        (first, hold(&client, "large").await)
    });
    let waiting = |runtime: &tokio::runtime::Runtime| {
        for _ in 0..10 {
            runtime.spawn(get(client.clone()));
        }
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    };
    waiting(&first);
    waiting(&second);
    // ends with calls that wait, and with connections in use
    drop(first);
    drop(held);
    second.block_on(get_all(&client, 20));
    drop(second);
    runtime().block_on(get_all(&client, 20));
}

/// What this test says in a process of its own that may have so many open files.
fn with_files(number: u32, test: &str, url: &str) -> String {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -n {number}; exec \"$0\" \"$@\"")]);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", test]);
    let output = command.env("URL", url).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_process_with_few_files_is_served() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    let said = with_files(64, "connections::few_files", &peer.endpoint_url());
    assert!(said.contains("500 done"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs in a process of its own, for the test above"]
async fn few_files() {
    let Ok(url) = std::env::var("URL") else {
        return;
    };
    let client = builder(url).build().unwrap();
    get_all(&client, 500).await;
    println!("500 done");
}

/// Each bucket is a host of its own, and together they need more files than there are.
#[test]
fn many_hosts_share_few_files() {
    let builder = (0..20).fold(Peer::builder(), |peer, number| peer.bucket(bucket(number)));
    let peer = builder
        .credentials("AKIDEXAMPLE", "secret")
        .start_blocking()
        .unwrap();
    for number in 0..20 {
        peer.put(&bucket(number), "k", bytes(1000));
    }
    let url = format!("http://localhost:{}", peer.address().port());
    let said = with_files(64, "connections::many_hosts", &url);
    assert!(said.contains("1000 done"), "{said}");
}

fn bucket(number: usize) -> String {
    format!("demo{number}--usw2-az1--x-s3")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs in a process of its own, for the test above"]
async fn many_hosts() {
    let Ok(url) = std::env::var("URL") else {
        return;
    };
    let client = builder(url).build().unwrap();
    let gets = (0..1000).map(|number| {
        let client = client.clone();
        async move {
            let got = client.get_object(bucket(number % 20), "k").await.unwrap();
            assert_eq!(got.body.collect().await.unwrap().len(), 1000);
        }
    });
    gets.collect::<JoinSet<_>>().join_all().await;
    println!("1000 done");
}

#[test]
fn too_many_open_files_are_told() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1 << 20));
    let said = with_files(40, "connections::no_files", &peer.endpoint_url());
    assert!(said.contains("no file for a connection"), "{said}");
}

#[tokio::test]
#[ignore = "runs in a process of its own, for the test above"]
async fn no_files() {
    let Ok(url) = std::env::var("URL") else {
        return;
    };
    let client = builder(url)
        .max_connections(100)
        .connection_wait(WAIT)
        .build()
        .unwrap();
    let mut held = Vec::new();
    let error = loop {
        match client.get_object(BUCKET, "k").await {
            Ok(got) => held.push(got.body),
            Err(error) => break error,
        }
    };
    let kind = error.transport_kind();
    assert_eq!(kind, Some(TransportErrorKind::TooManyOpenFiles), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("`ulimit -n`") && text.contains("`max_connections`"),
        "{text}"
    );
    // the client goes on when there are files again
    held.truncate(held.len() - 5);
    client.get_object(BUCKET, "k").await.unwrap();
    println!("no file for a connection");
}

#[test]
fn settings_without_sense_are_refused() {
    let build = |change: fn(Builder<Client>) -> Builder<Client>| {
        change(builder("http://localhost:1"))
            .build()
            .unwrap_err()
            .to_string()
    };
    let text = build(|client| client.max_connections(0));
    assert!(text.contains("`max_connections` is zero"), "{text}");
    let text = build(|client| client.idle_timeout(Duration::ZERO));
    assert!(text.contains("`idle_timeout` is zero"), "{text}");
    let text = build(|client| client.connection_wait(Duration::ZERO));
    assert!(text.contains("`connection_wait` is zero"), "{text}");
}

#[tokio::test]
async fn idle_connections_are_closed_after_the_time_that_was_set() {
    let peer = peer(None);
    peer.put(BUCKET, "k", bytes(1000));
    let limit = Duration::from_millis(1);
    let client = limited(&peer, 4).idle_timeout(limit).build().unwrap();
    for _ in 0..3 {
        get(client.clone()).await.unwrap();
        tokio::time::sleep(3 * limit).await;
    }
    assert!(peer.connection_count() >= 3, "{}", peer.connection_count());
}
