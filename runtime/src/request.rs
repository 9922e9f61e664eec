//! [`Request`]: path, query, headers and body of one call, before the endpoint is known.

mod headers;

pub(crate) use headers::{added_header, not_yours};

use std::sync::Arc;

use aws_smithy_types::DateTime;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::batch_items::BatchItems;
use crate::body::Body;
use crate::echo::Echo;
use crate::error::EncodeError;
use crate::text::{TimestampFormat, ToText};
use crate::xml::Xml;

/// Everything but `A-Z a-z 0-9 - . _ ~` is encoded, once, here; nothing encodes it again.
pub const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// A greedy label keeps its slashes.
pub const ENCODED_GREEDY: &AsciiSet = &ENCODED.remove(b'/');

const NOT_WRITABLE: &str = "cannot be written in that format";
const EMPTY: &str = "must not be empty";

/// Whether a segment of a path is one that HTTP clients and proxies may take out.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// The part of an HTTP request that an operation decides.
#[derive(Clone)]
pub struct Request {
    host_prefix: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Body,
    items: Option<Arc<BatchItems>>,
    echoes: Vec<Echo>,
    new_token: fn() -> String,
}

impl Request {
    /// An empty request; `new_token` makes idempotency tokens.
    pub fn new(new_token: fn() -> String) -> Self {
        Self {
            host_prefix: String::new(),
            path: String::with_capacity(64),
            query: String::with_capacity(32),
            headers: HeaderMap::new(),
            body: Body::default(),
            items: None,
            echoes: Vec::new(),
            new_token,
        }
    }

    /// Appends a literal piece of the path.
    pub fn path(&mut self, piece: &str) -> &mut Self {
        self.path.push_str(piece);
        self
    }

    /// Appends a path label: one segment, in which `/` is encoded too.
    pub fn label<T: ToText + ?Sized>(
        &mut self,
        member: &'static str,
        value: &T,
    ) -> Result<&mut Self, EncodeError> {
        self.append_label(member, &value.to_text(), ENCODED)
    }

    /// Appends a greedy label: any number of segments, in which `/` stays.
    pub fn greedy_label<T: ToText + ?Sized>(
        &mut self,
        member: &'static str,
        value: &T,
    ) -> Result<&mut Self, EncodeError> {
        self.append_label(member, &value.to_text(), ENCODED_GREEDY)
    }

    /// Appends an id as a path label, without what stands before its last slash: `Z1` of `/hostedzone/Z1`.
    pub fn id_label(&mut self, member: &'static str, id: &str) -> Result<&mut Self, EncodeError> {
        let id = id.rsplit('/').next().unwrap_or_default();
        self.append_label(member, id, ENCODED)
    }

    /// Appends a point in time as a path label.
    pub fn label_timestamp(
        &mut self,
        member: &'static str,
        time: &DateTime,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        let text = written(time, format, || EncodeError::member(member, NOT_WRITABLE))?;
        self.append_label(member, &text, ENCODED)
    }

    fn append_label(
        &mut self,
        member: &'static str,
        text: &str,
        set: &'static AsciiSet,
    ) -> Result<&mut Self, EncodeError> {
        if text.is_empty() {
            return Err(EncodeError::member(member, EMPTY));
        }
        // a name of several segments is sent with its dots as they are; one that is a segment would be gone
        if set != ENCODED_GREEDY && is_dots(text) {
            return Err(EncodeError::member(
                member,
                "is `.` or `..`, which HTTP clients and proxies rewrite: it would be sent for another name. \
                 Choose another name",
            ));
        }
        self.path.extend(utf8_percent_encode(text, set));
        Ok(self)
    }

