//! The blocks of code on a page that are not Rust.

use std::collections::HashSet;

use crate::api::{Api, Binding, Field, Operation, Output, PathPart, Type, TypeKind};
use crate::model::ShapeId;

/// The request with names of members in place of values.
pub(super) fn request(operation: &Operation<'_>) -> String {
    let in_path =
        |field: &&Field<'_>| operation.http.endpoint_in_path && field.binding == Binding::Endpoint;
    let endpoint = operation.input.iter().filter(in_path);
    let endpoint: String = endpoint
        .map(|field| format!("/{{{}}}", field.name))
        .collect();
    let path: String = operation
        .http
        .path
        .iter()
        .map(|part| match part {
            PathPart::Literal(text) => text.clone(),
            PathPart::Label { member, greedy } => {
                format!("{{{member}{}}}", if *greedy { "+" } else { "" })
            }
        })
        .collect();
    // the path of the endpoint takes the place of a mere slash
    let path = match (endpoint.is_empty(), path.as_str()) {
        (true, _) => path,
        (false, "/") => endpoint,
        (false, _) => format!("{endpoint}{path}"),
    };
    let bound = operation
        .input
        .iter()
        .filter_map(|field| match &field.binding {
            Binding::Query(query, _) => Some(format!("{query}={}", field.name)),
            _ => None,
        });
    let query: Vec<_> = operation.http.query.iter().cloned().chain(bound).collect();
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };
    let mut text = format!("{} {path}{query} HTTP/1.1\n", operation.http.method);
    if let Some(host) = &operation.http.host {
        text.push_str(&format!("Host: {host}\n"));
    }
    for field in &operation.input {
        match &field.binding {
            Binding::Header(header, _) => text.push_str(&format!("{header}: {}\n", field.name)),
            Binding::PrefixHeaders(prefix) => {
                text.push_str(&format!("{prefix}…: {}\n", field.name));
            }
            _ => {}
        }
    }
    let mut fields = operation.input.iter();
    let body = fields.find(|field| matches!(field.binding, Binding::Payload(_)));
    text.extend(body.map(|field| format!("\n{}\n", field.name)));
    text
}

/// The output as the command line prints it, with types in place of values.
pub(super) fn output(api: &Api<'_>, output: &Output<'_>) -> String {
    Spelling::new(api).structure(&output.fields)
}

/// The form of a value in the input, as JSON.
pub(in crate::emit) fn form<'s>(api: &Api<'s>, ty: &Type<'s>) -> String {
    // it is written as what stands in a structure
    Spelling::new(api).value(ty).replace("\n    ", "\n")
}

/// So deep structures are spelled out; what is below stands in the descriptions of members alone.
const MAX_DEPTH: usize = 8;

/// Spells structures out, each where it comes first: what is nested would double the text at every level.
struct Spelling<'a, 's> {
    api: &'a Api<'s>,
    depth: usize,
    spelled: HashSet<ShapeId<'s>>,
}

impl<'a, 's> Spelling<'a, 's> {
    fn new(api: &'a Api<'s>) -> Self {
        Self {
            api,
            depth: 0,
            spelled: HashSet::new(),
        }
    }

