//! Shapes of the other model that our closure does not have, because an operation or a member that leads to them is
//! left out on purpose. They are not compared with anything, but what they consist of is recorded, so that a later
//! addition to them is named as well.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::compare::value;
use super::{Change, Difference, Fingerprint, Reviewed, Standing};
use crate::model::{Model, Reference, Shape, ShapeId, ShapeKind, UNIT};
use crate::select::Closure;
use crate::traits::TraitValue as _;
use crate::traits::Traits;
use crate::traits::simple::Documentation;

/// The place that all parts of such a shape are recorded under.
pub(super) const WHOLE: &str = "*";

/// What was found.
#[derive(Debug, Default)]
pub(super) struct LeftOut<'a> {
    /// What is known.
    pub(super) known: Vec<Difference<'a>>,
    /// What is not.
    pub(super) new: Vec<(Difference<'a>, Standing)>,
}

/// Looks at all that is reached from the other model's forms of our shapes, but not through a difference that is
/// `told` already. Without a record all of it is known.
pub(super) fn left_out<'m, 'a>(
    closure: &Closure<'_, 'a>,
    theirs: &'m Model<'a>,
    told: &HashSet<(ShapeId<'a>, String)>,
    mut record: Option<&mut Reviewed>,
) -> LeftOut<'a> {
    let ours: HashSet<_> = closure.iter().map(|shape| shape.id).collect();
    let mut found = LeftOut::default();
    let mut seen = HashSet::new();
    let mut walked = HashSet::new();
    let mut pending = Vec::new();
    let mut visit = |reference: &Reference<'a>, pending: &mut Vec<&'m Shape<'a>>| {
        let id = reference.id;
        if id != UNIT && !ours.contains(&id) && seen.insert(id) {
            let target = theirs.get(id).filter(|shape| shape.span.is_some());
            pending.extend(target);
        }
    };
    let mut both: Vec<_> = ours.iter().filter_map(|id| theirs.get(*id)).collect();
    both.sort_by_key(|shape| shape.id);
    for shape in both {
        for part in parts(shape) {
            let target = (shape.id, format!("{}.target", part.path));
            if !told.contains(&(shape.id, part.path)) && !told.contains(&target) {
                part.target.iter().for_each(|it| visit(it, &mut pending));
            }
        }
    }
    while let Some(shape) = pending.pop() {
        walked.insert(shape.id.to_string());
        let whole = (shape.id.to_string(), WHOLE.to_owned());
        if record.as_ref().is_some_and(|it| !it.0.contains_key(&whole)) {
            let kind = Change::OnlyTheirs(shape.kind.tag().with_article());
            found
                .new
                .push((difference(shape, "", kind, None), Standing::New));
            continue;
        }
        let mut unknown = Vec::new();
        for part in parts(shape) {
            let fingerprint = Fingerprint::of(&json!([part.path, part.value]));
            let change = Change::OnlyTheirs(part.label());
            let difference = difference(shape, &part.path, change, Some(fingerprint));
            if record
                .as_mut()
                .is_none_or(|it| it.take_from(&whole, fingerprint))
            {
                found.known.push(difference);
                part.target.iter().for_each(|it| visit(it, &mut pending));
            } else {
                unknown.push(difference)
            }
        }
        // A part that is another takes the place of one that is gone.
        for difference in unknown {
            let is_changed = record.as_mut().is_some_and(|it| it.take_any_from(&whole));
            let standing = if is_changed {
                Standing::Changed
            } else {
                Standing::New
            };
            found.new.push((difference, standing));
        }
    }
    // Where nothing leads to a shape any more, that is told already.
    if let Some(record) = record {
        record
            .0
            .retain(|(shape, path), _| path != WHOLE || walked.contains(shape));
    }
    found
        .new
        .sort_by(|(a, _), (b, _)| (a.shape, &a.path).cmp(&(b.shape, &b.path)));
    found
}

fn difference<'a>(
    shape: &Shape<'a>,
    path: &str,
    change: Change,
    theirs: Option<Fingerprint>,
) -> Difference<'a> {
    Difference {
        shape: shape.id,
        path: path.to_owned(),
        change,
        theirs,
    }
}

/// A part of a shape that can change by itself.
struct Part<'a> {
    path: String,
    value: Value,
    /// The shape it leads to.
    target: Option<Reference<'a>>,
}

impl Part<'_> {
    /// What a reader is shown.
    fn label(&self) -> String {
        match &self.target {
            Some(target) => target.id.to_string(),
            None => self.value.to_string(),
        }
    }
}

/// Whether the shape has this part.
pub(super) fn has(shape: &Shape<'_>, path: &str) -> bool {
    parts(shape).iter().any(|part| part.path == path)
}

fn parts<'a>(shape: &Shape<'a>) -> Vec<Part<'a>> {
    let part = |path: String, value: Value| Part {
        path,
        value,
        target: None,
    };
    let mut parts = vec![part(
        "type".to_owned(),
        Value::from(shape.kind.tag().as_str()),
    )];
    for (id, value) in documented_apart(&shape.traits) {
        parts.push(part(format!("traits.{id}"), value));
    }
    let mut refers = |path: &str, reference: &Reference<'a>| {
        parts.push(Part {
            path: path.to_owned(),
            value: Value::from(reference.id.as_str()),
            target: Some(*reference),
        });
    };
    let mut list = |name: &str, references: &[Reference<'a>]| {
        for reference in references {
            refers(&format!("{name}.{}", reference.id.name()), reference);
        }
    };
    match &shape.kind {
        ShapeKind::Service(service) => {
            list("operations", &service.operations);
            list("resources", &service.resources);
            list("errors", &service.errors);
        }
        ShapeKind::Resource(resource) => {
            list("operations", &resource.operations);
            list("resources", &resource.resources);
        }
        ShapeKind::Operation(operation) => {
            list("errors", &operation.errors);
            refers("input", &operation.input);
            refers("output", &operation.output);
        }
        _ => {
            let is_named = !matches!(shape.kind, ShapeKind::List(_) | ShapeKind::Map(_));
            let prefix = if is_named { "members." } else { "" };
            parts.extend(shape.members().map(|member| Part {
                path: format!("{prefix}{}", member.name),
                value: member_value(member.target.id, &member.traits),
                target: Some(member.target),
            }));
        }
    }
    parts
}

/// A member with its traits, documentation aside.
pub(super) fn member_value(target: ShapeId<'_>, traits: &Traits<'_>) -> Value {
    let traits: Map<String, Value> = documented_apart(traits).collect();
    json!({ "target": target.as_str(), "traits": traits })
}

fn documented_apart(traits: &Traits<'_>) -> impl Iterator<Item = (String, Value)> {
    let all = traits
        .iter()
        .filter(|it| it.id.as_str() != Documentation::ID);
    all.map(|it| (it.id.to_string(), value(it.value)))
}
