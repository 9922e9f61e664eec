//! Answers: what the peer sends back, genuine or scripted.

use crate::data::Data;

/// The content of a [`Reply`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes that belong to an object as well; they are sent piece by piece.
    Shared(Data),
    /// `head`, then `filler` over and over until `length` bytes were sent; made while it is sent, so it costs
    /// no memory.
    Endless {
        /// What comes first.
        head: Vec<u8>,
        /// What is repeated.
        filler: Vec<u8>,
        /// Bytes in all.
        length: u64,
    },
}

impl Body {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Shared(data) => u64::try_from(data.len()).unwrap_or(u64::MAX),
            Self::Endless { length, .. } => *length,
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// How a [`Reply`] tells where its body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// A true `content-length`.
    ContentLength,
    /// A `content-length` that says this, whatever the body; the connection closes after the body.
    Declared(u64),
    /// `transfer-encoding: chunked`.
    Chunked,
    /// Neither; the body ends with the connection.
    UntilClose,
}

/// An HTTP answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) reason: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) framing: Framing,
    pub(crate) bare: bool,
    pub(crate) close: bool,
}

impl Reply {
    /// An answer without a body. `x-amz-request-id`, `x-amz-id-2`, `date` and `server` are added when it is sent.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            reason: None,
            headers: Vec::new(),
            body: Body::Bytes(Vec::new()),
            framing: Framing::ContentLength,
            bare: false,
            close: false,
        }
    }

    /// An answer whose body is XML; the declaration `<?xml …?>` is the caller's to write.
    pub fn xml(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status)
            .header("content-type", "application/xml")
            .body(body)
    }

    /// A page such as a proxy puts in the way.
    pub fn html(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status)
            .header("content-type", "text/html")
            .body(body)
    }

    /// Adds a header field. Line breaks are dropped from the value.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_owned(), value.replace(['\r', '\n'], "")));
        self
    }

    /// Removes every field of that name.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers
            .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self
    }

    /// Sets another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets the reason phrase.
    #[must_use]
    pub fn reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.replace(['\r', '\n'], ""));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Bytes(body.into());
        self
    }

    /// Sets a body that is not copied.
    #[must_use]
    pub(crate) fn shared_body(mut self, body: Data) -> Self {
        self.body = Body::Shared(body);
        self
    }

    /// Sets a body of `length` bytes that starts with `head` and goes on with `filler`.
    #[must_use]
    pub fn endless_body(
        mut self,
        head: impl Into<Vec<u8>>,
        filler: impl Into<Vec<u8>>,
        length: u64,
    ) -> Self {
        self.body = Body::Endless {
            head: head.into(),
            filler: filler.into(),
            length,
        };
        self
    }

    /// Sets the framing of the body.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Adds no header but those that were given (and the framing's own).
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Closes the connection afterwards.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// The status code.
    pub fn status_code(&self) -> u16 {
        self.status
    }

    /// The body; empty for an endless one, and for one in a temporary file that cannot be read.
    pub fn body_bytes(&self) -> Vec<u8> {
        match &self.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::Shared(data) => data.to_bytes().unwrap_or_default().to_vec(),
            Body::Endless { .. } => Vec::new(),
        }
    }

    /// The body as text; empty for an endless one.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body_bytes()).into_owned()
    }

    /// Changes the body's text, for instance to drop or to double an element.
    #[must_use]
    pub fn edit(self, change: impl FnOnce(String) -> String) -> Self {
        let text = change(self.body_text());
        self.body(text)
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("headers", &headers)
            .field("body", &self.body)
            .field("framing", &self.framing)
            .finish_non_exhaustive()
    }
}
