//! [`Caution`]: asks before it sends, after an upload was cut off.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::StatusCode;
use http::header::{EXPECT, HeaderMap, HeaderValue};

use crate::clock::Clock;
use crate::transport::{Sending, TransportError, TransportErrorKind};

/// How long a body waits for a refusal.
const WAIT: Duration = Duration::from_secs(1);

/// Whether the long uploads of a client ask before they send.
///
/// A service that refuses an upload at once may close the connection while the body goes out, and
/// its answer can be lost then. The next long body comes with `expect: 100-continue` and waits a
/// second: a refusal is read before anything can break. The HTTP library does not tell when the
/// service asks for the body, so the wait is the price of every careful upload; one that succeeds
/// ends the caution.
#[derive(Debug, Default)]
pub(super) struct Caution(AtomicBool);

impl Caution {
    /// Sets up a long body. The header is not signed, as a proxy may take it away.
    pub(super) fn apply(&self, sending: &Sending, headers: &mut HeaderMap, clock: &dyn Clock) {
        if self.0.load(Ordering::Relaxed) {
            headers.insert(EXPECT, HeaderValue::from_static("100-continue"));
            sending.wait(clock.sleep(WAIT));
        }
    }

    /// No answer came. What is said of a connection that broke while the body went out.
    pub(super) fn failed(&self, sending: &Sending, error: TransportError) -> TransportError {
        if error.kind() != TransportErrorKind::Closed {
            return error;
        }
        self.0.store(true, Ordering::Relaxed);
        match sending.is_going() {
            true => error.while_sending(),
            false => error,
        }
    }

    /// An answer came.
    pub(super) fn answered(&self, status: StatusCode) {
        if status.is_success() || status == StatusCode::EXPECTATION_FAILED {
            self.0.store(false, Ordering::Relaxed);
        }
    }
}
