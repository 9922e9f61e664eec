//! The settings of a peer.

use crate::http::Limits;
use crate::peer::Peer;
use crate::secret::Secret;
use crate::store::BaseCredentials;
use crate::tls::Tls;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Settings that do not change while the peer runs.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) region: String,
    /// The service in the scope of signatures.
    pub(crate) signing_name: String,
    pub(crate) account_id: String,
    pub(crate) session_lifetime: Duration,
    pub(crate) limits: Limits,
    /// How many requests are kept for [`Peer::requests`](crate::Peer::requests); older ones are dropped.
    pub(crate) recorded_requests: usize,
    /// How much of each request's body is kept with it.
    pub(crate) recorded_body_bytes: usize,
    /// The least size of a part that is not the last one.
    pub(crate) min_part_size: usize,
    /// The most parts of an object.
    pub(crate) max_parts: usize,
}

impl Config {
    pub(crate) fn bucket_arn(&self, bucket: &str) -> String {
        format!(
            "arn:aws:s3express:{}:{}:bucket/{bucket}",
            self.region, self.account_id
        )
    }
}

/// Settings of a [`Peer`] before it starts.
#[derive(Debug, Clone)]
pub struct PeerBuilder {
    pub(crate) config: Config,
    pub(crate) port: u16,
    pub(crate) buckets: Vec<String>,
    pub(crate) credentials: Vec<BaseCredentials>,
    pub(crate) deny_read_write: bool,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) tls: Option<Tls>,
}

impl PeerBuilder {
    pub(crate) fn new() -> Self {
        Self {
            config: Config {
                region: "us-west-2".to_owned(),
                signing_name: "s3express".to_owned(),
                account_id: "111122223333".to_owned(),
                session_lifetime: Duration::from_secs(300),
                limits: Limits::default(),
                recorded_requests: 100_000,
                recorded_body_bytes: 64 * 1024,
                min_part_size: 5 * 1024 * 1024,
                max_parts: 10_000,
            },
            port: 0,
            buckets: Vec::new(),
            credentials: Vec::new(),
            deny_read_write: false,
            directory: None,
            tls: None,
        }
    }

    /// The settings of [`Peer::for_tests`], to change some of them.
    pub fn for_tests() -> Self {
        Self::new()
            .region(Peer::REGION)
            .bucket(Peer::BUCKET)
            .credentials(Peer::ACCESS_KEY_ID, Peer::SECRET_ACCESS_KEY)
    }

    /// Adds a directory bucket, by its full name.
    #[must_use]
    pub fn bucket(mut self, name: impl Into<String>) -> Self {
        self.buckets.push(name.into());
        self
    }

    /// Sets the Region that requests have to be signed for; `us-west-2` if not set.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.config.region = region.into();
        self
    }

    /// Sets the service that requests have to be signed for; `s3express` if not set. Some clients of other
    /// projects, such as the `AmazonS3` of the crate `object_store`, sign for `s3` in directory buckets too.
    #[must_use]
    pub fn signing_name(mut self, service: impl Into<String>) -> Self {
        self.config.signing_name = service.into();
        self
    }

    /// Adds the credentials of a user.
    #[must_use]
    pub fn credentials(
        self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        self.add_credentials(access_key_id.into(), secret_access_key.into(), None)
    }

    /// Adds temporary credentials, which need their session token in `x-amz-security-token`.
    #[must_use]
    pub fn temporary_credentials(
        self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: impl Into<String>,
    ) -> Self {
        self.add_credentials(
            access_key_id.into(),
            secret_access_key.into(),
            Some(session_token.into()),
        )
    }

    fn add_credentials(
        mut self,
        access_key_id: String,
        secret: String,
        token: Option<String>,
    ) -> Self {
        self.credentials.push(BaseCredentials {
            access_key_id,
            secret_access_key: Secret::new(secret),
            session_token: token.map(Secret::new),
        });
        self
    }

    /// Sets how long sessions live; 300 seconds if not set.
    #[must_use]
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.session_lifetime = lifetime;
        self
    }

    /// Forbids `ReadWrite` sessions: a request for one is denied, and a request without a mode gets `ReadOnly`. Writes
    /// that are signed with base credentials are denied too.
    #[must_use]
    pub fn deny_read_write(mut self) -> Self {
        self.deny_read_write = true;
        self
    }

    /// Sets the limits of the HTTP server.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Sets how many requests are kept; 100,000 if not set.
    #[must_use]
    pub fn recorded_requests(mut self, count: usize) -> Self {
        self.config.recorded_requests = count;
        self
    }

    /// Sets how much of each request's body is kept; 64 KiB if not set.
    #[must_use]
    pub fn recorded_body_bytes(mut self, bytes: usize) -> Self {
        self.config.recorded_body_bytes = bytes;
        self
    }

    /// Sets the smallest size of a part other than the last, and of an object that a range can be copied from. Default:
    /// 5 MiB, as in S3.
    #[must_use]
    pub fn min_part_size(mut self, bytes: usize) -> Self {
        self.config.min_part_size = bytes;
        self
    }

    /// Sets the number of parts of an object from which appends are refused. Default: 10,000, as in S3.
    #[must_use]
    pub fn max_parts(mut self, parts: usize) -> Self {
        self.config.max_parts = parts;
        self
    }

    /// Keeps buckets and objects in this directory, and starts with those that it has. Default: objects are in memory,
    /// and the part above 1 MiB of an object in a temporary file that the peer removes. Multipart uploads in progress
    /// are lost when the peer ends.
    #[must_use]
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = Some(path.into());
        self
    }

    /// Uses TLS with a new certificate. Default: plain HTTP.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Listens on this port; a free one if not set.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts on the current tokio runtime.
    ///
    /// A test that pauses tokio's time should use [`PeerBuilder::start_blocking`]: a paused clock jumps whenever the
    /// runtime has nothing to do, and with it the connection timeouts.
    pub async fn start(self) -> io::Result<Peer> {
        Peer::start(self).await
    }

    /// Starts in a thread with its own runtime.
    pub fn start_blocking(self) -> io::Result<Peer> {
        Peer::start_blocking(self)
    }
}
