//! The neutral description of a service: what the generator knows once the model's traits have been
//! read. Nothing of Rust stands here; names are the model's own.

mod binding;
pub mod calls;
mod documents;
pub mod endpoint;
mod example;
pub mod protocol_test;
mod types;
mod xml;

use std::collections::HashMap;

use crate::document::Docs;
use crate::model::ShapeId;

pub use binding::{Binding, Content, Form, Payload, TimestampFormat};
pub use example::Example;
pub use types::{
    Direction, EnumValue, ErrorDef, Event, Field, Map, Source, Type, TypeDef, TypeKind, has_default,
};
pub use xml::{Element, Namespace, Tag};

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
    /// How sessions are opened, if they are.
    pub sessions: Option<Sessions<'s>>,
    /// Names that the service gives shapes of other namespaces, in place of their own.
    pub renamed: HashMap<ShapeId<'s>, String>,
    /// How deep shapes are nested in each other.
    pub nesting: usize,
}

impl<'s> Api<'s> {
    /// What a shape is called in the service. On the wire it keeps its own name.
    pub fn name_of<'n>(&'n self, id: &ShapeId<'n>) -> &'n str {
        self.renamed
            .get(id.as_str())
            .map_or_else(|| id.name(), String::as_str)
    }

    /// The type of this id.
    pub fn type_def(&self, id: &ShapeId<'_>) -> Option<&TypeDef<'s>> {
        named(&self.types, id.name(), |ty| ty.id.name()).find(|ty| ty.id == *id)
    }

    /// The error of this id.
    pub fn error_def(&self, id: &ShapeId<'_>) -> Option<&ErrorDef<'s>> {
        named(&self.errors, id.name(), |error| error.id.name()).find(|error| error.id == *id)
    }

    /// The operation of this name.
    pub fn operation_named(&self, name: &str) -> Option<&Operation<'s>> {
        named(&self.operations, name, |operation| operation.id.name()).next()
    }
}

/// What has this name, in a list that is sorted by name.
fn named<'l, T>(
    list: &'l [T],
    name: &str,
    name_of: impl Fn(&T) -> &str,
) -> impl Iterator<Item = &'l T> {
    let from = list.partition_point(|item| name_of(item) < name);
    list[from..]
        .iter()
        .take_while(move |item| name_of(item) == name)
}

/// The operation that opens sessions, and the parts that its members play in it.
#[derive(Debug)]
pub struct Sessions<'s> {
    /// The operation.
    pub operation: ShapeId<'s>,
    /// The endpoint parameter that names the bucket.
    pub bucket: &'static str,
    /// The endpoint parameter that asks for account credentials instead of a session.
    pub disable: &'static str,
    /// The member of the input that names the mode.
    pub mode: &'static str,
    /// The members of input and output that say how to encrypt: algorithm, key, context, bucket key.
    pub encryption: [&'static str; 4],
    /// The member of the output with the credentials.
    pub credentials: &'static str,
    /// Its members: key id, key, token, end.
    pub parts: [&'static str; 4],
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
    pub documentation: Docs,
    /// The SigV4 service name where the endpoint names no other.
    pub signing_name: String,
    /// The endpoint rules.
    pub endpoint: endpoint::Graph,
    /// Endpoint parameters that are settings of the client.
    pub settings: Vec<endpoint::Setting>,
}

/// One operation.
#[derive(Debug)]
pub struct Operation<'s> {
    /// The shape's id.
    pub id: ShapeId<'s>,
    /// Model documentation.
    pub documentation: Docs,
    /// The request.
    pub http: Http,
    /// What is put before the host's name.
    pub host_prefix: Vec<PathPart>,
    /// Input members, in model order.
    pub input: Vec<Field<'s>>,
    /// The root element of a body that is made of members.
    pub body: Option<Tag>,
    /// The output.
    pub output: Output<'s>,
    /// Whether it changes nothing.
    pub readonly: bool,
    /// Whether the service puts an object together before it has an answer, which may take minutes.
    pub assembles: bool,
    /// Whether it is a list of things to do, each by itself.
    pub batch: Option<Batch<'s>>,
    /// Members of the input that the document of its answer repeats, or else it is about something else.
    pub echoes: Vec<&'s str>,
    /// Whether its calls are signed.
    pub auth: Auth,
    /// Whether the signature leaves out the body.
    pub unsigned_payload: bool,
    /// Whether the body is compressed, where it is large enough.
    pub compressed: bool,
    /// How its pages hang together; none where the answer is one.
    pub pages: Option<calls::Pages>,
    /// What can be waited for by asking it.
    pub waiters: Vec<calls::Waiter>,
    /// The checksums of its bodies.
    pub checksums: Checksums,
    /// The errors the model lists for it.
    pub errors: Vec<ShapeId<'s>>,
    /// Endpoint parameters that are the same for every call.
    pub static_params: Vec<(String, endpoint::Literal)>,
    /// Endpoint parameters that come from somewhere within the input.
    pub selected_params: Vec<endpoint::Selected<'s>>,
    /// From `smithy.api#examples`.
    pub examples: Vec<Example>,
    /// From `smithy.test#httpRequestTests`.
    pub request_tests: Vec<protocol_test::RequestTest>,
    /// From `smithy.test#httpResponseTests`, those of its errors included.
    pub response_tests: Vec<protocol_test::ResponseTest<'s>>,
}

