//! Randomness that keeps clients apart.

use std::time::Duration;

/// A random time from zero to `limit`.
pub(super) fn up_to(limit: Duration) -> Duration {
    if limit.is_zero() {
        return limit;
    }
    // no jitter is better than no session
    let random = getrandom::u32().unwrap_or(0);
    limit.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
