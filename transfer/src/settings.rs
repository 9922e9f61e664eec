//! [`Builder`]: the settings of transfers, and what the service allows.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zonal::Client;

use crate::error::Cause;
use crate::hedge::{Hedger, Hedging};
use crate::limit::Limit;
use crate::retry::RetryPolicy;
use crate::transfers::{Settings, Transfers};

const MIB: u64 = 1024 * 1024;
/// Large enough that a round trip of some milliseconds costs little, small enough that sixteen fit into memory.
const PART_SIZE: u64 = 8 * MIB;
/// Below this, parts save nothing: two requests in turn would send as much.
const THRESHOLD: u64 = 16 * MIB;
/// Together with the size of a part this is the memory of a transfer: 128 MiB.
const CONCURRENCY: usize = 16;

/// What the service allows of uploads in parts. The default is what S3 allows; other servers may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceLimits {
    /// The least size of a part that is not the last, in bytes: 5 MiB.
    pub min_part_size: u64,
    /// The largest size of a part, and of an object that is written or copied by one request: 5 GiB.
    pub max_part_size: u64,
    /// The most parts of an upload: 10,000.
    pub max_parts: u32,
}

impl Default for ServiceLimits {
    fn default() -> Self {
        Self {
            min_part_size: 5 * MIB,
            max_part_size: 5 * 1024 * MIB,
            max_parts: 10_000,
        }
    }
}

impl ServiceLimits {
    /// Limits of another server.
    pub fn new(min_part_size: u64, max_part_size: u64, max_parts: u32) -> Self {
        Self {
            min_part_size,
            max_part_size,
            max_parts,
        }
    }

    /// The size of the parts for so many bytes: as wanted, or more where there would be too many parts.
    pub(crate) fn part_size(&self, wanted: u64, length: u64) -> Result<u64, Cause> {
        let least = length.div_ceil(u64::from(self.max_parts).max(1));
        let size = match least <= wanted {
            true => wanted,
            // whole mebibytes, as far as that is possible
            false => least
                .next_multiple_of(MIB)
                .min(self.max_part_size.max(least)),
        };
        if size > self.max_part_size {
            return Err(self.too_long(length));
        }
        Ok(size)
    }

    /// The size of a part, by its number from 1, where nobody knows how many will follow: it doubles ten times over.
    pub(crate) fn growing_part_size(&self, wanted: u64, number: u32) -> u64 {
        let step = (self.max_parts / 10).max(1);
        let doublings = number.saturating_sub(1) / step;
        let size = wanted.saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX));
        size.min(self.max_part_size)
    }

    pub(crate) fn too_long(&self, length: u64) -> Cause {
        Cause::invalid(format!(
            "{length} bytes are more than an object can have: {} parts of {} bytes",
            self.max_parts, self.max_part_size
        ))
    }
}

/// Settings that transfers cannot keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError(String);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

/// The settings of [`Transfers`].
#[derive(Debug)]
pub struct Builder {
    client: Client,
    limit: Limit,
    concurrency: usize,
    part_size: u64,
    threshold: Option<u64>,
    bounds: ServiceLimits,
    retries: RetryPolicy,
    hedging: Option<Hedging>,
}

