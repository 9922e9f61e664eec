//! Helpers for the tests that a model carries (`smithy.test#httpRequestTests` and
//! `httpResponseTests`): encode without sending, decode without receiving.

mod endpoints;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[cfg(feature = "event-streams")]
use aws_smithy_eventstream::frame::write_message_to;
#[cfg(feature = "event-streams")]
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::body::{ByteStream, Loaded};
use crate::checksum::Checksums;
use crate::client::compression::packed;
use crate::client::{Terms, content_length, decide};
use crate::client::{check_status, decode as decode_response};
use crate::config::Compression;
use crate::endpoint::resolve;
use crate::error::{Cause, Error, Failure};
use crate::operation::Operation;
use crate::request::Request;
use crate::response::Response;
use crate::service::ServiceSpec;

pub use crate::endpoint_calls;
pub use endpoints::{EndpointCase, assert_endpoints, endpoint, endpoint_of};

/// A request as it would be signed and sent.
#[derive(Clone, Debug)]
pub struct EncodedRequest {
    /// The method.
    pub method: Method,
    /// Host and port.
    pub host: String,
    /// The path, encoded, with the endpoint's base path.
    pub path: String,
    /// The query's parameters, encoded, in the order they are sent.
    pub query: Vec<String>,
    /// The headers, without those of the signature.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Encodes a request. `settings` fill endpoint parameters by built-in name or name, such as
/// `("AWS::Region", "us-west-2")`; see [`endpoint`] for their values.
pub fn encode<O: Operation>(
    service: &'static ServiceSpec,
    operation: &O,
    settings: &[(&str, &str)],
) -> Result<EncodedRequest, Error<O::Error>> {
    let fail = |cause| Failure::new(O::SPEC.name, cause).into_error(O::error);
    let mut params = endpoints::params(service, settings);
    operation.endpoint_params(&mut params);
    let mut request = Request::new(fixed_token);
    operation
        .encode(&mut request)
        .map_err(|error| fail(Cause::Encode(error)))?;
    let request = request.into_parts();
    let endpoint = resolve(params)
        .and_then(|endpoint| endpoint.with_host_prefix(&request.host_prefix))
        .map_err(|error| fail(Cause::Endpoint(error)))?;
    let mut headers = request.headers;
    let body = request.body.as_bytes().cloned().unwrap_or_default();
    let body = packed(&O::SPEC, &mut headers, body, Compression::default())
        .map_err(|error| fail(Cause::Encode(error)))?;
    let terms = Terms {
        request: Checksums::default(),
        response: Checksums::default(),
        is_secure: endpoint.scheme() == "https",
        is_directory: endpoint.is_s3_express(),
    };
    let (_, sums) = decide(&O::SPEC, &mut headers, &Loaded::Bytes(body.clone()), terms)
        .map_err(|error| fail(Cause::Encode(error)))?;
    sums.write(&body, &mut headers);
    if let Some(length) = content_length(&O::SPEC.method, body.len() as u64) {
        headers.insert(CONTENT_LENGTH, length);
    }
    Ok(EncodedRequest {
        method: O::SPEC.method,
        host: endpoint.authority().to_owned(),
        path: endpoint.join(&request.path).concat(),
        query: request
            .query
            .split('&')
            .filter(|param| !param.is_empty())
            .map(str::to_owned)
            .collect(),
        headers,
        body,
    })
}

/// The idempotency token that protocol tests expect.
fn fixed_token() -> String {
    "00000000-0000-4000-8000-000000000000".to_owned()
}

/// The bytes of a body that is all there.
pub fn collect(body: ByteStream) -> Bytes {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(body.collect()).poll(&mut context) {
        Poll::Ready(bytes) => bytes.expect("a whole body"),
        Poll::Pending => panic!("the body is still to come"),
    }
}

/// A message of a stream of events. The first header is the type and what it is a type of, such as
/// `("Records", "event")`; the others belong to the event. A date-time is a time, as there.
#[cfg(feature = "event-streams")]
pub fn event(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let text = |text: &str| HeaderValue::String(text.to_owned().into());
    let mut message = Message::new(payload.to_vec());
    if let Some((name, kind)) = headers.first() {
        let type_header = Header::new(format!(":{kind}-type"), text(name));
        message = message
            .add_header(Header::new(":message-type", text(kind)))
            .add_header(type_header);
    }
    for (name, value) in headers.iter().skip(1) {
        let time = crate::text::TimestampFormat::DateTime.read(value);
        let value = time.map_or_else(|_| text(value), HeaderValue::Timestamp);
        message = message.add_header(Header::new((*name).to_owned(), value));
    }
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("a message that is not too long");
    bytes
}

/// Decodes a response as a client would.
pub fn decode<O: Operation>(
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Result<O::Output, Error<O::Error>> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        map.append(
            name,
            http::HeaderValue::from_bytes(value.as_bytes()).expect("a header value"),
        );
    }
    let status = StatusCode::from_u16(status).expect("a status");
    let response = Response::new(status, map, body.into());
    let mut output = None;
    let response = check_status(&O::SPEC, response);
    let read = response.and_then(|response| decode_response::<O>(response, &mut output));
    read.map_err(|failure| failure.into_error(O::error))?;
    Ok(output.expect("what was read"))
}

