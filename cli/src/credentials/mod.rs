//! Credentials as users of AWS have them. What is in the environment and in files is read here; roles, SSO,
//! containers and instance metadata are asked through `aws-config`, over our own transport.

mod chain;
mod process;
mod prompt;
mod remote;
mod role;

pub(crate) use chain::Chain;