/// A request whose body lists things to do, of which each succeeds or fails by itself. What cannot be written is left
/// out; that, and what the answer does not name, is reported with what the service reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<'s> {
    /// The element of an item.
    pub item: String,
    /// The element within it that names it.
    pub key: String,
    /// The element that is `true` where the answer is to list only what failed.
    pub quiet: String,
    /// The member of the output that lists what was done.
    pub done: &'s str,
    /// The member of the output that lists what failed.
    pub errors: &'s str,
    /// The members of what failed: its name, a code, a message. The first is also that of what was done.
    pub members: [&'static str; 3],
    /// How it is reported that one cannot be written.
    pub unwritable: Report,
    /// How it is reported that the answer does not name one.
    pub unnamed: Report,
}

/// What the client itself reports of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The code.
    pub code: &'static str,
    /// What is said, behind the name of the element: `cannot be written`.
    pub problem: &'static str,
}

impl Batch<'_> {
    /// The message about one thing.
    pub fn message(&self, report: Report) -> String {
        format!("The {} {}.", self.key.to_lowercase(), report.problem)
    }
}

/// Whether calls of an operation are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Always.
    Signed,
    /// Where the client has credentials.
    Optional,
    /// Never.
    Anonymous,
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
    /// What the host is like, for the documentation.
    pub host: Option<String>,
    /// Whether the endpoint has the member that it is made of in its path, not in its host.
    pub endpoint_in_path: bool,
}

/// The checksums of an operation's bodies.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Checksums {
    /// The header that names the algorithm for the request, where requests can have a checksum.
    pub request: Option<String>,
    /// Whether a request must have one.
    pub required: bool,
    /// The header that asks for one in the response, where responses can have a checksum.
    pub response: Option<String>,
    /// Whether there are algorithms among them that directory buckets do not know.
    pub others: bool,
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
    pub documentation: Docs,
    /// The name of the root element of the body.
    pub root: String,
    /// Whether the root element is the one member itself.
    pub unwrapped: bool,
    /// Members, in model order.
    pub fields: Vec<Field<'s>>,
    /// Whether a sensitive member stands in the body: such an answer is only taken over TLS.
    pub secret_body: bool,
    /// Whether the model bounds the size of the body: no list, map or recursion in it.
    pub bounded_body: bool,
}

impl<'s> Api<'s> {
    /// The members of all structures and unions.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field<'s>> {
        let operations = self.operations.iter();
        let tops =
            operations.flat_map(|operation| operation.input.iter().chain(&operation.output.fields));
        let types = self.types.iter().flat_map(|ty| ty.kind.fields());
        let errors = self.errors.iter().flat_map(|error| &error.fields);
        tops.chain(types).chain(errors)
    }
}

impl Operation<'_> {
    /// Whether its arguments are given by name: more than three in a row are made of text, which are easily mistaken
    /// for each other, or there are more than seven.
    pub fn names_arguments(&self) -> bool {
        let (mut all, mut in_a_row) = (0, 0);
        let required = self.input.iter().filter(|field| field.is_argument());
        required.into_iter().any(|field| {
            all += 1;
            in_a_row = match field.ty {
                Type::String | Type::Secret | Type::Enum(_) | Type::Blob | Type::Stream(_) => {
                    in_a_row + 1
                }
                _ => 0,
            };
            in_a_row > 3 || all > 7
        })
    }

    /// Checksums that stand in the document of the answer, and the headers that send what they must equal: the
    /// members of both have the same name.
    pub fn acknowledged(&self) -> Vec<(&str, &str)> {
        let pairs = self.output.fields.iter().filter_map(|field| {
            let Binding::Element(element) = &field.binding else {
                return None;
            };
            let sent = self.input.iter().find(|sent| sent.name == field.name)?;
            match &sent.binding {
                Binding::Header(name, _) if name.starts_with(CHECKSUM) => {
                    Some((&**name, element.tag.local()))
                }
                _ => None,
            }
        });
        pairs.collect()
    }
}

/// How the headers of checksums begin.
const CHECKSUM: &str = "x-amz-checksum-";
