//! The select pass: which shapes an operation needs.
//!
//! A shape is in the closure if it can be reached from a chosen operation or from its service. These are
//! the edges, and there are no others:
//!
//! - service → its errors
//! - operation → input, output, errors
//! - structure, union → target of each member
//! - list → target of its member
//! - map → targets of key and value
//!
//! Operations belong to a service directly or through its resources, at any depth. Shapes that are only
//! named within trait values, such as the settings of a protocol test, are not reached.

use std::collections::HashSet;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest, one_of};
use crate::model::{Model, Operation, Reference, Shape, ShapeId, ShapeKind, UNIT};

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The operations.
    pub operations: Operations,
    /// The service, with or without namespace; needed where a model has several.
    pub service: Option<String>,
    /// Traits that the generator does not know and that make no difference, with or without namespace.
    pub allowed_traits: Vec<String>,
}

/// Which operations to generate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Operations {
    /// All operations of the service.
    #[default]
    All,
    /// Those of these names, with or without namespace.
    Named(Vec<String>),
}

impl Selection {
    /// All operations of the only service.
    pub fn all() -> Self {
        Self::default()
    }

    /// The operations of these names.
    pub fn named<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Self {
            operations: Operations::Named(names),
            ..Self::default()
        }
    }
}

/// A service, the chosen operations, and every shape they need.
#[derive(Debug)]
pub struct Closure<'m, 'a> {
    /// The model it is a part of.
    pub model: &'m Model<'a>,
    /// The service.
    pub service: &'m Shape<'a>,
    /// The chosen operations, sorted by name.
    pub operations: Vec<&'m Shape<'a>>,
    /// All other shapes that are reached, those of the prelude included, sorted by id. The order does not
    /// depend on how the model is divided into files.
    pub shapes: Vec<&'m Shape<'a>>,
    /// As in [`Selection`].
    pub allowed_traits: Vec<String>,
}

impl<'m, 'a> Closure<'m, 'a> {
    /// The service, the operations, then all other shapes.
    pub fn iter(&self) -> impl Iterator<Item = &'m Shape<'a>> {
        std::iter::once(self.service)
            .chain(self.operations.iter().copied())
            .chain(self.shapes.iter().copied())
    }

    /// Whether the shape is part of it.
    pub fn contains(&self, id: ShapeId<'_>) -> bool {
        self.iter().any(|shape| shape.id == id)
    }
}

/// Finds the shapes that the selection needs.
pub fn select<'m, 'a>(
    model: &'m Model<'a>,
    selection: &Selection,
) -> Result<Closure<'m, 'a>, Diagnostics> {
    let service = find_service(model, selection.service.as_deref()).map_err(|problem| {
        let mut diagnostics = Diagnostics::new(model.sources());
        diagnostics.push(*problem);
        diagnostics
    })?;
    let mut operations = operations_of(model, service);
    if let Operations::Named(names) = &selection.operations {
        operations = choose(model, service, &operations, names)?;
    }
    operations.sort_by_key(|operation| (operation.id.name(), operation.id.namespace()));
    let shapes = reach(model, service, &operations);
    Ok(Closure {
        model,
        service,
        operations,
        shapes,
        allowed_traits: selection.allowed_traits.clone(),
    })
}

fn find_service<'m, 'a>(
    model: &'m Model<'a>,
    wanted: Option<&str>,
) -> Result<&'m Shape<'a>, Box<Diagnostic>> {
    let services: Vec<_> = model.services().collect();
    let names: Vec<&str> = services.iter().map(|service| service.id.as_str()).collect();
    match (wanted, &services[..]) {
        (None, [only]) => Ok(only),
        (_, []) => {
            let error = Diagnostic::error(Code::NoService, "the model has no service");
            Err(Box::new(error.help("add the file with the service shape")))
        }
        (None, [first, rest @ ..]) => {
            let message = format!("the model has {} services", services.len());
            let error =
                Diagnostic::error(Code::AmbiguousService, message).at_opt(first.span, "this one");
            let error = rest
                .iter()
                .fold(error, |error, other| error.also(other.span, "and this one"));
            Err(Box::new(error.help(format!(
                "choose one with `--service`: {}",
                one_of(&names)
            ))))
        }
        (Some(wanted), _) => {
            let found = services.iter().find(|service| is_named(service, wanted));
            found.copied().ok_or_else(|| {
                let error = Diagnostic::error(
                    Code::UnknownService,
                    format!("the model has no service `{wanted}`"),
                );
                Box::new(error.help(format!("it has {}", one_of(&names))))
            })
        }
    }
}

fn is_named(shape: &Shape<'_>, name: &str) -> bool {
    shape.id.as_str() == name || shape.id.name() == name
}

