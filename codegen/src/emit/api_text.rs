//! The public items of the crate in one text, `API.txt`, for those who review what a change means to users.

use std::fmt::Display;

use proc_macro2::{Ident, TokenStream};

use super::operation::{is_presignable, pages};
use super::simple::alias;
use super::structure::derived;
use super::types::{field_type, rust_type};
use super::waiter::delays;
use super::{Context, settings};
use crate::api::endpoint::ParamKind;
use crate::api::{Field, Operation, TypeDef, TypeKind};
use crate::files::{Files, MARK};
use crate::model::ShapeId;

/// What is the same for all of them.
const HEAD: &str = "\
# What the crate makes public because the model says so, one item a line, sorted.
# - A method of the client returns a `Call`, which gives this result when it is awaited.
# - Members that `new` does not take have a setter of the same name, and `set_…` that takes an option.
# - Enums and unions have the variant `Unknown` as well.
";

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) {
    let mut list = List {
        cx,
        lines: Vec::new(),
    };
    for operation in &cx.api.operations {
        list.operation(operation);
    }
    for ty in &cx.api.types {
        list.type_def(ty);
    }
    for error in cx.api.errors.iter().filter(|it| !it.fields.is_empty()) {
        let name = format!("types::{}", cx.names.of_error(&error.id).ty);
        list.structure(&name, &error.fields, false, None);
    }
    list.aliases();
    list.settings();
    let mut lines = list.lines;
    lines.sort_unstable();
    // A form of text is listed at each member that has it.
    lines.dedup();
    let lines = lines.join("\n");
    let text = format!("# {MARK}; change model/ or codegen/ instead.\n{HEAD}\n{lines}\n");
    files.insert("client/API.txt", text);
}

struct List<'c, 'a, 's> {
    cx: &'c Context<'a, 's>,
    lines: Vec<String>,
}

impl<'s> List<'_, '_, 's> {
    fn operation(&mut self, operation: &Operation<'s>) {
        let names = self.cx.names.operation(&operation.id);
        let (request, output) = (&names.request, &names.output);
        let error = match operation.errors.is_empty() {
            true => "NoModeledError".to_owned(),
            false => format!("operation::{}", names.error),
        };
        self.line(format!(
            "Client::{}({}) -> Result<operation::{output}, Error<{error}>>",
            names.method,
            self.arguments(&operation.input, names.required.as_ref()),
        ));
        self.structure(
            &format!("operation::{request}"),
            &operation.input,
            true,
            names.required.as_ref(),
        );
        if let Some(required) = &names.required {
            let name = format!("operation::{required}");
            self.line(format!("{name}: struct, Clone, Debug, PartialEq"));
            let members = operation.input.iter().filter(|field| field.is_argument());
            self.members(&name, members);
        }
        self.structure(
            &format!("operation::{output}"),
            &operation.output.fields,
            false,
            None,
        );
        let errors = operation.errors.iter().map(|id| (id.name(), id));
        self.errors(&error, &operation.id, errors);
        if is_presignable(operation) {
            self.line(format!("operation::{request}: Presignable"));
        }
        if let Some(pages) = &operation.pages {
            let token = &pages.input_token;
            self.line(format!("operation::{request}: Paginated, by {token}"));
        }
        if let Some(item) = pages::item(self.cx, operation) {
            let item = written(&item);
            self.line(format!(
                "operation::{request}: PaginatedItems<Item = {item}>"
            ));
        }
        for waiter in &operation.waiters {
            let name = self.cx.names.waiter(&operation.id, &waiter.name);
            let delays = delays(waiter);
            self.line(format!(
                "waiter::{name}: of operation::{request}, every {delays}"
            ));
        }
    }

