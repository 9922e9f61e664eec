//! `DeleteObjects`: removes up to a thousand objects.

use super::conditions::{DeleteConditions, http_date};
use super::{Call, check_key, claim};
use crate::contents::Contents;
use crate::error::S3Error;
use crate::http::Reply;
use crate::xml::{Element, Writer, malformed};

/// The most that one request deletes.
const MAX_OBJECTS: usize = 1000;

/// One object that is to be deleted.
struct Doomed {
    key: String,
    conditions: DeleteConditions,
}

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    claim::required(call)?;
    let document = Element::parse(&call.document()?, "Delete")?;
    let quiet = document
        .child_text("Quiet")?
        .is_some_and(|text| text.trim() == "true");
    let doomed: Vec<Doomed> = document
        .all("Object")
        .map(read)
        .collect::<Result<_, S3Error>>()?;
    if doomed.is_empty() || doomed.len() > MAX_OBJECTS {
        return Err(malformed());
    }
    let mut xml = Writer::new();
    xml.open_root("DeleteResult");
    call.in_bucket(|contents| {
        for object in &doomed {
            match delete(contents, object) {
                Ok(()) if quiet => {}
                Ok(()) => {
                    xml.open("Deleted");
                    xml.text("Key", &object.key);
                    xml.close("Deleted");
                }
                Err(error) => {
                    xml.open("Error");
                    xml.text("Key", &object.key);
                    xml.text("Code", error.code);
                    xml.text("Message", &error.message);
                    xml.close("Error");
                }
            }
        }
        Ok(())
    })?;
    xml.close("DeleteResult");
    Ok(Reply::xml(200, xml.finish()))
}

fn delete(contents: &mut Contents, doomed: &Doomed) -> Result<(), S3Error> {
    if let Some(object) = contents.object(&doomed.key) {
        doomed.conditions.check(object)?;
        contents.remove(&doomed.key)?;
    }
    Ok(())
}

/// Reads an `<Object>`. A key that cannot be is an error of the whole request: nothing is deleted.
fn read(object: &Element) -> Result<Doomed, S3Error> {
    let key = object.child_text("Key")?.ok_or_else(malformed)?;
    if key.trim().is_empty() {
        return Err(malformed());
    }
    check_key(key)?;
    match object.child_text("VersionId")? {
        None | Some("null") => {}
        Some(_) => {
            return Err(S3Error::not_implemented(
                "Versions are not implemented for directory buckets.",
            ));
        }
    }
    let last_modified = object.child_text("LastModifiedTime")?;
    let size = object.child_text("Size")?;
    Ok(Doomed {
        key: key.to_owned(),
        conditions: DeleteConditions {
            etag: object.child_text("ETag")?.map(str::to_owned),
            last_modified: last_modified
                .map(|text| http_date(text).ok_or_else(malformed))
                .transpose()?,
            size: size
                .map(|text| text.trim().parse().map_err(|_| malformed()))
                .transpose()?,
        },
    })
}
