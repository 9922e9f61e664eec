//! Members, and the types of what they hold.

use serde_json::Value;

use super::{Binding, Tag, TimestampFormat};
use crate::document::Docs;
use crate::model::ShapeId;

/// A member of a structure.
#[derive(Debug, Clone)]
pub struct Field<'s> {
    /// The structure or union that it belongs to.
    pub of: ShapeId<'s>,
    /// The member's name.
    pub name: &'s str,
    /// Model documentation of the member.
    pub documentation: Docs,
    /// The simple shape it targets, such as a string with a name of its own.
    pub simple_type: Option<ShapeId<'s>>,
    /// Model documentation of that shape.
    pub type_documentation: Docs,
    /// Whether that shape is text that several members hold: it is described once, under its own name.
    pub aliased: bool,
    /// Whether the model takes that shape although the member is something else, so that its documentation does not hold.
    pub borrows_type: bool,
    /// What it holds.
    pub ty: Type<'s>,
    /// Whether it is always there.
    pub required: bool,
    /// What stands for it where it is left out: in what is received, that is what it is then, and in what is
    /// sent, that is sent. An output member that has one is always there.
    pub default: Option<Value>,
    /// Whether one that is left out is the same as one without items: a list or map of what is only received.
    pub collects: bool,
    /// Whether its value must not be shown, and its type does not see to that.
    pub sensitive: bool,
    /// Whether it is held by pointer: the structure holds itself.
    pub boxed: bool,
    /// Whether an empty text counts as missing.
    pub filled: bool,
    /// Where it goes on the wire, and how it is written there.
    pub binding: Binding,
    /// Whether it stands in the host's name as well.
    pub host_label: bool,
    /// Whether the client makes a token where the caller gives none.
    pub idempotency_token: bool,
    /// Whether it is an id that may have the kind of what it names in front, which is not sent.
    pub bare_id: bool,
    /// The endpoint parameter it sets.
    pub context_param: Option<String>,
    /// Length, range or pattern, in words.
    pub constraints: Vec<String>,
    /// That it should not be used any more and why, as a sentence.
    pub deprecated: Option<Docs>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type<'s> {
    /// Text.
    String,
    /// Text that is `@sensitive`.
    Secret,
    /// Text that names an object which another one is made of.
    Source(Source<'s>),
    /// True or false.
    Boolean,
    /// A signed integer of this many bits.
    Integer(u8),
    /// A floating-point number of this many bits.
    Float(u8),
    /// A moment.
    Timestamp(TimestampFormat),
    /// A named set of strings or integers.
    Enum(ShapeId<'s>),
    /// Bytes; in base64 where they stand in text.
    Blob,
    /// Bytes that go by: the body of a request, or of a response.
    Stream(Direction),
    /// Events that go by: the body of a response.
    Events(ShapeId<'s>, Direction),
    /// A structure.
    Structure(ShapeId<'s>),
    /// One of several members.
    Union(ShapeId<'s>),
    /// A list.
    List {
        /// What an item is.
        item: Box<Type<'s>>,
        /// The element an item stands in, unless the member is flattened.
        tag: Tag,
        /// Whether there may be gaps between the items.
        sparse: bool,
    },
    /// A map.
    Map(Box<Map<'s>>),
}

/// What is made of an object that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'s> {
    /// A copy, in whatever bucket.
    Copy,
    /// The same object under another key.
    Rename {
        /// The member that names the bucket of both.
        bucket: &'s str,
    },
}

/// Which way a stream goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the service.
    Request,
    /// From the service.
    Response,
}

/// Keys and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<'s> {
    /// What a key is.
    pub key: Type<'s>,
    /// The element it stands in.
    pub key_tag: Tag,
    /// What a value is.
    pub value: Type<'s>,
    /// The element it stands in.
    pub value_tag: Tag,
    /// Whether a key may have no value.
    pub sparse: bool,
}

/// A named type.
#[derive(Debug)]
pub struct TypeDef<'s> {
    /// The shape's id.
    pub id: ShapeId<'s>,
    /// Model documentation.
    pub documentation: Docs,
    /// What it is made of.
    pub kind: TypeKind<'s>,
    /// Whether requests hold it.
    pub encoded: bool,
    /// Whether responses hold it.
    pub decoded: bool,
    /// Where it is the content of an event.
    pub event: Option<Event>,
}

impl TypeDef<'_> {
    /// Whether callers make it: requests hold it, or send it as an event.
    pub fn is_sent(&self) -> bool {
        self.encoded || self.event.as_ref().is_some_and(|event| event.sent)
    }
}

