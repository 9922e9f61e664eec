//! A peer with a client for it, and what every test asks of errors and logs.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::ops::Deref;

use zonal::operation::CreateSessionError;
use zonal::{Builder, Client, Credentials, ErrorKind};
use zonal_peer::{Fault, Peer, PeerBuilder};

use crate::capture::{self, has_mark};

pub(crate) type Error = zonal::Error<CreateSessionError>;

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const REGION: &str = "us-west-2";
pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "secret/MARKER+of/the+user";
pub(crate) const TEMPORARY_KEY: &str = "ASIATEMPORARY";
pub(crate) const TOKEN: &str = "token/MARKER+of/the+base==";

/// A peer, and the place in the log where it started. When it is dropped, no secret may stand in any log.
pub(crate) struct Lab {
    peer: Peer,
    start: usize,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(settings: impl FnOnce(PeerBuilder) -> PeerBuilder) -> Self {
        capture::listen();
        let builder = Peer::builder()
            .bucket(BUCKET)
            .credentials(KEY, SECRET)
            .temporary_credentials(TEMPORARY_KEY, SECRET, TOKEN);
        Self {
            start: capture::position(),
            peer: settings(builder).start_blocking().unwrap(),
        }
    }

    /// A client on the path form, with the credentials of a user.
    pub(crate) fn client(&self) -> Builder<Client> {
        builder().endpoint_url(self.endpoint_url())
    }

    /// A client on the virtual-hosted form.
    pub(crate) fn hosted(&self) -> Builder<Client> {
        self.client()
            .endpoint_url(format!("http://localhost:{}", self.address().port()))
    }

    /// The error of a call that meets this fault; nothing secret may show.
    pub(crate) async fn fail(&self, fault: Fault) -> Error {
        self.fault(fault);
        self.refuse(self.client()).await
    }

    /// The error of a call by this client.
    pub(crate) async fn refuse(&self, client: Builder<Client>) -> Error {
        let client = client.build().unwrap();
        let error = client.create_session(BUCKET).await.unwrap_err();
        self.inspect(&error);
        error
    }

    /// What an error shows has no secret, is fit for a terminal, and short.
    pub(crate) fn inspect(&self, error: &Error) {
        let text = everything(error);
        self.assert_clean(&text);
        let shown = error.to_string();
        assert!(shown.starts_with("CreateSession failed: "), "{shown}");
        assert!(!shown.contains(char::is_control), "{shown:?}");
        assert!(shown.chars().count() < 1500, "{}", shown.len());
    }

    /// Neither a mark nor a secret that this peer issued.
    pub(crate) fn assert_clean(&self, text: &str) {
        assert!(!has_mark(text), "{text}");
        for session in self.issued_sessions() {
            assert!(!text.contains(session.secret_access_key()), "{text}");
            assert!(!text.contains(session.session_token()), "{text}");
        }
    }

    /// What was logged since this peer started.
    pub(crate) fn log(&self) -> String {
        capture::since(self.start)
    }
}

impl Deref for Lab {
    type Target = Peer;

    fn deref(&self) -> &Peer {
        &self.peer
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_clean(&self.log());
            assert_eq!(capture::leaks(), [""; 0]);
        }
    }
}

/// A client without an endpoint of its own, with the credentials of a user. It makes one attempt: what
/// these tests look at is one exchange.
pub(crate) fn builder() -> Builder<Client> {
    let builder = Client::builder()
        .region(REGION)
        .max_attempts(1)
        .credentials(credentials(KEY, SECRET, None));
    if over_reqwest() {
        builder.transport(zonal_tests::reqwest_client())
    } else {
        builder
    }
}

/// Whether all of this goes over a client of `reqwest`, as `ZONAL_TRANSPORT=reqwest` says; else it goes over the
/// client's own transport.
pub(crate) fn over_reqwest() -> bool {
    match std::env::var("ZONAL_TRANSPORT").as_deref() {
        Err(_) | Ok("") => false,
        Ok("reqwest") => true,
        Ok(other) => panic!("ZONAL_TRANSPORT is `reqwest` or not set, not `{other}`"),
    }
}

pub(crate) fn credentials(key: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials::new(key, secret, token.map(str::to_owned), None, "test")
}

/// The temporary credentials that every [`Lab`] knows.
pub(crate) fn temporary() -> Credentials {
    credentials(TEMPORARY_KEY, SECRET, Some(TOKEN))
}

/// Everything an error can show, down its sources.
pub(crate) fn everything<E: Debug>(error: &zonal::Error<E>) -> String {
    let mut text = format!(
        "{error}\n{error:?}\n{error:#?}\n{:?} {:?} {:?} {:?} {:?} {:?}\n",
        error.code(),
        error.message(),
        error.request_id(),
        error.extended_request_id(),
        error.host(),
        error.bucket_region(),
    );
    let mut source = StdError::source(error);
    while let Some(error) = source {
        text.push_str(&format!("{error}\n{error:?}\n{error:#?}\n"));
        source = error.source();
    }
    text
}

/// Kind and code of an error in one comparison.
#[track_caller]
pub(crate) fn expect(error: &Error, kind: ErrorKind, code: Option<&str>) {
    assert_eq!((error.kind(), error.code()), (kind, code), "{error}");
}

/// The error's text has this in it.
#[track_caller]
pub(crate) fn says(error: &Error, words: &str) {
    assert!(error.to_string().contains(words), "`{words}` in: {error}");
}
