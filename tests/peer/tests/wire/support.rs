//! A blocking HTTP client over raw sockets and a small SigV4 signer.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};
use zonal_peer::{Peer, PeerBuilder};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG";
pub(crate) const TEMPORARY: Signer<'static> = Signer {
    key: "ASIATEMPORARY",
    secret: "temporary",
    token: Some(("x-amz-security-token", "BASETOKEN")),
    ..BASE
};
pub(crate) const BASE: Signer<'static> = Signer {
    key: KEY,
    secret: SECRET,
    token: None,
    region: "us-west-2",
    service: "s3express",
};

pub(crate) fn builder() -> PeerBuilder {
    Peer::builder()
        .bucket(BUCKET)
        .bucket("other--usw2-az1--x-s3")
        .credentials(KEY, SECRET)
        .temporary_credentials("ASIATEMPORARY", "temporary", "BASETOKEN")
}

pub(crate) fn peer() -> Peer {
    builder().start_blocking().expect("a peer")
}

/// Whose signature a request gets.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    pub(crate) key: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<(&'a str, &'a str)>,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
}

impl<'a> Signer<'a> {
    pub(crate) fn of_session(session: &'a zonal_peer::Session) -> Self {
        Self {
            key: session.access_key_id(),
            secret: session.secret_access_key(),
            token: Some(("x-amz-s3session-token", session.session_token())),
            ..BASE
        }
    }
}

/// A request before it is signed.
#[derive(Clone)]
pub(crate) struct Call {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// What stands for the hash of the body, if not the hash.
    payload: Option<&'static str>,
    at: SystemTime,
}

impl Call {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), "127.0.0.1".to_owned())],
            body: Vec::new(),
            payload: None,
            at: SystemTime::now(),
        }
    }

    /// A request about the bucket of these tests or a key in it.
    pub(crate) fn at(method: &str, target: &str) -> Self {
        Self::new(method, &format!("/{BUCKET}{target}"))
    }

    pub(crate) fn put(key: &str, body: &str) -> Self {
        Self::at("PUT", &format!("/{key}")).body(body)
    }

    pub(crate) fn get(key: &str) -> Self {
        Self::at("GET", &format!("/{key}"))
    }

    pub(crate) fn create_session() -> Self {
        Self::new("GET", &format!("/{BUCKET}?session"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.header("content-length", &body.len().to_string())
    }

    /// Signs this word instead of the body's hash.
    pub(crate) fn payload(mut self, word: &'static str) -> Self {
        self.payload = Some(word);
        self.header("x-amz-content-sha256", word)
    }

    pub(crate) fn signed_at(mut self, at: SystemTime) -> Self {
        self.at = at;
        self
    }

    /// The request's bytes without a signature.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let mut raw = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        self.headers
            .iter()
            .for_each(|(name, value)| raw.push_str(&format!("{name}: {value}\r\n")));
        raw.push_str("\r\n");
        [raw.into_bytes(), self.body.clone()].concat()
    }

    /// The request's bytes with a signature in the header. Paths and queries of these tests are canonical already, but
    /// for the missing `=`.
    pub(crate) fn signed(&self, signer: Signer<'_>) -> Vec<u8> {
        let stamp = basic(self.at);
        let mut call = self.clone().header("x-amz-date", &stamp);
        let hash = match self.payload {
            Some(word) => word.to_owned(),
            None => hex(&Sha256::digest(&self.body)),
        };
        call = call.header("x-amz-content-sha256", &hash);
        if let Some((name, token)) = signer.token {
            call = call.header(name, token);
        }
        let mut signed: Vec<_> = call
            .headers
            .iter()
            .filter(|(name, _)| name == "host" || name.starts_with("x-amz-"))
            .cloned()
            .collect();
        signed.sort();
        let names: Vec<_> = signed.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let lines: String = signed
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let query = if query.is_empty() || query.contains('=') {
            query.to_owned()
        } else {
            format!("{query}=")
        };
        let canonical = format!("{}\n{path}\n{query}\n{lines}\n{names}\n{hash}", self.method);
        let day = &stamp[..8];
        let scope = format!("{day}/{}/{}/aws4_request", signer.region, signer.service);
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
            hex(&Sha256::digest(&canonical))
        );
        let first = format!("AWS4{}", signer.secret).into_bytes();
        let parts = [day, signer.region, signer.service, "aws4_request", &to_sign];
        let signature = hex(&parts.iter().fold(first, |key, part| hmac(&key, part)));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            signer.key
        );
        call.header("authorization", &authorization).unsigned()
    }

    /// Sends it signed, alone on a new connection.
    pub(crate) fn send(&self, peer: &Peer, signer: Signer<'_>) -> Answer {
        let mut stream = connect(peer);
        stream.write_all(&self.signed(signer)).expect("sent");
        read_answer_to(&mut stream, &self.method).expect("an answer")
    }
}

fn basic(at: SystemTime) -> String {
    let seconds = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let text = DateTime::from_secs(i64::try_from(seconds).expect("seconds"))
        .fmt(Format::DateTime)
        .expect("date");
    text.replace(['-', ':'], "")
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An answer as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The text of the first element of that name.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
    }

    pub(crate) fn code(&self) -> &str {
        self.element("Code").unwrap_or_default()
    }

    /// The texts of all elements of that name.
    pub(crate) fn elements(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.body.split(open.as_str()).skip(1);
        parts
            .filter_map(|part| part.split_once(close.as_str()))
            .map(|(text, _)| text)
            .collect()
    }

    pub(crate) fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{self:?}");
        self
    }

    pub(crate) fn expect(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{self:?}");
    }
}

pub(crate) fn connect(peer: &Peer) -> TcpStream {
    let stream = TcpStream::connect(peer.address()).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    stream
}

/// Sends bytes on a new connection and reads one answer.
pub(crate) fn exchange(peer: &Peer, request: &[u8]) -> Answer {
    let mut stream = connect(peer);
    stream.write_all(request).expect("sent");
    read_answer(&mut stream).expect("an answer")
}

/// Reads one answer with its body by `content-length`; `None` if the connection ends before the head does.
pub(crate) fn read_answer(stream: &mut TcpStream) -> Option<Answer> {
    read_answer_to(stream, "GET")
}

fn read_answer_to(stream: &mut TcpStream, method: &str) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    let head = String::from_utf8(head).expect("text");
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer {
        status,
        head,
        body: String::new(),
    };
    if method == "HEAD" {
        return Some(answer);
    }
    let length = answer
        .header("content-length")
        .map_or(0, |length| length.parse().expect("a length"));
    let mut body = Vec::new();
    let _ = stream.take(length).read_to_end(&mut body);
    answer.body = String::from_utf8(body).expect("text");
    Some(answer)
}
