//! The profiles of the shared files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use zonal_runtime::Secret;

use crate::env::Env;
use crate::error::{Error, ErrorKind, shown};
use crate::ini::{self, File, Section};

/// The content of the shared files `~/.aws/config` and `~/.aws/credentials`, or of the files in `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE`.
#[derive(Default)]
pub struct Profiles {
    /// The paths of the files, which may not exist.
    paths: Vec<PathBuf>,
    /// The profiles of both files. The credentials file takes precedence.
    all: IndexMap<String, Section>,
    /// The profiles of the configuration file only.
    config: IndexMap<String, Section>,
    /// The profiles of the credentials file only.
    credentials: IndexMap<String, Section>,
    services: IndexMap<String, Section>,
    sso_sessions: IndexMap<String, Section>,
}

/// The settings of one profile.
#[derive(Clone, Copy)]
pub struct Profile<'a> {
    /// Its name.
    pub name: &'a str,
    settings: Option<&'a Section>,
}

impl Profiles {
    /// Reads the files that the environment names, or those in the home directory. A file that does not exist counts as
    /// empty.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or parsed.
    pub fn read(env: &Env) -> Result<Self, Error> {
        let mut paths = Vec::new();
        let mut file = |name: &str, default: &str| {
            let path = match env.get(name) {
                Some(path) => Some(env.expand(path)),
                None => env.home().map(|home| home.join(default)),
            };
            paths.extend(path.clone());
            path.map_or_else(|| Ok(File::new()), |path| read(&path))
        };
        let config = file("AWS_CONFIG_FILE", ".aws/config")?;
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")?;
        Ok(Self {
            paths,
            ..Self::new(config, credentials)
        })
    }

    pub(crate) fn new(config: File, credentials: File) -> Self {
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

    /// Returns the profile that the program sets, or the first of these variables; otherwise `default`.
    ///
    /// # Errors
    ///
    /// If the profile does not exist.
    pub fn chosen<'a>(
        &'a self,
        given: Option<&'a str>,
        env: &'a Env,
        variables: &[&str],
    ) -> Result<Profile<'a>, Error> {
        let of_env = || variables.iter().find_map(|name| env.get(name));
        let named = given.filter(|name| !name.is_empty()).or_else(of_env);
        let Some(name) = named else {
            return Ok(self.get("default"));
        };
        if self.all.contains_key(name) {
            Ok(self.get(name))
        } else {
            Err(self.not_found(name))
        }
    }

    fn not_found(&self, name: &str) -> Error {
        /// How many names are listed.
        const MOST: usize = 20;
        let names: Vec<_> = self.names().take(MOST).map(shown).collect();
        let rest = if self.all.len() > MOST { ", …" } else { "" };
        let known = if names.is_empty() {
            format!("There are no profiles in {}.", self.shown_paths())
        } else {
            format!("There are: {}{rest}.", names.join(", "))
        };
        let name = shown(name);
        let text = format!("The config profile ({name}) could not be found. {known}");
        Error::new(ErrorKind::NotFound, text)
    }

    /// The files, for messages.
    pub(crate) fn shown_paths(&self) -> String {
        let paths = self.paths.iter().map(|path| path.display().to_string());
        let paths: Vec<_> = paths.collect();
        if paths.is_empty() {
            "any file: there is no home directory".to_owned()
        } else {
            shown(&paths.join(" and "))
        }
    }

    /// The names of all profiles.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// Returns a profile by its name. It may be empty.
    pub fn get<'a>(&'a self, name: &'a str) -> Profile<'a> {
        let settings = self.all.get(name);
        Profile { name, settings }
    }

    /// Whether there is a profile of this name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// The settings of a profile in the credentials file.
    pub(crate) fn in_credentials<'a>(&'a self, name: &'a str) -> Profile<'a> {
        let settings = self.credentials.get(name);
        Profile { name, settings }
    }

    /// The settings of a profile in the configuration file.
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
    /// Returns a setting, which may be empty.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.settings?.get(name).map(Secret::expose)
    }

    /// Returns a setting that is not empty.
    pub fn filled(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Profiles {
    /// The names only, since settings may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.all.keys()).finish()
    }
}

impl fmt::Debug for Profile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Profile").field(&self.name).finish()
    }
}

fn read(path: &Path) -> Result<File, Error> {
    let fail = |problem: String| {
        let path = path.display();
        let text = format!("Unable to parse config file: {path}: {problem}");
        Error::new(ErrorKind::File, text)
    };
    if !path.is_file() {
        return Ok(File::new());
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(File::new()),
        Err(error) => return Err(fail(error.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| fail("it is not UTF-8".to_owned()))?;
    ini::parse(Secret::from(text).expose()).map_err(fail)
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
        let variables = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
        let chosen = profiles.chosen(None, &env, &variables);
        assert_eq!(chosen.unwrap().name, "other");
        let error = profiles.chosen(Some("none"), &env, &variables);
        assert_eq!(
            error.unwrap_err().to_string(),
            "The config profile (none) could not be found. There are: default, my prof, other."
        );
    }
}
