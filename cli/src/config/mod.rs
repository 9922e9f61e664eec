//! Configuration: the shared files, the environment, and what they come to.

pub(crate) mod ini;
mod profiles;
mod settings;

pub(crate) use ini::words as shell_words;
pub(crate) use profiles::{Profile, Profiles};
pub(crate) use settings::{Retries, Settings, endpoint_url};
