//! Timeouts. They limit silence, not duration: a call that makes progress continues.

use std::time::Duration;

use super::{BuildError, Builder};
use crate::operation::OperationSpec;
use crate::silence::{Patience, Throughput};

/// How long a connection may take to open: three times what a handshake over a bad link takes, and short
/// enough for another address or another attempt.
pub(crate) const CONNECT: Duration = Duration::from_secs(3);

/// How long nothing may move in an exchange, in either direction. S3 begins its answers within
/// milliseconds, and pauses within them of some seconds are known; a minute is what other clients of AWS
/// wait as well.
pub(crate) const SILENCE: Duration = Duration::from_secs(60);

/// The same for operations during which the service puts an object together before it answers, which S3
/// says may take several minutes.
pub(crate) const ASSEMBLING: Duration = Duration::from_secs(300);

/// The same for a read without a body on a connection that was used before. Nothing tells such a
/// connection from one that a router or a server has forgotten, and a read costs little to send again on
/// a new one.
pub(crate) const REUSED: Duration = Duration::from_secs(10);

/// After a body that was sent, the answer has a second more for each so many bytes: a proxy may have
/// taken them long before it hands them on. In all it is [`ASSEMBLING`] at most.
pub(crate) const BYTES_A_SECOND: u64 = 64 * 1024;

/// How long the document of an error may take, from the head of the answer to its end. It has a few
/// hundred bytes, and what it says decides whether the call is tried again.
pub(crate) const ERROR_DOCUMENT: Duration = Duration::from_secs(10);

/// How long a provider of credentials may take. Roles and single sign-on need some seconds with their own
/// retries; all calls wait meanwhile, so that there is an end.
pub(crate) const CREDENTIALS: Duration = Duration::from_secs(10);

/// How long a call waits for a session, with all that it takes to open one. Other calls wait for it too.
pub(crate) const IDENTITY: Duration = Duration::from_secs(10);

/// How long things may take, where that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timeouts {
    connect: Option<Duration>,
    read: Option<Duration>,
    /// Of a provider of credentials.
    pub(super) credentials: Option<Duration>,
    /// Of an attempt.
    pub(crate) attempt: Option<Duration>,
    /// Of a whole call.
    pub(crate) call: Option<Duration>,
    pub(crate) throughput: Option<Throughput>,
}

impl Timeouts {
    pub(crate) fn connect(&self) -> Duration {
        self.connect.unwrap_or(CONNECT)
    }

    /// What an exchange has to keep to, for a request with a body of this length.
    pub(crate) fn patience(&self, spec: &OperationSpec, length: u64) -> Patience {
        let silence = match self.read {
            Some(limit) => limit,
            None if spec.assembles => ASSEMBLING,
            None => {
                let behind = Duration::from_secs(length / BYTES_A_SECOND);
                SILENCE.saturating_add(behind).min(ASSEMBLING)
            }
        };
        Patience {
            silence,
            // it is not the network that makes those slow
            throughput: self.throughput.filter(|_| !spec.assembles),
        }
    }

    /// How long nothing may move for a read without a body on a connection that was used before.
    pub(crate) fn reused(&self) -> Duration {
        self.read.unwrap_or(REUSED)
    }

    /// How long a provider of credentials may take.
    pub(crate) fn credentials(&self) -> Duration {
        let limit = self.credentials.unwrap_or(CREDENTIALS);
        self.attempt.map_or(limit, |attempt| limit.min(attempt))
    }

    /// How long a call waits for a session.
    pub(crate) fn identity(&self) -> Duration {
        self.attempt.unwrap_or(IDENTITY)
    }

    pub(super) fn check(&self) -> Result<(), BuildError> {
        let window = self.throughput.map(|throughput| throughput.window);
        let timeouts = [
            ("connect_timeout", self.connect),
            ("attempt_timeout", self.attempt),
            ("read_timeout", self.read),
            ("credentials_timeout", self.credentials),
            ("call_timeout", self.call),
            ("min_throughput", window),
        ];
        let is_zero = |limit: Option<Duration>| limit.is_some_and(|limit| limit.is_zero());
        match timeouts.into_iter().find(|(_, limit)| is_zero(*limit)) {
            Some((name, _)) => Err(BuildError::ZeroTimeout(name)),
            None => Ok(()),
        }
    }
}