impl Builder {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            limit: Limit::shared(),
            concurrency: CONCURRENCY,
            part_size: PART_SIZE,
            threshold: None,
            bounds: ServiceLimits::default(),
            retries: RetryPolicy::default(),
            hedging: None,
        }
    }

    /// How many requests all transfers together have under way; [`Limit::shared`] unless set.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// How many parts or ranges one transfer has under way at most; 16 unless set. Times
    /// [`part_size`](Self::part_size) it is the memory that a transfer takes at most.
    #[must_use]
    pub fn concurrency(mut self, number: usize) -> Self {
        self.concurrency = number;
        self
    }

    /// How many bytes a part or a range has; 8 MiB unless set. Objects that would have more than 10,000 parts are sent
    /// in larger ones.
    #[must_use]
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes;
        self
    }

    /// Up to how many bytes an object is sent by a single request; twice the size of a part unless set, and no more
    /// than a single request can carry (5 GiB).
    #[must_use]
    pub fn multipart_threshold(mut self, bytes: u64) -> Self {
        self.threshold = Some(bytes);
        self
    }

    /// What the service allows of uploads in parts, if it is not S3.
    #[must_use]
    pub fn service_limits(mut self, limits: ServiceLimits) -> Self {
        self.bounds = limits;
        self
    }

    /// How many requests for one part may fail in a row before the transfer does; 8 unless set. It takes the place of
    /// the client's own number of attempts.
    #[must_use]
    pub fn part_attempts(mut self, number: u32) -> Self {
        self.retries.attempts = number;
        self
    }

    /// How long to wait before a part is tried again: a random time up to `first`, up to twice that the next time, and so
    /// on up to `longest`; 200 milliseconds and 10 seconds unless set. It takes the place of the client's own waits.
    #[must_use]
    pub fn retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.retries.first = first;
        self.retries.longest = longest;
        self
    }

    /// Asks again for what is read and does not come as soon as it usually does; off unless set.
    #[must_use]
    pub fn hedging(mut self, hedging: Hedging) -> Self {
        self.hedging = Some(hedging);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// If a part would be smaller or larger than the service allows, or a number is zero.
    pub fn build(self) -> Result<Transfers, SettingsError> {
        let bounds = self.bounds;
        let problem = if self.part_size < bounds.min_part_size || self.part_size == 0 {
            let least = bounds.min_part_size.max(1);
            format!(
                "part_size is {}, and parts have {least} bytes at least",
                self.part_size
            )
        } else if self.part_size > bounds.max_part_size {
            let most = bounds.max_part_size;
            format!(
                "part_size is {}, and parts have {most} bytes at most",
                self.part_size
            )
        } else if self.concurrency == 0 {
            "concurrency is 0, so that nothing would be sent; 1 is the least".to_owned()
        } else if bounds.max_parts == 0 {
            "max_parts is 0, so that no object could be sent in parts".to_owned()
        } else if self.retries.attempts == 0 {
            "part_attempts is 0, so that nothing would be sent; 1 is the least".to_owned()
        } else {
            return Ok(self.build_unchecked());
        };
        Err(SettingsError(problem))
    }

    pub(crate) fn build_unchecked(self) -> Transfers {
        let threshold = self.threshold.unwrap_or(match self.part_size {
            PART_SIZE => THRESHOLD,
            size => size.saturating_mul(2),
        });
        Transfers {
            client: self.client,
            settings: Arc::new(Settings {
                limit: self.limit,
                concurrency: self.concurrency,
                part_size: self.part_size,
                threshold: threshold.min(self.bounds.max_part_size),
                bounds: self.bounds,
                retries: self.retries,
                hedger: self.hedging.map(Hedger::new),
                accepted: Mutex::default(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_neither_too_many_nor_too_small() {
        let limits = ServiceLimits::default();
        let gib = 1024 * MIB;
        for length in [
            0,
            1,
            PART_SIZE,
            80_000 * MIB,
            80_000 * MIB + 1,
            200 * gib,
            48_828 * gib,
            50_000 * gib,
        ] {
            let size = limits.part_size(PART_SIZE, length).unwrap();
            assert!(size >= limits.min_part_size && size <= limits.max_part_size);
            assert!(
                length.div_ceil(size) <= 10_000,
                "{length} in parts of {size}"
            );
        }
        assert_eq!(
            limits.part_size(PART_SIZE, 80_000 * MIB).unwrap(),
            PART_SIZE
        );
        assert_eq!(
            limits.part_size(PART_SIZE, 80_000 * MIB + 1).unwrap(),
            9 * MIB
        );
        assert!(limits.part_size(PART_SIZE, 50_000 * gib + 1).is_err());
        assert!(limits.part_size(PART_SIZE, u64::MAX).is_err());
    }

    #[test]
    fn parts_of_unknown_number_grow() {
        let limits = ServiceLimits::new(4, 1000, 20);
        let sizes = (1..=20).map(|number| limits.growing_part_size(10, number));
        let sizes: Vec<_> = sizes.collect();
        assert_eq!(sizes[..6], [10, 10, 20, 20, 40, 40]);
        assert_eq!(sizes[19], 1000);
        let few = ServiceLimits::new(1, 1 << 40, 3);
        assert_eq!(few.growing_part_size(1, 3), 4);
    }
}
