//! [`Response`]: a complete answer, read within its limit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::body::ByteStream;
use crate::checksum::Carried;
use crate::error::{DecodeError, Problem, Secrets};
#[cfg(feature = "event-streams")]
use crate::event_stream::{EventStream, StreamEvent};
use crate::header_field::{HeaderField, Marks};
use crate::secret::wipe;
use crate::text::{FromText, TextError, TimestampFormat};
use crate::xml::{Document, Element};

/// Status, headers and body of an answer.
///
/// Its `Debug` shows the status and the length only: a body can hold secrets.
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    marks: Marks,
    /// The checksums among them.
    carried: Carried,
    body: Content,
    /// The body, where it is handed on as it comes.
    stream: Option<ByteStream>,
    /// What the request brought along and nothing we show may repeat.
    secrets: Secrets,
    /// The roots of the service's documents.
    documents: &'static [&'static str],
}

impl Response {
    /// Boxed, as it is handed on many times.
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Box<Self> {
        Box::new(Self {
            status,
            marks: Marks::of(&headers),
            carried: Carried::default(),
            headers,
            // the document of a refusal may repeat what was sent
            body: Content {
                is_secret: !status.is_success(),
                bytes: body,
            },
            stream: None,
            secrets: Secrets::default(),
            documents: &[],
        })
    }

    /// The same, after these checksums were found in it.
    pub(crate) fn with_carried(mut self: Box<Self>, carried: Carried) -> Box<Self> {
        self.carried = carried;
        self
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

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }

    /// A header as a value; `None` if it is not there. An empty one counts as absent where the
    /// type has no empty text.
    ///
    /// A header that cannot be read is left out, with a debug event: what else the answer holds is
    /// worth more than one value that somebody stored or a proxy wrote.
    pub fn header<T: FromText>(&self, field: &HeaderField) -> Option<T> {
        readable(self.read_header(field))
    }

    /// A header that must be there and be readable.
    pub fn required_header<T: FromText>(
        &self,
        field: &'static HeaderField,
    ) -> Result<T, DecodeError> {
        self.read_header(field)?.ok_or_else(|| missing(field))
    }

    fn read_header<T: FromText>(&self, field: &HeaderField) -> Result<Option<T>, DecodeError> {
        let Some(text) = self.header_text(field)? else {
            return Ok(None);
        };
        let is_empty = text.is_empty();
        match T::from_text(text) {
            Ok(value) => Ok(Some(value)),
            Err(_) if is_empty => Ok(None),
            Err(error) => Err(DecodeError::header(field.name(), error)),
        }
    }

    /// A header as a point in time; left out like [`header`](Self::header) where it is none.
    pub fn header_timestamp(
        &self,
        field: &HeaderField,
        format: TimestampFormat,
    ) -> Option<DateTime> {
        readable(self.read_timestamp(field, format))
    }

    /// A header that must be there, as a point in time.
    pub fn required_header_timestamp(
        &self,
        field: &'static HeaderField,
        format: TimestampFormat,
    ) -> Result<DateTime, DecodeError> {
        self.read_timestamp(field, format)?
            .ok_or_else(|| missing(field))
    }

    fn read_timestamp(
        &self,
        field: &HeaderField,
        format: TimestampFormat,
    ) -> Result<Option<DateTime>, DecodeError> {
        match self.header_text(field)? {
            Some(text) if !text.is_empty() => format
                .read(&text)
                .map(Some)
                .map_err(|error| DecodeError::header(field.name(), error)),
            _ => Ok(None),
        }
    }

    /// A header as a list of values, some of them quoted perhaps; all headers of that name count.
    /// Where one item cannot be read, the list is left out.
    pub fn header_list<T: FromText>(&self, field: &HeaderField) -> Option<Vec<T>> {
        let read = || {
            let mut items = Vec::new();
            for value in field.all(&self.headers) {
                for item in header_items(utf8(field.name(), value)?) {
                    let item = T::from_text(item);
                    items.push(item.map_err(|error| DecodeError::header(field.name(), error))?);
                }
            }
            Ok((!items.is_empty()).then_some(items))
        };
        readable(read())
    }

