//! [`Sums`]: what is computed over a body in memory before it is sent.

use http::header::{HeaderMap, HeaderName};

use crate::checksum::{Algorithm, Hasher, Sum};
use crate::pace::{SLICE, yield_now};
use crate::signing::PayloadHasher;

pub(super) const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// The checksums of a body that travel in headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// In `content-md5`.
    pub(super) md5: bool,
    pub(super) checksum: Option<Algorithm>,
}

impl Sums {
    fn wanted(self) -> impl Iterator<Item = (HeaderName, Algorithm)> {
        #[cfg(feature = "more-checksums")]
        let md5 = self.md5.then_some((CONTENT_MD5, Algorithm::Md5));
        #[cfg(not(feature = "more-checksums"))]
        let md5 = None;
        let checksum = self.checksum.map(|sum| (sum.header_name(), sum));
        md5.into_iter().chain(checksum)
    }

    /// Computes them at once, which is for short bodies.
    pub(crate) fn write(self, bytes: &[u8], headers: &mut HeaderMap) {
        for (name, algorithm) in self.wanted() {
            headers.insert(name, Sum::of(algorithm, bytes).to_header());
        }
    }

    /// Computes them slice by slice, and with `payload` the hash that is signed as well. Other tasks
    /// run in between.
    pub(super) async fn write_long(
        self,
        bytes: &[u8],
        payload: bool,
        headers: &mut HeaderMap,
    ) -> Option<String> {
        let mut payload = payload.then(PayloadHasher::new);
        let hashers = self.wanted();
        let mut hashers: Vec<_> = hashers
            .map(|(name, algorithm)| (name, Hasher::new(algorithm)))
            .collect();
        if payload.is_some() || !hashers.is_empty() {
            for (index, slice) in bytes.chunks(SLICE).enumerate() {
                if index > 0 {
                    yield_now().await;
                }
                for (_, hasher) in &mut hashers {
                    hasher.update(slice);
                }
                if let Some(payload) = &mut payload {
                    payload.update(slice);
                }
            }
        }
        for (name, hasher) in hashers {
            headers.insert(name, hasher.finish().to_header());
        }
        payload.map(PayloadHasher::finish)
    }
}
