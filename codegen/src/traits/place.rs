//! Where traits can stand, and names for places that often come together in the table.

use std::fmt;

use crate::model::Kind::{self, *};
use crate::model::{Shape, ShapeKind};

/// Where a trait stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// On a shape of this kind.
    On(Kind),
    /// On a member of a structure, union, list, enum or intEnum.
    MemberOf(Kind),
    /// On the keys of a map.
    MapKey,
    /// On the values of a map.
    MapValue,
}

use Place::{MapKey, MapValue, MemberOf, On};

/// The members of a structure.
pub(super) const FIELD: Place = MemberOf(Structure);
/// The members of a union.
pub(super) const VARIANT: Place = MemberOf(Union);
/// The items of a list.
pub(super) const ITEM: Place = MemberOf(List);

/// Numbers, and fields that hold them.
#[rustfmt::skip]
pub(super) const NUMBERS: &[Place] = &[
    On(Byte), On(Short), On(Integer), On(Long), On(Float), On(Double), On(BigInteger), On(BigDecimal), On(IntEnum),
    FIELD, VARIANT, ITEM, MapValue,
];
/// Strings, and members that hold them.
#[rustfmt::skip]
pub(super) const TEXTS: &[Place] = &[On(String), On(Enum), FIELD, VARIANT, ITEM, MapKey, MapValue];
/// What operations belong to, and operations themselves.
#[rustfmt::skip]
pub(super) const CALLED: &[Place] = &[On(Service), On(Resource), On(Operation)];
/// Types whose values are one piece of data.
#[rustfmt::skip]
pub(super) const SIMPLE: &[Place] = &[
    On(Blob), On(Boolean), On(String), On(Byte), On(Short), On(Integer), On(Long), On(Float), On(Double),
    On(BigInteger), On(BigDecimal), On(Timestamp), On(Enum), On(IntEnum),
];
/// Types without named members.
#[rustfmt::skip]
pub(super) const UNNAMED: &[Place] = &[
    On(Blob), On(Boolean), On(String), On(Byte), On(Short), On(Integer), On(Long), On(Float), On(Double),
    On(BigInteger), On(BigDecimal), On(Timestamp), On(Document), On(Enum), On(IntEnum), On(List), On(Map),
];
/// Types.
#[rustfmt::skip]
pub(super) const DATA: &[Place] = &[
    On(Blob), On(Boolean), On(String), On(Byte), On(Short), On(Integer), On(Long), On(Float), On(Double),
    On(BigInteger), On(BigDecimal), On(Timestamp), On(Document), On(Enum), On(IntEnum), On(List), On(Map),
    On(Structure), On(Union),
];
/// All places.
#[rustfmt::skip]
pub(super) const ANYWHERE: &[Place] = &[
    On(Blob), On(Boolean), On(String), On(Byte), On(Short), On(Integer), On(Long), On(Float), On(Double),
    On(BigInteger), On(BigDecimal), On(Timestamp), On(Document), On(Enum), On(IntEnum), On(List), On(Map),
    On(Structure), On(Union), On(Service), On(Resource), On(Operation), FIELD, VARIANT, ITEM,
    MemberOf(Enum), MemberOf(IntEnum), MapKey, MapValue,
];

/// The place of the members of a shape: of the one of this name, for maps.
pub fn member_place(shape: &Shape<'_>, member: &str) -> Place {
    match &shape.kind {
        ShapeKind::Map(_) if member == "key" => MapKey,
        ShapeKind::Map(_) => MapValue,
        kind => MemberOf(kind.tag()),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            On(kind) => f.write_str(kind.as_str()),
            MemberOf(kind) => write!(f, "member of {}", kind.as_str()),
            MapKey => f.write_str("key of map"),
            MapValue => f.write_str("value of map"),
        }
    }
}
