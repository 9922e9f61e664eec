//! The description of a service.

use crate::endpoint::Rules;
use crate::session::SessionSpec;

/// A service: its names and its endpoint rules. One static value per generated crate.
#[derive(Debug)]
pub struct ServiceSpec {
    /// The service's name, as traces say it.
    pub name: &'static str,
    /// The name that requests are signed for where the endpoint does not say another.
    pub signing_name: &'static str,
    /// The endpoint rules.
    pub rules: &'static Rules,
    /// How it opens sessions, if it does.
    pub sessions: Option<SessionSpec>,
}
