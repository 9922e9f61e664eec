//! Random values.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

/// A source of random numbers for waiting times. It is not used for keys or tokens.
///
/// WebAssembly has no randomness that Rust knows: a client there has to be given some, such as that of
/// `crypto.getRandomValues`, and idempotency tokens are made with it as well.
pub trait Random: fmt::Debug + Send + Sync {
    /// Returns a number with random bits.
    fn number(&self) -> u64;
}

/// The randomness of the system.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

/// The same where Rust knows of none: what the first client was given as [`random`](crate::Builder::random) seeds it.
#[cfg(target_family = "wasm")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn number(&self) -> u64 {
        u64::from_le_bytes(bytes())
    }
}

/// A duration from zero to `limit`, each as likely as any other.
pub(crate) fn up_to(random: &dyn Random, limit: Duration) -> Duration {
    let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
    // the upper half of the product is even over the range
    let drawn = (u128::from(random.number()) * (u128::from(nanos) + 1)) >> 64;
    Duration::from_nanos(u64::try_from(drawn).unwrap_or(nanos))
}

/// A random UUID (version 4), for idempotency tokens.
pub(crate) fn uuid() -> String {
    let mut bytes: [u8; 16] = bytes();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    fill(&mut bytes);
    bytes
}

#[cfg(not(target_family = "wasm"))]
fn fill(bytes: &mut [u8]) {
    // The system has randomness from its first process on; TLS could not start without it either.
    getrandom::fill(bytes).expect("the system's randomness");
}

#[cfg(any(test, target_family = "wasm"))]
mod seeded;
#[cfg(target_family = "wasm")]
use seeded::fill;
#[cfg(target_family = "wasm")]
pub(crate) use seeded::seed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_form_of_a_uuid_and_differ() {
        let (one, other) = (uuid(), uuid());
        assert_ne!(one, other);
        assert_eq!(one.len(), 36);
        assert_eq!(&one[14..15], "4");
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
        assert_eq!(one.matches('-').count(), 4);
    }

    #[derive(Debug)]
    struct Fixed(u64);

    impl Random for Fixed {
        fn number(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn durations_reach_from_zero_to_their_limit() {
        let limit = Duration::from_millis(100);
        assert_eq!(up_to(&Fixed(0), limit), Duration::ZERO);
        assert_eq!(up_to(&Fixed(u64::MAX), limit), limit);
        assert_eq!(up_to(&Fixed(1 << 63), limit), limit / 2);
        assert_eq!(up_to(&Fixed(u64::MAX), Duration::ZERO), Duration::ZERO);
        assert!(up_to(&Fixed(u64::MAX), Duration::MAX) > limit);
    }
}
