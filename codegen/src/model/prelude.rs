//! The shapes of Smithy's prelude that models may target without defining them.

use indexmap::IndexMap;

use super::id::ShapeId;
use super::shape::{Members, Shape, ShapeKind};
use crate::traits::Traits;

/// The namespace of the prelude.
pub(super) const NAMESPACE: &str = "smithy.api";

/// Shapes of the prelude by their ids.
pub(super) fn shapes<'a>() -> IndexMap<ShapeId<'a>, Shape<'a>> {
    let shapes = [
        ("smithy.api#Blob", ShapeKind::Blob),
        ("smithy.api#Boolean", ShapeKind::Boolean),
        ("smithy.api#String", ShapeKind::String),
        ("smithy.api#Byte", ShapeKind::Byte),
        ("smithy.api#Short", ShapeKind::Short),
        ("smithy.api#Integer", ShapeKind::Integer),
        ("smithy.api#Long", ShapeKind::Long),
        ("smithy.api#Float", ShapeKind::Float),
        ("smithy.api#Double", ShapeKind::Double),
        ("smithy.api#BigInteger", ShapeKind::BigInteger),
        ("smithy.api#BigDecimal", ShapeKind::BigDecimal),
        ("smithy.api#Timestamp", ShapeKind::Timestamp),
        ("smithy.api#Document", ShapeKind::Document),
        ("smithy.api#PrimitiveBoolean", ShapeKind::Boolean),
        ("smithy.api#PrimitiveByte", ShapeKind::Byte),
        ("smithy.api#PrimitiveShort", ShapeKind::Short),
        ("smithy.api#PrimitiveInteger", ShapeKind::Integer),
        ("smithy.api#PrimitiveLong", ShapeKind::Long),
        ("smithy.api#PrimitiveFloat", ShapeKind::Float),
        ("smithy.api#PrimitiveDouble", ShapeKind::Double),
        ("smithy.api#Unit", ShapeKind::Structure(Members::default())),
    ];
    let shape = |(id, kind)| {
        let id = ShapeId::known(id);
        (
            id,
            Shape {
                id,
                kind,
                traits: Traits::default(),
                span: None,
            },
        )
    };
    shapes.into_iter().map(shape).collect()
}
