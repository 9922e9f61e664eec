//! Hosts with several addresses: all are used, and those that fail are left out for a while.

use std::collections::HashMap;
use std::io::{self, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{Resolve, TransportErrorKind};
use zonal::{Builder, Client, Credentials};

use crate::odd::read;
use crate::support::{BUCKET, builder};

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";
const SLOW_DOWN: &str = "HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\n\r\n";
/// It is the caller that is too fast; nothing is wrong with the server.
const TOO_MANY: &str = "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n";
/// The rest never comes.
const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbo";

/// A server with an address of its own.
#[derive(Default)]
struct Server {
    answer: Mutex<&'static str>,
    /// How many requests came on each connection, by number.
    requests: Mutex<HashMap<usize, usize>>,
    /// A connection on which it had failed was used again.
    is_abused: AtomicBool,
}

impl Server {
    fn start(listener: TcpListener, answer: &'static str) -> Arc<Self> {
        let server = Arc::new(Self {
            answer: Mutex::new(answer),
            ..Self::default()
        });
        let running = Arc::clone(&server);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let server = Arc::clone(&running);
                server.requests.lock().unwrap().insert(number, 0);
                thread::spawn(move || server.serve(number, BufReader::new(stream.unwrap())));
            }
        });
        server
    }

    fn serve(&self, number: usize, mut stream: BufReader<TcpStream>) {
        let mut has_failed = false;
        while read(&mut stream).is_some() {
            if has_failed {
                self.is_abused.store(true, Ordering::Relaxed);
            }
            let answer = *self.answer.lock().unwrap();
            has_failed = answer == SLOW_DOWN;
            *self.requests.lock().unwrap().entry(number).or_default() += 1;
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    }

    fn connections(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().values().sum()
    }
}

fn loopback(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 0, last).into()
}

/// Listens at each of these addresses, on one port. On Linux the whole network 127 is this machine.
fn listen(addresses: &[IpAddr]) -> Option<(Vec<TcpListener>, u16)> {
    for _ in 0..20 {
        let first = TcpListener::bind((addresses[0], 0)).ok()?;
        let port = first.local_addr().unwrap().port();
        let rest = addresses[1..].iter();
        let rest = rest.map(|address| TcpListener::bind((*address, port)));
        match rest.collect::<io::Result<Vec<_>>>() {
            Ok(rest) => return Some(([first].into_iter().chain(rest).collect(), port)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(_) => break,
        }
    }
    println!("skipped: this machine has no {addresses:?}");
    None
}

/// Has the same answer for every name.
#[derive(Debug)]
struct Fixed(Result<Vec<IpAddr>, io::ErrorKind>);

impl Resolve for Fixed {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async { self.0.clone().map_err(io::Error::from) })
    }
}

fn asking(port: u16, addresses: Vec<IpAddr>) -> Builder<Client> {
    builder(format!("http://server.test:{port}"))
        .allow_http(true)
        .session_auth(false)
        .resolver(Fixed(Ok(addresses)))
}

async fn get(client: &Client) {
    let got = client.get_object(BUCKET, "k").await.unwrap();
    assert_eq!(got.body.collect().await.unwrap(), "body");
}

