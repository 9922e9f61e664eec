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
/// A part this large makes up for a round trip of some milliseconds, and sixteen of them fit into memory.
const PART_SIZE: u64 = 8 * MIB;
/// Below this size, a multipart upload is no faster than one request.
const THRESHOLD: u64 = 16 * MIB;
/// Times the size of a part, this is the memory of a transfer: 128 MiB.
const CONCURRENCY: usize = 16;

/// The limits of the service for multipart uploads. The defaults are the limits of S3; other servers may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceLimits {
    /// The smallest size of a part other than the last, in bytes. Default: 5 MiB.
    pub min_part_size: u64,
    /// The largest size of a part, and of an object that one request writes or copies, in bytes. Default: 5 GiB.
    pub max_part_size: u64,
    /// The largest number of parts of an upload. Default: 10,000.
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
    /// Creates the limits of another server.
    pub fn new(min_part_size: u64, max_part_size: u64, max_parts: u32) -> Self {
        Self {
            min_part_size,
            max_part_size,
            max_parts,
        }
    }

    /// The size of the parts for this many bytes: the wanted size, or a larger one if there would be too many parts.
    pub(crate) fn part_size(&self, wanted: u64, length: u64) -> Result<u64, Cause> {
        let least = length.div_ceil(u64::from(self.max_parts).max(1));
        let size = if least <= wanted {
            wanted
        } else {
            // rounded up to whole mebibytes if possible
            least
                .next_multiple_of(MIB)
                .min(self.max_part_size.max(least))
        };
        if size > self.max_part_size {
            return Err(self.too_long(length));
        }
        Ok(size)
    }

    /// The size of a part by its number, from 1, if the length is unknown: the size doubles ten times.
    pub(crate) fn growing_part_size(&self, wanted: u64, number: u32) -> u64 {
        let step = (self.max_parts / 10).max(1);
        let doublings = number.saturating_sub(1) / step;
        let size = wanted.saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX));
        size.min(self.max_part_size)
    }

    pub(crate) fn too_long(&self, length: u64) -> Cause {
        Cause::invalid(format!(
            "{length} bytes are more than an object can have, which is {} parts of {} bytes",
            self.max_parts, self.max_part_size
        ))
    }
}

/// Invalid settings of transfers.
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

    /// Sets the limit for requests of all transfers together. Default: [`Limit::shared`].
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// Sets how many parts or ranges one transfer has in progress at most. Default: 16. This number times
    /// [`part_size`](Self::part_size) is the most memory that a transfer uses.
    #[must_use]
    pub fn concurrency(mut self, number: usize) -> Self {
        self.concurrency = number;
        self
    }

    /// Sets the size of a part or a range, in bytes. Default: 8 MiB. If an object would have more than 10,000 parts,
    /// its parts are larger.
    #[must_use]
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes;
        self
    }

    /// Sets the size up to which an object is sent with a single request, in bytes. Default: twice the size of a part.
    /// At most the limit of a single request (5 GiB).
    #[must_use]
    pub fn multipart_threshold(mut self, bytes: u64) -> Self {
        self.threshold = Some(bytes);
        self
    }

    /// Sets the limits of the service for multipart uploads, if it is not S3.
    #[must_use]
    pub fn service_limits(mut self, limits: ServiceLimits) -> Self {
        self.bounds = limits;
        self
    }

    /// Sets how many attempts for one part may fail in a row before the transfer fails. Default: 8. This replaces the
    /// number of attempts of the client.
    #[must_use]
    pub fn part_attempts(mut self, number: u32) -> Self {
        self.retries.attempts = number;
        self
    }

    /// Sets how long to wait before a part is repeated: a random time up to `first`, up to twice that the next time,
    /// and so on up to `longest`. Defaults: 200 milliseconds and 10 seconds. This replaces the waits of the client.
    #[must_use]
    pub fn retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.retries.first = first;
        self.retries.longest = longest;
        self
    }

    /// Repeats a read whose answer takes longer than usual. Default: off.
    #[must_use]
    pub fn hedging(mut self, hedging: Hedging) -> Self {
        self.hedging = Some(hedging);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// If the size of a part is outside of the limits of the service, or a number is zero.
    pub fn build(self) -> Result<Transfers, SettingsError> {
        let bounds = self.bounds;
        let problem = if self.part_size < bounds.min_part_size || self.part_size == 0 {
            let least = bounds.min_part_size.max(1);
            format!(
                "part_size is {}, but parts have at least {least} bytes",
                self.part_size
            )
        } else if self.part_size > bounds.max_part_size {
            let most = bounds.max_part_size;
            format!(
                "part_size is {}, but parts have at most {most} bytes",
                self.part_size
            )
        } else if self.concurrency == 0 {
            "concurrency is 0, so nothing would be sent; set at least 1".to_owned()
        } else if bounds.max_parts == 0 {
            "max_parts is 0, so no object could be sent in parts; set at least 1".to_owned()
        } else if self.retries.attempts == 0 {
            "part_attempts is 0, so nothing would be sent; set at least 1".to_owned()
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