/// What a structure is that is the content of an event.
#[derive(Debug)]
pub struct Event {
    /// The root element of a payload that is made of members.
    pub root: Tag,
    /// Whether requests send it.
    pub sent: bool,
    /// Whether responses bring it.
    pub received: bool,
}

/// What a named type is made of.
#[derive(Debug)]
pub enum TypeKind<'s> {
    /// Members, in model order.
    Structure(Vec<Field<'s>>),
    /// Members, of which there is one at a time.
    Union(Vec<Field<'s>>),
    /// Members that are events, of which there is one at a time.
    Events {
        /// The events, in model order. Each holds a structure.
        events: Vec<Field<'s>>,
        /// The errors that may end the stream: what they are called there, and their structures.
        errors: Vec<(&'s str, ShapeId<'s>)>,
    },
    /// Strings, in model order.
    Enum(Vec<EnumValue>),
    /// Integers, in model order.
    IntEnum(Vec<EnumValue>),
}

/// One value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    /// The member's name.
    pub name: String,
    /// The string that is sent.
    pub value: String,
    /// Model documentation.
    pub documentation: Docs,
    /// That it should not be used any more and why, as a sentence.
    pub deprecated: Option<Docs>,
}

/// An error structure.
#[derive(Debug)]
pub struct ErrorDef<'s> {
    /// The shape's id; its name is the error code.
    pub id: ShapeId<'s>,
    /// Model documentation.
    pub documentation: Docs,
    /// The HTTP status.
    pub status: u16,
    /// Members other than the message.
    pub fields: Vec<Field<'s>>,
}

/// Whether a structure of these fields has a value in which nothing is set.
pub fn has_default(fields: &[Field<'_>]) -> bool {
    fields.iter().all(|field| !field.required)
}

impl<'s> Field<'s> {
    /// The alias that it has for its type.
    pub fn alias(&self) -> Option<ShapeId<'s>> {
        self.simple_type.filter(|_| self.aliased)
    }

    /// Whether the constructor takes it. What has a default is set to that.
    pub fn is_argument(&self) -> bool {
        self.required && self.default.is_none()
    }

    /// Whether it may not be there.
    pub fn is_optional(&self) -> bool {
        !self.required && !self.collects
    }

    /// Whether it is part of the path or the host: without it there is none.
    pub fn is_label(&self) -> bool {
        self.host_label || matches!(self.binding, Binding::Label(_))
    }

    /// Whether it is a body that is not held in memory.
    pub fn is_stream(&self) -> bool {
        matches!(
            self.ty,
            Type::Stream(_) | Type::Events(_, Direction::Response)
        )
    }

    /// Whether its items or entries stand in the body without an element around them.
    pub fn is_flattened(&self) -> bool {
        matches!(&self.binding, Binding::Element(element) if element.flattened)
    }
}

impl<'s> Type<'s> {
    /// Whether it has members.
    pub fn is_aggregate(&self) -> bool {
        matches!(self, Self::Structure(_) | Self::Union(_))
    }

    /// The same with lists and maps that have no gaps.
    pub fn without_nulls(self) -> Self {
        match self {
            Self::List { item, tag, .. } => Self::List {
                item: Box::new(item.without_nulls()),
                tag,
                sparse: false,
            },
            Self::Map(mut map) => {
                map.value = map.value.without_nulls();
                map.sparse = false;
                Self::Map(map)
            }
            other => other,
        }
    }

    /// The named types that it is or holds.
    pub fn named(&self) -> Vec<&ShapeId<'s>> {
        match self {
            Self::Enum(id) | Self::Structure(id) | Self::Union(id) | Self::Events(id, _) => {
                vec![id]
            }
            Self::List { item, .. } => item.named(),
            Self::Map(map) => [map.key.named(), map.value.named()].concat(),
            _ => Vec::new(),
        }
    }
}

impl<'s> TypeKind<'s> {
    /// The members of a structure or union, events included.
    pub fn fields(&self) -> &[Field<'s>] {
        match self {
            Self::Structure(fields) | Self::Union(fields) => fields,
            Self::Events { events, .. } => events,
            Self::Enum(_) | Self::IntEnum(_) => &[],
        }
    }

    /// The same, to change them.
    pub fn fields_mut(&mut self) -> &mut [Field<'s>] {
        match self {
            Self::Structure(fields) | Self::Union(fields) => fields,
            Self::Events { events, .. } => events,
            Self::Enum(_) | Self::IntEnum(_) => &mut [],
        }
    }
}
