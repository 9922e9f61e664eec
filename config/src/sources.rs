//! [`Sources`]: where settings are looked for.

use crate::{Env, Place, Profile, Profiles, Rules};

/// The environment and the profile in use, and the rules by which one goes ahead of the other.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The environment.
    pub env: &'a Env,
    /// What the shared files hold.
    pub profiles: &'a Profiles,
    /// The profile in use.
    pub profile: Profile<'a>,
    /// The names and orders that count.
    pub rules: &'a Rules,
}

impl<'a> Sources<'a> {
    /// A variable or, where that is not set, a setting; either may be empty.
    pub(crate) fn get(self, variable: &str, setting: &str) -> Option<&'a str> {
        let found = self.env.get(variable);
        found.or_else(|| self.profile.get(setting))
    }

    /// The first of these places that says something.
    pub(crate) fn first(self, places: &[Place]) -> Option<&'a str> {
        places.iter().find_map(|place| match place {
            Place::Variable(name) => self.env.filled(name),
            Place::Setting(name) => self.profile.filled(name),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ini;

    /// What `read` makes of these variables and of these settings of the profile.
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
