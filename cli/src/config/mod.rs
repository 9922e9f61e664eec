//! Configuration: the shared files, the environment, and what they come to.

mod ini;
mod profiles;
mod settings;

pub(crate) use profiles::{Profile, Profiles};
pub(crate) use settings::{Settings, endpoint_url};
