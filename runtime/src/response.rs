//! [`Response`]: a complete answer, read within its limit.

mod headers;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "test-util")]
use std::time::SystemTime;

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, StatusCode};

use crate::batch_items::{BatchItems, Said, Unreported};
use crate::body::ByteStream;
use crate::checksum::Carried;
use crate::echo::Echo;
use crate::error::{DecodeError, Problem, Secrets, is_error, safe_name};
use crate::header_field::Marks;
use crate::secret::wipe;
#[cfg(feature = "test-util")]
use crate::session::SessionParts;
#[cfg(feature = "test-util")]
use crate::testing::prepared::{self, Prepared};
use crate::text::{FromText, TextError};
use crate::xml::{Document, Element, without_padding};

/// Status, headers and body of an answer.
///
/// Its `Debug` shows the status and the length only: a body can hold secrets.
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    /// What was found out about them.
    carried: Carried,
    body: Content,
    /// The body, where it is handed on as it comes.
    stream: Option<ByteStream>,
    /// What the request brought along and nothing we show may repeat.
    secrets: Secrets,
    /// The roots of the service's documents.
    documents: &'static [&'static str],
    /// What the request listed to be done, each by itself.
    items: Option<Arc<BatchItems>>,
    /// Those of them that the answer says nothing of.
    unreported: Vec<Unreported>,
    /// The names in the answer that are of none of them.
    strangers: Vec<String>,
    /// What the request named, and the answer is to name again.
    echoes: Vec<Echo>,
    /// What a test has prepared in place of the answer.
    #[cfg(feature = "test-util")]
    prepared: Option<Prepared>,
}

#[cfg(feature = "test-util")]
impl Response {
    /// The same with what a test has prepared.
    pub(crate) fn prepared(mut self: Box<Self>, prepared: Prepared) -> Box<Self> {
        self.prepared = Some(prepared);
        self
    }

    /// The output that was prepared, if it is of this type.
    pub(crate) fn take_prepared<T: 'static>(&self) -> Option<T> {
        self.prepared.as_ref()?.take()
    }

    /// The session that the answer stands for.
    pub(crate) fn fake_session(&self, now: SystemTime) -> Option<SessionParts> {
        prepared::session(self.prepared.as_ref()?, now)
    }
}

impl Response {
    /// Whether it is no real answer.
    pub(crate) fn is_prepared(&self) -> bool {
        #[cfg(feature = "test-util")]
        let is_prepared = self.prepared.is_some();
        #[cfg(not(feature = "test-util"))]
        let is_prepared = false;
        is_prepared
    }
}

impl Response {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Box<Self> {
        Self::carrying(Carried::by(Marks::of(&headers)), status, headers, body)
    }

    /// An answer with headers that were gone through. It is boxed, as it is handed on many times.
    pub(crate) fn carrying(
        carried: Carried,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Box<Self> {
        Box::new(Self {
            status,
            carried,
            headers,
            // the document of a refusal may repeat what was sent
            body: Content {
                is_secret: !status.is_success(),
                bytes: body,
            },
            stream: None,
            secrets: Secrets::default(),
            documents: &[],
            items: None,
            unreported: Vec::new(),
            strangers: Vec::new(),
            echoes: Vec::new(),
            #[cfg(feature = "test-util")]
            prepared: None,
        })
    }

    /// The same with a body that holds a secret: it is overwritten when it was read.
    pub(crate) fn with_secret_body(mut self: Box<Self>) -> Box<Self> {
        self.body.is_secret = true;
        self
    }

    /// The same with a body that is still to come.
    pub(crate) fn with_stream(mut self: Box<Self>, stream: ByteStream) -> Box<Self> {
        self.stream = Some(stream);
        self
    }

    /// An answer of a service with documents of these roots.
    pub(crate) fn with_documents(mut self: Box<Self>, roots: &'static [&'static str]) -> Box<Self> {
        self.documents = roots;
        self
    }

