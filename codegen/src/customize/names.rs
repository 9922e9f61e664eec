//! Members that name things. What an answer names has a name, and is what was asked for.

use crate::api::{Api, Binding, Field, Operation, PathPart, Type};
use crate::model::ShapeId;

/// Text that names things in the path or query of requests, where it must not be empty. An answer that gives such a name
/// and leaves it blank gives none: the requests that are to follow cannot be made. A key may be blank, which is the label
/// that keeps its slashes.
pub(super) fn filled_names(api: &mut Api<'_>) {
    let names: Vec<_> = api.operations.iter().flat_map(names).collect();
    // no request names a tag so, but whatever has one has it from S3, and conditions are made of it
    let is_tag = |id: &ShapeId<'_>| api.service.name == "S3" && id.name() == "ETag";
    let is_name = |id: ShapeId<'_>| names.contains(&id) || is_tag(&id);
    let outputs = api.operations.iter_mut();
    let outputs = outputs.flat_map(|operation| &mut operation.output.fields);
    let types = api.types.iter_mut().flat_map(|ty| ty.kind.fields_mut());
    for field in outputs.chain(types) {
        let is_text = field.ty == Type::String && matches!(field.binding, Binding::Element(_));
        if field.required && is_text {
            field.filled |= field.simple_type.is_some_and(is_name);
        }
    }
}

/// The types of the text by which an operation names things.
fn names<'s>(operation: &Operation<'s>) -> impl Iterator<Item = ShapeId<'s>> {
    let is_key = |field: &Field<'_>| {
        let mut path = operation.http.path.iter();
        path.any(
            |part| matches!(part, PathPart::Label { member, greedy: true } if member == field.name),
        )
    };
    let is_name = move |field: &&Field<'_>| {
        let is_in_url = matches!(field.binding, Binding::Label(_) | Binding::Query(..));
        field.required && field.ty == Type::String && is_in_url && !is_key(field)
    };
    let input = operation.input.iter().filter(is_name);
    input.filter_map(|field| field.simple_type)
}

/// What the documents of S3 repeat of the request: its key, the id of an upload, and what a listing is limited to. The model
/// says nothing of it. Tokens of pages are not among them: they mean something to the service alone. Nor is the bucket: an
/// access point or a gateway may have another name for it.
pub(super) fn echoes_of_s3(operation: &mut Operation<'_>) {
    let tokens = operation.pages.as_ref().map(|pages| &*pages.input_token);
    let is_token = |name: &str| tokens == Some(name) || name == "ContinuationToken";
    let is_asked = |field: &&Field<'_>| {
        let is_in_url = matches!(field.binding, Binding::Label(_) | Binding::Query(..));
        let is_bucket = field.context_param.as_deref() == Some("Bucket");
        field.ty == Type::String && is_in_url && !is_bucket && !is_token(field.name)
    };
    let is_told = |name: &str| {
        operation.output.fields.iter().any(|field| {
            let is_element = matches!(field.binding, Binding::Element(_));
            field.name == name && field.ty == Type::String && is_element
        })
    };
    let asked = operation
        .input
        .iter()
        .filter(is_asked)
        .map(|field| field.name);
    operation.echoes = if operation.output.unwrapped {
        Vec::new()
    } else {
        asked.filter(|name| is_told(name)).collect()
    };
}
