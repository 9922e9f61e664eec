//! Commands for a shell, and the short form of structures on the command line.

use std::collections::HashSet;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::PrettyFormatter;

use crate::api::{Api, Binding, Example, Field, Operation, Type, TypeKind};
use crate::emit::Context;
use crate::model::ShapeId;
use crate::name::Names;

/// Columns of a line of an example; what is longer is laid out on several.
const WIDTH: usize = 92;

/// The example as a command. A body is written to a file first, for the command takes the name of one.
pub(in crate::emit) fn command(
    names: &Names<'_>,
    operation: &Operation<'_>,
    example: &Example,
) -> String {
    let file = file_name(operation, example);
    let mut text = String::new();
    let mut command = format!("zonal {}", &names.operation(&operation.id).command);
    for field in &operation.input {
        let Some(json) = example.input.get(field.name) else {
            continue;
        };
        let option = names.flag(field);
        command.push_str(" \\\n    ");
        match (&field.ty, json) {
            (Type::Stream(_), Value::String(body)) => {
                text.push_str(&format!("{} > {file}\n", printf(body)));
                command.push_str(&format!("--{option} {file}"));
            }
            (_, Value::Bool(true)) => command.push_str(&format!("--{option}")),
            (_, Value::Bool(false)) => command.push_str(&format!("--no-{option}")),
            (_, value) => command.push_str(&format!("--{option} {}", words(value))),
        }
    }
    if has_outfile(operation) {
        command.push_str(&format!(" \\\n    {file}"));
    }
    text + &command
}

/// Whether the command takes the name of a file that the content goes to.
pub(in crate::emit) fn has_outfile(operation: &Operation<'_>) -> bool {
    operation.output.fields.iter().any(Field::is_stream)
}

/// The file of a body: named like the end of the path that the example calls.
fn file_name(operation: &Operation<'_>, example: &Example) -> String {
    let labels = operation.input.iter();
    let mut labels = labels.filter(|field| matches!(field.binding, Binding::Label(_)));
    let label = labels.find_map(|field| example.input.get(field.name)?.as_str());
    let name = label.and_then(|path| path.rsplit('/').next());
    let is_plain = |name: &&str| !name.is_empty() && name.chars().all(is_plain);
    name.filter(is_plain).unwrap_or("body").to_owned()
}

/// The command that prints a text.
fn printf(text: &str) -> String {
    match text.strip_suffix('\n') {
        Some(line) => format!("printf '%s\\n' {}", quoted(line)),
        None => format!("printf %s {}", quoted(text)),
    }
}

/// A value as words of a command.
fn words(value: &Value) -> String {
    let scalars = |items: &[Value]| {
        let items = items.iter().map(|item| item.as_str().map(quoted));
        items.collect::<Option<Vec<_>>>()
    };
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            // text that is JSON, such as a policy
            Ok(json @ Value::Object(_)) if text.len() > WIDTH => quoted(&laid_out(&json)),
            _ => quoted(text),
        },
        Value::Array(items) if !items.is_empty() && scalars(items).is_some() => {
            scalars(items).unwrap_or_default().join(" ")
        }
        value => match short(value).filter(|text| text.len() < WIDTH) {
            Some(text) => quoted(&text),
            None => quoted(&laid_out(value)),
        },
    }
}

/// JSON as the program prints it, four columns for each level.
pub(super) fn laid_out(value: &Value) -> String {
    let mut text = Vec::new();
    let format = PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut text, format);
    match value.serialize(&mut writer) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(_) => value.to_string(),
    }
}

/// The short form of a structure; none where that would take quotes.
fn short(value: &Value) -> Option<String> {
    let Value::Object(members) = value else {
        return match value {
            Value::Array(_) | Value::Null => None,
            value => Some(value.to_string()),
        };
    };
    if members.is_empty() {
        return None;
    }
    let members = members
        .iter()
        .map(|(name, value)| Some(format!("{name}={}", nested(value)?)));
    Some(members.collect::<Option<Vec<_>>>()?.join(","))
}

fn nested(value: &Value) -> Option<String> {
    match value {
        Value::Object(_) => Some(format!("{{{}}}", short(value)?)),
        Value::Array(items) => {
            let items = items.iter().map(nested).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(",")))
        }
        Value::String(text) => {
            let is_plain =
                !text.is_empty() && text.chars().all(|c| c != '=' && c != ',' && is_plain(c));
            is_plain.then(|| text.clone())
        }
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null => None,
    }
}

fn quoted(value: &str) -> String {
    if !value.is_empty() && value.chars().all(is_plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

/// Whether a shell takes the character for itself.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.:/=@%+,".contains(c)
}

/// The short form of an option, with types in place of values; none for what is no structure, list or map.
pub(in crate::emit) fn form(cx: &Context<'_, '_>, field: &Field<'_>) -> Option<String> {
    let option = format!("--{}", cx.names.flag(field));
    let mut forms = Forms {
        api: cx.api,
        open: HashSet::new(),
    };
    Some(match &field.ty {
        Type::Structure(_) | Type::Union(_) | Type::Map(_) => {
            format!("{option} {}", forms.members(&field.ty)?)
        }
        Type::List { item, .. } => {
            let item = match &**item {
                Type::Structure(_) | Type::Union(_) | Type::Map(_) => forms.members(item)?,
                Type::List { .. } => return None,
                item => forms.value(item)?,
            };
            format!("{option} {item} …")
        }
        _ => return None,
    })
}

/// Spells forms out; what holds itself has none.
struct Forms<'a, 's> {
    api: &'a Api<'s>,
    open: HashSet<ShapeId<'s>>,
}

impl<'s> Forms<'_, 's> {
    /// `Key=string,Size=integer`
    fn members(&mut self, ty: &Type<'s>) -> Option<String> {
        let id = match ty {
            Type::Map(map) => {
                return Some(format!("name={},…", self.value(&map.value)?));
            }
            Type::Structure(id) | Type::Union(id) => id,
            _ => return None,
        };
        let ty = self.api.type_def(id)?;
        if !self.open.insert(ty.id) {
            return None;
        }
        let between = match ty.kind {
            TypeKind::Union(_) => " or ",
            _ => ",",
        };
        let members = ty
            .kind
            .fields()
            .iter()
            .map(|field| Some(format!("{}={}", field.name, self.value(&field.ty)?)));
        let members = members.collect::<Option<Vec<_>>>();
        self.open.remove(&ty.id);
        Some(members?.join(between))
    }

    fn value(&mut self, ty: &Type<'s>) -> Option<String> {
        Some(match ty {
            Type::Structure(_) | Type::Union(_) | Type::Map(_) => {
                format!("{{{}}}", self.members(ty)?)
            }
            Type::List { item, .. } => format!("[{},…]", self.value(item)?),
            Type::Boolean => "true|false".to_owned(),
            Type::Integer(_) => "integer".to_owned(),
            Type::Float(_) => "number".to_owned(),
            Type::Timestamp(_) => "timestamp".to_owned(),
            Type::Enum(id) => match self.api.type_def(id).map(|ty| &ty.kind) {
                Some(TypeKind::Enum(values) | TypeKind::IntEnum(values)) if values.len() <= 4 => {
                    let values: Vec<_> = values.iter().map(|value| &*value.value).collect();
                    values.join("|")
                }
                _ => "string".to_owned(),
            },
            _ => "string".to_owned(),
        })
    }
}
