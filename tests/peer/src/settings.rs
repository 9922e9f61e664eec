//! The settings of a bucket: policy, default encryption, lifecycle, inventory and metrics.
//!
//! They are kept in memory, also where buckets are on the disk. Policies are kept and not evaluated; lifecycle rules,
//! reports and metrics do nothing.

use crate::encryption::Encryption;
use bytes::Bytes;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The policy as it was sent.
    pub(crate) policy: Option<Bytes>,
    /// How sessions encrypt that ask for nothing.
    pub(crate) encryption: Encryption,
    /// The customer managed key that the bucket has accepted; it accepts no other.
    pub(crate) key_id: Option<String>,
    /// The lifecycle rules, as XML.
    pub(crate) lifecycle: Option<String>,
    /// Inventory configurations by id, as XML.
    pub(crate) inventory: BTreeMap<String, String>,
    /// Metrics configurations by id, as XML.
    pub(crate) metrics: BTreeMap<String, String>,
}
