//! [`Env`]: the variables of the environment, so that tests can have their own.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::error::Error;

/// The variables of an environment.
#[derive(Clone, Default)]
pub struct Env(HashMap<String, String>);

impl Env {
    /// Returns the environment of this process, without variables that are not UTF-8.
    ///
    /// # Errors
    ///
    /// If a variable that is a setting is not UTF-8. Ignoring it would do something else than the user asked for.
    pub fn of_process() -> Result<Self, Error> {
        Self::of(std::env::vars_os())
    }

    fn of(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, Error> {
        let mut all = HashMap::new();
        for (name, value) in variables {
            let Ok(name) = name.into_string() else {
                continue;
            };
            match value.into_string() {
                Ok(value) => {
                    all.insert(name, value);
                }
                Err(_) if is_setting(&name) => {
                    return Err(Error::invalid(format!(
                        "The variable {name} is not UTF-8. Correct it, or unset it."
                    )));
                }
                Err(_) => {}
            }
        }
        Ok(Self(all))
    }

    /// Returns a variable, which may be empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns a variable that is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The home directory.
    pub fn home(&self) -> Option<PathBuf> {
        let profile = self.filled("USERPROFILE").filter(|_| cfg!(windows));
        self.filled("HOME").or(profile).map(PathBuf::from)
    }

    /// A path with `~` and `$VARIABLE` in it replaced, as a shell does.
    pub fn expand(&self, path: &str) -> PathBuf {
        let path = match (path.strip_prefix('~'), self.home()) {
            (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
                format!("{}{rest}", home.display())
            }
            _ => path.to_owned(),
        };
        let mut out = String::with_capacity(path.len());
        let mut rest = path.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let (name, tail, written) = variable(after);
            match self.get(name).filter(|_| !name.is_empty()) {
                Some(value) => out.push_str(value),
                None => out.push_str(&format!("${written}")),
            }
            rest = tail;
        }
        out.push_str(rest);
        PathBuf::from(out)
    }
}

/// Whether a variable is a setting or names a proxy.
fn is_setting(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "HOME"
        || name.starts_with("AWS_")
        || name.ends_with("_BUNDLE")
        || name.ends_with("_PROXY")
}

impl fmt::Debug for Env {
    /// The names only, since values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The name after a `$`, the rest of the text, and the original spelling.
fn variable(text: &str) -> (&str, &str, &str) {
    if let Some((name, tail)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return (name, tail, &text[..name.len() + 2]);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let (name, tail) = text.split_at(end.unwrap_or(text.len()));
    (name, tail, name)
}

impl<const N: usize> From<[(&str, &str); N]> for Env {
    fn from(variables: [(&str, &str); N]) -> Self {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self(variables.into_iter().map(own).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_setting_that_is_not_utf_8_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;
        let of = |name: &str| Env::of([(name.into(), OsString::from_vec(vec![0xff]))].into_iter());
        for name in [
            "AWS_PROFILE",
            "https_proxy",
            "NO_PROXY",
            "ALL_PROXY",
            "HOME",
        ] {
            let error = of(name).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        assert!(of("EDITOR").unwrap().get("EDITOR").is_none());
    }

    #[test]
    fn paths_are_expanded_as_in_a_shell() {
        let env = Env::from([("HOME", "/h"), ("A", "x")]);
        for (path, expanded) in [
            ("~/a", "/h/a"),
            ("~", "/h"),
            ("~user/a", "~user/a"),
            ("$A/${A}b/$NONE", "x/xb/$NONE"),
            ("a$", "a$"),
        ] {
            assert_eq!(env.expand(path), PathBuf::from(expanded));
        }
    }
}