    fn structure(&mut self, fields: &[Field<'s>]) -> String {
        let indent = "    ".repeat(self.depth);
        let members: Vec<_> = fields
            .iter()
            .map(|field| format!("{indent}    \"{}\": {}", field.name, self.value(&field.ty)))
            .collect();
        format!("{{\n{}\n{indent}}}", members.join(",\n"))
    }

    fn kind(&self, id: &ShapeId<'s>) -> Option<&'a TypeKind<'s>> {
        self.api.type_def(id).map(|ty| &ty.kind)
    }

    fn value(&mut self, ty: &Type<'s>) -> String {
        match ty {
            Type::String | Type::Secret | Type::Source(_) => "\"string\"".to_owned(),
            Type::Boolean => "true|false".to_owned(),
            Type::Integer(_) | Type::Float(_) => "123".to_owned(),
            Type::Timestamp(_) => "\"timestamp\"".to_owned(),
            Type::Enum(id) => match self.kind(id) {
                Some(TypeKind::Enum(values)) => values
                    .iter()
                    .map(|value| format!("\"{}\"", value.value))
                    .collect::<Vec<_>>()
                    .join("|"),
                Some(TypeKind::IntEnum(values)) => {
                    let values: Vec<_> = values.iter().map(|value| &*value.value).collect();
                    values.join("|")
                }
                _ => "\"string\"".to_owned(),
            },
            Type::Blob | Type::Stream(_) => "\"bytes\"".to_owned(),
            Type::Map(map) => {
                let null = if map.sparse { "|null" } else { "" };
                format!("{{\"string\": {}{null}, …}}", self.value(&map.value))
            }
            Type::Structure(id) | Type::Union(id) | Type::Events(id, _) => match self.kind(id) {
                Some(kind) if self.depth < MAX_DEPTH && self.spelled.insert(*id) => {
                    self.depth += 1;
                    let text = self.structure(kind.fields());
                    self.depth -= 1;
                    text
                }
                _ => "{…}".to_owned(),
            },
            Type::List { item, sparse, .. } => {
                let null = if *sparse { "|null" } else { "" };
                format!("[{}{null}, …]", self.value(item))
            }
        }
    }
}

/// A request and its response, from the model's protocol tests.
pub(super) fn exchange(operation: &Operation<'_>) -> Option<String> {
    let request = operation.request_tests.first()?;
    let response = operation
        .response_tests
        .iter()
        .find(|test| test.error.is_none())?;
    let query = if request.query.is_empty() {
        String::new()
    } else {
        format!("?{}", request.query.join("&"))
    };
    let mut text = format!(
        "{} {}{query} HTTP/1.1\n",
        operation.http.method, request.uri
    );
    text.extend(
        request
            .resolved_host
            .iter()
            .map(|host| format!("Host: {host}\n")),
    );
    text.extend(
        request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n")),
    );
    let required = request.require_headers.iter();
    text.extend(required.map(|name| format!("{name}: …\n")));
    let body = request.body.as_deref().unwrap_or_default();
    // the digest of nothing is known by heart
    let digest = if body.is_empty() {
        "e3b0c442…"
    } else {
        "…"
    };
    text.push_str(&format!(
        "x-amz-date: 20260115T100000Z\nx-amz-content-sha256: {digest}\n"
    ));
    text.push_str("Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…\n\n");
    if !body.is_empty() {
        text.push_str(&format!("{body}\n\n"));
    }
    text.push_str(&format!("HTTP/1.1 {}\n", response.code));
    text.extend(
        response
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n")),
    );
    text.push('\n');
    text.push_str(&response.body);
    Some(text)
}

/// A type in words, as arguments and outputs are described.
pub(super) fn type_words(api: &Api<'_>, ty: &Type<'_>) -> String {
    match ty {
        Type::Enum(id)
            if api
                .types
                .iter()
                .any(|ty| ty.id == *id && matches!(ty.kind, TypeKind::IntEnum(_))) =>
        {
            "integer".to_owned()
        }
        Type::String | Type::Source(_) | Type::Enum(_) => "string".to_owned(),
        Type::Secret => "string, sensitive".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer(64) => "long".to_owned(),
        Type::Integer(_) => "integer".to_owned(),
        Type::Float(_) => "number".to_owned(),
        Type::Timestamp(_) => "timestamp".to_owned(),
        Type::Blob => "bytes".to_owned(),
        Type::Stream(_) => "stream of bytes".to_owned(),
        Type::Events(..) => "stream of events, each one of several structures".to_owned(),
        Type::Structure(_) => "structure".to_owned(),
        Type::Union(_) => "one of several structures".to_owned(),
        Type::Map(map) => format!(
            "map from {} to {}",
            type_words(api, &map.key),
            type_words(api, &map.value)
        ),
        Type::List { item, .. } => match &**item {
            Type::List { .. } => {
                format!(
                    "list of {}",
                    type_words(api, item).replacen("list", "lists", 1)
                )
            }
            Type::Secret => "list of sensitive strings".to_owned(),
            item => format!("list of {}s", type_words(api, item)),
        },
    }
}
