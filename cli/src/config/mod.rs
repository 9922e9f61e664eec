//! Configuration: the shared files, the environment, and what they come to.

mod checked;
pub(crate) mod ini;
mod profiles;
mod retries;
mod s3;
mod settings;

pub(crate) use ini::words as shell_words;
pub(crate) use profiles::{Profile, Profiles};
pub(crate) use retries::Retries;
pub(crate) use settings::{Settings, endpoint_url, timestamp_format};
