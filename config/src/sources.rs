//! [`Sources`]: the places of settings.

use crate::{Env, Place, Profile, Profiles, Rules};

/// The environment, the profile in use, and the rules for their precedence.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The environment.
    pub env: &'a Env,
    /// The content of the shared files.
    pub profiles: &'a Profiles,
    /// The profile in use.
    pub profile: Profile<'a>,
    /// The names and their order.
    pub rules: &'a Rules,
}

impl<'a> Sources<'a> {
    /// Returns a variable or, if it is not set, a setting. Either may be empty.
    pub(crate) fn get(self, variable: &str, setting: &str) -> Option<&'a str> {
        let found = self.env.get(variable);
        found.or_else(|| self.profile.get(setting))
    }

    /// Returns the first of these places that is not empty.
    pub(crate) fn first(self, places: &[Place]) -> Option<&'a str> {
        places.iter().find_map(|place| match place {
            Place::Variable(name) => self.env.filled(name),
            Place::Setting(name) => self.profile.filled(name),
        })
    }

    /// Whether one of these places is there and empty.
    pub(crate) fn any_empty(self, places: &[Place]) -> bool {
        places.iter().any(|place| match place {
            Place::Variable(name) => self.env.get(name) == Some(""),
            Place::Setting(name) => self.profile.get(name) == Some(""),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ini;

    /// Applies `read` to the first of these variables and settings that is set.
    pub(crate) fn with<T>(env: &Env, settings: &str, read: impl Fn(Sources<'_>) -> T) -> T {
        let config = ini::parse(&format!("[default]\n{settings}\n")).unwrap();
        let profiles = Profiles::new(config, ini::File::new());
        read(Sources {
            env,
            profiles: &profiles,
            profile: profiles.get("default"),
            rules: &Rules::SDK,
        })
    }
}
