//! [`CopySource`] and [`RenameSource`]: the sources of copies and renames. They are separate types that text does not
//! convert to, so that a call cannot confuse the two keys.

use std::fmt;

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use crate::request::{ENCODED, ENCODED_GREEDY};

#[cfg(feature = "serde")]
mod serde;
#[cfg(test)]
mod tests;

const VERSION: &str = "?versionId=";
const NO_BUCKET: &str = "needs the name of a bucket";
const NO_KEY: &str = "needs a key after the bucket";
const SLASH: &str = "has a slash in the bucket's name: the bucket comes first, then the key";

/// The source of a copy: bucket, key and, in a general purpose bucket, version.
///
/// Pass the key without encoding; the client percent-encodes it.
///
/// ```
/// # use zonal_runtime::CopySource;
/// let source = CopySource::new("example-reports", "2026/report 1.csv").version_id("3.abc");
/// let same = CopySource::from_header("example-reports/2026/report%201.csv?versionId=3.abc")?;
/// assert_eq!(source, same);
/// # Ok::<_, zonal_runtime::SourceError>(())
/// ```
///
/// Text does not convert to a source:
///
/// ```compile_fail
/// # use zonal_runtime::CopySource;
/// let source: CopySource = "example-reports/report.csv".into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CopySource {
    /// `BUCKET/KEY`, as it is.
    path: String,
    /// How long the bucket's part is; none of text that is sent as somebody wrote it.
    bucket: Option<usize>,
    version: Option<String>,
}

impl CopySource {
    /// The object with this key in this bucket. The bucket can also be the ARN of an access point.
    ///
    /// If the bucket or the key is empty, or the name of the bucket has a slash, the call fails before anything is
    /// sent.
    pub fn new(bucket: impl Into<String>, key: impl AsRef<str>) -> Self {
        let mut path = bucket.into();
        if path.starts_with("arn:") && !path.ends_with("/object") {
            path.push_str("/object");
        }
        let bucket = Some(path.len());
        path.push('/');
        path.push_str(key.as_ref());
        Self {
            path,
            bucket,
            version: None,
        }
    }

    /// Sets the version of the object. Directory buckets have no versions.
    pub fn version_id(self, version: impl Into<String>) -> Self {
        self.set_version_id(Some(version.into()))
    }

    /// Sets the version of the object; `None` means the latest version.
    pub fn set_version_id(mut self, version: Option<String>) -> Self {
        self.version = version;
        self
    }

    /// Reads the value of a header `x-amz-copy-source`: bucket and key, percent-encoded, perhaps with a slash in
    /// front and `?versionId=…` behind.
    ///
    /// # Errors
    ///
    /// If the text is not percent-encoded, or lacks bucket or key.
    pub fn from_header(text: &str) -> Result<Self, SourceError> {
        let (path, version) = match text.split_once('?') {
            None => (text, None),
            Some((path, query)) => {
                let version = query.strip_prefix("versionId=");
                let version = version.filter(|version| !version.is_empty());
                (path, Some(version.ok_or(SourceError(BAD_QUERY))?))
            }
        };
        let path = decoded(path)?;
        let (bucket, key) = parts(&path)?;
        let source = Self::new(bucket, key);
        Ok(source.set_version_id(version.map(decoded).transpose()?))
    }

    /// The text that AWS's own tools take: `BUCKET/KEY` with the key as it is, and perhaps `?versionId=…` behind,
    /// which in a directory bucket is a part of the key. Nothing is checked: the service judges it.
    pub fn from_text(text: &str) -> Self {
        let bucket = text.trim_start_matches('/').split('/').next();
        let has_versions = bucket.is_none_or(|bucket| !bucket.ends_with("--x-s3"));
        let (path, version) = match text.rsplit_once(VERSION) {
            Some((path, version)) if has_versions => (path, Some(version.to_owned())),
            _ => (text, None),
        };
        Self {
            path: path.to_owned(),
            bucket: None,
            version,
        }
    }

    /// `BUCKET/KEY`, as it is.
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// The value of the header, or what is wrong with the source.
    pub(crate) fn header(&self) -> Result<String, &'static str> {
        if let Some(length) = self.bucket {
            let (bucket, key) = (&self.path[..length], &self.path[length + 1..]);
            check(bucket, key)?;
        }
        let mut header = utf8_percent_encode(&self.path, ENCODED_GREEDY).to_string();
        match (&self.version, self.bucket) {
            (Some(version), Some(_)) if version.is_empty() => {
                return Err("needs a version that is not empty, or none");
            }
            (Some(version), Some(_)) => {
                header.push_str(VERSION);
                header.extend(utf8_percent_encode(version, ENCODED));
            }
            (Some(version), None) => {
                header.push_str(VERSION);
                header.push_str(version);
            }
            (None, _) => {}
        }
        Ok(header)
    }
}

