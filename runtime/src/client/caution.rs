//! [`Caution`]: asks before it sends, after an upload was cut off.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::{EXPECT, HeaderMap, HeaderValue};

use crate::clock::Clock;
use crate::transport::{Sending, TransportError, TransportErrorKind};

/// How long a body waits for a refusal.
const WAIT: Duration = Duration::from_secs(1);

/// Whether a long upload asks before it sends.
///
/// A service that refuses an upload at once may close the connection while the body goes out, and
/// its answer can be lost then. The call's next attempt, or else the client's next upload, comes
/// with `expect: 100-continue` and its body waits a second: a refusal is read before anything can
/// break. The HTTP library does not tell when the service asks for the body, so the wait is the
/// price of it; it is paid once for every upload that was cut off.
#[derive(Debug, Default)]
pub(super) struct Caution(AtomicBool);

impl Caution {
    /// Sets up a long body of a call. The header is not signed, as a proxy may take it away.
    pub(super) fn apply(
        &self,
        of_call: &Self,
        sending: &Sending,
        headers: &mut HeaderMap,
        clock: &dyn Clock,
    ) {
        let is_due = |caution: &Self| caution.0.swap(false, Ordering::Relaxed);
        // the call's own leaves nothing to others
        if is_due(of_call) | is_due(self) {
            headers.insert(EXPECT, HeaderValue::from_static("100-continue"));
        }
        self.wait(sending, headers, clock);
    }

    /// Lets the body wait if the head asks.
    pub(super) fn wait(&self, sending: &Sending, headers: &HeaderMap, clock: &dyn Clock) {
        if headers.contains_key(EXPECT) {
            sending.wait(clock.sleep(WAIT));
        }
    }

    /// No answer came. What is said of a connection that broke while the body went out.
    pub(super) fn failed(
        &self,
        of_call: &Self,
        sending: &Sending,
        error: TransportError,
    ) -> TransportError {
        if error.kind() != TransportErrorKind::Closed || !sending.is_going() {
            return error;
        }
        for caution in [self, of_call] {
            caution.0.store(true, Ordering::Relaxed);
        }
        error.while_sending()
    }
}