    fn type_def(&mut self, ty: &TypeDef<'s>) {
        let names = self.cx.names.of_type(&ty.id);
        let name = format!("types::{}", names.ty);
        match &ty.kind {
            TypeKind::Structure(fields) => {
                self.structure(&name, fields, ty.encoded, None);
            }
            TypeKind::Union(fields) => self.variants(&name, "union", fields),
            TypeKind::Events { events, errors } => {
                self.variants(&name, "stream of events", events);
                let errors = errors.iter().map(|(name, id)| (*name, id));
                self.errors(&format!("types::{}", names.error), &ty.id, errors);
            }
            TypeKind::Enum(values) | TypeKind::IntEnum(values) => {
                let is_text = matches!(ty.kind, TypeKind::Enum(_));
                let kind = if is_text { "enum" } else { "enum of integers" };
                self.line(format!("{name}: {kind}"));
                for value in values {
                    let variant = self.cx.names.value(&ty.id, value);
                    let sent = match is_text {
                        true => format!("{:?}", value.value),
                        false => value.value.clone(),
                    };
                    self.line(format!("{name}::{variant} = {sent}"));
                }
            }
        }
    }

    /// A structure, its constructor and its members.
    fn structure(
        &mut self,
        name: &str,
        fields: &[Field<'s>],
        request: bool,
        by_name: Option<&Ident>,
    ) {
        let traits = derived(fields, request).join(", ");
        self.line(format!("{name}: struct, {traits}, serde"));
        let arguments = self.arguments(fields, by_name);
        self.line(format!("{name}::new({arguments})"));
        self.members(name, fields.iter());
    }

    fn members<'f>(&mut self, name: &str, fields: impl Iterator<Item = &'f Field<'s>>)
    where
        's: 'f,
    {
        for field in fields {
            let member = self.cx.names.field(field);
            let ty = written(&field_type(self.cx.names, field));
            self.line(format!("{name}.{member}: {ty}"));
        }
    }

    fn variants(&mut self, name: &str, kind: &str, fields: &[Field<'s>]) {
        self.line(format!("{name}: {kind}"));
        for field in fields {
            let variant = self.cx.names.variant(field);
            let ty = written(&rust_type(self.cx.names, &field.ty));
            let ty = if field.boxed {
                format!("Box<{ty}>")
            } else {
                ty
            };
            self.line(format!("{name}::{variant}({ty})"));
        }
    }

    /// The variants of an error type, of an operation or a stream.
    fn errors<'e>(
        &mut self,
        name: &str,
        of: &ShapeId<'s>,
        errors: impl Iterator<Item = (&'e str, &'e ShapeId<'s>)>,
    ) where
        's: 'e,
    {
        for (code, id) in errors {
            let Some(error) = self.cx.api.error_def(id) else {
                continue;
            };
            let variant = self.cx.names.error(of, code);
            let inner = match error.fields.is_empty() {
                true => String::new(),
                false => format!("(types::{})", self.cx.names.of_error(id).ty),
            };
            let status = error.status;
            self.line(format!("{name}::{variant}{inner}, HTTP {status}"));
        }
    }

    /// Forms of text with a name of their own.
    fn aliases(&mut self) {
        for field in self.cx.api.all_fields() {
            if let Some(id) = alias(field) {
                let (name, ty) = (self.cx.names.ty(&id), rust_type(self.cx.names, &field.ty));
                self.line(format!("types::{name} = {}", written(&ty)));
            }
        }
    }

    /// What a client can be told besides what every client can.
    fn settings(&mut self) {
        for setting in settings::known(self.cx) {
            let Some(name) = self.cx.names.setting(&setting.name) else {
                continue;
            };
            let ty = match setting.kind {
                ParamKind::Boolean => "bool",
                ParamKind::String => "String",
                ParamKind::Strings => "Vec<String>",
            };
            self.line(format!("Settings::{name}({ty})"));
        }
    }

    /// `bucket: String, key: String`: what must be given.
    fn arguments(&self, fields: &[Field<'s>], by_name: Option<&Ident>) -> String {
        if let Some(ty) = by_name {
            return format!("required: operation::{ty}");
        }
        let required = fields.iter().filter(|field| field.is_argument());
        let required = required.map(|field| {
            let ty = written(&field_type(self.cx.names, field));
            format!("{}: {ty}", self.cx.names.field(field))
        });
        required.collect::<Vec<_>>().join(", ")
    }

    fn line(&mut self, line: impl Display) {
        self.lines.push(line.to_string());
    }
}

/// A type as a person writes it. What is the runtime's has no path: all of the model has one.
fn written(ty: &TokenStream) -> String {
    let text = ty.to_string().replace(' ', "").replace(',', ", ");
    text.replace("rt::", "")
}
