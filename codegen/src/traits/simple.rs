//! Traits on data: constraints, defaults, enums, XML, documentation.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::{annotation_trait, trait_ids, value_trait};

annotation_trait! {
    /// The member is always there.
    Required = "smithy.api#required";
    /// The member is optional for clients, whatever else it says.
    ClientOptional = "smithy.api#clientOptional";
    /// A default that was added later; clients treat the member as optional.
    AddedDefault = "smithy.api#addedDefault";
    /// A number or boolean that may be null, in Smithy 1.0.
    Boxed = "smithy.api#box";
    /// The value is a secret.
    Sensitive = "smithy.api#sensitive";
    /// A blob that is not held in memory, or a union of events.
    Streaming = "smithy.api#streaming";
    /// The length of a stream must be known before it is sent.
    RequiresLength = "smithy.api#requiresLength";
    /// The client fills the member with a random token where the caller does not.
    IdempotencyToken = "smithy.api#idempotencyToken";
    /// Values may be null.
    Sparse = "smithy.api#sparse";
    /// No two items are equal.
    UniqueItems = "smithy.api#uniqueItems";
    /// The structure is used as an input only.
    Input = "smithy.api#input";
    /// The structure is used as an output only.
    Output = "smithy.api#output";
    /// The member stands in an attribute.
    XmlAttribute = "smithy.api#xmlAttribute";
    /// Items stand in the structure itself, without an element around them.
    XmlFlattened = "smithy.api#xmlFlattened";
    /// Where the event's members stand: in its payload.
    EventPayload = "smithy.api#eventPayload";
    /// Where the event's members stand: in its headers.
    EventHeader = "smithy.api#eventHeader";
    /// The member or value is not for customers.
    Internal = "smithy.api#internal";
}

value_trait! {
    /// CommonMark, with HTML in it.
    Documentation(String) = "smithy.api#documentation";
    /// The name in prose.
    Title(String) = "smithy.api#title";
    /// A regular expression, as ECMA 262 has them.
    Pattern(String) = "smithy.api#pattern";
    /// The media type of a blob or string.
    MediaType(String) = "smithy.api#mediaType";
    /// The values of a string, as Smithy 1.0 lists them.
    EnumTrait(Vec<EnumDefinition>) = "smithy.api#enum";
    /// The value where none is sent; `null` takes back the target's.
    Default(Value) = "smithy.api#default";
    /// The element's name, perhaps with a prefix.
    XmlName(String) = "smithy.api#xmlName";
    /// The name in JSON.
    JsonName(String) = "smithy.api#jsonName";
    /// Links by their titles.
    ExternalDocumentation(IndexMap<String, String>) = "smithy.api#externalDocumentation";
    /// The version it came with.
    Since(String) = "smithy.api#since";
    /// Free labels.
    Tags(Vec<String>) = "smithy.api#tags";
}

trait_ids! {
    TimestampFormat = "smithy.api#timestampFormat";
    EnumValue = "smithy.api#enumValue";
    XmlNamespace = "smithy.api#xmlNamespace";
    Length = "smithy.api#length";
    Range = "smithy.api#range";
    Deprecated = "smithy.api#deprecated";
    ErrorTrait = "smithy.api#error";
    Retryable = "smithy.api#retryable";
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum TimestampFormat {
    /// RFC 3339, in UTC.
    #[serde(rename = "date-time")]
    DateTime,
    /// IMF-fixdate, as in the `Date` header.
    #[serde(rename = "http-date")]
    HttpDate,
    /// Seconds since 1970, perhaps with a fraction.
    #[serde(rename = "epoch-seconds")]
    EpochSeconds,
}

/// The value of a member of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "Value")]
pub enum EnumValue {
    /// In an `intEnum`.
    Integer(i32),
    /// In an `enum`.
    String(String),
}

// an untagged enum finds no number where serde_json is built with `arbitrary_precision`
impl TryFrom<Value> for EnumValue {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let integer = value
            .as_i64()
            .and_then(|integer| i32::try_from(integer).ok());
        match (integer, value) {
            (Some(integer), _) => Ok(Self::Integer(integer)),
            (None, Value::String(text)) => Ok(Self::String(text)),
            _ => Err("expected a string or a 32-bit integer"),
        }
    }
}

/// A value of a string, as Smithy 1.0 lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumDefinition {
    /// What is sent.
    pub value: String,
    /// The name in code.
    name: Option<String>,
    /// What it means.
    pub documentation: Option<String>,
    /// Free labels.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Not to be used any more.
    #[serde(default)]
    pub deprecated: bool,
}

impl EnumDefinition {
    /// The name in code: the value itself where it has no other.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.value)
    }
}

/// The namespace of an element.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XmlNamespace {
    /// The namespace.
    pub uri: String,
    /// The prefix that is bound to it; none for the default namespace.
    pub prefix: Option<String>,
}

/// How long a string, blob, list or map may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
}

/// How large a number may be.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// At least.
    pub min: Option<serde_json::Number>,
    /// At most.
    pub max: Option<serde_json::Number>,
}

/// Not to be used any more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deprecated {
    /// Why, and what to use.
    pub message: Option<String>,
    /// Since when.
    pub since: Option<String>,
}

/// Whose fault an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorTrait {
    /// The caller's.
    Client,
    /// The service's.
    Server,
}

/// Trying again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retryable {
    /// Whether the error says that calls are too frequent.
    #[serde(default)]
    pub throttling: bool,
}
