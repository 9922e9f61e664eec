//! `s3://BUCKET/KEY`, paths, and `-`.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A bucket, and a key or the beginning of keys in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) bucket: String,
    pub(super) key: String,
}

/// What a word of the command line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Bucket(Url),
    /// A file or a directory, as it was typed.
    Local(String),
    /// `-`: standard input or output.
    Stream,
}

impl Url {
    /// Reads `s3://BUCKET`, `s3://BUCKET/` or `s3://BUCKET/KEY`.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let rest = text.strip_prefix("s3://").unwrap_or(text);
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(Failure::new(format!(
                "{}: no bucket is given. Write s3://BUCKET/KEY",
                shown(text)
            )));
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }

    /// The last segment of the key.
    pub(super) fn name(&self) -> &str {
        self.key.rsplit('/').next().unwrap_or_default()
    }

    /// The prefix of the objects below it.
    pub(super) fn directory(&self) -> String {
        if self.key.is_empty() || self.key.ends_with('/') {
            self.key.clone()
        } else {
            format!("{}/", self.key)
        }
    }

    pub(super) fn shown(&self) -> String {
        object_url(&self.bucket, &self.key)
    }
}

impl Place {
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        match text {
            "-" => Ok(Self::Stream),
            text if text.starts_with("s3://") => Ok(Self::Bucket(Url::read(text)?)),
            text => Ok(Self::Local(text.to_owned())),
        }
    }

    pub(super) fn url(&self) -> Option<&Url> {
        match self {
            Self::Bucket(url) => Some(url),
            _ => None,
        }
    }
}

/// The URL of an object.
pub(super) fn object_url(bucket: &str, key: &str) -> String {
    format!("s3://{bucket}/{key}")
}

fn shown(text: &str) -> String {
    crate::output::terminal::safe(text).into_owned()
}

/// A path from the root, without `.` and `..`, as far as that can be said without looking.
pub(super) fn absolute(path: &str) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// A path as the AWS CLI shows it: from the working directory on, `./a` or `../b/c`.
pub(super) fn relative(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    relative_to(path, &here)
}

fn relative_to(path: &Path, here: &Path) -> String {
    let directory = path.parent().unwrap_or(path);
    let common = directory.components().zip(here.components());
    let common = common.take_while(|(one, other)| one == other).count();
    let mut shown = PathBuf::new();
    for _ in here.components().skip(common) {
        shown.push("..");
    }
    shown.extend(directory.components().skip(common));
    if shown.as_os_str().is_empty() {
        shown.push(".");
    }
    if let Some(name) = path.file_name() {
        shown.push(name);
    }
    shown.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_a_bucket_and_perhaps_a_key() {
        for (text, bucket, key, directory) in [
            ("s3://b", "b", "", ""),
            ("s3://b/", "b", "", ""),
            ("s3://b/a", "b", "a", "a/"),
            ("s3://b/a/b c/", "b", "a/b c/", "a/b c/"),
            ("s3://b//x", "b", "/x", "/x/"),
        ] {
            let url = Url::read(text).unwrap();
            assert_eq!((&*url.bucket, &*url.key), (bucket, key), "{text}");
            assert_eq!(url.directory(), directory);
        }
        assert!(Url::read("s3:///x").is_err());
        assert!(Url::read("s3://").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn paths_are_shown_from_here() {
        for (path, here, shown) in [
            ("/a/b/x", "/a/b", "./x"),
            ("/a/b/c/x", "/a/b", "c/x"),
            ("/a/x", "/a/b", "../x"),
            ("/x", "/a/b", "../../x"),
            ("/a/b/x", "/", "a/b/x"),
        ] {
            assert_eq!(relative_to(Path::new(path), Path::new(here)), shown);
        }
        assert_eq!(absolute("/a/./b/../c/"), Path::new("/a/c"));
    }
}
