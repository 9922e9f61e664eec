//! Puts the statements of all files together.

use std::collections::HashSet;

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::id::ShapeId;
use super::read::{ApplyTarget, Origin, Statement};
use super::shape::{Member, Reference, Shape, ShapeKind};
use super::{mixins, prelude};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest, one_of};
use crate::json::Json;
use crate::source::Span;
use crate::traits::{Trait, Traits};

/// Shapes as they come in, and what is to be applied to them once all are there.
#[derive(Default)]
pub(super) struct Merge<'a> {
    shapes: IndexMap<ShapeId<'a>, (Shape<'a>, Json<'a>)>,
    mixed: IndexMap<ShapeId<'a>, Vec<Reference<'a>>>,
    applied: Vec<Applied<'a>>,
}

/// Traits, and what they are applied to and by.
struct Applied<'a> {
    target: ApplyTarget<'a>,
    span: Span,
    traits: Traits<'a>,
    origin: Origin,
}

impl<'a> Merge<'a> {
    /// Takes in a statement. A shape that is there already must be the same.
    pub(super) fn add(&mut self, statement: Statement<'a>, diagnostics: &mut Diagnostics) {
        let (shape, json, mixins) = match statement {
            Statement::Define(shape, json, mixins) => (shape, json, mixins),
            Statement::Apply(target, span, traits, origin) => {
                return self.applied.push(Applied {
                    target,
                    span,
                    traits,
                    origin,
                });
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
        let mut applied = std::mem::take(&mut self.applied);
        applied.sort_by_key(|applied| applied.origin);
        // What mixins are given goes to those that mix them in; members that are there only then wait.
        let (now, later): (Vec<_>, Vec<_>) = applied
            .into_iter()
            .partition(|applied| self.has(&applied.target));
        self.apply(now, false, diagnostics);
        mixins::flatten(&mut self.shapes, mixed, diagnostics);
        self.apply(later, true, diagnostics);
        self.shapes
            .into_iter()
            .map(|(id, (shape, _))| (id, shape))
            .collect()
    }

    fn has(&self, target: &ApplyTarget<'_>) -> bool {
        match target {
            ApplyTarget::Shape(id) => self.shapes.contains_key(id),
            ApplyTarget::Member(id) => self
                .shapes
                .get(&id.shape)
                .is_some_and(|(shape, _)| shape.members().any(|member| member.name == id.name)),
        }
    }

    /// Applies traits. Those that a member already has from a mixin may have to yield.
    fn apply(
        &mut self,
        all: Vec<Applied<'a>>,
        inherited_yield: bool,
        diagnostics: &mut Diagnostics,
    ) {
        let mut placed = HashSet::new();
        for applied in all {
            match self.find(&applied, diagnostics) {
                Ok((of, own)) => {
                    for added in applied.traits.iter() {
                        if inherited_yield {
                            own.retain(|it| it.id != added.id || placed.contains(&it.span));
                            placed.insert(added.span);
                        }
                        apply(own, added, applied.origin, &of, diagnostics);
                    }
                }
                Err(missing) => diagnostics.push(*missing),
            }
        }
    }

    /// The traits of the target, and its id for messages.
    fn find(
        &mut self,
        applied: &Applied<'a>,
        diagnostics: &Diagnostics,
    ) -> Result<(String, &mut Traits<'a>), Box<Diagnostic>> {
        let (shape_id, member) = match applied.target {
            ApplyTarget::Shape(id) => (id, None),
            ApplyTarget::Member(id) => (id.shape, Some(id)),
        };
        if !self.shapes.contains_key(&shape_id) {
            let missing = dangling(
                shape_id,
                applied.span,
                match applied.origin {
                    Origin::Json => "traits are applied to",
                    Origin::Markdown => "this is about",
                },
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
                let label = match applied.origin {
                    Origin::Json => "traits are applied to it here",
                    Origin::Markdown => "it is documented here",
                };
                let error = Diagnostic::error(Code::UnknownMember, message).at(applied.span, label);
                let near = nearest(id.name, names);
                let near = (!near.is_empty()).then(|| format!("did you mean {}?", one_of(&near)));
                Err(Box::new(near.into_iter().fold(error, Diagnostic::help)))
            }
        }
    }
}

fn apply<'a>(
    own: &mut Traits<'a>,
    added: &Trait<'a>,
    origin: Origin,
    of: &str,
    diagnostics: &mut Diagnostics,
) {
    let Some(found) = own.find(added.id.as_str()) else {
        return own.push(*added);
    };
    let error = match origin {
        Origin::Json if found.value.same(added.value) => return,
        Origin::Json => {
            let message = format!("`{}` is given twice, with different values", added.id);
            Diagnostic::error(Code::ConflictingTrait, message)
                .at(added.span, "applied here")
                .also(found.span, "first given here")
                .help("keep one of the values")
        }
        Origin::Markdown => {
            let message = format!("`{of}` is documented twice");
            Diagnostic::error(Code::DuplicateDocumentation, message)
                .at(added.span, "again here")
                .also(found.span, "first here")
                .help(
                    "keep one of them: what stands in Markdown stands there once, and not in JSON",
                )
        }
    };
    diagnostics.push(error.of(of));
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
