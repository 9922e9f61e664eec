//! Shapes and members as the model has them.

use super::id::{MemberId, ShapeId};
use super::mixins::MIXIN;
use crate::source::Span;
use crate::traits::Traits;

/// One shape of the model.
#[derive(Debug, Clone)]
pub struct Shape<'a> {
    /// Its id.
    pub id: ShapeId<'a>,
    /// What it is.
    pub kind: ShapeKind<'a>,
    /// Its traits, those of `apply` statements included.
    pub traits: Traits<'a>,
    /// Where its id stands; none for the shapes of Smithy's prelude.
    pub span: Option<Span>,
}

/// What a shape is, with what belongs to that kind alone.
#[derive(Debug, Clone)]
pub enum ShapeKind<'a> {
    /// Bytes.
    Blob,
    /// `true` or `false`.
    Boolean,
    /// UTF-8 text.
    String,
    /// 8 bits, signed.
    Byte,
    /// 16 bits, signed.
    Short,
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    Long,
    /// IEEE 754, 32 bits.
    Float,
    /// IEEE 754, 64 bits.
    Double,
    /// An integer of any size.
    BigInteger,
    /// A decimal of any precision.
    BigDecimal,
    /// An instant.
    Timestamp,
    /// Untyped data.
    Document,
    /// A string out of a set of values.
    Enum(Members<'a>),
    /// An integer out of a set of values.
    IntEnum(Members<'a>),
    /// Values of one type.
    List(Box<Member<'a>>),
    /// Keys and values.
    Map(Box<MapMembers<'a>>),
    /// Named members.
    Structure(Members<'a>),
    /// One of its members.
    Union(Members<'a>),
    /// An entry point.
    Service(Box<Service<'a>>),
    /// A group of operations with an identifier.
    Resource(Box<Resource<'a>>),
    /// A call.
    Operation(Box<Operation<'a>>),
}

impl ShapeKind<'_> {
    /// The kind without its content.
    pub fn tag(&self) -> Kind {
        match self {
            Self::Blob => Kind::Blob,
            Self::Boolean => Kind::Boolean,
            Self::String => Kind::String,
            Self::Byte => Kind::Byte,
            Self::Short => Kind::Short,
            Self::Integer => Kind::Integer,
            Self::Long => Kind::Long,
            Self::Float => Kind::Float,
            Self::Double => Kind::Double,
            Self::BigInteger => Kind::BigInteger,
            Self::BigDecimal => Kind::BigDecimal,
            Self::Timestamp => Kind::Timestamp,
            Self::Document => Kind::Document,
            Self::Enum(_) => Kind::Enum,
            Self::IntEnum(_) => Kind::IntEnum,
            Self::List(_) => Kind::List,
            Self::Map(_) => Kind::Map,
            Self::Structure(_) => Kind::Structure,
            Self::Union(_) => Kind::Union,
            Self::Service(_) => Kind::Service,
            Self::Resource(_) => Kind::Resource,
            Self::Operation(_) => Kind::Operation,
        }
    }
}

macro_rules! kinds {
    ($($kind:ident = $text:literal),* $(,)?) => {
        /// A kind of shape, without the shape.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are those of Smithy")]
        pub enum Kind { $($kind),* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name as a model writes it in `type`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $text),* }
            }
        }
    };
}

kinds! {
    Blob = "blob", Boolean = "boolean", String = "string", Byte = "byte", Short = "short",
    Integer = "integer", Long = "long", Float = "float", Double = "double",
    BigInteger = "bigInteger", BigDecimal = "bigDecimal", Timestamp = "timestamp",
    Document = "document", Enum = "enum", IntEnum = "intEnum", List = "list", Map = "map",
    Structure = "structure", Union = "union", Service = "service", Resource = "resource",
    Operation = "operation",
}

impl Kind {
    /// Whether a value of this kind is one piece of data, such as a string or a number.
    pub fn is_simple(self) -> bool {
        !matches!(
            self,
            Self::List
                | Self::Map
                | Self::Structure
                | Self::Union
                | Self::Service
                | Self::Resource
                | Self::Operation
        )
    }

    /// Whether members can target a shape of this kind.
    pub fn is_data(self) -> bool {
        !matches!(self, Self::Service | Self::Resource | Self::Operation)
    }

    /// The name with its article, for messages.
    pub fn with_article(self) -> String {
        let name = self.as_str();
        let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) {
            if self == Self::Union { "a" } else { "an" }
        } else {
            "a"
        };
        format!("{article} {name}")
    }
}

/// A mention of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The shape that is meant.
    pub id: ShapeId<'a>,
    /// Where it is mentioned.
    pub span: Span,
}

/// A member of a shape.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// The shape it belongs to.
    pub container: ShapeId<'a>,
    /// Its name; `member`, `key` and `value` for those of lists and maps.
    pub name: &'a str,
    /// The shape of its values.
    pub target: Reference<'a>,
    /// Its traits, those of `apply` statements included.
    pub traits: Traits<'a>,
    /// Where its name stands.
    pub span: Span,
}

impl<'a> Member<'a> {
    /// The absolute id.
    pub fn id(&self) -> MemberId<'a> {
        self.container.member(self.name)
    }
}

