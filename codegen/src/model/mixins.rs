//! Mixins: what shapes take from others, put into them.

use indexmap::IndexMap;

use super::id::{ShapeId, UNIT};
use super::merge::dangling;
use super::shape::{Member, Members, Operation, Reference, Shape, ShapeKind};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::json::Json;
use crate::source::Span;
use crate::traits::Traits;

/// What marks a mixin.
pub(super) const MIXIN: &str = "smithy.api#mixin";

type Shapes<'a> = IndexMap<ShapeId<'a>, (Shape<'a>, Json<'a>)>;

/// Gives each shape the members and traits of its mixins, which may have mixins themselves.
pub(super) fn flatten<'a>(
    shapes: &mut Shapes<'a>,
    mut mixed: IndexMap<ShapeId<'a>, Vec<Reference<'a>>>,
    diagnostics: &mut Diagnostics,
) {
    mixed.retain(|id, mixins| {
        mixins.retain(|mixin| {
            let known = shapes.contains_key(&mixin.id);
            if !known {
                let all = shapes.keys().copied();
                let error = dangling(mixin.id, mixin.span, "mixes in", all, diagnostics);
                diagnostics.push(error.of(id));
            }
            known
        });
        true
    });
    while !mixed.is_empty() {
        let is_ready =
            |mixins: &Vec<Reference<'a>>| mixins.iter().all(|mixin| !mixed.contains_key(&mixin.id));
        let ready: Vec<_> = mixed
            .iter()
            .filter(|(_, mixins)| is_ready(mixins))
            .map(|(id, mixins)| (*id, mixins.clone()))
            .collect();
        if ready.is_empty() {
            return circle(&mixed, diagnostics);
        }
        for (id, mixins) in ready {
            mixed.swap_remove(&id);
            let sources: Vec<_> = mixins
                .iter()
                .map(|mixin| shapes[&mixin.id].0.clone())
                .collect();
            if let Some((shape, _)) = shapes.get_mut(&id) {
                mix(shape, &sources);
            }
        }
    }
}

/// The shapes that are left take from each other, or from those that do.
fn circle(mixed: &IndexMap<ShapeId<'_>, Vec<Reference<'_>>>, diagnostics: &mut Diagnostics) {
    for (id, mixins) in mixed {
        if let Some(mixin) = mixins.iter().find(|mixin| mixed.contains_key(&mixin.id)) {
            let message = format!("`{id}` mixes in itself, or what mixes in itself");
            let error = Diagnostic::error(Code::Mixin, message).at(mixin.span, "");
            diagnostics.push(
                error
                    .of(id)
                    .help("take one of the mixins of the circle away"),
            );
        }
    }
}

fn mix<'a>(shape: &mut Shape<'a>, mixins: &[Shape<'a>]) {
    // The traits of the shape count before those of its mixins, and the last mixin before the others.
    for mixin in mixins.iter().rev() {
        let local = local_traits(mixin);
        let passed = mixin.traits.iter().filter(|found| {
            let id = found.id.as_str();
            id != MIXIN && !local.iter().any(|local| local == id)
        });
        passed.for_each(|found| add(&mut shape.traits, found));
        mix_content(shape, mixin);
    }
}

fn add<'a>(traits: &mut Traits<'a>, found: &crate::traits::Trait<'a>) {
    if traits.find(found.id.as_str()).is_none() {
        traits.push(*found);
    }
}

/// The traits that a mixin keeps to itself.
fn local_traits(mixin: &Shape<'_>) -> Vec<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Mixin {
        #[serde(default)]
        local_traits: Vec<String>,
    }
    let found = mixin.traits.find(MIXIN);
    let read = found.and_then(|found| found.value.parse::<Mixin>().ok());
    read.map(|mixin| mixin.local_traits).unwrap_or_default()
}

fn mix_content<'a>(shape: &mut Shape<'a>, mixin: &Shape<'a>) {
    let id = shape.id;
    match (&mut shape.kind, &mixin.kind) {
        (ShapeKind::Structure(own), ShapeKind::Structure(mixed))
        | (ShapeKind::Union(own), ShapeKind::Union(mixed))
        | (ShapeKind::Enum(own), ShapeKind::Enum(mixed))
        | (ShapeKind::IntEnum(own), ShapeKind::IntEnum(mixed)) => mix_members(id, own, mixed),
        (ShapeKind::Operation(own), ShapeKind::Operation(mixed)) => mix_operation(own, mixed),
        (ShapeKind::Service(own), ShapeKind::Service(mixed)) => {
            extend(&mut own.operations, &mixed.operations);
            extend(&mut own.resources, &mixed.resources);
            extend(&mut own.errors, &mixed.errors);
            if own.version.is_empty() {
                own.version.clone_from(&mixed.version);
            }
        }
        (ShapeKind::Resource(own), ShapeKind::Resource(mixed)) => {
            extend(&mut own.operations, &mixed.operations);
            extend(&mut own.resources, &mixed.resources);
        }
        (ShapeKind::List(own), ShapeKind::List(mixed)) => mix_member(own, mixed),
        (ShapeKind::Map(own), ShapeKind::Map(mixed)) => {
            mix_member(&mut own.key, &mixed.key);
            mix_member(&mut own.value, &mixed.value);
        }
        // Simple shapes have no content.
        _ => {}
    }
}

/// The member of a list or map that is to come from a mixin.
pub(super) fn awaited<'a>(container: ShapeId<'a>, name: &'a str, span: Span) -> Member<'a> {
    Member {
        container,
        name,
        target: Reference { id: UNIT, span },
        traits: Traits::default(),
        span,
    }
}

fn mix_member<'a>(own: &mut Member<'a>, mixed: &Member<'a>) {
    if own.target.id == UNIT {
        own.target = mixed.target;
    }
    let inherited = mixed.traits.iter();
    inherited.for_each(|found| add(&mut own.traits, found));
}

/// Members of a mixin come before those of the shape.
fn mix_members<'a>(id: ShapeId<'a>, own: &mut Members<'a>, mixed: &Members<'a>) {
    let mut members = Vec::new();
    for member in mixed {
        let mut member = Member {
            container: id,
            ..member.clone()
        };
        if let Some(at) = own.0.iter().position(|own| own.name == member.name) {
            let mut redefined = own.0.remove(at);
            let inherited = member.traits.iter();
            inherited.for_each(|found| add(&mut redefined.traits, found));
            member = redefined;
        }
        members.push(member);
    }
    members.append(&mut own.0);
    own.0 = members;
}

fn mix_operation<'a>(own: &mut Operation<'a>, mixed: &Operation<'a>) {
    if own.input.id == UNIT {
        own.input = mixed.input;
    }
    if own.output.id == UNIT {
        own.output = mixed.output;
    }
    extend(&mut own.errors, &mixed.errors);
}

fn extend<'a>(own: &mut Vec<Reference<'a>>, mixed: &[Reference<'a>]) {
    for reference in mixed {
        if !own.iter().any(|own| own.id == reference.id) {
            own.push(*reference);
        }
    }
}