/// Timeouts. By default, they do not limit how long a call takes: they limit how long no bytes move on its connection,
/// in either direction. Time in which the caller supplies no body, or does not read an answer, never counts.
impl<C> Builder<C> {
    /// Sets how long a connection may take to open. Default: 3 seconds. Time in which the program waits for the
    /// processor hardly counts. This has no effect on a custom transport.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.connect = Some(limit);
        self
    }

    /// Sets how long no bytes may move, in either direction, while the client waits for the service to accept more of a
    /// request, to begin its answer, or to continue it. An attempt that is silent for longer fails.
    ///
    /// The defaults are:
    ///
    /// - 60 seconds, because S3 begins its answers within milliseconds;
    /// - after a request body, a second more for each 64 KiB of it, up to 5 minutes in total, because a proxy may still
    ///   be forwarding it;
    /// - 5 minutes for operations that create an object from others on the server, such as `CopyObject` or
    ///   `CompleteMultipartUpload`;
    /// - 10 seconds for a read without a body on a connection that was used before, because that connection may be
    ///   dead.
    ///
    /// A limit that you set replaces all four, whether it is shorter or longer. After a silent read on a used
    /// connection, the client repeats it on a new one, which does not count as an attempt.
    ///
    /// Shared work has a limit in total: 10 seconds for credentials, for a session (see
    /// [`SessionSettings`](crate::session::SessionSettings)) and for the document of an error.
    #[must_use]
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.read = Some(limit);
        self
    }

    /// Sets how long one attempt may take, from loading credentials to the last byte, or to the moment when the caller
    /// receives a streamed body. Default: no limit. If the stream of a request body is too slow, the error says so.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.attempt = Some(limit);
        self
    }

    /// Sets how long a call may take with all its attempts and waits, and with reading the body of its response.
    /// Default: no limit. While the caller reads a streamed body, only the time of waiting for it counts, not the time
    /// between two reads.
    #[must_use]
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.call = Some(limit);
        self
    }

    /// Sets how many bytes must move in a second while a body is sent or received, on average over each `window`. A
    /// slower exchange fails. Default: no limit. The time in which the service prepares its answer and the time of the
    /// caller do not count. Operations that create an object from others on the server are not measured.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<C: From<zonal_runtime::Core>>(builder: zonal_runtime::Builder<C>) {
    /// builder.min_throughput(1024, Duration::from_secs(20));
    /// # }
    /// ```
    #[must_use]
    pub fn min_throughput(mut self, bytes_per_second: u64, window: Duration) -> Self {
        self.timeouts.throughput = Some(Throughput {
            bytes_per_second,
            window,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    const KIB: u64 = 1024;

    #[test]
    fn what_holds_unless_set() {
        static SPEC: OperationSpec = OperationSpec::new("Any", Method::PUT);
        static JOIN: OperationSpec = OperationSpec::new("Join", Method::POST).assembles();
        let seconds = Duration::from_secs;
        let unset = Timeouts::default();
        let silence = |spec, length| unset.patience(spec, length).silence;
        assert_eq!(unset.connect(), seconds(3));
        assert_eq!(silence(&SPEC, 0), seconds(60));
        assert_eq!(unset.reused(), seconds(10));
        assert_eq!(silence(&JOIN, 0), seconds(300));
        // a second more for each 64 KiB of a body, up to 5 minutes in all
        assert_eq!(silence(&SPEC, 64 * KIB - 1), seconds(60));
        assert_eq!(silence(&SPEC, 64 * KIB), seconds(61));
        assert_eq!(silence(&SPEC, KIB * KIB), seconds(76));
        assert_eq!(silence(&SPEC, 15 * KIB * KIB), seconds(300));
        assert_eq!(silence(&SPEC, u64::MAX), seconds(300));
        // what others wait for has a limit in all
        assert_eq!(unset.credentials(), seconds(10));
        assert_eq!(unset.identity(), seconds(10));
        assert_eq!(ERROR_DOCUMENT, seconds(10));
        // nothing else is limited
        assert_eq!((unset.attempt, unset.call), (None, None));
        assert_eq!(unset.patience(&SPEC, 0).throughput, None);
    }
}