    /// A header as a list of points in time; left out where one of them is none.
    pub fn header_timestamps(
        &self,
        field: &HeaderField,
        format: TimestampFormat,
    ) -> Option<Vec<DateTime>> {
        let text = readable(self.header_text(field))?;
        let pieces: Vec<_> = text.split(',').map(str::trim).collect();
        // the date of HTTP has a comma of its own
        let size = match format {
            TimestampFormat::HttpDate => 2,
            _ => 1,
        };
        let times = pieces.chunks(size).map(|pieces| {
            let time = format.read(&pieces.join(", "));
            time.map_err(|error| DecodeError::header(field.name(), error))
        });
        readable(times.collect::<Result<Vec<_>, _>>().map(Some))
    }

    /// All headers whose names start with `prefix`, without it; an empty map if there are none.
    /// Those that cannot be read are left out.
    pub fn prefix_headers<K, V>(&self, prefix: &str) -> Option<BTreeMap<K, V>>
    where
        K: for<'a> From<&'a str> + Ord,
        V: FromText,
    {
        let entries = self.headers.iter().filter_map(|(name, value)| {
            let name = name.as_str();
            // most names end their comparison here
            if name.as_bytes().get(prefix.len().wrapping_sub(1)) != prefix.as_bytes().last() {
                return None;
            }
            let key = name.strip_prefix(prefix)?;
            let text = readable(utf8(name, value).map(Some))?;
            let value = V::from_text(Cow::Borrowed(text));
            let value = value.map_err(|error| DecodeError::header(name, error));
            Some((K::from(key), readable(value.map(Some))?))
        });
        Some(entries.collect())
    }

    /// A member that must be there.
    pub fn required<T>(&self, member: &'static str, value: Option<T>) -> Result<T, DecodeError> {
        value.ok_or_else(|| DecodeError::missing(member))
    }

    /// A header whose text stands in base64; left out where it does not.
    pub fn header_base64(&self, field: &HeaderField) -> Option<String> {
        let wrong = || DecodeError::header(field.name(), TextError::expected("UTF-8 in base64"));
        let bytes: Bytes = self.header(field)?;
        let text = String::from_utf8(bytes.into());
        readable(text.map(Some).map_err(|_| wrong()))
    }

    /// Takes the body as it comes.
    pub fn stream(&mut self) -> ByteStream {
        let stream = self.stream.take();
        stream.unwrap_or_else(|| ByteStream::from(self.body.bytes.clone()))
    }

    /// Takes the body as a stream of events.
    #[cfg(feature = "event-streams")]
    pub fn events<T: StreamEvent>(&mut self) -> EventStream<T> {
        EventStream::new(self.stream(), self.secrets.clone())
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
        match self.body.bytes.is_empty() {
            true => Ok(None),
            false => self.required_xml_payload(root, read).map(Some),
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
        let document = match Document::parse(&self.body.bytes, "") {
            Ok(document) => document,
            Err(error) if error.is_truncated() || error.is_document_type() => return Err(error),
            Err(_) => return Ok(()),
        };
        match document.root() {
            Some("Error" | "ErrorResponse") => Err(DecodeError::new(Problem::ErrorDocument)),
            Some(root) if root.eq_ignore_ascii_case("html") || self.documents.contains(&root) => {
                Err(DecodeError::unexpected(root))
            }
            _ => Ok(()),
        }
    }

    /// The body as a value; `None` if it is empty.
    pub fn text<T: FromText>(&self) -> Result<Option<T>, DecodeError> {
        if self.body.bytes.is_empty() {
            return Ok(None);
        }
        let wrong = |error| DecodeError::value("body", error);
        let text = std::str::from_utf8(&self.body.bytes);
        let text = text.map_err(|_| wrong(TextError::expected("UTF-8")))?;
        T::from_text(Cow::Borrowed(text)).map(Some).map_err(wrong)
    }

    fn header_text(&self, field: &HeaderField) -> Result<Option<Cow<'_, str>>, DecodeError> {
        let Some(value) = field.find(&self.headers, self.marks) else {
            return Ok(None);
        };
        utf8(field.name(), value).map(|text| Some(Cow::Borrowed(text)))
    }

