//! An operation as a table: its members, where they stand on the wire, and what constrains them.

use crate::api::{Api, Binding, Field, Operation, Type, TypeDef, TypeKind};

/// The tables of one operation: input, output, nested types, errors.
pub fn show(api: &Api<'_>, operation: &Operation<'_>) -> String {
    let http = &operation.http;
    let mut text = format!(
        "{}\n{} {} -> {}\n",
        operation.id, http.method, http.uri, http.success
    );
    for (name, value) in &operation.static_params {
        text.push_str(&format!("endpoint parameter {name} = {value}\n"));
    }
    for param in &operation.selected_params {
        text.push_str(&format!(
            "endpoint parameter {} from the input\n",
            param.name
        ));
    }
    text.push_str(&section("input", &operation.input));
    text.push_str(&section(
        &format!("output, root element {}", operation.output.root),
        &operation.output.fields,
    ));
    for ty in reachable(api, operation) {
        match &ty.kind {
            TypeKind::Structure(fields) => {
                text.push_str(&section(&format!("structure {}", ty.id.name()), fields))
            }
            TypeKind::Union(fields) => {
                text.push_str(&section(&format!("union {}", ty.id.name()), fields))
            }
            TypeKind::Events { events, errors } => {
                text.push_str(&section(&format!("events {}", ty.id.name()), events));
                for (name, id) in errors {
                    text.push_str(&format!("  error {name}  {}\n", id.name()));
                }
            }
            TypeKind::Enum(values) | TypeKind::IntEnum(values) => {
                let values: Vec<_> = values.iter().map(|value| value.value.as_str()).collect();
                text.push_str(&format!(
                    "\nenum {}\n  {}\n",
                    ty.id.name(),
                    values.join(", ")
                ));
            }
        }
    }
    let errors = api
        .errors
        .iter()
        .filter(|error| operation.errors.contains(&error.id));
    let errors: Vec<_> = errors
        .map(|error| format!("  {} {}\n", error.status, error.id.name()))
        .collect();
    if !errors.is_empty() {
        text.push_str(&format!("\nerrors\n{}", errors.concat()));
    }
    text
}

fn section(title: &str, fields: &[Field<'_>]) -> String {
    let rows: Vec<_> = fields.iter().map(row).collect();
    let widths: Vec<_> = (0..3)
        .map(|column| {
            rows.iter()
                .map(|row| row[column].len())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut text = format!("\n{title}\n");
    for [name, ty, place, rest] in &rows {
        let line = format!(
            "  {name:0$}  {ty:1$}  {place:2$}  {rest}",
            widths[0], widths[1], widths[2]
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(field: &Field<'_>) -> [String; 4] {
    let mut rest = Vec::new();
    rest.extend(field.required.then(|| "required".to_owned()));
    rest.extend(
        field
            .context_param
            .as_ref()
            .map(|param| format!("endpoint parameter {param}")),
    );
    rest.extend(
        field
            .constraints
            .iter()
            .map(|constraint| constraint.trim_end_matches('.').to_lowercase()),
    );
    rest.extend(field.deprecated.is_some().then(|| "deprecated".to_owned()));
    [
        field.name.to_owned(),
        type_text(&field.ty),
        place(&field.binding),
        rest.join(", "),
    ]
}

/// Where a member stands, in words.
pub(crate) fn place(binding: &Binding) -> String {
    match binding {
        Binding::Label(_) => "path".to_owned(),
        Binding::Endpoint => "host".to_owned(),
        Binding::Header(name, _) => format!("header {name}"),
        Binding::Query(name, _) => format!("query {name}"),
        Binding::PrefixHeaders(prefix) => format!("headers {prefix}*"),
        Binding::QueryParams { .. } => "query".to_owned(),
        Binding::Attribute(name, _) => format!("attribute {name}"),
        Binding::Payload(payload) => format!("body, {}", payload.media_type),
        Binding::StatusCode => "status".to_owned(),
        Binding::Element(element) if element.flattened => {
            format!("elements <{}>", element.tag.name)
        }
        Binding::Element(element) => format!("element <{}>", element.tag.name),
    }
}

/// What a value is, in words.
pub(crate) fn type_text(ty: &Type<'_>) -> String {
    match ty {
        Type::String => "string".to_owned(),
        Type::Source(_) => "string, the source of a copy or rename".to_owned(),
        Type::Secret => "string, sensitive".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer(bits) => format!("integer, {bits} bits"),
        Type::Float(bits) => format!("number, {bits} bits"),
        Type::Timestamp(format) => format!("timestamp, {format:?}"),
        Type::Enum(id) => format!("enum {}", id.name()),
        Type::Blob => "bytes".to_owned(),
        Type::Stream(_) => "stream of bytes".to_owned(),
        Type::Events(id, _) => format!("stream of events {}", id.name()),
        Type::Structure(id) => format!("structure {}", id.name()),
        Type::Union(id) => format!("union {}", id.name()),
        Type::List { item, tag, sparse } => {
            let nulls = if *sparse { ", some null," } else { "" };
            format!("list of {}{nulls} in <{}>", type_text(item), tag.name)
        }
        Type::Map(map) => format!(
            "map of {} by {}",
            type_text(&map.value),
            type_text(&map.key)
        ),
    }
}

/// The named types of an operation, in the order in which its members mention them.
fn reachable<'a, 's>(api: &'a Api<'s>, operation: &Operation<'s>) -> Vec<&'a TypeDef<'s>> {
    let mut found: Vec<&TypeDef<'_>> = Vec::new();
    let mut next: Vec<_> = operation
        .input
        .iter()
        .chain(&operation.output.fields)
        .collect();
    next.reverse();
    while let Some(field) = next.pop() {
        for id in field.ty.named() {
            let ty = api.types.iter().find(|ty| ty.id == *id);
            let Some(ty) = ty.filter(|ty| !found.iter().any(|known| known.id == ty.id)) else {
                continue;
            };
            found.push(ty);
            next.extend(ty.kind.fields().iter().rev());
        }
    }
    found
}