    /// The answer to a request that listed these.
    pub(crate) fn with_items(mut self: Box<Self>, items: Option<Arc<BatchItems>>) -> Box<Self> {
        self.items = items;
        self
    }

    /// The answer to a request that named these.
    pub(crate) fn with_echoes(mut self: Box<Self>, echoes: Vec<Echo>) -> Box<Self> {
        self.echoes = echoes;
        self
    }

    /// The answer to a request with these secrets.
    pub(crate) fn with_secrets(mut self: Box<Self>, secrets: Secrets) -> Box<Self> {
        self.secrets = secrets;
        self
    }

    pub(crate) fn carried(&self) -> &Carried {
        &self.carried
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Compares the items that the answer names, as done or as failed, with those that the request listed. A name that is
    /// encoded becomes that of the request. Those that could not be sent are [`unreported`](Self::unreported) from then on with the first code and message, and those
    /// that the answer does not name with the second.
    ///
    /// # Errors
    ///
    /// If the answer names an item that the request does not, unless the request
    /// [accepts these](crate::request::Request::accept_strangers).
    pub fn settle<'t>(
        &mut self,
        member: &'static str,
        told: impl Iterator<Item = &'t mut String>,
        said: [Said; 2],
    ) -> Result<(), DecodeError> {
        if let Some(items) = &self.items {
            let settled = items.unreported(member, told, said)?;
            (self.unreported, self.strangers) = (settled.unreported, settled.strangers);
        }
        Ok(())
    }

    /// The items that [`settle`](Self::settle) has not found in the answer.
    pub fn unreported(&self) -> &[Unreported] {
        &self.unreported
    }

    /// The names of items in the answer that the request does not have.
    pub fn strangers(&self) -> &[String] {
        &self.strangers
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }

    /// An error if the answer names something else than this member of the request did. Where one of them names nothing,
    /// there is nothing to compare.
    pub fn echoed(&self, member: &'static str, told: Option<&String>) -> Result<(), DecodeError> {
        let is_right = told.is_none_or(|told| {
            let mut echoes = self.echoes.iter();
            echoes.all(|echo| !echo.is_of(member) || echo.is(told))
        });
        if is_right {
            Ok(())
        } else {
            Err(DecodeError::new(Problem::Echo { member }))
        }
    }

    /// A member that must be there.
    pub fn required<T>(&self, member: &'static str, value: Option<T>) -> Result<T, DecodeError> {
        value.ok_or_else(|| DecodeError::missing(member))
    }

    /// Takes the body as it comes.
    pub fn stream(&mut self) -> ByteStream {
        let stream = self.stream.take();
        stream.unwrap_or_else(|| ByteStream::from(self.body.bytes.clone()))
    }

    /// The body as bytes; `None` if it is empty.
    pub fn blob(&self) -> Option<Bytes> {
        (!self.body.bytes.is_empty()).then(|| self.body.bytes.clone())
    }

    /// The body as one structure; `None` if there is no body.
    pub fn xml_payload<T>(
        &self,
        root: &'static str,
        read: impl FnOnce(Element<'_, '_>) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.body.bytes.is_empty() {
            Ok(None)
        } else {
            self.required_xml_payload(root, read).map(Some)
        }
    }

    /// The body as one structure, which must be there.
    pub fn required_xml_payload<T>(
        &self,
        root: &'static str,
        read: impl FnOnce(Element<'_, '_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.xml(root)?.payload(read)
    }

    /// For answers of which nothing stands in the body. An error document there says that the call
    /// failed; a web page, or the answer to another operation, comes from somebody who did not
    /// perform it. Whatever else there may be means nothing.
    pub fn without_document(&self) -> Result<(), DecodeError> {
        if self.body.bytes.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&self.body.bytes);
        let document = match Document::parse(text.as_bytes(), "") {
            Ok(document) => document,
            Err(error) if error.is_truncated() || error.is_document_type() => return Err(error),
            Err(_) => return self.check_coding(),
        };
        match document.root() {
            Some(root) if is_error(root) => Err(DecodeError::new(Problem::ErrorDocument)),
            Some(root) if root.eq_ignore_ascii_case("html") || self.documents.contains(&root) => {
                Err(DecodeError::unexpected(root))
            }
            _ => Ok(()),
        }
    }

