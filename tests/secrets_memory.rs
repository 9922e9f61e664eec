//! No token and no key is left in memory when the client is gone. It is a program of its own, as it
//! reads all of its memory. What the HTTP and TLS libraries copy cannot be overwritten from outside,
//! so the transport here is the test's own.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{RequestBody, ResponseBody, Transport, TransportError};
use zonal::session::SessionUse;
use zonal::{Client, Credentials};

const BUCKET: &str = "demo--usw2-az1--x-s3";

/// A secret that does not stand in the program itself.
fn secret(name: u8) -> String {
    let letter = |index: u8| char::from(b'a' + (index.wrapping_mul(name) ^ (index >> 2)) % 26);
    (0..48).map(letter).collect()
}

const BASE_KEY: u8 = 3;
const BASE_TOKEN: u8 = 5;
const SESSION_KEY: u8 = 7;
const SESSION_TOKEN: u8 = 11;
const KMS_CONTEXT: u8 = 17;

/// Opens sessions, refuses to delete in a way that repeats the token, and keeps nothing of what it was sent.
#[derive(Debug)]
struct Service;

impl Transport for Service {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let (status, body) = answer(&request);
        let response = http::Response::builder().status(status);
        let response = response.body(ResponseBody::from(body)).unwrap();
        Box::pin(async move {
            // an answer that comes before all of the body was read would be an error
            request.into_body().collect().await.unwrap();
            Ok(response)
        })
    }
}

fn answer(request: &http::Request<RequestBody>) -> (u16, Bytes) {
    // long enough never to grow, which would leave a copy
    let mut body = String::with_capacity(1024);
    let mut status = 200;
    if request.uri().query() == Some("session") {
        write!(
            body,
            "<CreateSessionResult><Credentials><AccessKeyId>ID</AccessKeyId>\
             <SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
             <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>",
            Wiped(secret(SESSION_KEY)).0,
            Wiped(secret(SESSION_TOKEN)).0
        )
        .unwrap();
    } else if request.method() == http::Method::DELETE {
        status = 403;
        let token = Wiped(secret(BASE_TOKEN));
        write!(
            body,
            "<Error><Code>No</Code><Token-0>{}</Token-0></Error>",
            token.0
        )
        .unwrap();
    }
    (status, Bytes::from(body))
}

/// The copies that the test makes are its own to overwrite.
struct Wiped(String);

impl Drop for Wiped {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&mut bytes);
    }
}

/// In how many places of this process's memory a text stands.
fn places(text: &str) -> usize {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let (mut found, mut piece) = (0, Vec::new());
    for line in maps.lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        // what is on the stack is what functions have left there
        if !rest.starts_with("rw") || rest.ends_with("[stack]") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|at| usize::from_str_radix(at, 16).unwrap());
        piece.resize(end - start, 0);
        if memory.read_exact_at(&mut piece, start as u64).is_ok() {
            // the text that is looked for does not count, and what was just read is a copy
            let own = [text.as_bytes(), &piece];
            let is_own = |at: usize| {
                let mut own = own
                    .iter()
                    .map(|own| own.as_ptr().addr()..own.as_ptr().addr() + own.len());
                own.any(|own| own.contains(&at))
            };
            let places = memchr::memmem::find_iter(&piece, text);
            found += places.filter(|at| !is_own(start + at)).count();
        }
        piece.fill(0);
        std::hint::black_box(&mut piece);
    }
    found
}

#[tokio::test]
async fn nothing_of_a_secret_is_left_when_the_client_is_gone() {
    {
        let credentials = Credentials::new(
            "AKID",
            secret(BASE_KEY),
            Some(secret(BASE_TOKEN)),
            None,
            "test",
        );
        let builder = Client::builder().region("us-west-2").transport(Service);
        let client = builder.credentials(credentials).build().unwrap();
        for number in 0..10 {
            let key = format!("key{number}");
            client.put_object(BUCKET, &key).body("text").await.unwrap();
            let off = client.delete_object(BUCKET, &key);
            off.sessions(SessionUse::Off).await.unwrap_err();
        }
        let encrypted = client.put_object(BUCKET, "encrypted").body("text");
        let context = secret(KMS_CONTEXT);
        let encrypted = encrypted.sse_kms_encryption_context(context);
        encrypted.sessions(SessionUse::Off).await.unwrap();
        let session = client.create_session(BUCKET).await.unwrap();
        assert_eq!(
            session.credentials.session_token.expose(),
            Wiped(secret(SESSION_TOKEN)).0
        );
        for name in [BASE_KEY, BASE_TOKEN, SESSION_KEY, SESSION_TOKEN] {
            assert!(places(&Wiped(secret(name)).0) > 0, "{name} is somewhere");
        }
        // the URL is the caller's, to overwrite or not
        let get = client.get_object(BUCKET, "key");
        let presigned = get.presign(Duration::from_secs(60)).await.unwrap();
        drop(Wiped(presigned.url));
    }
    let names = [
        BASE_KEY,
        BASE_TOKEN,
        SESSION_KEY,
        SESSION_TOKEN,
        KMS_CONTEXT,
    ];
    let count = || names.map(|name| places(&Wiped(secret(name)).0));
    let mut left = count();
    for _ in 0..10 {
        if left == [0; 5] {
            break;
        }
        // tasks of the client may still be about to end
        tokio::time::sleep(Duration::from_millis(20)).await;
        left = count();
    }
    assert_eq!(left, [0; 5]);
}
