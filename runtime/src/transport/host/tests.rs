use http::Uri;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::transport::connect::Connector;

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

/// Calls that wait; each says its number when it has a place, and gives it back.
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
    host.try_place().unwrap().keep(connection);
    let place = host.try_place().unwrap();
    let connection = place.take_idle(runtime, false).unwrap();
    assert!(place.take_idle(runtime, false).is_none());
    place.keep(connection);
    tokio::time::pause();
    tokio::time::sleep(3 * host.limits.idle).await;
    assert_eq!(other_end.read(&mut [0]).await.unwrap(), 0);
    assert!(host.lock().idle.is_empty() && host.lock().sweeper.is_none());

    tokio::time::resume();
    let (connection, other_end) = open(&listener).await;
    host.try_place().unwrap().keep(connection);
    drop(other_end);
    tokio::time::pause();
    tokio::time::sleep(2 * SWEEP).await;
    assert!(host.lock().idle.is_empty());
}

#[tokio::test]
async fn calls_get_a_place_in_the_order_in_which_they_came() {
    let host = host(1);
    let place = host.try_place().unwrap();
    assert!(host.try_place().is_none());
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
            let _place = waiting.wait(urgency).await.unwrap();
            sender.send(number).unwrap();
        });
        queued(&host, queued_before + 1).await;
    }
    drop((place, sender));
    while let Some(number) = ended.recv().await {
        order.push(number);
    }
    assert_eq!(order, [5, 6, 0, 1, 2, 3, 4]);
    assert_eq!(host.lock().free, 1);
}

#[tokio::test]
async fn calls_that_stop_waiting_lose_no_place() {
    let host = host(2);
    let places = [host.try_place().unwrap(), host.try_place().unwrap()];
    let many = waiters(&host, &(0..10_000).collect::<Vec<_>>(), Urgency::Usual);
    let last = waiters(&host, &[1, 2, 3], Urgency::Usual);
    queued(&host, 10_003).await;
    // those at the front get their places, and end before they can take them
    drop(places);
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
    let mut place = host.try_place().unwrap();
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
    let moved = place.moved();
    let moving = tokio::spawn(async move {
        for _ in 0..10 {
            tokio::time::sleep(wait * 9 / 10).await;
            moved.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(host.wait(Urgency::Usual).await.is_err());
    assert!(moving.is_finished() && start.elapsed() > 9 * wait);

    // while a request is being answered
    place.set_answering(true);
    let answered = async {
        tokio::time::sleep(10 * wait).await;
        place.set_answering(false);
        place
    };
    let (given_up, place) = tokio::join!(host.wait(Urgency::Usual), answered);
    assert!(given_up.is_err());
    drop(place);
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
        let mut places = Vec::new();
        let mut other_ends = Vec::new();
        for _ in 0..3 {
            let (connection, other_end) = open(&listener).await;
            places.push((host.try_place().unwrap(), connection));
            other_ends.push(other_end);
        }
        for (place, connection) in places {
            place.keep(connection);
        }
        other_ends
    });
    let mut places = Vec::new();
    for idle in [2, 1, 0] {
        let place = host.try_place().unwrap();
        assert!(place.take_idle(second.handle().id(), false).is_none());
        assert_eq!(host.lock().idle.len(), idle);
        places.push(place);
        // the oldest is closed
        let mut closed = other_ends.remove(0);
        first.block_on(async { assert_eq!(closed.read(&mut [0]).await.unwrap(), 0) });
    }
}
