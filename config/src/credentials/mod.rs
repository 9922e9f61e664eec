//! Sources of credentials. This crate reads the environment and files. It uses `aws-config` for roles, SSO, containers
//! and instance metadata, over the transport of the client.

mod chain;
mod process;
mod remote;
mod renewing;
mod role;

use std::fmt;
use std::io;
use std::sync::Arc;

use zonal_runtime::clock::BoxFuture;

pub use chain::Chain;
pub(crate) use chain::environment;
pub(crate) use remote::region_of_machine;
pub use renewing::Renewing;

/// Returns the code of the MFA device with this serial number.
#[derive(Clone)]
pub struct MfaCode(Arc<Ask>);

type Ask = dyn Fn(String) -> BoxFuture<'static, io::Result<String>> + Send + Sync;

impl MfaCode {
    /// Calls `ask` with the serial number or ARN of the device each time that the role is assumed.
    pub fn new<F>(ask: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<String>> + Send + 'static,
    {
        Self(Arc::new(move |serial| Box::pin(ask(serial))))
    }

    async fn ask(&self, serial: &str) -> io::Result<String> {
        (self.0)(serial.to_owned()).await
    }
}

impl fmt::Debug for MfaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MfaCode").finish_non_exhaustive()
    }
}
