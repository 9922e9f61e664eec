//! The lower pass: shapes and traits become operations, types and bindings.

pub(crate) mod auth;
mod calls;
pub(crate) mod defaults;
mod enums;
mod events;
mod field;
mod operation;
mod protocol_tests;
pub mod rules;
mod selected;
mod usage;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::api::endpoint::{ParamKind, Setting};
use crate::api::{Api, ErrorDef, Namespace, Service, TypeDef, TypeKind};
use crate::diagnostics::Diagnostics;
use crate::document::Docs;
use crate::model::{Model, Shape, ShapeId, ShapeKind};
use crate::select::Closure;
use crate::traits::Traits;
use crate::traits::http::{AwsService, Paginated, Sigv4};
use crate::traits::rules::{ClientContextParams, ParamType};
use crate::traits::simple::{Deprecated, Documentation, Streaming, Title};
use crate::validate::Checked;

/// Lowers a checked closure.
///
/// # Errors
///
/// Where endpoint rules do not hold together, or a member needs something that is not generated yet.
pub fn lower<'s>(closure: &Checked<Closure<'_, 's>>) -> Result<Api<'s>, Diagnostics> {
    let mut lowering = Lowering {
        model: closure.model,
        without_pages: &closure.without_pages,
        without_waiters: &closure.without_waiters,
        service: closure.service,
        namespace: field::namespace(&closure.service.traits),
        pages: closure.service.traits.get().unwrap_or_default(),
        types: BTreeMap::new(),
        errors: BTreeMap::new(),
        diagnostics: Diagnostics::new(closure.model.sources()),
    };
    let service = lowering.service(closure);
    let operations = closure
        .operations
        .iter()
        .map(|shape| lowering.operation(shape))
        .collect();
    let mut api = Api {
        service,
        operations,
        types: lowering.types.into_values().flatten().collect(),
        errors: lowering.errors.into_values().collect(),
        sessions: None,
        renamed: renamed(closure.service),
        nesting: closure.nesting,
    };
    usage::mark(&mut api);
    defaults::settle(&mut api);
    usage::mark_shared(&mut api);
    lowering.diagnostics.into_result(api)
}

/// What sorts shapes by their names: two namespaces may have the same.
type Key<'s> = (&'s str, ShapeId<'s>);

fn key(id: ShapeId<'_>) -> Key<'_> {
    (id.name(), id)
}

struct Lowering<'m, 's> {
    model: &'m Model<'s>,
    without_pages: &'m HashSet<String>,
    without_waiters: &'m HashSet<(String, String)>,
    service: &'m Shape<'s>,
    /// The namespace of elements that declare none.
    namespace: Option<Namespace>,
    /// What operations do not say about their pages.
    pages: Paginated,
    /// By name; none while a type is being lowered.
    types: BTreeMap<Key<'s>, Option<TypeDef<'s>>>,
    errors: BTreeMap<Key<'s>, ErrorDef<'s>>,
    diagnostics: Diagnostics,
}

impl<'s> Lowering<'_, 's> {
    fn service(&mut self, closure: &Closure<'_, 's>) -> Service<'s> {
        let shape = closure.service;
        let version = shape
            .as_service()
            .map_or_else(String::new, |service| service.version.clone());
        Service {
            id: shape.id,
            name: shape
                .traits
                .get::<AwsService>()
                .map_or_else(|| shape.id.name().to_owned(), |aws| aws.sdk_id),
            title: shape
                .traits
                .get::<Title>()
                .map_or_else(|| shape.id.name().to_owned(), |title| title.0),
            version,
            documentation: documentation(&shape.traits),
            signing_name: shape
                .traits
                .get::<Sigv4>()
                .map_or_else(String::new, |sigv4| sigv4.name),
            endpoint: self.endpoint(shape),
            settings: settings(shape),
        }
    }

    /// Lowers a structure, union or enum, once.
    fn named_type(&mut self, id: ShapeId<'s>) {
        let Some(shape) = self
            .model
            .get(id)
            .filter(|_| !self.types.contains_key(&key(id)))
        else {
            return;
        };
        self.types.insert(key(id), None);
        let kind = match &shape.kind {
            ShapeKind::Enum(members) => TypeKind::Enum(enums::values(members)),
            ShapeKind::IntEnum(members) => TypeKind::IntEnum(enums::values(members)),
            ShapeKind::String => TypeKind::Enum(enums::listed(shape)),
            ShapeKind::Structure(members) => TypeKind::Structure(
                members
                    .iter()
                    .filter_map(|member| self.field(member, Use::Nested))
                    .collect(),
            ),
            ShapeKind::Union(members) if shape.traits.has::<Streaming>() => self.events(members),
            ShapeKind::Union(members) => TypeKind::Union(
                members
                    .iter()
                    .filter_map(|member| self.field(member, Use::Nested))
                    .collect(),
            ),
            _ => return,
        };
        self.types.insert(
            key(id),
            Some(TypeDef {
                id,
                documentation: documentation(&shape.traits),
                kind,
                encoded: false,
                decoded: false,
                event: None,
            }),
        );
    }
}

/// Names that the service gives shapes, in place of their own.
fn renamed<'s>(service: &Shape<'s>) -> HashMap<ShapeId<'s>, String> {
    let renamed = service.as_service().into_iter();
    let renamed = renamed.flat_map(|service| &service.rename);
    renamed
        .map(|(shape, name)| (shape.id, name.clone()))
        .collect()
}

/// Endpoint parameters that are settings of the client.
fn settings(service: &Shape<'_>) -> Vec<Setting> {
    let params = service.traits.get::<ClientContextParams>();
    let params = params.map(|params| params.0).unwrap_or_default();
    let settings = params.into_iter().map(|(name, param)| Setting {
        name,
        documentation: docs(param.documentation),
        kind: param_kind(param.kind),
    });
    settings.collect()
}

fn param_kind(kind: ParamType) -> ParamKind {
    match kind {
        ParamType::String => ParamKind::String,
        ParamType::Boolean => ParamKind::Boolean,
        ParamType::StringArray => ParamKind::Strings,
    }
}

/// What a structure is: bindings to HTTP count at the top of an input or output only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Input,
    Output,
    Nested,
}

/// What the model says of a shape, and that it should not be used any more.
fn documentation(traits: &Traits<'_>) -> Docs {
    match (own_documentation(traits), deprecation(traits)) {
        (docs, Some(deprecation)) => docs.and(deprecation.markdown()),
        (docs, None) => docs,
    }
}

fn own_documentation(traits: &Traits<'_>) -> Docs {
    docs(traits.get::<Documentation>().map(|text| text.0))
}

/// Documentation of the model, read once; emitters write it in many places.
fn docs(text: Option<String>) -> Docs {
    text.map_or_else(Docs::default, |text| Docs::new(&text))
}

fn deprecation(traits: &Traits<'_>) -> Option<Docs> {
    let Deprecated { message, since } = traits.get()?;
    let since = since.map_or_else(String::new, |since| format!(" since {since}"));
    Some(Docs::new(&match message {
        Some(message) => format!("Deprecated{since}: {message}"),
        None => format!("Deprecated{since}."),
    }))
}
