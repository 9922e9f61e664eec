//! [`BodyFailure`]: why the body of a request could not be read.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Why the body of a request could not be read to its end.
#[derive(Clone, Debug)]
pub(crate) struct BodyFailure {
    text: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    is_timeout: bool,
}

impl BodyFailure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            source: None,
            is_timeout: false,
        }
    }

    /// The stream gave nothing while the time of `what` ran out.
    pub(crate) fn paused(what: &str, limit: Duration) -> Self {
        Self {
            is_timeout: true,
            ..Self::new(format!(
                "the body paused: its stream had nothing to send when the {limit:?} of the {what} were over"
            ))
        }
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.is_timeout
    }

    /// The stream that is the body failed.
    pub(super) fn of(error: Box<dyn StdError + Send + Sync>) -> Self {
        let text = format!("the body's stream failed: {}", line(&error.to_string()));
        Self {
            source: Some(error.into()),
            ..Self::new(text)
        }
    }

    /// The file that is the body cannot be read.
    pub(super) fn file(path: &Path, problem: &str, error: Option<std::io::Error>) -> Self {
        let path = line(&path.display().to_string());
        let mut text = format!("the file `{path}` {problem}");
        if let Some(error) = &error {
            text.push_str(&format!(": {error}"));
        }
        Self {
            source: error.map(|error| Arc::new(error) as _),
            ..Self::new(text)
        }
    }

    pub(super) fn sent_already() -> Self {
        Self::new(
            "the body is a stream that has been sent already; make a new one, or use \
             `Body::from_fn`",
        )
    }

    /// What the stream or the file failed with.
    pub(crate) fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

/// Text from outside on one line.
pub(super) fn line(text: &str) -> String {
    let chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    chars.take(300).collect()
}

impl fmt::Display for BodyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for BodyFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause()
    }
}
