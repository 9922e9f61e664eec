//! Session modes.

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

/// Which mode a client requests when it opens a session. If the service refuses that mode, the call
/// fails; the client does not try a wider mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModePolicy {
    /// Requests no mode. The service grants the widest mode that the caller may have.
    #[default]
    ServiceChoice,
    /// Requests a read-only session for operations that only read, and a read-write session for all
    /// others. A client that does both has two sessions for a bucket.
    ByOperation,
    /// Requests this mode for all operations.
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
        assert_eq!(SessionMode::ReadOnly.to_string(), "ReadOnly");
        assert_eq!(SessionMode::ReadWrite.to_string(), "ReadWrite");
        assert_eq!(modes(ModePolicy::default()), [None, None]);
        assert_eq!(modes(ModePolicy::ByOperation), [read, write]);
        assert_eq!(
            modes(ModePolicy::Fixed(SessionMode::ReadOnly)),
            [read, read]
        );
    }
}
