//! [`Config`]: what the builder has checked, and the client reads.

use std::sync::Arc;

use super::sessions::SessionConfig;
use super::settings::Compression;
use super::timeouts::Timeouts;
use crate::checksum::Checksums;
use crate::clock::Clock;
use crate::credentials::Provider;
use crate::endpoint::{ParamId, Rules, Value};
use crate::hook::Hooks;
use crate::random::Random;
use crate::retry::RetryPolicy;
use crate::service::ServiceSpec;
use crate::transport::Transport;

/// The settings of a built client.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) service: &'static ServiceSpec,
    /// The endpoint rules: those of the service, unless others were chosen.
    pub(crate) rules: &'static Rules,
    pub(crate) region: String,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) use_fips: bool,
    pub(crate) use_dual_stack: bool,
    pub(crate) allow_http: bool,
    pub(crate) endpoint_params: Vec<(ParamId, Value<'static>)>,
    pub(crate) compression: Compression,
    pub(crate) credentials: Provider,
    pub(crate) sessions: SessionConfig,
    pub(crate) timeouts: Timeouts,
    pub(crate) request_checksums: Checksums,
    pub(crate) response_checksums: Checksums,
    pub(crate) retries: RetryPolicy,
    pub(crate) resumptions: u32,
    pub(crate) hooks: Hooks,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}
