//! The profiles of the shared files.

use std::io::ErrorKind;
use std::path::Path;

use indexmap::IndexMap;

use super::ini::{self, File, Section};
use crate::env::Env;
use crate::failure::Failure;

/// What the shared files hold.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    /// Profiles of both files; what the credentials file says counts.
    all: IndexMap<String, Section>,
    /// Those of the configuration file alone.
    config: IndexMap<String, Section>,
    /// Those of the credentials file alone.
    credentials: IndexMap<String, Section>,
    services: IndexMap<String, Section>,
    sso_sessions: IndexMap<String, Section>,
}

/// The settings of one profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile<'a> {
    pub(crate) name: &'a str,
    settings: Option<&'a Section>,
}

impl Profiles {
    /// Reads the files that the environment names, or those in the home directory. A file that is not there is
    /// an empty one.
    pub(crate) fn read(env: &Env) -> Result<Self, Failure> {
        let path = |name: &str, default: &str| match env.get(name) {
            Some(path) => Some(env.expand(path)),
            None => env.home().map(|home| home.join(default)),
        };
        let config = match path("AWS_CONFIG_FILE", ".aws/config") {
            Some(path) => read(&path)?,
            None => File::new(),
        };
        let credentials = match path("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials") {
            Some(path) => read(&path)?,
            None => File::new(),
        };
        Ok(Self::new(config, credentials))
    }

    pub(super) fn new(config: File, credentials: File) -> Self {
        let mut profiles = Self::default();
        for (name, section) in config {
            let of = |kind: &str| {
                let words = ini::words(&name).filter(|_| name.starts_with(kind))?;
                <[String; 2]>::try_from(words).ok().map(|[_, name]| name)
            };
            if name == "default" {
                profiles.config.insert(name, section);
            } else if let Some(name) = of("profile") {
                profiles
                    .config
                    .entry(name)
                    .or_default()
                    .clone_from(&section);
            } else if let Some(name) = of("sso-session") {
                profiles.sso_sessions.insert(name, section);
            } else if let Some(name) = of("services") {
                profiles.services.insert(name, section);
            }
        }
        profiles.all.clone_from(&profiles.config);
        for (name, section) in &credentials {
            let settings = profiles.all.entry(name.clone()).or_default();
            settings.extend(section.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        profiles.credentials = credentials;
        profiles
    }

    /// The profile that option or environment name; `[default]` otherwise.
    pub(crate) fn chosen<'a>(
        &'a self,
        option: Option<&'a str>,
        env: &'a Env,
    ) -> Result<Profile<'a>, Failure> {
        let named = option
            .filter(|name| !name.is_empty())
            .or_else(|| env.get("AWS_DEFAULT_PROFILE"))
            .or_else(|| env.get("AWS_PROFILE"));
        let Some(name) = named else {
            return Ok(self.get("default"));
        };
        match self.all.contains_key(name) {
            true => Ok(self.get(name)),
            false => Err(Failure::new(format!(
                "The config profile ({name}) could not be found"
            ))),
        }
    }

    /// A profile by its name, whether it is there or not.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> Profile<'a> {
        let settings = self.all.get(name);
        Profile { name, settings }
    }

    /// Whether there is a profile of this name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// What the credentials file alone says of a profile.
    pub(crate) fn in_credentials<'a>(&'a self, name: &'a str) -> Profile<'a> {
        let settings = self.credentials.get(name);
        Profile { name, settings }
    }

    /// What the configuration file alone says of a profile.
    pub(crate) fn in_config<'a>(&'a self, name: &'a str) -> Profile<'a> {
        let settings = self.config.get(name);
        Profile { name, settings }
    }

    /// A `[services …]` section.
    pub(crate) fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// An `[sso-session …]` section.
    pub(crate) fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }
}

impl<'a> Profile<'a> {
    /// A profile that says nothing.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self {
            name: "default",
            settings: None,
        }
    }

    /// A setting, empty ones included.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.settings?.get(name).map(String::as_str)
    }

    /// A setting that says something.
    pub(crate) fn filled(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

fn read(path: &Path) -> Result<File, Failure> {
    let fail = |problem: String| {
        Failure::settings(format!(
            "Unable to parse config file: {}: {problem}",
            path.display()
        ))
    };
    if !path.is_file() {
        return Ok(File::new());
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(File::new()),
        Err(error) => return Err(fail(error.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| fail("it is not UTF-8".to_owned()))?;
    ini::parse(&text).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_make_a_profile_and_the_later_default_counts() {
        let config = ini::parse(
            "[default]\nregion=a\n[profile default]\nregion=b\n[profile \"my prof\"]\nregion=c\n[other]\nregion=d\n",
        );
        let credentials = ini::parse("[other]\naws_access_key_id=AK\n");
        let profiles = Profiles::new(config.unwrap(), credentials.unwrap());
        assert_eq!(profiles.get("default").get("region"), Some("b"));
        assert_eq!(profiles.get("my prof").get("region"), Some("c"));
        assert_eq!(profiles.get("other").get("region"), None);
        assert_eq!(profiles.get("other").get("aws_access_key_id"), Some("AK"));
        let env = Env::from([("AWS_DEFAULT_PROFILE", "other"), ("AWS_PROFILE", "none")]);
        assert_eq!(profiles.chosen(None, &env).unwrap().name, "other");
        let failure = profiles.chosen(Some("none"), &env).unwrap_err();
        assert_eq!(
            failure.text,
            "\nThe config profile (none) could not be found\n"
        );
    }
}
