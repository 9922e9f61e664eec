use http::Uri;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::transport::connect::Connector;
use crate::transport::pool::{Pool, Server};

fn host(max_connections: usize) -> Arc<Host> {
    let limits = Limits {
        max_connections,
        ..Limits::default()
    };
    Host::new(limits)
}

/// An open connection and its other end.
async fn open(listener: &TcpListener) -> (Box<Open>, TcpStream) {
    let uri: Uri = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let connector = Connector::new(Duration::from_secs(5));
    let connection = connector.connect(uri, Arc::default()).await.unwrap();
    let open = Open::new(connection).await.unwrap();
    (open, listener.accept().await.unwrap().0)
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// Calls that wait; each says its number when it has a permit, and gives it back.
fn waiters(host: &Arc<Host>, numbers: &[usize], urgency: Urgency) -> Vec<JoinHandle<usize>> {
    let waiting = numbers.iter().map(|number| {
        let (host, number) = (Arc::clone(host), *number);
        tokio::spawn(async move {
            host.wait(urgency).await.unwrap();
            number
        })
    });
    waiting.collect()
}

/// So many calls stand in the queue.
async fn queued(host: &Arc<Host>, number: usize) {
    while host.lock().queue.len() != number {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_idle_too_long_or_in_vain_is_closed() {
    let (listener, runtime) = (listener().await, Handle::current().id());
    let host = host(2);
    let (connection, mut other_end) = open(&listener).await;
    host.try_permit().unwrap().keep(connection);
    let permit = host.try_permit().unwrap();
    let connection = permit.take_idle(runtime, false).unwrap();
    assert!(permit.take_idle(runtime, false).is_none());
    permit.keep(connection);
    tokio::time::pause();
    tokio::time::sleep(2 * SWEEP).await;
    assert_eq!(host.lock().idle.len(), 1);
    tokio::time::sleep(3 * host.limits.idle).await;
    assert_eq!(other_end.read(&mut [0]).await.unwrap(), 0);
    assert!(host.lock().idle.is_empty() && host.lock().sweeper.is_none());

    tokio::time::resume();
    let (connection, other_end) = open(&listener).await;
    host.try_permit().unwrap().keep(connection);
    drop(other_end);
    tokio::time::pause();
    tokio::time::sleep(2 * SWEEP).await;
    assert!(host.lock().idle.is_empty());
}

/// Before anything is swept.
#[tokio::test]
async fn a_call_gets_no_connection_that_is_too_old() {
    let (listener, runtime) = (listener().await, Handle::current().id());
    let host = Host::new(Limits {
        idle: SWEEP / 2,
        ..Limits::default()
    });
    for (passes, is_given) in [(0, true), (1, false)] {
        let (connection, other_end) = open(&listener).await;
        host.try_permit().unwrap().keep(connection);
        tokio::time::pause();
        tokio::time::advance(host.limits.idle * passes).await;
        let permit = host.try_permit().unwrap();
        let found = permit.take_idle(runtime, false);
        assert_eq!(found.is_some(), is_given, "{passes}");
        assert!(host.lock().idle.is_empty());
        drop((found, permit, other_end));
        tokio::time::resume();
    }
}

#[tokio::test]
async fn calls_get_a_place_in_the_order_in_which_they_came() {
    let host = host(1);
    let permit = host.try_permit().unwrap();
    assert!(host.try_permit().is_none());
    let mut order = Vec::new();
    let (sender, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let urgencies = [(0..5, Urgency::Usual), (5..7, Urgency::Urgent)];
    for (number, urgency) in urgencies
        .into_iter()
        .flat_map(|(numbers, urgency)| numbers.map(move |number| (number, urgency)))
    {
        let (host, sender) = (Arc::clone(&host), sender.clone());
        let queued_before = host.lock().queue.len();
        let waiting = Arc::clone(&host);
        tokio::spawn(async move {
            let _permit = waiting.wait(urgency).await.unwrap();
            sender.send(number).unwrap();
        });
        queued(&host, queued_before + 1).await;
    }
    drop((permit, sender));
    while let Some(number) = ended.recv().await {
        order.push(number);
    }
    assert_eq!(order, [5, 6, 0, 1, 2, 3, 4]);
    assert_eq!(host.lock().free, 1);
}

#[tokio::test]
async fn calls_that_stop_waiting_lose_no_permit() {
    let host = host(2);
    let permits = [host.try_permit().unwrap(), host.try_permit().unwrap()];
    let many = waiters(&host, &(0..10_000).collect::<Vec<_>>(), Urgency::Usual);
    let last = waiters(&host, &[1, 2, 3], Urgency::Usual);
    queued(&host, 10_003).await;
    // those at the front get their permits, and end before they can take them
    drop(permits);
    many.iter().for_each(JoinHandle::abort);
    for (waiter, number) in last.into_iter().zip(1..) {
        assert_eq!(waiter.await.unwrap(), number);
    }
    let state = host.lock();
    assert!(state.queue.is_empty() && state.free == 2);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_where_nothing_moves_and_only_there() {
    let host = host(1);
    let wait = host.limits.wait;
    let mut permit = host.try_permit().unwrap();
    let start = Instant::now();
    let Err(error) = host.wait(Urgency::Usual).await else {
        panic!("there was none");
    };
    assert_eq!(error.kind(), TransportErrorKind::NoFreeConnection);
    assert!(!error.is_retryable());
    let text = error.to_string();
    for part in ["`max_connections`", "all 1 to this host", "20s"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(start.elapsed(), wait);
    assert!(host.lock().queue.is_empty());

    // while bytes move
    let moved = permit.moved();
    let moving = tokio::spawn(async move {
        for _ in 0..10 {
            tokio::time::sleep(wait * 9 / 10).await;
            moved.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(host.wait(Urgency::Usual).await.is_err());
    assert!(moving.is_finished() && start.elapsed() > 9 * wait);

    // while a request is being answered
    permit.set_answering(true);
    let answered = async {
        tokio::time::sleep(10 * wait).await;
        permit.set_answering(false);
        permit
    };
    let start = Instant::now();
    let given_up = async {
        assert!(host.wait(Urgency::Usual).await.is_err());
        start.elapsed()
    };
    let (given_up, permit) = tokio::join!(given_up, answered);
    assert!(given_up > 10 * wait, "{given_up:?}");
    drop(permit);
    assert_eq!(host.answering.load(Ordering::Relaxed), 0);
    host.wait(Urgency::Usual).await.unwrap();
}

#[test]
fn idle_connections_of_other_runtimes_count() {
    let runtime = || {
        let mut builder = runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let (first, second) = (runtime(), runtime());
    let host = host(3);
    let mut other_ends = first.block_on(async {
        let listener = listener().await;
        let mut permits = Vec::new();
        let mut other_ends = Vec::new();
        for _ in 0..3 {
            let (connection, other_end) = open(&listener).await;
            permits.push((host.try_permit().unwrap(), connection));
            other_ends.push(other_end);
        }
        for (permit, connection) in permits {
            permit.keep(connection);
        }
        other_ends
    });
    let mut permits = Vec::new();
    for idle in [2, 1, 0] {
        let permit = host.try_permit().unwrap();
        assert!(permit.take_idle(second.handle().id(), false).is_none());
        assert_eq!(host.lock().idle.len(), idle);
        permits.push(permit);
        // the oldest is closed
        let mut closed = other_ends.remove(0);
        first.block_on(async { assert_eq!(closed.read(&mut [0]).await.unwrap(), 0) });
    }
}

fn server(name: &str) -> Server {
    let scheme = if name.starts_with('s') {
        "https"
    } else {
        "http"
    };
    let uri: Uri = format!("{scheme}://{name}/").parse().unwrap();
    Server::new(uri.scheme().unwrap(), uri.authority().unwrap())
}

#[tokio::test]
async fn each_server_has_connections_of_its_own() {
    let pool = Pool::new(Limits::default());
    let names: Vec<_> = (0..40).map(|number| format!("h{number}")).collect();
    let all: Vec<_> = names.iter().map(|name| pool.host(&server(name))).collect();
    for (host, name) in all.iter().zip(&names) {
        assert!(Arc::ptr_eq(host, &pool.host(&server(name))), "{name}");
    }
    let others = ["h0:81", "secure", "secure:80"].map(|name| pool.host(&server(name)));
    for host in all.iter().chain(&others) {
        let same = all
            .iter()
            .chain(&others)
            .filter(|other| Arc::ptr_eq(host, other));
        assert_eq!(same.count(), 1);
    }
}

#[tokio::test]
async fn servers_without_connections_are_forgotten() {
    let pool = Pool::new(Limits::default());
    let used = pool.host(&server("used"));
    let (connection, other_end) = open(&listener().await).await;
    let idle = pool.host(&server("idle"));
    idle.try_permit().unwrap().keep(connection);
    let addresses = [&used, &idle].map(Arc::as_ptr);
    drop(idle);
    let forgotten = Arc::downgrade(&pool.host(&server("a")));
    // at each doubling
    let _others: Vec<_> = ["b", "c", "d", "e"]
        .map(|name| pool.host(&server(name)))
        .into();
    assert!(forgotten.upgrade().is_none());
    let found = ["used", "idle"].map(|name| Arc::as_ptr(&pool.host(&server(name))));
    assert_eq!(found, addresses);
    drop(other_end);
}

/// Whether the other end sees that the connection is closed.
async fn is_closed(other_end: &mut TcpStream) -> bool {
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_secs(60), other_end.read(&mut byte));
    matches!(read.await, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn all_idle_connections_can_be_closed_at_once() {
    let pool = Pool::new(Limits::default());
    let (connection, mut other_end) = open(&listener().await).await;
    pool.host(&server("a"))
        .try_permit()
        .unwrap()
        .keep(connection);
    // its own task sees to this one
    pool.sweep_abandoned();
    assert!(pool.host(&server("a")).lock().idle.len() == 1);
    pool.close_idle();
    assert!(is_closed(&mut other_end).await);
}

#[test]
fn what_a_runtime_leaves_behind_is_closed() {
    let runtime = || {
        let mut builder = runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let (first, second) = (runtime(), runtime());
    let pool = Pool::new(Limits::default());
    let listener = second.block_on(listener());
    let uri: Uri = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    first.block_on(async {
        let connector = Connector::new(Duration::from_secs(60));
        let connection = connector.connect(uri, Arc::default()).await.unwrap();
        let connection = Open::new(connection).await.unwrap();
        pool.host(&server("a"))
            .try_permit()
            .unwrap()
            .keep(connection);
    });
    let mut other_end = second.block_on(async { listener.accept().await.unwrap().0 });
    drop(first);
    pool.sweep_abandoned();
    assert!(second.block_on(is_closed(&mut other_end)));
}

#[tokio::test]
async fn there_is_room_for_a_new_connection_beside_idle_ones() {
    let (listener, host) = (listener().await, host(2));
    let permits = [host.try_permit().unwrap(), host.try_permit().unwrap()];
    let mut other_ends = Vec::new();
    for permit in permits {
        let (connection, other_end) = open(&listener).await;
        permit.keep(connection);
        other_ends.push(other_end);
    }
    let mut permits = Vec::new();
    for idle in [1, 0] {
        let permit = host.try_permit().unwrap();
        permit.make_room();
        assert_eq!(host.lock().idle.len(), idle);
        permits.push(permit);
    }
}

#[test]
fn a_runtime_sweeps_where_another_one_has_ended() {
    let host = host(2);
    for _ in 0..2 {
        let mut builder = runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().unwrap();
        runtime.block_on(async {
            let (connection, _other_end) = open(&listener().await).await;
            host.try_permit().unwrap().keep(connection);
            assert!(host.is_swept());
        });
        drop(runtime);
        assert!(!host.is_swept());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_a_connection_of_the_pool() {
    let pool = Pool::new(Limits {
        max_connections: 1,
        ..Limits::default()
    });
    let permit = pool.permit(&server("a"), Urgency::Usual).await.unwrap();
    pool.permit(&server("b"), Urgency::Usual).await.unwrap();
    let error = pool.permit(&server("a"), Urgency::Usual).await.err();
    let error = error.map(|error| error.kind());
    assert_eq!(error, Some(TransportErrorKind::NoFreeConnection));
    drop(permit);
    pool.permit(&server("a"), Urgency::Usual).await.unwrap();
}
