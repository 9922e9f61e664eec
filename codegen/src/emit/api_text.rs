//! The public items of the crate in one text, `API.txt`, for those who review what a change means to users.

use std::collections::{HashMap, HashSet};
use std::fmt;

use proc_macro2::{Ident, TokenStream};

use super::operation::{is_presignable, pages};
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

/// A public item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    /// The operation or type that it came into being with.
    pub(crate) of: String,
    /// What it is known by.
    pub(crate) name: String,
    /// What code that uses it depends on, such as `: Option<i32>`.
    pub(crate) form: String,
    /// What else is to be known of it, such as `, HTTP 404`.
    pub(crate) manner: String,
}

/// What a public item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ItemKind {
    /// A method of the client.
    Method,
    /// A structure; its form is the traits it derives.
    Structure,
    /// A union, a stream of events or an enum.
    Choice,
    /// The function that makes a structure.
    Constructor,
    /// A member of a structure.
    Member,
    /// A variant that holds a value.
    Variant,
    /// The variant of an enum; its manner is what is sent.
    Value,
    /// A trait that a request has besides those that it derives.
    Trait,
    /// Something that can be waited for.
    Waiter,
    /// Another name of a type.
    Alias,
    /// A setting of the client.
    Setting,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.name, self.form, self.manner)
    }
}

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) {
    let requests = cx.api.operations.iter().map(|operation| {
        let names = cx.names.operation(&operation.id);
        (
            format!("Client::{}", names.method),
            format!("operation::{}", names.request),
        )
    });
    let requests: HashMap<_, _> = requests.collect();
    // A method stands with its operation, so that a new operation is one block of lines.
    let line = |item: &Item| match requests.get(&item.name) {
        Some(request) => format!("{request}: {item}"),
        None => item.to_string(),
    };
    let mut lines: Vec<_> = items(cx).iter().map(line).collect();
    lines.sort_unstable();
    let lines = lines.join("\n");
    let text = format!("# {MARK}; change model/ or codegen/ instead.\n{HEAD}\n{lines}\n");
    files.insert("client/API.txt", text);
}

/// All public items, each once.
pub(super) fn items(cx: &Context<'_, '_>) -> Vec<Item> {
    let mut list = List {
        cx,
        of: String::new(),
        items: Vec::new(),
    };
    for operation in &cx.api.operations {
        list.operation(operation);
    }
    for ty in &cx.api.types {
        list.type_def(ty);
    }
    for error in cx.api.errors.iter().filter(|it| !it.fields.is_empty()) {
        let name = format!("types::{}", cx.names.of_error(&error.id).ty);
        list.of.clone_from(&name);
        list.structure(&name, &error.fields, false, None);
    }
    list.of.clear();
    list.aliases();
    list.settings();
    let mut items = list.items;
    // A form of text is listed at each member that has it.
    let mut seen = HashSet::new();
    items.retain(|item| seen.insert(item.name.clone()));
    items
}

struct List<'c, 'a, 's> {
    cx: &'c Context<'a, 's>,
    /// The operation or type that is being listed.
    of: String,
    items: Vec<Item>,
}

impl<'s> List<'_, '_, 's> {
    fn operation(&mut self, operation: &Operation<'s>) {
        let names = self.cx.names.operation(&operation.id);
        let (request, output) = (&names.request, &names.output);
        let error = if operation.errors.is_empty() {
            "NoModeledError".to_owned()
        } else {
            format!("operation::{}", names.error)
        };
        self.of = format!("Client::{}", names.method);
        let arguments = self.arguments(&operation.input, names.required.as_ref());
        let result = format!("Result<operation::{output}, Error<{error}>>");
        self.add(
            ItemKind::Method,
            format!("Client::{}", names.method),
            format!("({arguments}) -> {result}"),
            "",
        );
        self.structure(
            &format!("operation::{request}"),
            &operation.input,
            true,
            names.required.as_ref(),
        );
        if let Some(required) = &names.required {
            let name = format!("operation::{required}");
            let form = ": struct, Clone, Debug, PartialEq";
            self.add(ItemKind::Structure, &name, form, "");
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
            let name = format!("operation::{request}: Presignable");
            self.add(ItemKind::Trait, name, "", "");
        }
        if let Some(pages) = &operation.pages {
            let token = &pages.input_token;
            let name = format!("operation::{request}: Paginated");
            self.add(ItemKind::Trait, name, "", format!(", by {token}"));
        }
        if let Some(item) = pages::item(self.cx, operation) {
            let name = format!("operation::{request}: PaginatedItems");
            let item = format!("<Item = {}>", written(&item));
            self.add(ItemKind::Trait, name, item, "");
        }
        for waiter in &operation.waiters {
            let name = self.cx.names.waiter(&operation.id, &waiter.name);
            self.add(
                ItemKind::Waiter,
                format!("waiter::{name}"),
                format!(": of operation::{request}"),
                format!(", every {}", delays(waiter)),
            );
        }
    }

