//! Where members stand on the wire, and how they are written there. The lower pass decides both, once; emitters read
//! them.

use super::{Element, Tag};

/// Where a member stands in a request or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// In the path.
    Label(Form),
    /// In the host or path that the endpoint rules build.
    Endpoint,
    /// In the header of this name.
    Header(String, Form),
    /// In the query parameter of this name.
    Query(String, Form),
    /// In headers whose names start so.
    PrefixHeaders(String),
    /// In query parameters named by the keys of the map.
    QueryParams {
        /// Whether a key has several values.
        lists: bool,
    },
    /// In an element of the body. What stands in it follows from the member's type.
    Element(Element),
    /// In an attribute of the structure's own element.
    Attribute(String, Form),
    /// It is the body.
    Payload(Payload),
    /// It is the HTTP status.
    StatusCode,
}

impl Binding {
    /// Whether it is a part of a document that the members make up together.
    pub fn is_in_document(&self) -> bool {
        matches!(self, Self::Element(_) | Self::Attribute(..))
    }
}

/// How a value is written where it is no XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As the text of its type.
    Plain,
    /// A point in time.
    Time(TimestampFormat),
    /// In base64: it is text of another language, which may have line breaks.
    Base64,
    /// Several values, each as the text of its type.
    List,
    /// Several points in time.
    Times(TimestampFormat),
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2030-01-02T03:04:05Z`
    DateTime,
    /// `Wed, 02 Jan 2030 03:04:05 GMT`
    HttpDate,
    /// Seconds since 1970-01-01T00:00:00Z.
    EpochSeconds,
}

/// A body that is one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// How the member is written.
    pub content: Content,
    /// What the body is, where no header says so.
    pub media_type: String,
}

impl Payload {
    /// Whether the body is JSON: `application/json`, or a type that ends in `+json`.
    pub fn is_json(&self) -> bool {
        let essence = self.media_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    }
}

/// How a member is written that is the whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// As a document with this root element.
    Document(Tag),
    /// As text.
    Text,
    /// As it is.
    Bytes,
    /// As it is, while it is made or read.
    Stream,
    /// As messages, one for each event.
    Events,
}