/// The source of a rename: a key in the bucket of the request.
///
/// Pass the key without encoding; the client percent-encodes it.
///
/// ```
/// # use zonal_runtime::RenameSource;
/// let source = RenameSource::new("queue/job 7.json");
/// ```
///
/// Text does not convert to a source, so that a call cannot confuse the new key and the old one:
///
/// ```compile_fail
/// # use zonal_runtime::RenameSource;
/// let source: RenameSource = "queue/job 7.json".into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RenameSource {
    text: String,
    is_key: bool,
}

impl RenameSource {
    /// The object with this key. If it is empty, the call fails before anything is sent.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            text: key.into(),
            is_key: true,
        }
    }

    /// Reads the value of a header `x-amz-rename-source`: bucket and key, percent-encoded, perhaps with a slash in
    /// front. The service refuses another bucket than that of the request.
    ///
    /// # Errors
    ///
    /// If the text is not percent-encoded, or lacks bucket or key.
    pub fn from_header(text: &str) -> Result<Self, SourceError> {
        parts(&decoded(text)?)?;
        Ok(Self::from_text(text))
    }

    /// The text that AWS's own tools take: `BUCKET/KEY`, perhaps with a slash in front. They send it as it is, and the
    /// service decodes it. So `%20` is a blank here too, and `%25` a percent sign; other characters that a header
    /// cannot hold are encoded. A text without escapes is the key itself, even if it has a percent sign: `50% off`.
    ///
    /// The call fails before anything is sent if some percent signs begin an escape and others do not, because such
    /// a text has two meanings. Use [`new`](Self::new) for a key that is not encoded.
    pub fn from_text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_key: false,
        }
    }

    /// The value of the header in a request to this bucket, or what is wrong with the source.
    pub(crate) fn header(&self, bucket: &str) -> Result<String, &'static str> {
        let encoded = |text| utf8_percent_encode(text, ENCODED_GREEDY);
        match (self.is_key, self.text.as_str()) {
            (true, "") => Err("needs a key"),
            (true, key) => Ok(format!("{}/{}", encoded(bucket), encoded(key))),
            (false, text) => escaped(text),
        }
    }
}

/// A text that names no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceError(&'static str);

const BAD_QUERY: &str =
    "has a `?` that no `versionId=VERSION` follows; in a key it is written `%3F`";
const BAD_ESCAPE: &str = "is not percent-encoded UTF-8: `%` is followed by two hexadecimal digits";
const MIXED: &str = "has percent signs that begin an escape such as `%20`, and others that do not; write `%25` for each percent sign of the key";
const BAD_CHARACTER: &str = "is not percent-encoded: a blank is written `%20`, a plus sign `%2B`, and anything beyond ASCII by its bytes";

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the source {}", self.0)
    }
}

impl std::error::Error for SourceError {}

fn check(bucket: &str, key: &str) -> Result<(), &'static str> {
    match bucket {
        "" => Err(NO_BUCKET),
        _ if bucket.contains('/') && !bucket.starts_with("arn:") => Err(SLASH),
        _ if key.is_empty() => Err(NO_KEY),
        _ => Ok(()),
    }
}

/// Bucket and key of a path, which may have a slash in front. The bucket of an access point's ARN has slashes.
fn parts(path: &str) -> Result<(&str, &str), SourceError> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let parts = if path.starts_with("arn:") {
        path.split_once("/object/")
    } else {
        path.split_once('/')
    };
    let (bucket, key) = parts.ok_or(SourceError(NO_KEY))?;
    check(bucket, key).map_err(SourceError)?;
    Ok((bucket, key))
}

/// Whether what follows a percent sign makes an escape of it.
fn is_escape(rest: &str) -> bool {
    let digits = rest.as_bytes().get(..2);
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Text with what has to be encoded in it; escapes stay, if it has any.
fn escaped(text: &str) -> Result<String, &'static str> {
    let encoded = |text| utf8_percent_encode(text, ENCODED_GREEDY).to_string();
    let mut pieces = text.split('%');
    let mut out = encoded(pieces.next().unwrap_or_default());
    let (escapes, others): (Vec<_>, Vec<_>) = pieces.partition(|rest| is_escape(rest));
    if escapes.is_empty() {
        return Ok(encoded(text));
    }
    if !others.is_empty() {
        return Err(MIXED);
    }
    if percent_decode_str(text).decode_utf8().is_err() {
        return Err(BAD_ESCAPE);
    }
    for escape in escapes {
        let (digits, rest) = escape.split_at(2);
        out.push_str(&format!("%{digits}{}", encoded(rest)));
    }
    Ok(out)
}

/// Text without its percent-encoding, which has to be complete.
fn decoded(text: &str) -> Result<String, SourceError> {
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'+')
    {
        return Err(SourceError(BAD_CHARACTER));
    }
    if !text.split('%').skip(1).all(is_escape) {
        return Err(SourceError(BAD_ESCAPE));
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map_or(Err(SourceError(BAD_ESCAPE)), |text| Ok(text.into_owned()))
}