/// Named members, in model order.
#[derive(Debug, Clone, Default)]
pub struct Members<'a>(pub(crate) Vec<Member<'a>>);

impl<'a> Members<'a> {
    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Member<'a>> {
        self.0.iter().find(|member| member.name == name)
    }

    /// All members.
    pub fn iter(&self) -> std::slice::Iter<'_, Member<'a>> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'m, 'a> IntoIterator for &'m Members<'a> {
    type Item = &'m Member<'a>;
    type IntoIter = std::slice::Iter<'m, Member<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The two members of a map.
#[derive(Debug, Clone)]
pub struct MapMembers<'a> {
    /// The keys.
    pub key: Member<'a>,
    /// The values.
    pub value: Member<'a>,
}

/// What belongs to a service.
#[derive(Debug, Clone, Default)]
pub struct Service<'a> {
    /// The API version, such as `2006-03-01`; empty where the model gives none.
    pub version: String,
    /// Its operations, those of its resources aside.
    pub operations: Vec<Reference<'a>>,
    /// Its resources.
    pub resources: Vec<Reference<'a>>,
    /// Errors that every operation can answer.
    pub errors: Vec<Reference<'a>>,
    /// Shapes that have another name in this service.
    pub rename: Vec<(Reference<'a>, String)>,
}

/// What belongs to an operation.
#[derive(Debug, Clone)]
pub struct Operation<'a> {
    /// Its input; [`UNIT`](super::UNIT) where it takes nothing.
    pub input: Reference<'a>,
    /// Its output; [`UNIT`](super::UNIT) where it gives nothing.
    pub output: Reference<'a>,
    /// The errors it can answer.
    pub errors: Vec<Reference<'a>>,
}

/// What belongs to a resource, as far as a client needs it.
#[derive(Debug, Clone, Default)]
pub struct Resource<'a> {
    /// Its operations: lifecycle, instance and collection.
    pub operations: Vec<Reference<'a>>,
    /// Resources within it.
    pub resources: Vec<Reference<'a>>,
    /// The types of its identifiers.
    pub identifiers: Vec<Reference<'a>>,
}

impl<'a> Shape<'a> {
    /// Members in model order: of structures, unions and enums, the one of a list, the two of a map.
    pub fn members(&self) -> Box<dyn Iterator<Item = &Member<'a>> + '_> {
        match &self.kind {
            ShapeKind::Enum(members)
            | ShapeKind::IntEnum(members)
            | ShapeKind::Structure(members)
            | ShapeKind::Union(members) => Box::new(members.iter()),
            ShapeKind::List(member) => Box::new(std::iter::once(&**member)),
            ShapeKind::Map(members) => Box::new([&members.key, &members.value].into_iter()),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The named members of a structure or union.
    pub fn fields(&self) -> Option<&Members<'a>> {
        match &self.kind {
            ShapeKind::Structure(members) | ShapeKind::Union(members) => Some(members),
            _ => None,
        }
    }

    /// Whether it is there to be mixed into others.
    pub fn is_mixin(&self) -> bool {
        self.traits.find(MIXIN).is_some()
    }

    /// What belongs to an operation, where the shape is one.
    pub fn as_operation(&self) -> Option<&Operation<'a>> {
        match &self.kind {
            ShapeKind::Operation(operation) => Some(operation),
            _ => None,
        }
    }

    /// What belongs to a service, where the shape is one.
    pub fn as_service(&self) -> Option<&Service<'a>> {
        match &self.kind {
            ShapeKind::Service(service) => Some(service),
            _ => None,
        }
    }
}
