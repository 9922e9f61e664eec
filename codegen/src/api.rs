//! The neutral description of a service: what the generator knows once the model's traits have been
//! read. Nothing of Rust stands here; names are the model's own.

pub mod endpoint;
pub mod protocol_test;

use indexmap::IndexMap;
use serde_json::Value;

use crate::model::ShapeId;

/// A service and everything reachable from the chosen operations.
#[derive(Debug)]
pub struct Api<'s> {
    /// The service itself.
    pub service: Service<'s>,
    /// The operations, sorted by name.
    pub operations: Vec<Operation<'s>>,
    /// Structures and enums other than inputs, outputs and errors, sorted by name.
    pub types: Vec<TypeDef<'s>>,
    /// The error structures, sorted by name.
    pub errors: Vec<ErrorDef<'s>>,
}

/// The service shape.
#[derive(Debug)]
pub struct Service<'s> {
    /// The shape's id.
    pub id: ShapeId<'s>,
    /// The short name of the service, such as `S3`.
    pub name: String,
    /// The name its documentation uses, such as `Amazon Simple Storage Service`.
    pub title: String,
    /// The API version, such as `2006-03-01`.
    pub version: String,
    /// Model documentation.
    pub documentation: String,
    /// The SigV4 service name where the endpoint names no other.
    pub signing_name: String,
    /// The endpoint rules.
    pub endpoint: endpoint::Graph,
}

/// One operation.
#[derive(Debug)]
pub struct Operation<'s> {
    /// The shape's id.
    pub id: ShapeId<'s>,
    /// Model documentation.
    pub documentation: String,
    /// The request.
    pub http: Http,
    /// Input members, in model order.
    pub input: Vec<Field<'s>>,
    /// The output.
    pub output: Output<'s>,
    /// The errors the model lists for it.
    pub errors: Vec<ShapeId<'s>>,
    /// Endpoint parameters that are the same for every call.
    pub static_params: Vec<(String, endpoint::Literal)>,
    /// From `smithy.api#examples`.
    pub examples: Vec<Example>,
    /// From `smithy.test#httpRequestTests`.
    pub request_tests: Vec<protocol_test::RequestTest>,
    /// From `smithy.test#httpResponseTests`, those of its errors included.
    pub response_tests: Vec<protocol_test::ResponseTest<'s>>,
}

/// Method, path and status of an operation.
#[derive(Debug)]
pub struct Http {
    /// `GET`, `PUT`, …
    pub method: String,
    /// The URI as the model writes it, for the documentation.
    pub uri: String,
    /// The path that is sent.
    pub path: Vec<PathPart>,
    /// Query parameters that stand in the URI, such as `session` or `list-type=2`.
    pub query: Vec<String>,
    /// The status of a success.
    pub success: u16,
}

/// A piece of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// Text that is sent as it is.
    Literal(String),
    /// The value of a member.
    Label {
        /// The member's name.
        member: String,
        /// Whether its slashes stay slashes.
        greedy: bool,
    },
}

/// An operation's output.
#[derive(Debug)]
pub struct Output<'s> {
    /// The shape's id; none where the operation answers nothing.
    pub id: Option<ShapeId<'s>>,
    /// Model documentation.
    pub documentation: String,
    /// The name of the root element of the body.
    pub root: String,
    /// Members, in model order.
    pub fields: Vec<Field<'s>>,
    /// Whether a sensitive member stands in the body: such an answer is only taken over TLS.
    pub secret_body: bool,
    /// Whether the model bounds the size of the body: no list, map or recursion in it.
    pub bounded_body: bool,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Field<'s> {
    /// The member's name.
    pub name: &'s str,
    /// Model documentation of the member.
    pub documentation: String,
    /// The simple shape it targets, such as a string with a name of its own.
    pub simple_type: Option<ShapeId<'s>>,
    /// Model documentation of that shape.
    pub type_documentation: String,
    /// What it holds.
    pub ty: Type<'s>,
    /// Whether it is always there.
    pub required: bool,
    /// Where it goes on the wire.
    pub binding: Binding,
    /// The endpoint parameter it sets.
    pub context_param: Option<String>,
    /// Length, range or pattern, in words.
    pub constraints: Vec<String>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
}

/// Where a member stands in a request or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// In the path.
    Label,
    /// In the host or path that the endpoint rules build.
    Endpoint,
    /// In the header of this name.
    Header(String),
    /// In the query parameter of this name.
    Query(String),
    /// In an element of the body.
    Element(Element),
}

/// How a member stands in XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The element's name, without a prefix.
    pub name: String,
    /// Whether a list's items stand here themselves, without an element around them.
    pub flattened: bool,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type<'s> {
    /// Text.
    String,
    /// Text that is `@sensitive`.
    Secret,
    /// True or false.
    Boolean,
    /// A signed integer of this many bits.
    Integer(u8),
    /// A floating-point number of this many bits.
    Float(u8),
    /// A moment.
    Timestamp(TimestampFormat),
    /// A named set of strings.
    Enum(ShapeId<'s>),
    /// A structure.
    Structure(ShapeId<'s>),
    /// A list.
    List {
        /// What an item is.
        item: Box<Type<'s>>,
        /// The element an item stands in, unless the member is flattened.
        element: String,
    },
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

/// A named type.
#[derive(Debug)]
pub struct TypeDef<'s> {
    /// The shape's id.
    pub id: ShapeId<'s>,
    /// Model documentation.
    pub documentation: String,
    /// What it is made of.
    pub kind: TypeKind<'s>,
}

/// What a named type is made of.
#[derive(Debug)]
pub enum TypeKind<'s> {
    /// Members, in model order.
    Structure(Vec<Field<'s>>),
    /// Values, in model order.
    Enum(Vec<EnumValue<'s>>),
}

/// One value of an enum.
#[derive(Debug)]
pub struct EnumValue<'s> {
    /// The member's name.
    pub name: &'s str,
    /// The string that is sent.
    pub value: String,
    /// Model documentation.
    pub documentation: String,
}

/// An error structure.
#[derive(Debug)]
pub struct ErrorDef<'s> {
    /// The shape's id; its name is the error code.
    pub id: ShapeId<'s>,
    /// Model documentation.
    pub documentation: String,
    /// The HTTP status.
    pub status: u16,
}

/// An example of a call, from the model.
#[derive(Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// More about it.
    pub documentation: String,
    /// The input, by member name.
    pub input: IndexMap<String, Value>,
}

impl Type<'_> {
    /// The named type that it is or holds.
    pub fn named(&self) -> Option<&ShapeId<'_>> {
        match self {
            Self::Enum(id) | Self::Structure(id) => Some(id),
            Self::List { item, .. } => item.named(),
            _ => None,
        }
    }
}

impl Example {
    /// The title, with a full stop.
    pub fn title_sentence(&self) -> String {
        format!("{}.", self.title.trim_end_matches(['.', ':']))
    }
}
