//! Enums: those of Smithy 2.0, and strings that list their values as in Smithy 1.0.

use super::{deprecation, docs, own_documentation};
use crate::api::EnumValue;
use crate::document::Docs;
use crate::model::{Members, Shape};
use crate::traits::simple::{self, EnumTrait};

/// The values of an `enum` or `intEnum`.
pub(super) fn values(members: &Members<'_>) -> Vec<EnumValue> {
    let value = members.iter().map(|member| EnumValue {
        name: member.name.to_owned(),
        value: match member.traits.get() {
            Some(simple::EnumValue::String(value)) => value,
            Some(simple::EnumValue::Integer(number)) => number.to_string(),
            None => member.name.to_owned(),
        },
        documentation: own_documentation(&member.traits),
        deprecated: deprecation(&member.traits),
    });
    value.collect()
}

/// The values that `smithy.api#enum` gives a string.
pub(super) fn listed(shape: &Shape<'_>) -> Vec<EnumValue> {
    let listed = shape.traits.get::<EnumTrait>();
    let listed = listed.map(|listed| listed.0).unwrap_or_default();
    let values = listed.into_iter().map(|definition| EnumValue {
        name: definition.name().to_owned(),
        deprecated: definition.deprecated.then(|| Docs::of("Deprecated.")),
        documentation: docs(definition.documentation),
        value: definition.value,
    });
    values.collect()
}