    fn type_def(&mut self, ty: &TypeDef<'s>) {
        let names = self.cx.names.of_type(&ty.id);
        let name = format!("types::{}", names.ty);
        self.of.clone_from(&name);
        match &ty.kind {
            TypeKind::Structure(fields) => {
                self.structure(&name, fields, ty.is_sent(), None);
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
                self.add(ItemKind::Choice, &name, format!(": {kind}"), "");
                for value in values {
                    let variant = self.cx.names.value(&ty.id, value);
                    let sent = if is_text {
                        format!("{:?}", value.value)
                    } else {
                        value.value.clone()
                    };
                    let name = format!("{name}::{variant}");
                    self.add(ItemKind::Value, name, "", format!(" = {sent}"));
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
        let form = format!(": struct, {traits}, serde");
        self.add(ItemKind::Structure, name, form, "");
        let arguments = format!("({})", self.arguments(fields, by_name));
        self.add(ItemKind::Constructor, format!("{name}::new"), arguments, "");
        self.members(name, fields.iter());
    }

    fn members<'f>(&mut self, name: &str, fields: impl Iterator<Item = &'f Field<'s>>)
    where
        's: 'f,
    {
        for field in fields {
            let member = self.cx.names.field(field);
            let ty = written(&field_type(self.cx.names, field));
            let name = format!("{name}.{member}");
            self.add(ItemKind::Member, name, format!(": {ty}"), "");
        }
    }

    fn variants(&mut self, name: &str, kind: &str, fields: &[Field<'s>]) {
        self.add(ItemKind::Choice, name, format!(": {kind}"), "");
        for field in fields {
            let variant = self.cx.names.variant(field);
            let ty = written(&rust_type(self.cx.names, &field.ty));
            let ty = if field.boxed {
                format!("Box<{ty}>")
            } else {
                ty
            };
            let name = format!("{name}::{variant}");
            self.add(ItemKind::Variant, name, format!("({ty})"), "");
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
            let inner = if error.fields.is_empty() {
                String::new()
            } else {
                format!("(types::{})", self.cx.names.of_error(id).ty)
            };
            let status = format!(", HTTP {}", error.status);
            self.add(
                ItemKind::Variant,
                format!("{name}::{variant}"),
                inner,
                status,
            );
        }
    }

    /// Forms of text with a name of their own.
    fn aliases(&mut self) {
        for field in self.cx.api.all_fields() {
            if let Some(id) = field.alias() {
                let (name, ty) = (self.cx.names.ty(&id), rust_type(self.cx.names, &field.ty));
                let form = format!(" = {}", written(&ty));
                self.add(ItemKind::Alias, format!("types::{name}"), form, "");
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
            let name = format!("Settings::{name}");
            self.add(ItemKind::Setting, name, format!("({ty})"), "");
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

    fn add(
        &mut self,
        kind: ItemKind,
        name: impl Into<String>,
        form: impl Into<String>,
        manner: impl Into<String>,
    ) {
        self.items.push(Item {
            kind,
            of: self.of.clone(),
            name: name.into(),
            form: form.into(),
            manner: manner.into(),
        });
    }
}

/// A type as a person writes it. What is the runtime's has no path: all of the model has one.
fn written(ty: &TokenStream) -> String {
    let text = ty.to_string().replace(' ', "").replace(',', ", ");
    text.replace("rt::", "")
}
