//! Puts the statements of all files together.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::id::ShapeId;
use super::read::{ApplyTarget, Statement};
use super::shape::{Member, Reference, Shape, ShapeKind};
use super::{mixins, prelude};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest, one_of};
use crate::json::Json;
use crate::source::Span;
use crate::traits::Traits;

/// Shapes as they come in, and what is to be applied to them once all are there.
#[derive(Default)]
pub(super) struct Merge<'a> {
    shapes: IndexMap<ShapeId<'a>, (Shape<'a>, Json<'a>)>,
    mixed: IndexMap<ShapeId<'a>, Vec<Reference<'a>>>,
    applied: Vec<(ApplyTarget<'a>, Span, Traits<'a>)>,
}

impl<'a> Merge<'a> {
    /// Takes in a statement. A shape that is there already must be the same.
    pub(super) fn add(&mut self, statement: Statement<'a>, diagnostics: &mut Diagnostics) {
        let (shape, json, mixins) = match statement {
            Statement::Define(shape, json, mixins) => (shape, json, mixins),
            Statement::Apply(target, span, traits) => {
                return self.applied.push((target, span, traits));
            }
        };
        match self.shapes.entry(shape.id) {
            Entry::Vacant(entry) => {
                if !mixins.is_empty() {
                    self.mixed.insert(shape.id, mixins);
                }
                entry.insert((shape, json));
            }
            Entry::Occupied(entry) if entry.get().1.same(json) => {}
            Entry::Occupied(entry) => {
                let first = entry.get().0.span;
                let error = Diagnostic::error(Code::DuplicateShape, format!("`{}` is defined twice, differently", shape.id))
                    .at_opt(shape.span, "defined again here")
                    .also(first, "first defined here")
                    .help("keep one definition, or make both the same; to add traits to a shape of another file use `\"type\": \"apply\"`");
                diagnostics.push(error);
            }
        }
    }

    /// All shapes, with what they mix in and the applied traits.
    pub(super) fn finish(
        mut self,
        diagnostics: &mut Diagnostics,
    ) -> IndexMap<ShapeId<'a>, Shape<'a>> {
        let mixed = std::mem::take(&mut self.mixed);
        mixins::flatten(&mut self.shapes, mixed, diagnostics);
        for (target, span, traits) in std::mem::take(&mut self.applied) {
            match self.find(&target, span, diagnostics) {
                Ok((of, own)) => apply(own, traits, &of, diagnostics),
                Err(missing) => diagnostics.push(*missing),
            }
        }
        self.shapes
            .into_iter()
            .map(|(id, (shape, _))| (id, shape))
            .collect()
    }

    /// The traits of the target, and its id for messages.
    fn find(
        &mut self,
        target: &ApplyTarget<'a>,
        span: Span,
        diagnostics: &Diagnostics,
    ) -> Result<(String, &mut Traits<'a>), Box<Diagnostic>> {
        let (shape_id, member) = match target {
            ApplyTarget::Shape(id) => (*id, None),
            ApplyTarget::Member(id) => (id.shape, Some(*id)),
        };
        if !self.shapes.contains_key(&shape_id) {
            let missing = dangling(
                shape_id,
                span,
                "traits are applied to",
                self.shapes.keys().copied(),
                diagnostics,
            );
            return Err(Box::new(missing.of(shape_id)));
        }
        let (shape, _) = &mut self.shapes[&shape_id];
        let Some(id) = member else {
            return Ok((shape_id.to_string(), &mut shape.traits));
        };
        let names: Vec<&str> = shape.members().map(|member| member.name).collect();
        match members_mut(shape)
            .into_iter()
            .find(|member| member.name == id.name)
        {
            Some(member) => Ok((id.to_string(), &mut member.traits)),
            None => {
                let message = format!("`{shape_id}` has no member `{}`", id.name);
                let error = Diagnostic::error(Code::UnknownMember, message)
                    .at(span, "traits are applied to it here");
                let near = nearest(id.name, names);
                let near = (!near.is_empty()).then(|| format!("did you mean {}?", one_of(&near)));
                Err(Box::new(near.into_iter().fold(error, Diagnostic::help)))
            }
        }
    }
}

fn apply<'a>(own: &mut Traits<'a>, applied: Traits<'a>, of: &str, diagnostics: &mut Diagnostics) {
    for added in applied.iter() {
        match own.find(added.id.as_str()) {
            None => own.push(*added),
            Some(found) if found.value.same(added.value) => {}
            Some(found) => {
                let message = format!("`{}` is given twice, with different values", added.id);
                let error = Diagnostic::error(Code::ConflictingTrait, message)
                    .at(added.span, "applied here")
                    .also(found.span, "first given here")
                    .of(of)
                    .help("keep one of the values");
                diagnostics.push(error);
            }
        }
    }
}

/// A shape that is mentioned but not there.
pub(super) fn dangling<'a>(
    id: ShapeId<'a>,
    span: Span,
    role: &str,
    known: impl ExactSizeIterator<Item = ShapeId<'a>>,
    diagnostics: &Diagnostics,
) -> Diagnostic {
    let error = Diagnostic::error(Code::DanglingTarget, format!("there is no shape `{id}`"))
        .at(span, format!("{role} a shape that no file defines"));
    if !diagnostics.can_advise(known.len()) {
        return error;
    }
    let known: Vec<ShapeId<'_>> = known.collect();
    let same_name = known
        .iter()
        .find(|other| other.name() == id.name())
        .map(|other| other.as_str());
    let near = match same_name {
        Some(other) => vec![other],
        None => {
            let mut near = nearest(id.name(), known.iter().map(|id| id.name()));
            near.retain(|name| *name != id.name());
            near
        }
    };
    let error = if near.is_empty() {
        error
    } else {
        error.help(format!("did you mean {}?", one_of(&near)))
    };
    if id.namespace() == prelude::NAMESPACE {
        error.help("Smithy's prelude has no such shape")
    } else {
        error.help("define it, or add the file that defines it")
    }
}

fn members_mut<'m, 'a>(shape: &'m mut Shape<'a>) -> Vec<&'m mut Member<'a>> {
    match &mut shape.kind {
        ShapeKind::Enum(members)
        | ShapeKind::IntEnum(members)
        | ShapeKind::Structure(members)
        | ShapeKind::Union(members) => members.0.iter_mut().collect(),
        ShapeKind::List(member) => vec![member],
        ShapeKind::Map(members) => vec![&mut members.key, &mut members.value],
        _ => Vec::new(),
    }
}
