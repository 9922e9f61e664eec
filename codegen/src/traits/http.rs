//! Traits of HTTP bindings, protocols, authentication and endpoints of operations.

use indexmap::IndexMap;
use serde::Deserialize;

use super::uri::UriPattern;
use super::{annotation_trait, trait_ids, value_trait};

annotation_trait! {
    /// The member stands in the path.
    HttpLabel = "smithy.api#httpLabel";
    /// The map's entries are query parameters.
    HttpQueryParams = "smithy.api#httpQueryParams";
    /// The member is the body.
    HttpPayload = "smithy.api#httpPayload";
    /// The member is the status.
    HttpResponseCode = "smithy.api#httpResponseCode";
    /// The body must carry a checksum.
    HttpChecksumRequired = "smithy.api#httpChecksumRequired";
    /// The member stands in the host's name.
    HostLabel = "smithy.api#hostLabel";
    /// The operation changes nothing.
    Readonly = "smithy.api#readonly";
    /// Doing it twice is doing it once.
    Idempotent = "smithy.api#idempotent";
    /// The operation can be called without credentials.
    OptionalAuth = "smithy.api#optionalAuth";
    /// The body is not signed.
    UnsignedPayload = "aws.auth#unsignedPayload";
    /// The root element of the response is the member itself.
    S3UnwrappedXmlOutput = "aws.customizations#s3UnwrappedXmlOutput";
}

value_trait! {
    /// The member stands in this header.
    HttpHeader(String) = "smithy.api#httpHeader";
    /// The map's entries stand in headers with this prefix.
    HttpPrefixHeaders(String) = "smithy.api#httpPrefixHeaders";
    /// The member stands in this query parameter.
    HttpQuery(String) = "smithy.api#httpQuery";
    /// The status of an error.
    HttpError(u16) = "smithy.api#httpError";
    /// Ids of the authentication traits, the preferred one first.
    Auth(Vec<String>) = "smithy.api#auth";
    /// Waiters by their names.
    Waitable(IndexMap<String, Waiter>) = "smithy.waiters#waitable";
}

trait_ids! {
    Http = "smithy.api#http";
    Endpoint = "smithy.api#endpoint";
    RequestCompression = "smithy.api#requestCompression";
    Paginated = "smithy.api#paginated";
    RestXml = "aws.protocols#restXml";
    HttpChecksum = "aws.protocols#httpChecksum";
    Sigv4 = "aws.auth#sigv4";
    AwsService = "aws.api#service";
}

/// How an operation is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// `GET`, `PUT`, …
    pub method: String,
    /// The path and the literal query.
    pub uri: UriPattern,
    /// The status of a success.
    #[serde(default = "ok")]
    pub code: u16,
}

fn ok() -> u16 {
    200
}

/// What is put before the host's name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Endpoint {
    /// The prefix, with `{labels}`.
    pub host_prefix: String,
}

/// The body may be compressed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestCompression {
    /// By which algorithms, the preferred one first.
    pub encodings: Vec<String>,
}

/// Results come in pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Paginated {
    /// The input member that says where to go on.
    pub input_token: Option<String>,
    /// The path in the output to the next token.
    pub output_token: Option<String>,
    /// The path in the output to the items.
    pub items: Option<String>,
    /// The input member that limits a page.
    pub page_size: Option<String>,
}

impl Paginated {
    /// What is not said here is as the service says.
    pub fn or(self, service: Self) -> Self {
        Self {
            input_token: self.input_token.or(service.input_token),
            output_token: self.output_token.or(service.output_token),
            items: self.items.or(service.items),
            page_size: self.page_size.or(service.page_size),
        }
    }
}

/// The protocol.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RestXml {
    /// Whether errors stand in `Error` alone and not in an `ErrorResponse` around it.
    #[serde(default)]
    pub no_error_wrapping: bool,
    /// Versions of HTTP, the preferred one first.
    #[serde(default)]
    pub http: Vec<String>,
    /// Versions of HTTP for event streams.
    #[serde(default)]
    pub event_stream_http: Vec<String>,
}

/// Which checksums a body carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HttpChecksum {
    /// The input member that names the algorithm.
    pub request_algorithm_member: Option<String>,
    /// Whether the request must carry one.
    #[serde(default)]
    pub request_checksum_required: bool,
    /// The input member that asks for one in the response.
    pub request_validation_mode_member: Option<String>,
    /// The algorithms a response may use.
    #[serde(default)]
    pub response_algorithms: Vec<String>,
}

/// Requests are signed with AWS Signature Version 4.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sigv4 {
    /// The service's name in the signature.
    pub name: String,
}

/// What AWS calls the service in several places.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AwsService {
    /// In SDKs.
    pub sdk_id: String,
    /// In ARNs.
    pub arn_namespace: Option<String>,
    /// In CloudFormation.
    pub cloud_formation_name: Option<String>,
    /// In CloudTrail.
    pub cloud_trail_event_source: Option<String>,
    /// In host names, where there are no endpoint rules.
    pub endpoint_prefix: Option<String>,
    /// In links to its documentation.
    pub doc_id: Option<String>,
}

/// How to wait until something is so.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Waiter {
    /// What it waits for, in words.
    pub documentation: Option<String>,
    /// What each answer means, the first that matches.
    pub acceptors: Vec<Acceptor>,
    /// Seconds between two calls, at least.
    #[serde(default = "min_delay")]
    pub min_delay: u32,
    /// Seconds between two calls, at most.
    #[serde(default = "max_delay")]
    pub max_delay: u32,
    /// Not to be used any more.
    #[serde(default)]
    pub deprecated: bool,
    /// Free labels.
    #[serde(default)]
    pub tags: Vec<String>,
}

fn min_delay() -> u32 {
    2
}

fn max_delay() -> u32 {
    120
}

/// What an answer means to a waiter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptor {
    /// Where it leads.
    pub state: WaiterState,
    /// Which answers it is about.
    pub matcher: Matcher,
}

/// Where an acceptor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaiterState {
    /// It is so.
    Success,
    /// It will never be so.
    Failure,
    /// It is not so yet.
    Retry,
}

/// Which answers an acceptor is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Matcher {
    /// Whether the call succeeded.
    Success(bool),
    /// The error of this name.
    ErrorType(String),
    /// A value in the output.
    Output(PathMatcher),
    /// A value in input and output.
    InputOutput(PathMatcher),
}

/// A comparison with a value in the answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathMatcher {
    /// A JMESPath expression.
    pub path: String,
    /// What is expected.
    pub expected: String,
    /// How it is compared.
    pub comparator: Comparator,
}

/// How a waiter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Comparator {
    /// The text is equal.
    StringEquals,
    /// The boolean is equal.
    BooleanEquals,
    /// The list has items and all are equal.
    AllStringEquals,
    /// One of the list's items is equal.
    AnyStringEquals,
}
