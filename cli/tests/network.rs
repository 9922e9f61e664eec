//! Connections and proxies, and requests that never use a proxy.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use support::{BUCKET, SECRET, text, zonal};
use zonal_peer::{Fault, Operation, Peer, Tls};

/// A server that gives the same answer to every request; the heads that came in.
struct Server {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answer: impl Fn(&str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
                let answer = answer(&head);
                seen.lock().unwrap().push(head);
                let _ = reader.get_mut().write_all(answer.as_bytes());
            }
        });
        Self { address, heads }
    }

    /// A proxy that refuses all.
    fn proxy(status: u16) -> Self {
        Self::new(move |_| {
            format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        })
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.heads.lock().unwrap())
    }
}

fn answer(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// The keys of the peer's account, as agents give them.
fn keys(peer: &Peer) -> String {
    peer.add_temporary_credentials("ASIAEXAMPLE", SECRET, "agent-token");
    format!(
        r#"{{"Code":"Success","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"{SECRET}","Token":"agent-token",
        "Expiration":"2999-01-01T00:00:00Z"}}"#
    )
}

/// The program without keys in its environment, and with a proxy for everything.
fn without_keys(peer: &Peer, proxy: &Server) -> Command {
    let mut command = zonal(peer);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    let url = format!("http://{}", proxy.address);
    command
        .env("HTTP_PROXY", &url)
        .env("http_proxy", &url)
        .env("HTTPS_PROXY", &url);
    command.args(["list-objects-v2", "--bucket", BUCKET]);
    command
}

fn succeeds(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn an_agent_of_containers_is_asked_without_a_proxy_and_so_is_s3_on_this_machine() {
    let (peer, proxy) = (support::peer(), Server::proxy(502));
    let body = answer(&keys(&peer));
    let agent = Server::new(move |_| body.clone());
    for host in ["127.0.0.1", "localhost"] {
        let port = agent.address.rsplit_once(':').unwrap().1;
        let mut command = without_keys(&peer, &proxy);
        let url = format!("http://{host}:{port}/keys");
        command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
        command.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "MARKER-token");
        succeeds(command);
        let heads = agent.take().concat();
        assert!(heads.contains("MARKER-token"), "{heads}");
        assert!(proxy.take().is_empty());
    }
    assert!(!peer.requests().is_empty());
}

/// Five keys, of which a page of a list holds two.
fn listed_in_pages(peer: &Peer, command: &mut Command) -> usize {
    for key in ["1", "2", "3", "4", "5"] {
        support::run(peer, &["put-object", "--bucket", BUCKET, "--key", key]);
    }
    let before = peer.requests().len();
    let pages = ["--page-size", "2", "--query", "length(Contents)"];
    let output = command.args(pages).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let requests = peer.requests().split_off(before);
    let lists = requests
        .iter()
        .filter(|request| request.operation == Operation::ListObjectsV2);
    lists.count()
}

#[test]
fn an_agent_of_containers_is_asked_once_for_a_list_of_many_pages() {
    let (peer, proxy) = (support::peer(), Server::proxy(502));
    let body = answer(&keys(&peer));
    let agent = Server::new(move |_| body.clone());
    let mut command = without_keys(&peer, &proxy);
    let url = format!("http://{}/keys", agent.address);
    command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    assert_eq!(listed_in_pages(&peer, &mut command), 3);
    assert_eq!(agent.take().len(), 1);
}

#[test]
fn the_metadata_of_the_machine_are_asked_without_a_proxy() {
    let (peer, proxy) = (support::peer(), Server::proxy(502));
    let body = answer(&keys(&peer));
    let metadata = Server::new(move |head| match head.split(' ').nth(1) {
        Some("/latest/api/token") => answer("token").replacen(
            "\r\n",
            "\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
            1,
        ),
        Some(path) if path.ends_with("/role") => body.clone(),
        _ => answer("role"),
    });
    let mut command = without_keys(&peer, &proxy);
    let url = format!("http://{}", metadata.address);
    command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
    // a busy machine may take longer than the second that it has
    command.env("AWS_METADATA_SERVICE_TIMEOUT", "60");
    succeeds(command);
    assert!(!metadata.take().is_empty() && proxy.take().is_empty());
}

