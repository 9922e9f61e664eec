//! What a session may do.

use std::fmt;

/// The access that a session grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionMode {
    /// Reads and listings only.
    ReadOnly,
    /// Everything that a session can do.
    ReadWrite,
}

impl SessionMode {
    /// The mode as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "ReadOnly",
            Self::ReadWrite => "ReadWrite",
        }
    }
}

impl fmt::Display for SessionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which mode a client asks for when it opens sessions. What the policy names is what is asked
/// for: where the service refuses it, the call fails, and no wider mode is tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModePolicy {
    /// No mode is named. The service grants the most that the caller may have.
    #[default]
    ServiceChoice,
    /// Operations that only read get a read-only session, all others one that writes. A client that
    /// does both holds two sessions on a bucket.
    ByOperation,
    /// One mode for everything.
    Fixed(SessionMode),
}

impl ModePolicy {
    /// The mode to ask for; `None` leaves it to the service.
    pub fn mode(self, is_read: bool) -> Option<SessionMode> {
        match self {
            Self::ServiceChoice => None,
            Self::ByOperation if is_read => Some(SessionMode::ReadOnly),
            Self::ByOperation => Some(SessionMode::ReadWrite),
            Self::Fixed(mode) => Some(mode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_decides_the_mode() {
        let modes = |policy: ModePolicy| [policy.mode(true), policy.mode(false)];
        let (read, write) = (Some(SessionMode::ReadOnly), Some(SessionMode::ReadWrite));
        assert_eq!(modes(ModePolicy::default()), [None, None]);
        assert_eq!(modes(ModePolicy::ByOperation), [read, write]);
        assert_eq!(
            modes(ModePolicy::Fixed(SessionMode::ReadOnly)),
            [read, read]
        );
    }
}
