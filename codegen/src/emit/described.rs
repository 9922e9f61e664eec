//! What a reader learns of a member: its own text, and what its types add.

use crate::api::{Api, Field};
use crate::document::Docs;
use crate::model::ShapeId;

/// The text of a member, or the first sentence about its type where it has none.
pub(super) fn own(api: &Api<'_>, field: &Field<'_>) -> Docs {
    let types = types(api, field);
    match types.first() {
        Some((_, docs)) if field.documentation.is_empty() => Docs::of(docs.summary()),
        _ => field.documentation.clone(),
    }
}

/// The types of a member, with their documentation: of a text or number its type, else the enums and structures in it.
/// The first sentence says what the type is, which the text of a member says for it.
pub(super) fn types<'a, 's>(
    api: &'a Api<'s>,
    field: &'a Field<'s>,
) -> Vec<(ShapeId<'s>, &'a Docs)> {
    let simple = field.simple_type.filter(|_| !field.borrows_type);
    let simple = simple.map(|id| (id, &field.type_documentation));
    let named = field.ty.named().into_iter();
    let named = named.filter_map(|id| api.type_def(id));
    simple
        .into_iter()
        .chain(named.map(|ty| (ty.id, &ty.documentation)))
        .collect()
}