    /// Adds a fixed query parameter: `name` or `name=value`.
    pub fn query_literal(&mut self, literal: &str) -> &mut Self {
        let mut signs = 0;
        let is_plain = literal.bytes().all(|byte| {
            signs += u32::from(byte == b'=');
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'=')
        });
        if is_plain && signs <= 1 {
            // as nearly all are: there is nothing to encode
            if !self.query.is_empty() {
                self.query.push('&');
            }
            self.query.push_str(literal);
            return self;
        }
        match literal.split_once('=') {
            Some((name, value)) => self.append_query(name, Some(value)),
            None => self.append_query(literal, None),
        }
        self
    }

    /// Adds a query parameter if it has a value; an empty text is a value.
    pub fn query<T: ToText>(
        &mut self,
        name: &str,
        value: &Option<T>,
    ) -> Result<&mut Self, EncodeError> {
        if let Some(value) = value {
            self.append_query(name, Some(&value.to_text()));
        }
        Ok(self)
    }

    /// Adds a query parameter; an empty text is refused, as it would name nothing or something else.
    pub fn required_query<T: ToText + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<&mut Self, EncodeError> {
        let text = value.to_text();
        if text.is_empty() {
            return Err(EncodeError::query(name.to_owned(), EMPTY));
        }
        self.append_query(name, Some(&text));
        Ok(self)
    }

    /// Adds a query parameter for every value of a list.
    pub fn query_list<'a, T: ToText + 'a>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = &'a T>,
    ) -> Result<&mut Self, EncodeError> {
        for value in values {
            self.append_query(name, Some(&value.to_text()));
        }
        Ok(self)
    }

    /// The same for a list that must have values, as an empty one would name nothing.
    pub fn required_query_list<'a, T: ToText + 'a>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = &'a T>,
    ) -> Result<&mut Self, EncodeError> {
        let length = self.query.len();
        self.query_list(name, values)?.longer_query(length, name)
    }

    /// Adds a point in time as a query parameter, if there is one.
    pub fn query_timestamp(
        &mut self,
        name: &'static str,
        time: Option<&DateTime>,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        if let Some(time) = time {
            let text = written(time, format, || EncodeError::member(name, NOT_WRITABLE))?;
            self.append_query(name, Some(&text));
        }
        Ok(self)
    }

    /// Adds a query parameter for every point in time of a list.
    pub fn query_timestamps<'a>(
        &mut self,
        name: &'static str,
        times: impl IntoIterator<Item = &'a DateTime>,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        for time in times {
            self.query_timestamp(name, Some(time), format)?;
        }
        Ok(self)
    }

    /// The same for a list that must have values.
    pub fn required_query_timestamps<'a>(
        &mut self,
        name: &'static str,
        times: impl IntoIterator<Item = &'a DateTime>,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        let length = self.query.len();
        let query = self.query_timestamps(name, times, format)?;
        query.longer_query(length, name)
    }

    /// An error if nothing was added to a query that was so long.
    fn longer_query(&mut self, length: usize, name: &str) -> Result<&mut Self, EncodeError> {
        if self.query.len() > length {
            Ok(self)
        } else {
            Err(EncodeError::query(name.to_owned(), EMPTY))
        }
    }

    /// Adds a query parameter for every entry of a map whose name is not there yet: members that
    /// are bound by name win.
    pub fn query_map<'a, K, V>(
        &mut self,
        entries: impl IntoIterator<Item = (&'a K, &'a V)>,
    ) -> Result<&mut Self, EncodeError>
    where
        K: ToText + 'a,
        V: ToText + 'a,
    {
        let taken = self.query_names();
        for (name, value) in entries {
            let name = name.to_text();
            if !taken.iter().any(|taken| *taken == name) {
                self.append_query(&name, Some(&value.to_text()));
            }
        }
        Ok(self)
    }

    /// The same for a map of lists.
    pub fn query_list_map<'a, K, V>(
        &mut self,
        entries: impl IntoIterator<Item = (&'a K, &'a Vec<V>)>,
    ) -> Result<&mut Self, EncodeError>
    where
        K: ToText + 'a,
        V: ToText + 'a,
    {
        let taken = self.query_names();
        for (name, values) in entries {
            let name = name.to_text();
            if taken.iter().any(|taken| *taken == name) {
                continue;
            }
            for value in values {
                self.append_query(&name, Some(&value.to_text()));
            }
        }
        Ok(self)
    }

    fn query_names(&self) -> Vec<String> {
        let params = self.query.split('&').filter(|param| !param.is_empty());
        let names = params.map(|param| param.split('=').next().unwrap_or(param));
        names
            .map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned())
            .collect()
    }

    fn append_query(&mut self, name: &str, value: Option<&str>) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.extend(utf8_percent_encode(name, ENCODED));
        if let Some(value) = value {
            self.query.push('=');
            self.query.extend(utf8_percent_encode(value, ENCODED));
        }
    }

    /// Appends to what is put before the host's name.
    pub fn host_prefix(&mut self, piece: &str) -> &mut Self {
        self.host_prefix.push_str(piece);
        self
    }

    /// Appends a member to what is put before the host's name.
    pub fn host_label<T: ToText + ?Sized>(
        &mut self,
        member: &'static str,
        value: &T,
    ) -> Result<&mut Self, EncodeError> {
        let text = value.to_text();
        if !crate::endpoint::is_host_label(&text) {
            return Err(EncodeError::member(
                member,
                "becomes a part of the host name: only letters, digits and hyphens",
            ));
        }
        self.host_prefix.push_str(&text);
        Ok(self)
    }

    /// The token that makes the call idempotent: the caller's, or a new one.
    pub fn idempotency_token(&self, value: &Option<String>) -> String {
        value.clone().unwrap_or_else(|| (self.new_token)())
    }

    /// Sets the body. `content_type` says what it is, unless a header of the operation does.
    pub fn payload(&mut self, body: impl Into<Body>, content_type: &'static str) -> &mut Self {
        self.body = body.into();
        let default = HeaderValue::from_static(content_type);
        self.headers.entry(CONTENT_TYPE).or_insert(default);
        self
    }

    /// Sets the body to an XML document.
    pub fn xml(&mut self, xml: Xml) -> &mut Self {
        self.payload(xml.finish(), "application/xml")
    }

    /// Sets the body to an XML document of items that stand each for itself. Their names are kept for the answer
    /// ([`Response::settle`](crate::response::Response::settle)). Where none of them could be written the request is
    /// refused, and the error says `problem`.
    pub fn batch(&mut self, xml: Xml, problem: &'static str) -> Result<&mut Self, EncodeError> {
        let (text, items) = xml.finish_batch(problem)?;
        self.items = Some(Arc::new(items));
        Ok(self.payload(text, "application/xml"))
    }

    /// Keeps what a member names for the answer, which is to name the same
    /// ([`Response::echoed`](crate::response::Response::echoed)).
    pub fn echo(&mut self, member: &'static str, asked: Option<&String>) -> &mut Self {
        self.echoes.extend(Echo::of(member, asked));
        self
    }

    /// Puts a segment in front of the path, as it is. A path that is a slash alone makes way for it.
    pub fn under(&mut self, segment: &str) -> &mut Self {
        if self.path == "/" {
            self.path.clear();
        }
        self.path = format!("/{segment}{}", self.path);
        self
    }

    /// Leaves out what says what the body is.
    pub fn untyped(&mut self) -> &mut Self {
        self.headers.remove(CONTENT_TYPE);
        self
    }

    /// Takes an answer that names other items than the request for one to it.
    pub fn accept_strangers(&mut self) -> &mut Self {
        if let Some(items) = self.items.as_mut().and_then(Arc::get_mut) {
            items.accepts_strangers = true;
        }
        self
    }

    /// A request whose path and query are encoded already.
    pub(crate) fn finished(path: String, query: String, headers: HeaderMap, body: Body) -> Self {
        Self {
            path,
            query,
            headers,
            body,
            ..Self::new(String::new)
        }
    }

    pub(crate) fn into_parts(self) -> RequestParts {
        RequestParts {
            host_prefix: self.host_prefix,
            path: self.path,
            query: self.query,
            headers: self.headers,
            body: self.body,
            items: self.items,
            echoes: self.echoes,
        }
    }
}

/// Headers may hold secrets and the body is the user's: neither is shown.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("path", &self.path)
            .field("headers", &self.headers.keys())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A finished request, encoded as it goes over the wire.
pub(crate) struct RequestParts {
    pub(crate) host_prefix: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// The items of a body that stand each for itself.
    pub(crate) items: Option<Arc<BatchItems>>,
    /// What the answer is to name again.
    pub(crate) echoes: Vec<Echo>,
}

fn written(
    time: &DateTime,
    format: TimestampFormat,
    error: impl Fn() -> EncodeError,
) -> Result<String, EncodeError> {
    format.write(time).ok_or_else(error)
}

#[cfg(test)]
mod tests;
