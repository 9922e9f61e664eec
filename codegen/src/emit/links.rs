//! What names in backticks refer to in rustdoc.

use std::collections::HashMap;

use super::Context;
use crate::api::{Api, Field, Operation, TypeKind};
use crate::document::{Docs, Link};
use crate::name::Names;

/// Links by the names that model documentation uses.
pub(super) struct Links<'l> {
    own: HashMap<String, Link>,
    /// For names that are not among them.
    shared: &'l HashMap<&'l str, Link>,
    /// A name that needs no link.
    without: Option<&'l str>,
}

/// Types, then operations, by their names in the model.
pub(super) fn shared<'s>(api: &Api<'s>, names: &Names<'s>) -> HashMap<&'s str, Link> {
    let mut links = HashMap::new();
    let mut add = |name: &'s str, text: String, module: &str| {
        let target = format!("crate::{module}::{text}");
        links.entry(name).or_insert(Link { text, target });
    };
    for ty in &api.types {
        add(ty.id.name(), names.ty(&ty.id).to_string(), "types");
    }
    for operation in &api.operations {
        let request = names.operation(&operation.id).request.to_string();
        add(operation.id.name(), request, "operation");
    }
    links
}

impl<'l> Links<'l> {
    /// Types and operations, for documentation that stands in no structure.
    pub(super) fn new(cx: &'l Context<'_, '_>) -> Self {
        Self {
            own: HashMap::new(),
            shared: &cx.links,
            without: None,
        }
    }

    /// The members of a structure in `types`, then the same.
    pub(super) fn of_structure(
        cx: &'l Context<'_, '_>,
        type_name: &str,
        fields: &[Field<'_>],
    ) -> Self {
        let mut links = Self::new(cx);
        links.fields(cx.names, type_name, fields);
        links
    }

    /// Whatever an operation takes and gives, then the same. Where a member is called as its type is, the member is
    /// meant, and its type is not far from there.
    pub(super) fn of_operation(cx: &'l Context<'_, '_>, operation: &'l Operation<'_>) -> Self {
        let mut links = Self::new(cx);
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
        for ty in nested.filter_map(|id| cx.api.type_def(id)) {
            if let TypeKind::Structure(fields) = &ty.kind {
                links.fields(
                    cx.names,
                    &format!("crate::types::{}", cx.names.ty(&ty.id)),
                    fields,
                );
            }
        }
        for error in &operation.errors {
            let text = cx.names.error(&operation.id, error.name()).to_string();
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
        links.own.remove(operation.id.name());
        links.without = Some(operation.id.name());
        links
    }

    /// Model documentation with its links.
    pub(super) fn docs(&self, documentation: &Docs) -> Docs {
        let is_wanted = |code: &&str| self.without != Some(*code);
        let find = |code: &str| self.own.get(code).or_else(|| self.shared.get(code));
        documentation.linked(|code| Some(code).filter(is_wanted).and_then(find).cloned())
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
        self.own.entry(name.to_owned()).or_insert_with(link);
    }
}
