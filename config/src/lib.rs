//! Loads settings and credentials for clients that Zonal has generated, from the places that other AWS tools use.
//!
//! A client of [`zonal`](https://docs.rs/zonal) reads only variables of the environment. This crate adds the other
//! sources: the files `~/.aws/config` and `~/.aws/credentials` with their profiles, roles, single sign-on, programs
//! that print credentials, and the services that give credentials to containers and machines.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = zonal_config::load().await?;
//! let client = zonal::Client::builder().settings(settings).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! [`Loader`] sets a profile or a region, and supplies the code of an MFA device if a role needs one:
//!
//! ```no_run
//! # async fn example() -> Result<(), zonal_config::Error> {
//! let settings = zonal_config::Loader::new()
//!     .profile("production")
//!     .region("us-west-2")
//!     .load()
//!     .await?;
//! println!("calls go to {:?}", settings.values().region);
//! # Ok(())
//! # }
//! ```
//!
//! # What is read
//!
//! A variable takes precedence over the setting of the profile. [`Loader::profile`], `AWS_PROFILE` or
//! `AWS_DEFAULT_PROFILE` name the profile; otherwise it is `default`.
//!
//! | what | variable | setting of the profile |
//! |---|---|---|
//! | region | `AWS_REGION`, `AWS_DEFAULT_REGION` | `region`; after it, the region of the machine on EC2 |
//! | endpoint | `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` | `endpoint_url` below `s3` in the section that `services` names, `endpoint_url` |
//! | FIPS, dual stack | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `use_fips_endpoint`, `use_dualstack_endpoint` (below `s3` too) |
//! | certificates to trust | `AWS_CA_BUNDLE` | `ca_bundle` |
//! | attempts | `AWS_MAX_ATTEMPTS`, `AWS_RETRY_MODE`, `AWS_DEFAULTS_MODE` | `max_attempts`, `retry_mode`, `defaults_mode` |
//! | checksums | `AWS_REQUEST_CHECKSUM_CALCULATION`, `AWS_RESPONSE_CHECKSUM_VALIDATION` | `request_checksum_calculation`, `response_checksum_validation` |
//! | sessions | `AWS_S3_DISABLE_EXPRESS_SESSION_AUTH` | `s3_disable_express_session_auth` |
//!
//! An invalid value is an [`Error`], even if the setting has no effect here.
//!
//! # Where credentials come from
//!
//! From the first of these sources that has any. [`Chain`] has the complete list:
//!
//! 1. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, unless [`Loader::profile`] names a profile;
//! 2. `role_arn` with `source_profile` or `credential_source`, over as many profiles as it takes;
//! 3. a web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, or the same in the profile;
//! 4. single sign-on: `sso_session`, or `sso_start_url` in the profile, after `aws sso login`;
//! 5. keys in `~/.aws/credentials`, then `credential_process`, then keys in `~/.aws/config`;
//! 6. the agent of a container: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`;
//! 7. the metadata service of EC2, unless `AWS_EC2_METADATA_DISABLED` is `true`.
//!
//! Credentials of `aws login` (`login_session`) are not supported; the error says what to use instead.
//!
//! A `credential_process` may take 60 seconds and print 1 MiB. The metadata service may take 5 seconds in total, or
//! `metadata_service_timeout` (default: 1 second) times `metadata_service_num_attempts` (default: 1) if that is longer.
//!
//! The client loads credentials when the first call needs them, and again shortly before they expire.
//! [`Settings::credentials`] makes them available to other code that takes providers of the AWS ecosystem.
//!
//! All requests use the HTTP stack of the client. Requests to sources of credentials at loopback and link-local
//! addresses, or at addresses that AWS has documented for them, never go through a proxy.

mod checked;
mod credentials;
mod env;
mod error;
mod http_client;
mod ini;
mod loader;
mod number;
mod profiles;
mod retries;
mod rules;
mod s3;
mod secret_json;
mod settings;
mod sources;
mod values;

pub use credentials::{Chain, MfaCode, Renewing};
pub use env::Env;
pub use error::{Error, ErrorKind};
pub use http_client::SharedHttp;
pub use loader::{Loader, load};
#[doc(hidden)] // for the program `zonal`, which prints what Python would
pub use number::{integer, quoted};
pub use profiles::{Profile, Profiles};
pub use retries::Retries;
pub use rules::{Place, Rules};
#[doc(hidden)]
pub use secret_json::SecretJson;
pub use settings::{Provider, Settings};
pub use sources::Sources;
pub use values::{Given, Values};

/// Parses a configuration file. For the fuzzers in `fuzz/`.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn fuzz_file(text: &str) {
    let Ok(file) = ini::parse(text) else { return };
    for (name, section) in &file {
        ini::words(name);
        for value in section.values() {
            ini::nested(value.expose());
        }
    }
}