impl EncodedRequest {
    /// The method is this one, and so are the parts that the address has: host, path, and parameters
    /// of the query, as written, which others may stand between.
    #[track_caller]
    pub fn expect(&self, method: &str, address: &str) -> &Self {
        let (place, query) = address.split_once('?').unwrap_or((address, ""));
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        assert_eq!((self.method.as_str(), &*self.path), (method, path));
        assert!(host.is_empty() || self.host == host, "host {}", self.host);
        for param in query.split('&').filter(|param| !param.is_empty()) {
            assert!(
                self.query.iter().any(|sent| sent == param),
                "`{param}` not in {:?}",
                self.query
            );
        }
        self
    }

    /// No parameter has one of these names, between which stand blanks.
    #[track_caller]
    pub fn forbid_query(&self, names: &str) -> &Self {
        for name in names.split(' ') {
            assert!(!self.has_query(name), "`{name}` in {:?}", self.query);
        }
        self
    }

    /// Every one of these names has a parameter; a blank stands between two.
    #[track_caller]
    pub fn require_query(&self, names: &str) -> &Self {
        for name in names.split(' ') {
            assert!(self.has_query(name), "`{name}` not in {:?}", self.query);
        }
        self
    }

    fn has_query(&self, name: &str) -> bool {
        self.query
            .iter()
            .any(|sent| sent.split('=').next() == Some(name))
    }

    /// The header has this value.
    #[track_caller]
    pub fn expect_header(&self, name: &str, value: &str) -> &Self {
        let sent = self
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()));
        assert_eq!(sent.as_deref(), Some(value), "header {name}");
        self
    }

    /// None of these headers is there; a blank stands between two.
    #[track_caller]
    pub fn forbid_headers(&self, names: &str) -> &Self {
        for name in names.split(' ') {
            assert!(!self.headers.contains_key(name), "header {name} is there");
        }
        self
    }

    /// These headers are there, whatever their values; a blank stands between two.
    #[track_caller]
    pub fn require_headers(&self, names: &str) -> &Self {
        for name in names.split(' ') {
            assert!(self.headers.contains_key(name), "header {name} is missing");
        }
        self
    }

    /// The body is this XML; the order of elements and white space between them mean nothing.
    #[track_caller]
    pub fn expect_xml(&self, body: &str) -> &Self {
        let sent = std::str::from_utf8(&self.body).expect("UTF-8");
        assert_eq!(canonical(sent), canonical(body), "sent: {sent}");
        self
    }

    /// The body is this text, byte for byte.
    #[track_caller]
    pub fn expect_body(&self, body: &str) -> &Self {
        assert_eq!(String::from_utf8_lossy(&self.body), body);
        self
    }
}

/// A document with the attributes and children of each element in order, and without white space
/// between elements.
fn canonical(document: &str) -> String {
    let mut reader = Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let mut open = vec![(String::new(), Vec::new(), String::new())];
    loop {
        let (_, children, text) = open.last_mut().expect("the document itself");
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push((tag(&start), Vec::new(), String::new())),
            Event::End(_) => {
                let (tag, mut children, text) = open.pop().expect("an open element");
                children.sort();
                let inside = if !children.is_empty() {
                    children.concat()
                } else if open.len() == 1 && text.trim().is_empty() {
                    // the root is a structure, though one without members
                    String::new()
                } else {
                    text
                };
                let parent = &mut open.last_mut().expect("the document itself").1;
                parent.push(format!("<{tag}>{inside}</>"));
            }
            Event::Text(piece) => text.push_str(&piece.into_inner()),
            Event::CData(piece) => text.push_str(&piece.into_inner()),
            Event::GeneralRef(name) => text.push_str(&resolved(&name.into_inner())),
            Event::Eof => return children.concat(),
            _ => {}
        }
    }
}

fn tag(start: &BytesStart<'_>) -> String {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.expect("a well-formed attribute");
        format!(" {}={:?}", attribute.key.into_inner(), attribute.value)
    });
    let mut attributes: Vec<_> = attributes.collect();
    attributes.sort();
    format!("{}{}", start.name().into_inner(), attributes.concat())
}

/// The character that an entity stands for.
fn resolved(name: &str) -> String {
    let entity = format!("&{name};");
    quick_xml::escape::unescape(&entity)
        .expect("a known entity")
        .into_owned()
}