    /// For a body that is no XML: an error if a header says that it is coded.
    fn check_coding(&self) -> Result<(), DecodeError> {
        let coding = self.headers.get(CONTENT_ENCODING);
        let coding = coding.and_then(|coding| coding.to_str().ok());
        match coding.map(str::trim) {
            None | Some("" | "identity") => Ok(()),
            Some(coding) => Err(DecodeError::new(Problem::Coded {
                coding: safe_name(coding),
            })),
        }
    }

    /// The body as a value; `None` if it is empty. An error document is an error.
    pub fn text<T: FromText>(&self) -> Result<Option<T>, DecodeError> {
        if self.body.bytes.is_empty() {
            return Ok(None);
        }
        if without_padding(&self.body.bytes).starts_with(b"<") && self.is_error_document() {
            return Err(DecodeError::new(Problem::ErrorDocument));
        }
        let wrong = |error| DecodeError::value("body", error);
        let text = std::str::from_utf8(&self.body.bytes);
        let text = text.map_err(|_| wrong(TextError::expected("UTF-8")))?;
        T::from_text(Cow::Borrowed(text)).map(Some).map_err(wrong)
    }

    /// The same for text that is JSON. Only its two ends are looked at: they tell pages and documents of other
    /// kinds apart from it, and text that was cut off.
    pub fn json_text<T: FromText>(&self) -> Result<Option<T>, DecodeError> {
        let text = self.text()?;
        let body = self.body.bytes.trim_ascii();
        let is_json = match (body.first(), body.last()) {
            (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => body.len() > 1,
            (None, _) => text.is_none(),
            _ => false,
        };
        if is_json {
            Ok(text)
        } else {
            Err(DecodeError::value("body", TextError::expected("JSON")))
        }
    }

    /// Whether the body is a document that tells of an error, whatever was expected. Its text may be in another
    /// encoding, of which the names are a part.
    fn is_error_document(&self) -> bool {
        let text = String::from_utf8_lossy(&self.body.bytes);
        let document = Document::parse(text.as_bytes(), "");
        document.is_ok_and(|document| document.root().is_some_and(is_error))
    }

    /// Opens the body as XML. `root` is the name that the root should have. An error document is an
    /// error, and so is the document of another operation; a root that nobody knows is one where
    /// nothing in it is known either.
    pub fn xml(&self, root: &'static str) -> Result<Document<'_>, DecodeError> {
        let document = Document::parse(&self.body.bytes, root).or_else(|error| {
            if !error.is_truncated() {
                self.check_coding()?;
            }
            Err(if self.is_error_document() {
                DecodeError::new(Problem::ErrorDocument)
            } else {
                error
            })
        })?;
        match document.root() {
            Some(found) if found == root => Ok(document),
            Some(found) if is_error(found) => Err(DecodeError::new(Problem::ErrorDocument)),
            Some(found) if self.documents.contains(&found) => {
                Err(DecodeError::wrong_root(found, root))
            }
            _ => Ok(document),
        }
    }

    #[cfg(test)]
    pub(crate) fn for_test(status: u16, headers: &[(&'static str, &str)], body: &str) -> Box<Self> {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let status = StatusCode::from_u16(status).unwrap();
        Self::new(status, headers, Bytes::copy_from_slice(body.as_bytes()))
    }
}

/// The bytes of a body.
struct Content {
    bytes: Bytes,
    /// They are overwritten where nobody else has them.
    is_secret: bool,
}

impl Drop for Content {
    fn drop(&mut self) {
        if self.is_secret
            && let Ok(mut bytes) = std::mem::take(&mut self.bytes).try_into_mut()
        {
            wipe(&mut bytes);
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_length", &self.body.bytes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
