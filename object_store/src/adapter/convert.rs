//! Converts between the values of `object_store` and of this crate.

use chrono::{DateTime, Utc};
use zonal::types::Object;

use crate::BuildError;
use crate::failure::{Failure, Kind};
use crate::headers::Headers;
use crate::read::{Span, from_wire};

use super::super::object_store::path::{Error as PathError, Path};
use super::super::object_store::{Attribute, Attributes, Error, GetRange, ObjectMeta, Result};

const STORE: &str = "ZonalStore";

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let Failure { kind, path, source } = failure;
        match kind {
            Kind::NotFound => Self::NotFound { path, source },
            Kind::AlreadyExists => Self::AlreadyExists { path, source },
            Kind::Precondition => Self::Precondition { path, source },
            Kind::NotModified => Self::NotModified { path, source },
            Kind::PermissionDenied => Self::PermissionDenied { path, source },
            Kind::Unauthenticated => Self::Unauthenticated { path, source },
            Kind::NotSupported => Self::NotSupported { source },
            Kind::NotImplemented => Self::NotImplemented {
                operation: source.to_string(),
                implementer: STORE.to_owned(),
            },
            Kind::Generic => Self::Generic {
                store: STORE,
                source,
            },
        }
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        match error.unknown_key() {
            Some(key) => Self::UnknownConfigurationKey {
                store: STORE,
                key: key.to_owned(),
            },
            None => Self::Generic {
                store: STORE,
                source: Box::new(error),
            },
        }
    }
}

/// Converts attributes to headers. Fails for an attribute that directory buckets do not store.
pub(in super::super) fn headers(path: &Path, attributes: &Attributes) -> Result<Headers> {
    let mut headers = Headers::default();
    for (attribute, value) in attributes {
        let value = value.to_string();
        match attribute {
            Attribute::CacheControl => headers.cache_control = Some(value),
            Attribute::ContentDisposition => headers.content_disposition = Some(value),
            Attribute::ContentEncoding => headers.content_encoding = Some(value),
            Attribute::ContentLanguage => headers.content_language = Some(value),
            Attribute::ContentType => headers.content_type = Some(value),
            Attribute::StorageClass => headers.storage_class = Some(value),
            Attribute::Metadata(key) => {
                headers.metadata.insert(key.to_string(), value);
            }
            other => {
                let problem = format!("directory buckets do not store the attribute {other:?}");
                return Err(Failure::new(Kind::NotSupported, path.as_ref(), problem).into());
            }
        }
    }
    Ok(headers)
}

pub(super) fn attributes(headers: Headers) -> Attributes {
    let fields = [
        (Attribute::CacheControl, headers.cache_control),
        (Attribute::ContentDisposition, headers.content_disposition),
        (Attribute::ContentEncoding, headers.content_encoding),
        (Attribute::ContentLanguage, headers.content_language),
        (Attribute::ContentType, headers.content_type),
        (Attribute::StorageClass, headers.storage_class),
    ];
    let fields = fields.into_iter();
    let fields = fields.filter_map(|(attribute, value)| Some((attribute, value?)));
    let metadata = headers.metadata.into_iter();
    let metadata = metadata.map(|(key, value)| (Attribute::Metadata(key.into()), value));
    fields.chain(metadata).collect()
}

pub(super) fn span(range: GetRange) -> Span {
    match range {
        GetRange::Bounded(range) => Span::Bounded(range),
        GetRange::Offset(start) => Span::Offset(start),
        GetRange::Suffix(length) => Span::Suffix(length),
    }
}

/// The prefix of a listing: empty, or with a slash at the end.
pub(super) fn folder(prefix: Option<&Path>) -> String {
    match prefix {
        Some(prefix) if !prefix.as_ref().is_empty() => format!("{prefix}/"),
        _ => String::new(),
    }
}

/// An object of a listing. A key that ends in a slash marks a directory and is left out.
pub(super) fn meta(object: Object) -> Option<Result<ObjectMeta>> {
    let key = object.key.unwrap_or_default();
    if key.ends_with('/') {
        return None;
    }
    let size = object.size.and_then(|size| size.try_into().ok());
    let time: Option<DateTime<Utc>> = from_wire(object.last_modified.as_ref());
    let e_tag = object.e_tag;
    Some(path(&key).and_then(|location| match (size, time) {
        (Some(size), Some(last_modified)) => Ok(ObjectMeta {
            location,
            last_modified,
            size,
            e_tag,
            version: None,
        }),
        _ => {
            let problem = "the listing lacks the size of the object or its modification time";
            Err(Failure::generic(key, problem).into())
        }
    }))
}

/// Converts a key, or a prefix without its slash, to a path. Fails for keys with empty segments, segments `.` or `..`,
/// or control characters. A leading slash fails too, because the path would be the path of another object.
pub(super) fn path(key: &str) -> Result<Path> {
    let path = Path::parse(key)?;
    if path.as_ref() == key {
        Ok(path)
    } else {
        Err(PathError::EmptySegment { path: key.into() }.into())
    }
}
