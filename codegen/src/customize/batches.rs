//! Requests that are lists of things to do, of which each succeeds or fails by itself.

use crate::api::{Api, Batch, Binding, Field, Operation, Report, Type};
use crate::model::ShapeId;

/// The list of keys that `DeleteObjects` takes. Keys of S3 may have any character, XML has not: most control
/// characters cannot be written in it at all. One such key would cost all the others their deletion, though the
/// answer reports on each key by itself. So it is left out and reported there. The answer names each key that was
/// deleted, but in quiet mode, and each that was not: one that it does not name is no success. The model says nothing of
/// it.
pub(super) fn keys_of_s3<'s>(api: &Api<'s>, operation: &Operation<'s>) -> Option<Batch<'s>> {
    if operation.id.name() != "DeleteObjects" {
        return None;
    }
    let is_payload = |field: &&Field<'_>| matches!(field.binding, Binding::Payload(_));
    let list = structure(api, &operation.input.iter().find(is_payload)?.ty)?;
    let quiet = list
        .iter()
        .find(|field| field.name == "Quiet" && field.ty == Type::Boolean)?;
    let mut lists = list.iter().filter_map(|field| Some((field, items(field)?)));
    let (list, item) = lists.next()?;
    let key = text(structure(api, item)?, KEY).filter(|key| key.required)?;
    let output = |name: &str| {
        let mut lists = operation.output.fields.iter();
        let field = lists.find(|field| field.name == name && !field.required)?;
        Some((field.name, structure(api, items(field)?)?))
    };
    let ((done, deleted), (errors, error)) = (output("Deleted")?, output("Errors")?);
    let reports = [KEY, CODE, MESSAGE].map(|name| text(error, name));
    let is_named = text(deleted, KEY).is_some_and(|key| !key.required);
    let are_free = error.iter().all(|field| !field.required);
    (is_named && are_free && reports.iter().all(Option::is_some)).then_some(Batch {
        item: element(list)?,
        key: element(key)?,
        quiet: element(quiet)?,
        done,
        errors,
        members: [KEY, CODE, MESSAGE],
        unwritable: Report {
            code: "UnwritableKey",
            problem: "has a character that XML cannot carry, and was not sent: delete it with DeleteObject",
        },
        unnamed: Report {
            code: "UnreportedKey",
            problem: "is not named in the answer, and may still be there: delete it again",
        },
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
