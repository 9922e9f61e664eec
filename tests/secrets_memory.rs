//! A token or a key stands where it is kept and nowhere else, and nowhere when the client is gone. It is a
//! program of its own, as it reads all of its memory. What the HTTP and TLS libraries copy cannot be
//! overwritten from outside, so the transport here is the test's own.
//!
//! What is freed may be used again at once, and a copy that was left in it is gone. So memory is read as soon
//! as a request is signed and as a call is over, into buffers that were there before.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{RequestBody, ResponseBody, Transport, TransportError};
use zonal::session::SessionUse;
use zonal::{Client, Credentials};
use zonal_config::{Env, Profiles};

const BUCKET: &str = "demo--usw2-az1--x-s3";

/// A secret that does not stand in the program itself. Its middle is the same in all of them. What comes
/// before may be lost in memory that is freed: the allocator writes there.
fn secret(name: u8) -> String {
    let letter = |name: u8, index: u8| {
        char::from(b'a' + (index.wrapping_mul(name) ^ (index >> 2) ^ (name >> 3)) % 26)
    };
    let middle = |index: &u8| (16..24).contains(index);
    let name_at = |index: u8| if middle(&index) { MIDDLE } else { name };
    (0..48).map(|index| letter(name_at(index), index)).collect()
}

const MIDDLE: u8 = 19;
const BASE_KEY: u8 = 3;
const BASE_TOKEN: u8 = 5;
const SESSION_KEY: u8 = 7;
const SESSION_TOKEN: u8 = 11;
const KMS_CONTEXT: u8 = 17;
const NAMES: [u8; 5] = [
    BASE_KEY,
    BASE_TOKEN,
    SESSION_KEY,
    SESSION_TOKEN,
    KMS_CONTEXT,
];

/// In how many places each of the secrets stands, in the order of [`NAMES`].
type Places = [usize; 5];

/// In how many places they may stand between calls: the keys with the credentials and with the signing key
/// that was derived from them, the token of the account with its credentials and as a header's value, which
/// for a session are one; the encryption context nowhere. The token has one place to spare, as was seen where
/// the text of a refusal was read.
const KEPT: Places = [2, 3, 2, 1, 0];
/// The same when a request has been signed: the context is in a header, and in the request that it was made of.
const SENT: Places = [2, 3, 2, 1, 2];

/// Reads the memory of this process.
struct Reader {
    /// The middle and the end of each secret.
    wanted: [Wiped; 5],
    maps: Vec<u8>,
    window: Vec<u8>,
}

const WINDOW: usize = 1 << 20;
/// A window begins with the end of the one before.
const OVERLAP: usize = 64;

impl Reader {
    fn new() -> Self {
        Self {
            wanted: NAMES.map(|name| Wiped(Wiped(secret(name)).0[16..].to_owned())),
            maps: Vec::with_capacity(WINDOW),
            window: vec![0; WINDOW],
        }
    }

    fn places(&mut self) -> Places {
        let memory = File::open("/proc/self/mem").unwrap();
        self.maps.clear();
        let mut maps = File::open("/proc/self/maps").unwrap();
        maps.read_to_end(&mut self.maps).unwrap();
        let maps = std::mem::take(&mut self.maps);
        let mut places = Places::default();
        let here = std::ptr::from_ref(&places).addr();
        for line in std::str::from_utf8(&maps).unwrap().lines() {
            let (range, rest) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let [mut start, end] = [start, end].map(|at| usize::from_str_radix(at, 16).unwrap());
            // what is on a stack is what functions have left there
            let is_stack = (start..end).contains(&here) || rest.ends_with("[stack]");
            if !rest.starts_with("rw") || is_stack {
                continue;
            }
            while start + OVERLAP < end {
                let length = WINDOW.min(end - start);
                let window = &mut self.window[..length];
                if memory.read_exact_at(window, start as u64).is_ok() {
                    self.count(start, length, &mut places);
                }
                start += length - OVERLAP;
            }
        }
        self.window.fill(0);
        self.maps = maps;
        places
    }

    /// Counts the secrets that begin in the window before its overlap with the next.
    fn count(&self, start: usize, length: usize, places: &mut Places) {
        // the texts that are looked for do not count, nor what was just read
        let own = self.wanted.iter().map(|wanted| wanted.0.as_bytes());
        let own = || own.clone().chain([&*self.window]);
        let is_own = |at| own().any(|own| own.as_ptr_range().contains(&at));
        let window = &self.window[..length];
        for at in memchr::memmem::find_iter(window, &self.wanted[0].0[..8]) {
            let is_here = |wanted: &Wiped| window[at..].starts_with(wanted.0.as_bytes());
            let Some(found) = self.wanted.iter().position(is_here) else {
                continue;
            };
            let is_next = at + OVERLAP >= length && length == WINDOW;
            if !is_next && !is_own(std::ptr::without_provenance(start + at)) {
                places[found] += 1;
            }
        }
    }
}

