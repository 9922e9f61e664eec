//! Requests that are lists of things to do, of which each succeeds or fails by itself.

use crate::api::{Api, Batch, Binding, Field, Operation, Type};
use crate::model::ShapeId;

/// The list of keys that `DeleteObjects` takes. Keys of S3 may have any character, XML has not: most control
/// characters cannot be written in it at all. One such key would cost all the others their deletion, though the
/// answer reports on each key by itself. So it is left out and reported there. The model says nothing of it.
pub(super) fn keys_of_s3<'s>(api: &Api<'s>, operation: &Operation<'s>) -> Option<Batch<'s>> {
    if operation.id.name() != "DeleteObjects" {
        return None;
    }
    let is_payload = |field: &&Field<'_>| matches!(field.binding, Binding::Payload(_));
    let list = structure(api, &operation.input.iter().find(is_payload)?.ty)?;
    let mut lists = list.iter().filter_map(|field| Some((field, items(field)?)));
    let (list, item) = lists.next()?;
    let key = text(structure(api, item)?, KEY).filter(|key| key.required)?;
    let mut lists = operation.output.fields.iter();
    let errors = lists.find(|field| field.name == "Errors" && !field.required)?;
    let error = structure(api, items(errors)?)?;
    let reports = [KEY, CODE, MESSAGE].map(|name| text(error, name));
    let are_free = error.iter().all(|field| !field.required);
    (are_free && reports.iter().all(Option::is_some)).then_some(Batch {
        item: element(list)?,
        key: element(key)?,
        errors: errors.name,
        members: [KEY, CODE, MESSAGE],
        code: "UnwritableKey",
        problem: "has a character that XML cannot carry, and was not sent: delete it with DeleteObject",
    })
}

const KEY: &str = "Key";
const CODE: &str = "Code";
const MESSAGE: &str = "Message";

/// The members of a structure.
fn structure<'a, 's>(api: &'a Api<'s>, ty: &Type<'_>) -> Option<&'a [Field<'s>]> {
    let id: &ShapeId<'_> = match ty {
        Type::Structure(id) => id,
        _ => return None,
    };
    Some(api.type_def(id)?.kind.fields())
}

/// What a list holds that stands in the body without an element around it.
fn items<'a, 's>(field: &'a Field<'s>) -> Option<&'a Type<'s>> {
    match (&field.ty, &field.binding) {
        (Type::List { item, .. }, Binding::Element(element)) if element.flattened => Some(item),
        _ => None,
    }
}

/// The member of this name, if it is text in an element.
fn text<'a, 's>(fields: &'a [Field<'s>], name: &str) -> Option<&'a Field<'s>> {
    let is_it = |field: &&Field<'_>| field.name == name && field.ty == Type::String;
    fields
        .iter()
        .find(is_it)
        .filter(|field| element(field).is_some())
}

fn element(field: &Field<'_>) -> Option<String> {
    match &field.binding {
        Binding::Element(element) => Some(element.tag.name.clone()),
        _ => None,
    }
}
