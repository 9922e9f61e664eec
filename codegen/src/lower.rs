//! The lower pass: shapes and traits become operations, types and bindings.

mod endpoint_tests;
mod expr;
mod field;
mod operation;
mod partitions;
mod rules;

use std::collections::BTreeMap;

use crate::api::endpoint::Graph;
use crate::api::{Api, EnumValue, ErrorDef, Service, TypeDef, TypeKind};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Model, Shape, ShapeId, ShapeKind};
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::http::{AwsService, Sigv4};
use crate::traits::rules::EndpointRuleSet;
use crate::traits::simple::{self, Documentation, Title};
use crate::validate::Checked;

/// Lowers a checked closure.
///
/// # Errors
///
/// Where endpoint rules do not hold together, or a member needs something that is not generated yet.
pub fn lower<'s>(closure: &Checked<Closure<'_, 's>>) -> Result<Api<'s>, Diagnostics> {
    let mut lowering = Lowering {
        model: closure.model,
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
    let api = Api {
        service,
        operations,
        types: lowering.types.into_values().flatten().collect(),
        errors: lowering.errors.into_values().collect(),
    };
    lowering.diagnostics.into_result(api)
}

struct Lowering<'m, 's> {
    model: &'m Model<'s>,
    /// By name; none while a type is being lowered.
    types: BTreeMap<&'s str, Option<TypeDef<'s>>>,
    errors: BTreeMap<&'s str, ErrorDef<'s>>,
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
            documentation: documentation(shape),
            signing_name: shape
                .traits
                .get::<Sigv4>()
                .map_or_else(String::new, |sigv4| sigv4.name),
            endpoint: self.rules(shape),
        }
    }

    fn rules(&mut self, service: &Shape<'s>) -> Graph {
        let Some(found) = service.traits.find(EndpointRuleSet::ID) else {
            return Graph::endpoint_only();
        };
        let graph = found
            .value
            .parse::<rules::RuleSet>()
            .map_err(|error| (error.span, error.message))
            .and_then(|rules| rules::lower(rules).map_err(|fault| (found.span, fault)));
        let graph = graph.and_then(|mut graph| {
            let data = self
                .model
                .partitions()
                .map(|data| data.partitions.as_slice())
                .unwrap_or_default();
            graph.partitions = partitions::lower(data).map_err(|fault| (found.span, fault))?;
            graph.tests = endpoint_tests::lower(service).map_err(|fault| (found.span, fault))?;
            Ok(graph)
        });
        match graph {
            Ok(graph) => graph,
            Err((span, message)) => {
                let error =
                    Diagnostic::error(Code::BadTraitValue, "the endpoint rules cannot be used");
                self.diagnostics
                    .push(error.at(span, message).of(service.id));
                Graph::endpoint_only()
            }
        }
    }

    /// Lowers a structure or enum, once.
    fn named_type(&mut self, id: ShapeId<'s>) {
        let Some(shape) = self
            .model
            .get(id)
            .filter(|_| !self.types.contains_key(id.name()))
        else {
            return;
        };
        self.types.insert(id.name(), None);
        let kind = match &shape.kind {
            ShapeKind::Enum(members) => TypeKind::Enum(
                members
                    .iter()
                    .map(|member| EnumValue {
                        name: member.name,
                        value: match member.traits.get() {
                            Some(simple::EnumValue::String(value)) => value,
                            _ => member.name.to_owned(),
                        },
                        documentation: member_documentation(member),
                    })
                    .collect(),
            ),
            ShapeKind::Structure(members) => TypeKind::Structure(
                members
                    .iter()
                    .filter_map(|member| self.field(member))
                    .collect(),
            ),
            _ => return,
        };
        self.types.insert(
            id.name(),
            Some(TypeDef {
                id,
                documentation: documentation(shape),
                kind,
            }),
        );
    }
}

fn documentation(shape: &Shape<'_>) -> String {
    shape
        .traits
        .get::<Documentation>()
        .map_or_else(String::new, |docs| docs.0)
}

fn member_documentation(member: &crate::model::Member<'_>) -> String {
    member
        .traits
        .get::<Documentation>()
        .map_or_else(String::new, |docs| docs.0)
}
