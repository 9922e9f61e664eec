//! Members of inputs and outputs, each under a heading.

use super::{Page, list_item, syntax};
use crate::api::{Binding, EnumValue, Field, Type, TypeKind};
use crate::document::{Docs, code_span};
use crate::model::ShapeId;

/// Who sends the members.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

impl<'s> Page<'_, 's> {
    /// Whether a member is there.
    pub(super) fn presence(&self, field: &Field<'s>, side: Side) -> String {
        match (side, field.required) {
            (Side::Input, true) => "required".to_owned(),
            (Side::Input, false) => "optional".to_owned(),
            (Side::Output, true) => "always there".to_owned(),
            (Side::Output, false) => format!("if {} sends it", self.cx.api.service.name),
        }
    }

    /// Members, those of nested structures behind their parent.
    pub(super) fn fields(&mut self, fields: &[Field<'s>], prefix: &str, side: Side) {
        for field in fields {
            let mut facts = vec![syntax::type_words(self.cx.api, &field.ty)];
            if let (Side::Output, Binding::Header(header, _)) = (side, &field.binding) {
                facts.push(format!("header `{header}`"));
            }
            facts.push(self.presence(field, side));
            self.member(field, prefix, &facts);
            self.nested(field, prefix, side);
        }
    }

    /// The members of the structures in a member; each structure is described once.
    pub(super) fn nested(&mut self, field: &Field<'s>, prefix: &str, side: Side) {
        for id in field.ty.named() {
            let Some(ty) = self.cx.api.type_def(id) else {
                continue;
            };
            if !ty.kind.fields().is_empty() && !self.described.contains(id) {
                self.described.push(ty.id);
                let prefix = below(prefix, field.name);
                self.fields(ty.kind.fields(), &prefix, side);
            }
        }
    }

    /// Whether a value has members.
    pub(super) fn has_structure(&self, ty: &Type<'_>) -> bool {
        let named = ty.named().into_iter();
        named
            .filter_map(|id| self.cx.api.type_def(id))
            .any(|found| !found.kind.fields().is_empty())
    }

    pub(super) fn member(&mut self, field: &Field<'s>, prefix: &str, facts: &[String]) {
        self.raw(&format!("### {prefix}{}\n", field.name));
        self.raw(&format!("{}\n", facts.join(" · ")));
        let docs = self.linked(&field.documentation);
        self.docs(&docs);
        if let Some(id) = field.simple_type.filter(|id| !self.described.contains(id)) {
            self.described.push(id);
            let docs = self.linked(&field.type_documentation);
            self.docs(&docs);
        }
        if let Some(deprecated) = &field.deprecated {
            let docs = self.linked(deprecated);
            self.docs(&docs);
        }
        if !field.constraints.is_empty() {
            self.raw(&format!("{}\n", field.constraints.join(" ")));
        }
        for id in field.ty.named() {
            self.enumeration(*id);
        }
    }

    fn enumeration(&mut self, id: ShapeId<'s>) {
        if self.described.contains(&id) {
            return;
        }
        let Some(ty) = self.cx.api.type_def(&id) else {
            return;
        };
        let (TypeKind::Enum(values) | TypeKind::IntEnum(values)) = &ty.kind else {
            return;
        };
        self.described.push(id);
        let docs = self.linked(&ty.documentation);
        self.docs(&docs);
        let items: Vec<_> = values.iter().map(|value| self.value_item(value)).collect();
        self.docs(&Docs::of(items.join("\n")));
    }

    fn value_item(&self, value: &EnumValue) -> String {
        let docs = self.linked(&value.documentation);
        let docs = match &value.deprecated {
            Some(deprecated) => docs.and(self.linked(deprecated).markdown()),
            None => docs,
        };
        list_item(&code_span(&value.value), &docs)
    }
}

/// The path to the members of a member; of a long one its end.
fn below(prefix: &str, member: &str) -> String {
    let path = format!("{prefix}{member}.");
    // the last point ends the path
    match path.rmatch_indices('.').nth(MAX_PATH) {
        Some((at, _)) => format!("…{}", &path[at..]),
        None => path,
    }
}

/// A heading names so many members on the way to its own.
const MAX_PATH: usize = 8;
