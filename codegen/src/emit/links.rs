//! What names in backticks refer to in rustdoc.

use std::collections::HashMap;

use super::Context;
use crate::api::{Field, Operation, TypeKind};
use crate::document::{Docs, Link};
use crate::name::Names;

/// Links by the names that model documentation uses.
pub(super) struct Links {
    targets: HashMap<String, Link>,
}

impl Links {
    /// Types and operations, for documentation that stands in no structure.
    pub(super) fn new(cx: &Context<'_, '_>) -> Self {
        let mut links = Self::none();
        links.shared(cx);
        links
    }

    /// The members of a structure in `types`, then the same.
    pub(super) fn of_structure(
        cx: &Context<'_, '_>,
        type_name: &str,
        fields: &[Field<'_>],
    ) -> Self {
        let mut links = Self::none();
        links.fields(cx.names, type_name, fields);
        links.shared(cx);
        links
    }

    /// Whatever an operation takes and gives, then the same. Where a member is called as its type is, the member is
    /// meant, and its type is not far from there.
    pub(super) fn of_operation(cx: &Context<'_, '_>, operation: &Operation<'_>) -> Self {
        let mut links = Self::none();
        links.fields(
            cx.names,
            &cx.names.operation(&operation.id).request.to_string(),
            &operation.input,
        );
        links.fields(
            cx.names,
            &cx.names.operation(&operation.id).output.to_string(),
            &operation.output.fields,
        );
        let nested = operation
            .output
            .fields
            .iter()
            .flat_map(|field| field.ty.named());
        for ty in nested.filter_map(|id| cx.api.types.iter().find(|ty| ty.id == *id)) {
            if let TypeKind::Structure(fields) = &ty.kind {
                links.fields(
                    cx.names,
                    &format!("crate::types::{}", cx.names.ty(&ty.id)),
                    fields,
                );
            }
        }
        for error in &operation.errors {
            let text = cx.names.ty(error).to_string();
            links.add(
                error.name(),
                &text,
                &format!("{}::{text}", cx.names.operation(&operation.id).error),
            );
        }
        for waiter in &operation.waiters {
            let text = cx.names.waiter(&operation.id, &waiter.name).to_string();
            links.add(&waiter.name, &text, &format!("crate::waiter::{text}"));
        }
        links.shared(cx);
        // Its own name needs no link.
        links.targets.remove(operation.id.name());
        links
    }

    fn none() -> Self {
        Self {
            targets: HashMap::new(),
        }
    }

    fn shared(&mut self, cx: &Context<'_, '_>) {
        for ty in &cx.api.types {
            let text = cx.names.ty(&ty.id).to_string();
            self.add(ty.id.name(), &text, &format!("crate::types::{text}"));
        }
        for operation in &cx.api.operations {
            let text = cx.names.operation(&operation.id).request.to_string();
            self.add(
                operation.id.name(),
                &text,
                &format!("crate::operation::{text}"),
            );
        }
    }

    /// Model documentation with its links.
    pub(super) fn docs(&self, documentation: &str) -> Docs {
        Docs::new(documentation).linked(|code| self.targets.get(code).cloned())
    }

    fn fields(&mut self, names: &Names<'_>, path: &str, fields: &[Field<'_>]) {
        for field in fields {
            // Rustdoc takes `#` for the start of an anchor.
            let text = names.field(field).to_string();
            let text = text.trim_start_matches("r#");
            self.add(field.name, text, &format!("{path}::{text}"));
        }
    }

    /// What was added first stays.
    fn add(&mut self, name: &str, text: &str, target: &str) {
        let link = || Link {
            text: text.to_owned(),
            target: target.to_owned(),
        };
        self.targets.entry(name.to_owned()).or_insert_with(link);
    }
}
