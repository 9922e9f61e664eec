//! SOCKS proxies: a small server that speaks SOCKS5, and clients that go through it.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use http::Request;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{
    self, HttpTransport, RequestBody, Resolve, Transport as _, TransportError, TransportErrorKind,
};
use zonal_peer::Tls;

use crate::proxies::put;
use crate::support::{BUCKET, Server, builder, peer};

/// A SOCKS5 proxy, which may ask for a name and a password; it notes the hosts and ports that it is asked for.
fn socks(manner: Manner) -> Server {
    Server::new(serve, manner)
}

/// How it behaves.
#[derive(Clone, Copy)]
struct Manner {
    login: Option<(&'static str, &'static str)>,
    /// What it replies to who asks for a connection; 0 is success.
    reply: u8,
}

const OPEN: Manner = Manner {
    login: None,
    reply: 0,
};
const GUARDED: Manner = Manner {
    login: Some(("user", "p@ss")),
    reply: 0,
};

fn bytes<const N: usize>(stream: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).map(|()| bytes)
}

/// A text with its length before it.
fn text(stream: &mut TcpStream) -> io::Result<String> {
    let [length] = bytes(stream)?;
    let mut text = vec![0; length.into()];
    stream.read_exact(&mut text)?;
    Ok(String::from_utf8(text).unwrap())
}

/// As RFC 1928 and RFC 1929 have it.
fn serve(mut stream: TcpStream, manner: Manner, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let [5, count] = bytes(&mut stream)? else {
        return Ok(());
    };
    let mut methods = vec![0; count.into()];
    stream.read_exact(&mut methods)?;
    let method = if manner.login.is_some() { 2 } else { 0 };
    if !methods.contains(&method) {
        asked.lock().unwrap().push("without a login".to_owned());
        return stream.write_all(&[5, 0xff]);
    }
    stream.write_all(&[5, method])?;
    if let Some((name, password)) = manner.login {
        let [1] = bytes(&mut stream)? else {
            return Ok(());
        };
        let given = (text(&mut stream)?, text(&mut stream)?);
        let is_right = (&*given.0, &*given.1) == (name, password);
        if !is_right {
            asked.lock().unwrap().push("with a wrong login".to_owned());
            return stream.write_all(&[1, 1]);
        }
        stream.write_all(&[1, 0])?;
    }
    let [5, 1, 0, kind] = bytes(&mut stream)? else {
        return Ok(());
    };
    let host = match kind {
        1 => Ipv4Addr::from(bytes::<4>(&mut stream)?).to_string(),
        4 => format!("[{}]", Ipv6Addr::from(bytes::<16>(&mut stream)?)),
        _ => text(&mut stream)?,
    };
    let port = u16::from_be_bytes(bytes(&mut stream)?);
    asked.lock().unwrap().push(format!("{host}:{port}"));
    stream.write_all(&[5, manner.reply, 0, 1, 0, 0, 0, 0, 0, 0])?;
    if manner.reply != 0 {
        return Ok(());
    }
    // every name is this machine
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let (mut up, mut from) = (server.try_clone()?, stream.try_clone()?);
    thread::spawn(move || io::copy(&mut from, &mut up));
    io::copy(&mut &server, &mut stream)?;
    Ok(())
}

/// Knows every name.
#[derive(Debug)]
struct Known;

impl Resolve for Known {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec![Ipv4Addr::LOCALHOST.into()]) })
    }
}

fn through(url: String) -> HttpTransport {
    let transport = HttpTransport::new(Duration::from_secs(5)).with_resolver(Known);
    transport.with_proxies(move |_| transport::Proxy::from_url(&url).map(Some))
}

/// What a GET of this URL through the proxy comes to: its status.
async fn get(proxy: String, url: &str) -> Result<u16, TransportError> {
    let request = Request::get(url).body(RequestBody::default()).unwrap();
    let answer = through(proxy).send(request).await?;
    Ok(answer.status().as_u16())
}

#[test]
fn https_goes_through_the_proxy_of_the_environment() {
    let peer = peer(Some(Tls::default()));
    for (manner, login) in [(OPEN, ""), (GUARDED, "user:p%40ss@")] {
        let socks = socks(manner);
        for scheme in ["socks5", "socks5h"] {
            let url = format!("{scheme}://{login}{}", socks.address);
            let said = put(&peer, &[("HTTPS_PROXY", url)]);
            assert!(said.contains("stored"), "{said}");
            assert_eq!(socks.take(), [peer.address().to_string()]);
        }
    }
}

#[tokio::test]
async fn names_are_looked_up_here_or_there() {
    let peer = peer(None);
    let port = peer.address().port();
    let socks = socks(OPEN);
    for (scheme, host, asked) in [
        ("socks5", "name.test", "127.0.0.1"),
        ("socks5h", "name.test", "name.test"),
        ("socks5", "[::1]", "[::1]"),
        ("socks5h", "127.0.0.1", "127.0.0.1"),
    ] {
        let proxy = format!("{scheme}://{}", socks.address);
        let status = get(proxy, &format!("http://{host}:{port}/")).await;
        assert!(matches!(status, Ok(400..500)), "{host}: {status:?}");
        assert_eq!(socks.take(), [format!("{asked}:{port}")]);
    }
}

#[tokio::test]
async fn a_login_that_is_rejected_is_sent_once_and_never_shown() {
    let socks = socks(GUARDED);
    for (login, asked) in [
        ("", "without a login"),
        ("user:MARKER@", "with a wrong login"),
    ] {
        let transport = through(format!("socks5h://{login}{}", socks.address));
        let client = builder("http://server.test")
            .session_auth(false)
            .allow_http(true);
        let client = client.transport(transport).build().unwrap();
        let error = client.get_object(BUCKET, "k").await.unwrap_err();
        let kind = error.transport_kind();
        assert_eq!(kind, Some(TransportErrorKind::ProxyAuthentication));
        let text = format!("{error} {error:?}");
        assert!(text.contains("another user name or password"), "{text}");
        assert!(!text.contains("MARKER"), "{text}");
        assert_eq!(
            (error.attempts(), socks.take()),
            (1, vec![asked.to_owned()])
        );
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told() {
    for (reply, says) in [(5, "connection refused"), (2, "connection not allowed")] {
        let socks = socks(Manner { reply, ..OPEN });
        let error = get(format!("socks5h://{}", socks.address), "http://h:1/").await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Proxy);
        let text = error.to_string();
        let expected = format!("no connection: the proxy did not connect to the server: {says}");
        assert_eq!(text, expected);
    }
}

#[tokio::test]
async fn what_speaks_something_else_is_no_proxy() {
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || listener.accept()?.0.write_all(answer));
        let error = get(format!("socks5h://{address}"), "http://h:1/").await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Proxy, "{error}");
        server.join().unwrap().unwrap();
    }
}