/// Gets so many objects at once, and keeps their bodies.
async fn hold(client: &Client, number: usize) -> Vec<impl Sized + use<>> {
    let gets = (0..number).map(|_| {
        let client = client.clone();
        async move { client.get_object(BUCKET, "k").await.unwrap().body }
    });
    gets.collect::<JoinSet<_>>().join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_addresses_are_used_evenly() {
    let addresses: Vec<_> = (1..=8).map(loopback).collect();
    let Some((listeners, port)) = listen(&addresses) else {
        return;
    };
    let servers = listeners.into_iter().map(|it| Server::start(it, HALF));
    let servers: Vec<_> = servers.collect();
    let client = asking(port, addresses)
        .max_connections(200)
        .build()
        .unwrap();
    let held = hold(&client, 200).await;
    let used: Vec<_> = servers.iter().map(|it| it.connections()).collect();
    assert_eq!(used, [25; 8]);
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_listens_is_left_out() {
    let addresses: Vec<_> = (1..=4).map(loopback).collect();
    let Some((mut listeners, port)) = listen(&addresses) else {
        return;
    };
    // one address, twice, where nobody listens
    drop(listeners.remove(1));
    let servers = listeners.into_iter().map(|it| Server::start(it, HALF));
    let servers: Vec<_> = servers.collect();
    let names = [&addresses[..], &addresses[1..2]].concat();
    let client = asking(port, names).max_connections(200).max_attempts(1);
    let client = client.build().unwrap();
    let mut held = hold(&client, 4).await;
    held.extend(hold(&client, 56).await);
    let used: Vec<_> = servers.iter().map(|it| it.connections()).collect();
    assert_eq!(used.iter().sum::<usize>(), 60);
    assert!(used.iter().all(|used| (15..=25).contains(used)), "{used:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_was_refused_goes_to_another_address() {
    let addresses = [loopback(1), loopback(2)];
    let Some((listeners, port)) = listen(&addresses) else {
        return;
    };
    let servers = listeners.into_iter().map(|it| Server::start(it, HALF));
    let servers: Vec<_> = servers.collect();
    let client = asking(port, addresses.to_vec()).max_attempts(2);
    let client = client.build().unwrap();
    let held = hold(&client, 8).await;
    drop(held);
    // idle connections to both
    for server in &servers {
        *server.answer.lock().unwrap() = GOOD;
    }
    let idle = (0..8).map(|_| {
        let client = client.clone();
        async move { get(&client).await }
    });
    idle.collect::<JoinSet<_>>().join_all().await;
    *servers[0].answer.lock().unwrap() = SLOW_DOWN;
    for _ in 0..20 {
        // a second refusal would end it
        get(&client).await;
    }
    assert!(
        servers
            .iter()
            .all(|it| !it.is_abused.load(Ordering::Relaxed))
    );
    // those that are idle are used up, and new ones are not opened there
    let refused = servers[0].requests();
    for _ in 0..20 {
        get(&client).await;
    }
    assert!(servers[0].requests() - refused <= 8);
}

/// One address alone: another connection all the same, but only where the server is failing.
#[tokio::test]
async fn a_call_that_was_refused_takes_another_connection() {
    let Some((mut listeners, port)) = listen(&[loopback(1)]) else {
        return;
    };
    let server = Server::start(listeners.remove(0), SLOW_DOWN);
    for (answer, status, connections) in [(SLOW_DOWN, 503, 3), (TOO_MANY, 429, 1)] {
        *server.answer.lock().unwrap() = answer;
        for address in ["server.test", "127.0.0.1"] {
            let before = server.connections();
            let client = asking(port, vec![loopback(1)]).max_attempts(3);
            let client = client.endpoint_url(format!("http://{address}:{port}"));
            let client = client.build().unwrap();
            let error = client.get_object(BUCKET, "k").await.unwrap_err();
            assert_eq!(
                (error.attempts(), error.status().unwrap().as_u16()),
                (3, status)
            );
            assert_eq!(server.connections() - before, connections, "{status}");
        }
    }
    assert!(!server.is_abused.load(Ordering::Relaxed));
}

/// Packets to the first address of a name that has two families are lost: the other one is asked soon, and first the
/// next time.
#[tokio::test]
async fn a_family_that_does_not_answer_costs_a_moment_once() {
    let addresses = [Ipv6Addr::LOCALHOST.into(), loopback(1)];
    let Some((listeners, port)) = listen(&addresses) else {
        return;
    };
    let mut listeners = listeners.into_iter();
    // it accepts nothing, and its queue is full: further connections are not answered
    let silent = listeners.next().unwrap();
    let mut filling = Vec::new();
    loop {
        let address = silent.local_addr().unwrap();
        match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            Ok(stream) => filling.push(stream),
            Err(_) => break,
        }
    }
    let server = Server::start(listeners.next().unwrap(), HALF);
    let client = asking(port, addresses.to_vec()).max_attempts(1);
    let client = client
        .connect_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let mut held = hold(&client, 1).await;
    let start = Instant::now();
    held.extend(hold(&client, 20).await);
    // one after the other they would take 300 ms each
    println!("{:?}", start.elapsed());
    assert_eq!(server.connections(), 21);
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_told() {
    for (found, says) in [
        (Ok(Vec::new()), "server.test` has no address"),
        (
            Err(io::ErrorKind::NotFound),
            "server.test` could not be looked up: entity not found",
        ),
    ] {
        let client = asking(1, Vec::new())
            .resolver(Fixed(found))
            .build()
            .unwrap();
        let error = client.get_object(BUCKET, "k").await.unwrap_err();
        assert_eq!(error.transport_kind(), Some(TransportErrorKind::Lookup));
        assert!(error.to_string().contains(says), "{error}");
        // it may be there the next time
        assert!(error.is_retryable() && error.attempts() == 3);
    }
}

/// As a name server that does not answer.
#[derive(Debug)]
struct Silent;

impl Resolve for Silent {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_look_up_that_does_not_end_is_given_up() {
    let client = asking(1, Vec::new()).resolver(Silent).max_attempts(1);
    let client = client.connect_timeout(Duration::from_millis(100));
    let error = client.build().unwrap().get_object(BUCKET, "k").await;
    let error = error.unwrap_err();
    let kind = error.transport_kind();
    assert_eq!(kind, Some(TransportErrorKind::ConnectTimeout), "{error}");
}

/// There is no host for a zone in a region that it is not in.
#[tokio::test]
async fn a_zone_in_another_region_is_told() {
    const SAYS: &str =
        "; the zone use1-az4 is in us-east-1, not in us-west-2: check the client's region";
    for (bucket, region, is_said) in [
        ("b--use1-az4--x-s3", "us-west-2", true),
        ("b--use1-az4--x-s3", "us-east-1", false),
        ("b--zzz9-az9--x-s3", "us-west-2", false),
    ] {
        let client = Client::builder()
            .region(region)
            .credentials(Credentials::new(
                "AKIDEXAMPLE",
                "secret",
                None,
                None,
                "test",
            ))
            .max_attempts(1)
            .resolver(Fixed(Err(io::ErrorKind::NotFound)))
            .build()
            .unwrap();
        let read = client.get_object(bucket, "k").await.unwrap_err();
        let session = client.create_session(bucket).await.unwrap_err();
        for text in [read.to_string(), session.to_string()] {
            assert_eq!(text.contains(SAYS), is_said, "{text}");
            assert!(text.contains("could not be looked up"), "{text}");
        }
    }
}

/// `localhost` is this machine, whatever a resolver says.
#[tokio::test]
async fn a_refused_connection_is_told() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for name in ["127.0.0.1", "localhost", "server.test"] {
        let client = asking(port, vec![loopback(1)]);
        let client = client.endpoint_url(format!("http://{name}:{port}"));
        let client = client.build().unwrap();
        let error = client.get_object(BUCKET, "k").await.unwrap_err();
        let kind = error.transport_kind();
        assert_eq!(kind, Some(TransportErrorKind::Refused), "{error}");
        assert!(error.to_string().contains("the host refused it"), "{error}");
    }
}