/// The operations of a service, those of its resources included.
pub fn operations_of<'m, 'a>(model: &'m Model<'a>, service: &'m Shape<'a>) -> Vec<&'m Shape<'a>> {
    let mut operations = Vec::new();
    let mut seen = HashSet::new();
    let mut pending = vec![service];
    while let Some(shape) = pending.pop() {
        let (own, resources): (&[Reference<'_>], &[Reference<'_>]) = match &shape.kind {
            ShapeKind::Service(service) => (&service.operations, &service.resources),
            ShapeKind::Resource(resource) => (&resource.operations, &resource.resources),
            _ => continue,
        };
        let new = own
            .iter()
            .map(|reference| model.target(reference))
            .filter(|operation| seen.insert(operation.id));
        operations.extend(new.collect::<Vec<_>>());
        pending.extend(
            resources
                .iter()
                .map(|reference| model.target(reference))
                .filter(|it| seen.insert(it.id)),
        );
    }
    operations
}

/// The errors of an operation: its own, then those that every operation of the service can answer.
pub fn errors_of<'m, 'a>(
    service: &'m Shape<'a>,
    operation: &'m Operation<'a>,
) -> impl Iterator<Item = &'m Reference<'a>> {
    let shared = service.as_service().into_iter();
    let shared = shared.flat_map(|service| &service.errors);
    operation.errors.iter().chain(shared)
}

fn choose<'m, 'a>(
    model: &'m Model<'a>,
    service: &Shape<'_>,
    all: &[&'m Shape<'a>],
    names: &[String],
) -> Result<Vec<&'m Shape<'a>>, Diagnostics> {
    let mut diagnostics = Diagnostics::new(model.sources());
    let mut chosen: Vec<&Shape<'_>> = Vec::new();
    for name in names {
        match all.iter().find(|operation| is_named(operation, name)) {
            Some(operation) if chosen.iter().any(|other| other.id == operation.id) => {}
            Some(operation) => chosen.push(operation),
            None => diagnostics.push(unknown_operation(model, service, all, name)),
        }
    }
    diagnostics.into_result(chosen)
}

fn unknown_operation(
    model: &Model<'_>,
    service: &Shape<'_>,
    all: &[&Shape<'_>],
    name: &str,
) -> Diagnostic {
    let error = Diagnostic::error(
        Code::UnknownOperation,
        format!("there is no operation `{name}`"),
    );
    let elsewhere = model
        .shapes()
        .find(|shape| shape.as_operation().is_some() && is_named(shape, name));
    if let Some(shape) = elsewhere {
        return error
            .at_opt(
                shape.span,
                format!("`{}` does not list it", service.id.name()),
            )
            .also(service.span, "the service")
            .help(format!("add it to the `operations` of `{}`", service.id));
    }
    let bare = name.rsplit_once('#').map_or(name, |(_, bare)| bare);
    let near = nearest(bare, all.iter().map(|operation| operation.id.name()));
    let count = all.len();
    let error = error.at_opt(
        service.span,
        format!(
            "this service has {count} operation{}",
            if count == 1 { "" } else { "s" }
        ),
    );
    if near.is_empty() {
        error
    } else {
        error.help(format!("did you mean {}?", one_of(&near)))
    }
}

fn reach<'m, 'a>(
    model: &'m Model<'a>,
    service: &'m Shape<'a>,
    operations: &[&'m Shape<'a>],
) -> Vec<&'m Shape<'a>> {
    let mut reached: Vec<&'m Shape<'a>> = Vec::new();
    let mut seen = HashSet::new();
    let mut pending = vec![service];
    pending.extend(operations);
    while let Some(shape) = pending.pop() {
        let mut visit = |reference: &Reference<'a>| {
            if reference.id != UNIT && seen.insert(reference.id) {
                let target = model.target(reference);
                reached.push(target);
                pending.push(target);
            }
        };
        match &shape.kind {
            ShapeKind::Service(service) => service.errors.iter().for_each(visit),
            ShapeKind::Operation(operation) => {
                visit(&operation.input);
                visit(&operation.output);
                operation.errors.iter().for_each(visit);
            }
            ShapeKind::Structure(members) | ShapeKind::Union(members) => {
                members.iter().for_each(|member| visit(&member.target));
            }
            ShapeKind::List(member) => visit(&member.target),
            ShapeKind::Map(members) => {
                visit(&members.key.target);
                visit(&members.value.target);
            }
            // The members of an enum target `smithy.api#Unit`; all else is simple, or is reached from the service.
            _ => {}
        }
    }
    reached.sort_by_key(|shape| shape.id);
    reached
}
