//! Which types requests hold, and which responses: encoders and decoders are written for those alone.

use std::collections::{HashMap, HashSet};

use crate::api::{Api, Field, Type, TypeDef, TypeKind};
use crate::model::ShapeId;

/// Marks the types.
pub(super) fn mark(api: &mut Api<'_>) {
    let mut held: HashMap<_, Vec<_>> = api
        .types
        .iter()
        .map(|ty| (ty.id, names(ty.kind.fields())))
        .collect();
    // An event is no element: what it holds is reached from the stream itself.
    let inside = |ty: &TypeDef<'_>| {
        names(ty.kind.fields())
            .into_iter()
            .flat_map(|id| held[&id].clone())
            .collect()
    };
    let is_stream = |ty: &&TypeDef<'_>| matches!(ty.kind, TypeKind::Events { .. });
    let streams: Vec<_> = api
        .types
        .iter()
        .filter(is_stream)
        .map(|ty| (ty.id, inside(ty)))
        .collect();
    held.extend(streams);
    let inputs = api
        .operations
        .iter()
        .flat_map(|operation| names(&operation.input))
        .collect();
    let outputs = api
        .operations
        .iter()
        .flat_map(|operation| names(&operation.output.fields));
    let errors = api.errors.iter().flat_map(|error| names(&error.fields));
    let encoded = reached(inputs, &held);
    let decoded = reached(outputs.chain(errors).collect(), &held);
    for ty in &mut api.types {
        ty.encoded = encoded.contains(&ty.id);
        ty.decoded = decoded.contains(&ty.id);
    }
    mark_events(api);
}

/// Marks the structures that are events. Errors that may end a stream are none of what a request sends.
fn mark_events(api: &mut Api<'_>) {
    let (mut sent, mut received) = (HashSet::new(), HashSet::new());
    let mut ends = HashSet::new();
    for ty in &mut api.types {
        let TypeKind::Events { events, errors } = &mut ty.kind else {
            continue;
        };
        let ids = names(events);
        sent.extend(ids.iter().copied().filter(|_| ty.encoded));
        received.extend(ids.into_iter().filter(|_| ty.decoded));
        if !ty.decoded {
            errors.clear();
        }
        ends.extend(errors.iter().map(|(_, id)| *id));
    }
    for ty in &mut api.types {
        if let Some(event) = &mut ty.event {
            event.sent = sent.contains(&ty.id);
            event.received = received.contains(&ty.id);
        }
    }
    let operations = api.operations.iter();
    ends.extend(operations.flat_map(|operation| operation.errors.iter().copied()));
    api.errors.retain(|error| ends.contains(&error.id));
}

/// Marks the members that share a described form of text with others.
pub(super) fn mark_shared(api: &mut Api<'_>) {
    let is_described = |field: &Field<'_>| {
        matches!(field.ty, Type::String | Type::Secret) && !field.type_documentation.is_empty()
    };
    let mut counts: HashMap<ShapeId<'_>, usize> = HashMap::new();
    for fields in all_fields(api) {
        let described = fields.iter().filter(|field| is_described(field));
        for id in described.filter_map(|field| field.simple_type) {
            *counts.entry(id).or_default() += 1;
        }
    }
    for field in all_fields(api).into_iter().flatten() {
        let shared = |id: ShapeId<'_>| counts.get(&id).is_some_and(|count| *count > 1);
        field.aliased = is_described(field) && field.simple_type.is_some_and(shared);
    }
}

fn all_fields<'a, 's>(api: &'a mut Api<'s>) -> Vec<&'a mut Vec<Field<'s>>> {
    let operations = api.operations.iter_mut();
    let mut all: Vec<_> = operations
        .flat_map(|operation| [&mut operation.input, &mut operation.output.fields])
        .collect();
    all.extend(api.types.iter_mut().filter_map(|ty| match &mut ty.kind {
        TypeKind::Structure(fields) => Some(fields),
        _ => None,
    }));
    all.extend(api.errors.iter_mut().map(|error| &mut error.fields));
    all
}

fn names<'s>(fields: &[Field<'s>]) -> Vec<ShapeId<'s>> {
    fields
        .iter()
        .flat_map(|field| field.ty.named())
        .copied()
        .collect()
}

fn reached<'s>(
    mut pending: Vec<ShapeId<'s>>,
    held: &HashMap<ShapeId<'s>, Vec<ShapeId<'s>>>,
) -> HashSet<ShapeId<'s>> {
    let mut reached = HashSet::new();
    while let Some(id) = pending.pop() {
        if reached.insert(id) {
            pending.extend(held.get(&id).into_iter().flatten());
        }
    }
    reached
}
