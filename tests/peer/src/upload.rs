//! Multipart uploads in progress.

use crate::checksum::{ChecksumAlgorithm, ChecksumType};
use crate::data::Data;
use crate::object::{Details, new_etag, whole_second};
use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

/// A multipart upload that was neither completed nor aborted.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) initiated: SystemTime,
    pub(crate) details: Details,
    /// The checksum that was asked for when it began.
    pub(crate) checksum: Option<(ChecksumAlgorithm, ChecksumType)>,
    pub(crate) parts: BTreeMap<u32, Part>,
}

/// An uploaded part.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) data: Data,
    pub(crate) etag: String,
    pub(crate) last_modified: SystemTime,
    pub(crate) checksum: Option<(ChecksumAlgorithm, String)>,
}

impl Part {
    pub(crate) fn new(
        data: Data,
        checksum: Option<(ChecksumAlgorithm, String)>,
        now: SystemTime,
    ) -> Self {
        Self {
            data,
            etag: new_etag(),
            last_modified: whole_second(now),
            checksum,
        }
    }

    /// A checksum of its content: the one that came with it, or a calculated one.
    pub(crate) fn encoded(&self, algorithm: ChecksumAlgorithm) -> io::Result<String> {
        match &self.checksum {
            Some((verified, value)) if *verified == algorithm => Ok(value.clone()),
            _ => algorithm.encoded_of(&self.data),
        }
    }
}