#[test]
fn other_hosts_are_asked_through_the_proxy() {
    let (peer, proxy) = (support::peer(), Server::proxy(502));
    let mut command = zonal(&peer);
    command.env("HTTP_PROXY", format!("http://{}", proxy.address));
    command.env("AWS_ENDPOINT_URL_S3", "http://s3.test");
    command.args(["list-objects-v2", "--bucket", BUCKET]);
    assert!(!command.output().unwrap().status.success());
    let heads = proxy.take().concat();
    assert!(heads.starts_with("GET http://"), "{heads}");
}

#[test]
fn a_proxy_that_rejects_the_password_is_told_it_once() {
    let peer = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKIAEXAMPLE", SECRET);
    let peer = peer.tls(Tls::default()).start_blocking().unwrap();
    for (status, asked, says) in [
        (407, 1, "the proxy asks for another user name or password"),
        (
            502,
            3,
            "the proxy did not connect to the server: it answered 502",
        ),
    ] {
        let proxy = Server::proxy(status);
        let mut command = zonal(&peer);
        command.env(
            "HTTPS_PROXY",
            format!("http://user:MARKER-p@{}", proxy.address),
        );
        command.env("AWS_MAX_ATTEMPTS", "3").arg("--no-verify-ssl");
        command.args(["list-objects-v2", "--bucket", BUCKET]);
        let output = command.output().unwrap();
        let said = text(&output.stderr);
        assert!(
            said.contains("Could not connect to the endpoint URL"),
            "{said}"
        );
        assert!(said.contains(says) && !said.contains("MARKER-p"), "{said}");
        assert_eq!(proxy.take().len(), asked);
    }
    assert!(peer.requests().is_empty());
}

#[test]
fn what_keeps_a_connection_from_opening_is_told() {
    let peer = support::peer();
    let port = peer.endpoint_url().rsplit_once(':').unwrap().1.to_owned();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let nobody = free().unwrap();
    for (url, says) in [
        (
            format!("http://{nobody}"),
            [
                "Could not connect to the endpoint URL",
                "the host refused it",
            ],
        ),
        (
            "http://nobody.invalid".to_owned(),
            [
                "Could not connect to the endpoint URL",
                "could not be looked up",
            ],
        ),
        (
            format!("https://127.0.0.1:{port}"),
            [
                "SSL validation failed for",
                "the server seems to speak no TLS there",
            ],
        ),
    ] {
        let mut command = zonal(&peer);
        command.env("AWS_ENDPOINT_URL_S3", &url);
        // a name that no resolver knows (RFC 6761); where none can be asked, it is not asked for long
        command.env("RES_OPTIONS", "timeout:1 attempts:1");
        command.args(["list-objects-v2", "--bucket", BUCKET]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(255), "{output:?}");
        let said = text(&output.stderr);
        for says in says {
            assert!(said.contains(says), "{url}: {said}");
        }
    }
    assert!(peer.requests().is_empty());
}

