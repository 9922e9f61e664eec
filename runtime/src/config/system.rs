//! The clock and the random numbers of a client.

use std::sync::Arc;

use super::BuildError;
use crate::clock::Clock;
use crate::random::Random;

type Found = (Arc<dyn Clock>, Arc<dyn Random>);

/// Those of the system where none are given.
#[cfg(not(target_family = "wasm"))]
pub(super) fn fill_in(
    clock: Option<Arc<dyn Clock>>,
    random: Option<Arc<dyn Random>>,
) -> Result<Found, BuildError> {
    Ok((
        clock.unwrap_or_else(|| Arc::new(crate::clock::SystemClock)),
        random.unwrap_or_else(|| Arc::new(crate::random::SystemRandom)),
    ))
}

/// WebAssembly has none that Rust knows.
#[cfg(target_family = "wasm")]
pub(super) fn fill_in(
    clock: Option<Arc<dyn Clock>>,
    random: Option<Arc<dyn Random>>,
) -> Result<Found, BuildError> {
    let clock = clock.ok_or(BuildError::MissingFromHost("clock"))?;
    let random = random.ok_or(BuildError::MissingFromHost("random"))?;
    crate::random::seed(&*random);
    Ok((clock, random))
}
