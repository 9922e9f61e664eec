//! Proxies, as the environment names them: the client runs in a process of its own, which has one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use http::Request;
use zonal::runtime::transport::{
    self, HttpTransport, RequestBody, Transport as _, TransportErrorKind,
};
use zonal_peer::{Peer, Tls};

use crate::support::{BUCKET, Server, builder, peer};

/// A proxy that opens tunnels, or answers with this status; it notes the heads that come in.
fn proxy(status: u16) -> Server {
    Server::new(tunnel, status)
}

fn tunnel(stream: TcpStream, status: u16, heads: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    heads.lock().unwrap().push(head.clone());
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status} x\r\n\r\n")?;
    if status != 200 {
        return Ok(());
    }
    let target = head.split(' ').nth(1).unwrap();
    let server = TcpStream::connect(target)?;
    let mut up = server.try_clone()?;
    thread::spawn(move || std::io::copy(&mut reader, &mut up));
    std::io::copy(&mut &server, &mut stream)?;
    Ok(())
}

/// What a process says that puts an object with these variables.
pub(crate) fn put(peer: &Peer, variables: &[(&str, String)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "proxies::client"]);
    command.env_clear().env("URL", peer.endpoint_url());
    if let Some(pem) = peer.root_certificate() {
        command.env("PEM", pem);
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
#[ignore = "runs in a process of its own, for the tests below"]
async fn client() {
    let Ok(url) = std::env::var("URL") else {
        return;
    };
    let client = builder(url);
    let client = match std::env::var("PEM") {
        Ok(pem) => client.ca_bundle(pem),
        Err(_) => client,
    };
    let client = client.build().unwrap();
    match client.put_object(BUCKET, "k").body("x").await {
        Ok(_) => println!("stored"),
        Err(error) => println!("{error}"),
    }
}

#[test]
fn https_goes_through_the_proxy_of_the_environment() {
    let peer = peer(Some(Tls::default()));
    let proxy = proxy(200);
    let connect = format!("CONNECT {} HTTP/1.1\r\n", peer.address());
    let url = format!("http://user:p%40ss@{}", proxy.address);
    for (name, value) in [
        ("HTTPS_PROXY", proxy.address.clone()),
        ("https_proxy", url.clone()),
        ("ALL_PROXY", url.clone()),
    ] {
        let has_user = value.contains('@');
        assert!(put(&peer, &[(name, value)]).contains("stored"), "{name}");
        let heads = proxy.take();
        assert_eq!(heads.len(), 1, "{name}");
        assert!(heads[0].starts_with(&connect), "{heads:?}");
        let user = "proxy-authorization: Basic dXNlcjpwQHNz";
        let head = heads[0].to_ascii_lowercase();
        assert_eq!(head.contains(&user.to_ascii_lowercase()), has_user);
        assert!(!head.contains("x-amz"), "{head}");
    }
    for none in ["127.0.0.1", "other,127.0.0.0/8"] {
        let none = ("NO_PROXY", none.to_owned());
        let said = put(&peer, &[("HTTPS_PROXY", url.clone()), none]);
        assert!(said.contains("stored"));
        assert!(proxy.take().is_empty());
    }
}

#[test]
fn plain_http_goes_through_none() {
    let peer = peer(None);
    let proxy = proxy(200);
    let variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"];
    let variables = variables.map(|name| (name, format!("http://{}", proxy.address)));
    assert!(put(&peer, &variables).contains("stored"));
    assert!(proxy.take().is_empty());
}

/// There may be another one for every connection.
#[tokio::test]
async fn a_password_is_told_to_its_own_proxy() {
    let proxies = [proxy(204), proxy(204)];
    let urls = ["one", "two"].iter().zip(&proxies);
    let urls = urls.map(|(user, proxy)| format!("http://{user}:x@{}", proxy.address));
    let mut urls = urls.collect::<Vec<_>>().into_iter().cycle();
    let next = Mutex::new(move || urls.next().unwrap());
    let transport = HttpTransport::new(Duration::from_secs(5)).with_proxies(move |_| {
        let url = (next.lock().unwrap())();
        transport::Proxy::from_url(&url).map(Some)
    });
    for url in ["http://h1/", "http://h2/"] {
        let request = Request::get(url).body(RequestBody::default());
        transport.send(request.unwrap()).await.unwrap();
    }
    for (proxy, password) in proxies.iter().zip(["b25lOng=", "dHdvOng="]) {
        let heads = proxy.take().concat();
        assert!(heads.starts_with("GET http://h"), "{heads}");
        assert!(heads.contains(password), "{heads}");
    }
}

#[test]
fn a_proxy_that_refuses_is_told() {
    let peer = peer(Some(Tls::default()));
    for (status, says, asked) in [
        (407, "the proxy asks for another user name or password", 1),
        (
            502,
            "the proxy did not connect to the server: it answered 502",
            3,
        ),
    ] {
        let proxy = proxy(status);
        let url = format!("http://user:MARKER@{}", proxy.address);
        let said = put(&peer, &[("HTTPS_PROXY", url)]);
        assert!(
            said.contains("no connection") && said.contains(says),
            "{said}"
        );
        assert!(!said.contains("MARKER"), "{said}");
        assert!(peer.requests().is_empty());
        // a password that was rejected is not sent again
        assert_eq!(proxy.take().len(), asked);
    }
}

/// A proxy that sees the request answers it like any server.
#[tokio::test]
async fn a_password_that_is_rejected_is_told_from_an_answer() {
    let proxy = proxy(407);
    let url = format!("http://user:MARKER@{}", proxy.address);
    let transport = HttpTransport::new(Duration::from_secs(5));
    let transport = transport.with_proxies(move |_| transport::Proxy::from_url(&url).map(Some));
    let client = builder("http://server.test")
        .session_auth(false)
        .allow_http(true);
    let client = client.transport(transport).build().unwrap();
    let error = client.get_object(BUCKET, "k").await.unwrap_err();
    let kind = error.transport_kind();
    assert_eq!(
        kind,
        Some(TransportErrorKind::ProxyAuthentication),
        "{error}"
    );
    assert!(!error.to_string().contains("MARKER"));
    assert_eq!((error.attempts(), proxy.take().len()), (1, 1));
}

#[test]
fn a_proxy_of_another_kind_is_refused() {
    let peer = peer(Some(Tls::default()));
    let proxy = proxy(200);
    let url = format!("socks4://user:MARKER@{}", proxy.address);
    let said = put(&peer, &[("HTTPS_PROXY", url)]);
    assert!(
        said.contains("its scheme is `socks4`, not `http`, `https`, `socks5` or `socks5h`"),
        "{said}"
    );
    assert!(!said.contains("MARKER"), "{said}");
    assert!(proxy.take().is_empty());
}