/// The connection is taken, and nothing comes of it.
#[test]
fn a_connection_that_does_not_open_is_given_up() {
    let peer = support::peer();
    // a listener takes connections that nobody accepts
    let idle = TcpListener::bind("127.0.0.1:0").unwrap();
    let idle = (idle.local_addr().unwrap(), idle);
    let flood = Server::new(|_| "HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000_000));
    for (url, proxy, says) in [
        (format!("https://{}", idle.0), None, "Connect timeout"),
        (
            "https://s3.test".to_owned(),
            Some(idle.0.to_string()),
            "Connect timeout",
        ),
        (
            "https://s3.test".to_owned(),
            Some(flood.address.clone()),
            "262144 bytes came without a complete head",
        ),
    ] {
        let mut command = zonal(&peer);
        command.env("AWS_ENDPOINT_URL_S3", &url);
        if let Some(proxy) = proxy {
            command.env("HTTPS_PROXY", format!("http://{proxy}"));
        }
        command.args(["list-objects-v2", "--bucket", BUCKET]);
        command.args(["--cli-connect-timeout", "1"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(255), "{output:?}");
        let said = text(&output.stderr);
        assert!(said.contains(says), "{url}: {said}");
    }
}

/// The limit of connections is that of open files, and what waits gets its turn.
#[test]
fn a_process_with_few_files_is_served() {
    let peer = support::peer();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..500 {
        peer.put(BUCKET, &format!("in/{number}"), "data");
    }
    let program = zonal(&peer);
    let mut command = Command::new("sh");
    let line = format!("ulimit -n 64; exec \"$0\" cp --recursive s3://{BUCKET}/in .");
    command.args(["-c", &line]).arg(program.get_program());
    command.env_clear().current_dir(folder.path());
    command.envs(
        program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    succeeds(command);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 500);
    let opened = peer.connection_count();
    assert!(opened < 64, "{opened}");
}

/// Hands on what comes to an address; how many connections came.
fn forward(listener: TcpListener, to: SocketAddr) -> Arc<AtomicUsize> {
    let count = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::Relaxed);
            let server = TcpStream::connect(to).unwrap();
            let ends = [stream.try_clone(), server.try_clone()].map(Result::unwrap);
            for (mut from, mut to) in [stream, server].into_iter().zip(ends.into_iter().rev()) {
                thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    count
}

/// On Linux the whole network 127 is this machine, and a process may have a file of hosts of its own.
#[test]
fn the_addresses_of_a_host_are_used_evenly() {
    let addresses: Vec<_> = (1..=8).map(|last| format!("127.0.0.{last}")).collect();
    let folder = tempfile::tempdir().unwrap();
    let hosts = folder.path().join("hosts");
    let lines = addresses.iter();
    let lines = lines.map(|address| format!("{address} s3.test {BUCKET}.s3.test\n"));
    std::fs::write(&hosts, lines.collect::<String>()).unwrap();
    let with_hosts = |then: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
        let hosts = hosts.display();
        command.arg(format!("mount --bind {hosts} /etc/hosts && {then}"));
        command
    };
    let first = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = first.local_addr().unwrap().port();
    let others = addresses[1..].iter();
    let others = others.map(|address| TcpListener::bind(format!("{address}:{port}")));
    let (Ok(others), Ok(0)) = (
        others.collect::<Result<Vec<_>, _>>(),
        with_hosts("true").status().map(|it| it.code().unwrap_or(1)),
    ) else {
        println!("skipped: this machine has one address, or no files of hosts for processes");
        return;
    };
    let peer = support::peer();
    for number in 0..200 {
        peer.put(BUCKET, &format!("in/{number}"), "data");
    }
    let slow = Fault::genuine().delay(Duration::from_millis(100));
    peer.fault(slow.on(Operation::GetObject).always());
    let listeners = [first].into_iter().chain(others);
    let counts: Vec<_> = listeners.map(|it| forward(it, peer.address())).collect();
    let program = zonal(&peer);
    let mut command = with_hosts(&format!("exec \"$0\" cp --recursive s3://{BUCKET}/in out"));
    command.arg(program.get_program());
    command.env_clear().current_dir(folder.path());
    let variables = program.get_envs();
    command.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    command.env("AWS_ENDPOINT_URL_S3", format!("http://s3.test:{port}"));
    succeeds(command);
    let used: Vec<_> = counts.iter().map(|it| it.load(Ordering::Relaxed)).collect();
    let (least, most) = (used.iter().min().unwrap(), used.iter().max().unwrap());
    assert!(*least > 0 && most - least <= 1, "{used:?}");
}

#[test]
fn who_is_refused_asks_again_over_another_connection() {
    let peer = support::peer();
    for (fault, connections) in [
        (Fault::slow_down(0), 2),
        (Fault::error(500, "InternalError", "Try again."), 2),
        (Fault::genuine(), 1),
    ] {
        let before = peer.connection_count();
        peer.fault(fault.on(Operation::ListObjectsV2));
        let mut command = zonal(&peer);
        command.env("AWS_MAX_ATTEMPTS", "3");
        command.args(["list-objects-v2", "--bucket", BUCKET]);
        succeeds(command);
        assert_eq!(peer.connection_count() - before, connections);
    }
}
