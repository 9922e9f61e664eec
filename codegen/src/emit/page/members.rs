//! Members of inputs and outputs, each under a heading.

use super::{Page, list_item, shell, syntax};
use crate::api::{Binding, EnumValue, Field, Type, TypeKind};
use crate::document::{Docs, code_span};
use crate::emit::described;
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
            (Side::Output, true) => "always present".to_owned(),
            (Side::Output, false) => format!("if {} sends it", self.cx.api.service.name),
        }
    }

    /// Members, those of nested structures behind their parent.
    pub(super) fn fields(&mut self, fields: &[Field<'s>], prefix: &str, side: Side) {
        for field in fields {
            let mut facts: Vec<_> = match side {
                Side::Input => self.rust_of_argument(field),
                Side::Output => Some(self.rust_of_field(field)),
            }
            .into_iter()
            .collect();
            facts.push(syntax::type_words(self.cx.api, &field.ty));
            if let (Side::Output, Binding::Header(header, _)) = (side, &field.binding) {
                facts.push(format!("header `{header}`"));
            }
            facts.push(self.presence(field, side));
            self.member(field, &format!("{prefix}{}", field.name), &facts);
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

    pub(super) fn member(&mut self, field: &Field<'s>, title: &str, facts: &[String]) {
        if self.is_taken(title) {
            self.heading(3, &format!("Input.{title}"))
        } else {
            self.heading(3, title)
        }
        self.raw(&format!("{}\n", facts.join(" · ")));
        let docs = self.linked(&described::own(self.cx.api, field));
        self.docs(&docs);
        if let Some(deprecated) = &field.deprecated {
            let docs = self.linked(deprecated);
            self.docs(&docs);
        }
        for (id, docs) in described::types(self.cx.api, field) {
            if !self.explained.contains(&id) {
                self.explained.push(id);
                let docs = self.linked(&docs.without_summary());
                self.docs(&docs);
                self.values(&id);
            }
        }
        if !field.constraints.is_empty() {
            self.raw(&format!("{}\n", field.constraints.join(" ")));
        }
    }

    /// The forms that an option takes a structure in.
    pub(super) fn forms(&mut self, field: &Field<'s>) {
        let is_json = self.has_structure(&field.ty) || matches!(field.ty, Type::Map(_));
        if self.cx.options.command_line.is_some()
            && let Some(form) = shell::form(self.cx, field)
        {
            self.docs(&Docs::of("Shorthand syntax:"));
            self.code("text", &form);
            if is_json {
                self.docs(&Docs::of("JSON syntax:"));
            }
        }
        if is_json {
            self.code("json", &syntax::form(self.cx.api, &field.ty));
        }
    }

    /// The values of a type that is an enum.
    fn values(&mut self, id: &ShapeId<'s>) {
        let kind = self.cx.api.type_def(id).map(|ty| &ty.kind);
        if let Some(TypeKind::Enum(values) | TypeKind::IntEnum(values)) = kind {
            let items: Vec<_> = values.iter().map(|value| self.value_item(value)).collect();
            self.docs(&Docs::of(items.join("\n")));
        }
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
