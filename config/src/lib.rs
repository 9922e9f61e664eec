//! Settings and credentials as users of AWS have them, for clients that Zonal has made.
//!
//! A client of [`zonal`](https://docs.rs/zonal) reads variables of the environment and nothing else. This crate reads
//! the rest: the files `~/.aws/config` and `~/.aws/credentials` with their profiles, roles, single sign-on, programs
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
//! [`Loader`] chooses a profile or a region, and answers where a role asks for the code of an MFA device:
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
//! A variable goes ahead of the setting of the profile. The profile is the one that [`Loader::profile`],
//! `AWS_PROFILE` or `AWS_DEFAULT_PROFILE` names, or else `default`.
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
//! A value that a setting cannot have is an [`Error`], even where nothing here depends on the setting.
//!
//! # Where credentials come from
//!
//! From the first of these that has any; [`Chain`] has the list in full:
//!
//! 1. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, unless [`Loader::profile`] names a profile;
//! 2. `role_arn` with `source_profile` or `credential_source`, over as many profiles as it takes;
//! 3. a web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, or the same in the profile;
//! 4. single sign-on: `sso_session`, or `sso_start_url` in the profile, after `aws sso login`;
//! 5. keys in `~/.aws/credentials`, then `credential_process`, then keys in `~/.aws/config`;
//! 6. the agent of a container: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`;
//! 7. the metadata service of EC2, unless `AWS_EC2_METADATA_DISABLED` is `true`.
//!
//! What `aws login` leaves behind (`login_session`) is not read; the error says what takes its place.
//!
//! A program named by `credential_process` may take 60 seconds and print 1 MiB. The metadata service may take 5 seconds in
//! all, or as long as `metadata_service_timeout` (1 second unless set) and `metadata_service_num_attempts` (1) come to.
//!
//! They are looked for when the first call needs them, and again shortly before they expire. [`Settings::credentials`]
//! gives them to anything else that takes providers of the AWS ecosystem.
//!
//! All this goes over the HTTP stack of the client; no second one is linked. Services of credentials on this machine,
//! on its link or at the addresses that AWS has for them are never asked through a proxy.

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
mod settings;
mod sources;
mod values;

pub use credentials::{Chain, MfaCode};
pub use env::Env;
pub use error::{Error, ErrorKind};
pub use http_client::SharedHttp;
pub use loader::{Loader, load};
pub use number::{integer, quoted};
pub use profiles::{Profile, Profiles};
pub use retries::Retries;
pub use rules::{Place, Rules};
pub use settings::{Provider, Settings};
pub use sources::Sources;
pub use values::{Given, Values};

/// A file of settings is read, or refused with the line. For the fuzzers in `fuzz/`.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn fuzz_file(text: &str) {
    let Ok(file) = ini::parse(text) else { return };
    for (name, section) in &file {
        ini::words(name);
        for value in section.values() {
            ini::nested(value);
        }
    }
}