/// Opens sessions, refuses to delete in a way that repeats the token, and keeps nothing of what it was sent.
#[derive(Clone)]
struct Service {
    reader: Arc<Mutex<Reader>>,
    /// In how many places the secrets stood when requests had been signed: the most of all.
    most: Arc<Mutex<Places>>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    fn places(&self) -> Places {
        self.reader.lock().unwrap().places()
    }

    /// Nothing stands in more places than it is kept in, nor did when requests went out.
    fn check(&self, what: &str) {
        let (now, most) = (self.places(), *self.most.lock().unwrap());
        let fits = |places: Places, limit: Places| {
            let mut both = places.iter().zip(limit);
            both.all(|(places, limit)| *places <= limit)
        };
        assert!(fits(now, KEPT), "{what}: {now:?}, not {KEPT:?}");
        assert!(fits(most, SENT), "{what}: {most:?}, not {SENT:?}");
    }
}

impl Transport for Service {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let places = self.places();
        let mut most = self.most.lock().unwrap();
        most.iter_mut()
            .zip(places)
            .for_each(|(most, places)| *most = places.max(*most));
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

/// What a file has stands in the profile and in the section that it is made of, and nowhere when both are gone.
fn check_profiles(service: &Service) {
    let folder = tempfile::tempdir().unwrap();
    let [file, none] = ["credentials", "none"].map(|name| folder.path().join(name));
    // long enough never to grow, which would leave a copy
    let mut text = Wiped(String::with_capacity(1024));
    text.0.push_str("[default]\r\n");
    for (name, secret_name) in [
        ("aws_secret_access_key", BASE_KEY),
        ("aws_session_token", BASE_TOKEN),
    ] {
        let secret = Wiped(secret(secret_name));
        write!(text.0, "{name} = {}\r\n", secret.0).unwrap();
    }
    std::fs::write(&file, &text.0).unwrap();
    drop(text);
    let env = Env::from([
        ("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap()),
        ("AWS_CONFIG_FILE", none.to_str().unwrap()),
    ]);
    let profiles = Profiles::read(&env).unwrap();
    assert_eq!(service.places(), [2, 2, 0, 0, 0]);
    drop(profiles);
    assert_eq!(service.places(), [0; 5]);
}

#[tokio::test]
async fn a_secret_stands_where_it_is_kept_and_nowhere_when_the_client_is_gone() {
    let service = Service {
        reader: Arc::new(Mutex::new(Reader::new())),
        most: Arc::default(),
    };
    assert_eq!(service.places(), [0; 5]);
    check_profiles(&service);
    {
        let credentials = Credentials::new(
            "AKID",
            secret(BASE_KEY),
            Some(secret(BASE_TOKEN)),
            None,
            "test",
        );
        let builder = Client::builder().region("us-west-2");
        let builder = builder.transport(service.clone());
        let client = builder.credentials(credentials).build().unwrap();
        service.check("built");
        for number in 0..3 {
            let key = format!("key{number}");
            client.put_object(BUCKET, &key).body("text").await.unwrap();
            service.check("put");
            let off = client.delete_object(BUCKET, &key);
            off.sessions(SessionUse::Off).await.unwrap_err();
            service.check("delete");
        }
        let encrypted = client.put_object(BUCKET, "encrypted").body("text");
        let context = secret(KMS_CONTEXT);
        let encrypted = encrypted.sse_kms_encryption_context(context);
        encrypted.sessions(SessionUse::Off).await.unwrap();
        service.check("encrypted");
        let session = client.create_session(BUCKET).await.unwrap();
        assert_eq!(
            session.credentials.session_token.expose(),
            Wiped(secret(SESSION_TOKEN)).0
        );
        drop(session);
        service.check("session");
        // the URL is the caller's, to overwrite or not
        let get = client.get_object(BUCKET, "key");
        let presigned = get.presign(Duration::from_secs(60)).await.unwrap();
        drop(Wiped(presigned.url));
        service.check("presigned");
    }
    let mut left = service.places();
    for _ in 0..100 {
        if left == [0; 5] {
            break;
        }
        // tasks of the client may still be about to end
        tokio::time::sleep(Duration::from_millis(20)).await;
        left = service.places();
    }
    assert_eq!(left, [0; 5]);
}