    /// Opens the body as XML. `root` is the name that the root should have. An error document is an
    /// error, and so is the document of another operation; a root that nobody knows is one where
    /// nothing in it is known either.
    pub fn xml(&self, root: &'static str) -> Result<Document<'_>, DecodeError> {
        let document = Document::parse(&self.body.bytes, root)?;
        match document.root() {
            Some(found) if found == root => Ok(document),
            Some("Error" | "ErrorResponse") => Err(DecodeError::new(Problem::ErrorDocument)),
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

fn utf8<'a>(name: &str, value: &'a HeaderValue) -> Result<&'a str, DecodeError> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map_err(|_| DecodeError::header(name, TextError::expected("UTF-8")))
}

fn missing(field: &'static HeaderField) -> DecodeError {
    DecodeError::new(Problem::MissingHeader { name: field.name() })
}

/// What a header that need not be there holds; nothing where that cannot be read.
fn readable<T>(read: Result<Option<T>, DecodeError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        tracing::debug!(%error, "a header of the answer is left out");
        None
    })
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

/// The items of a list in a header: between commas, in quotes where they hold one.
fn header_items(text: &str) -> Vec<Cow<'_, str>> {
    let mut items = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut item = String::new();
            let mut chars = quoted.chars();
            while let Some(c) = chars.next() {
                match c {
                    '"' => break,
                    '\\' => item.extend(chars.next()),
                    c => item.push(c),
                }
            }
            items.push(Cow::Owned(item));
            rest = chars.as_str();
            rest = rest
                .split_once(',')
                .map_or("", |(_, rest)| rest)
                .trim_start();
        } else {
            let (item, next) = rest.split_once(',').unwrap_or((rest, ""));
            items.push(Cow::Borrowed(item.trim()));
            rest = next.trim_start();
        }
    }
    items
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
mod tests {
    use super::*;
    use crate::header;

    #[test]
    fn headers_are_typed_and_empty_ones_absent() {
        let response =
            Response::for_test(200, &[("x-n", "7"), ("x-e", ""), ("x-bad", "MARKER")], "");
        assert_eq!(response.header::<i32>(header!("x-n")), Some(7));
        assert_eq!(response.header::<i32>(header!("x-e")), None);
        assert_eq!(
            response.header::<String>(header!("x-e")),
            Some(String::new())
        );
        assert_eq!(response.header::<bool>(header!("x-none")), None);
        assert_eq!(response.header::<bool>(header!("x-bad")), None);
        let error = response
            .required_header::<bool>(header!("x-bad"))
            .unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("x-bad") && !error.contains("MARKER"),
            "{error}"
        );
    }

    #[test]
    fn lists_in_headers_may_be_quoted() {
        let list = |text: &str| header_items(text).join("|");
        assert_eq!(list("a, b,c"), "a|b|c");
        assert_eq!(list(r#""b,c", "\"d\"" , e"#), r#"b,c|"d"|e"#);
        assert_eq!(list(""), "");
        let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:19 GMT";
        let response = Response::for_test(200, &[("x-t", dates), ("x-meta-a", "1")], "");
        let times = response.header_timestamps(header!("x-t"), TimestampFormat::HttpDate);
        assert_eq!(times.map(|times| times.len()), Some(2));
        let meta: BTreeMap<String, String> = response.prefix_headers("x-meta-").unwrap();
        assert_eq!(meta.get("a").map(String::as_str), Some("1"));
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_the_rest_is_there() {
        let headers = [
            ("x-t", "whatever"),
            ("x-l", "1,two"),
            ("x-b", "no base64!"),
            ("x-meta-a", "1"),
            ("x-meta-b", "one"),
        ];
        let mut response = Response::for_test(200, &headers, "");
        let latin = HeaderValue::from_bytes(b"caf\xe9").unwrap();
        response.headers.insert("x-meta-c", latin);
        let format = TimestampFormat::HttpDate;
        assert_eq!(response.header_timestamp(header!("x-t"), format), None);
        assert_eq!(response.header_timestamps(header!("x-t"), format), None);
        assert!(
            response
                .required_header_timestamp(header!("x-t"), format)
                .is_err()
        );
        assert_eq!(response.header_list::<i32>(header!("x-l")), None);
        assert_eq!(response.header_base64(header!("x-b")), None);
        let numbers: BTreeMap<String, i32> = response.prefix_headers("x-meta-").unwrap();
        assert_eq!(numbers, BTreeMap::from([("a".to_owned(), 1)]));
        let texts: BTreeMap<String, String> = response.prefix_headers("x-meta-").unwrap();
        assert_eq!(texts.keys().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn an_error_document_is_no_result() {
        let response = Response::for_test(200, &[], "\n <Error><Code>InternalError</Code></Error>");
        let error = response.xml("CopyObjectResult").unwrap_err();
        assert_eq!(*error.problem(), Problem::ErrorDocument);
        assert!(!format!("{response:?}").contains("InternalError"));
    }
}
