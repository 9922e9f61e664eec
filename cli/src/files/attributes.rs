//! What the user says of the objects that are written: metadata, encryption, storage class, checksum. The options are
//! read as those of the operation CopyObject, which has them all.

use serde_json::{Map, Value};
use zonal::operation::{CopyObject, PutObject};
use zonal::runtime::checksum::Algorithm;
use zonal_commands::{COMMANDS, Command};
use zonal_transfer::Upload;

use super::options::{one_of, value};
use crate::app::App;
use crate::args::{OptionSpec, Takes, check_refused};
use crate::failure::Failure;
use crate::input::{Unknown, option_value, validate, write_as_modelled};

const fn optional_value(option: OptionSpec<'static>) -> OptionSpec<'static> {
    OptionSpec {
        takes: Takes::Optional,
        ..option
    }
}

/// Who pays for requests; of a directory bucket nobody asks.
pub(super) const PAYER: OptionSpec<'static> =
    optional_value(one_of("request-payer", &["requester"]));

/// The options of `cp`, `mv` and `sync` that are about the objects.
pub(super) const OPTIONS: &[OptionSpec<'static>] = &[
    value("acl"),
    value("cache-control"),
    one_of(
        "checksum-algorithm",
        &["CRC64NVME", "CRC32", "SHA256", "SHA1", "CRC32C"],
    ),
    value("content-disposition"),
    value("content-encoding"),
    value("content-language"),
    value("content-type"),
    one_of("copy-props", &["none", "metadata-directive", "default"]),
    value("expires"),
    value("grants"),
    value("metadata"),
    one_of("metadata-directive", &["COPY", "REPLACE"]),
    PAYER,
    optional_value(one_of("sse", &["AES256", "aws:kms"])),
    optional_value(value("sse-c")),
    value("sse-c-copy-source"),
    value("sse-c-copy-source-key"),
    value("sse-c-key"),
    value("sse-kms-key-id"),
    value("storage-class"),
    value("website-redirect"),
];

/// Options that the operation has by another name.
const NAMES: &[(&str, &str)] = &[
    ("grants", "grant-full-control"),
    ("sse", "server-side-encryption"),
    ("sse-c", "sse-customer-algorithm"),
    ("sse-c-copy-source", "copy-source-sse-customer-algorithm"),
    ("sse-c-copy-source-key", "copy-source-sse-customer-key"),
    ("sse-c-key", "sse-customer-key"),
    ("sse-kms-key-id", "ssekms-key-id"),
    ("website-redirect", "website-redirect-location"),
];

/// What is set on each object.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    put: PutObject,
    copy: CopyObject,
    algorithm: Option<Algorithm>,
    /// Whether copies get the metadata that is given here.
    replaces: bool,
    /// Whether copies become something else than their source.
    pub(super) changes: bool,
}

impl Attributes {
    /// Reads options of the command line, each with its value.
    pub(super) fn read(given: &[(&str, Option<&str>)], app: &App) -> Result<Self, Failure> {
        let command = COMMANDS.iter().find(|it| it.name == "copy-object");
        let command = command.ok_or_else(|| Failure::new("the program has no copy-object"))?;
        let mut input = Map::new();
        for (name, value) in given {
            add(&mut input, command, (name, *value), app)?;
        }
        if input.contains_key("Metadata") {
            // as the AWS CLI has it
            let directive = input.entry("MetadataDirective");
            directive.or_insert_with(|| "REPLACE".into());
        }
        let changes = ["ChecksumAlgorithm", "ServerSideEncryption", "StorageClass"];
        let replaces = input
            .get("MetadataDirective")
            .is_some_and(|it| it == "REPLACE");
        let changes = replaces || changes.iter().any(|name| input.contains_key(*name));
        let algorithm = input.get("ChecksumAlgorithm").and_then(Value::as_str);
        let algorithm = algorithm.and_then(Algorithm::from_name);
        // each request puts its own in their place
        for name in ["Bucket", "Key", "CopySource"] {
            input.insert(name.to_owned(), "replaced".into());
        }
        let unknown = if app.globals.allow_unknown_values {
            Unknown::Allowed
        } else {
            Unknown::Refused
        };
        let mut input = Value::Object(input);
        validate(&mut input, &command.input, unknown)?;
        write_as_modelled(&mut input, &command.input);
        let unfit =
            |error: serde_json::Error| Failure::new(format!("an option does not fit: {error}"));
        let copy = serde_json::from_value(input.clone()).map_err(unfit)?;
        let put: PutObject = serde_json::from_value(input).map_err(unfit)?;
        Ok(Self {
            put: put.set_checksum_algorithm(None),
            copy,
            algorithm,
            replaces,
            changes,
        })
    }

    /// `upload` with all of this; the media type is `guess` where none is given.
    pub(super) fn upload(&self, upload: Upload, guess: Option<&str>) -> Upload {
        let mut put = self.put.clone();
        put.content_type = put.content_type.or_else(|| guess.map(str::to_owned));
        let upload = upload.request(|to| {
            (put.bucket, put.key) = (to.bucket, to.key);
            put
        });
        match self.algorithm {
            Some(algorithm) => upload.checksum_algorithm(algorithm),
            None => upload,
        }
    }

    /// The request `to` with all of this; the media type of new metadata is `guess` where none is given.
    pub(super) fn copy(&self, to: CopyObject, guess: Option<&str>) -> CopyObject {
        let mut copy = self.copy.clone();
        (copy.bucket, copy.key, copy.copy_source) = (to.bucket, to.key, to.copy_source);
        if self.replaces && copy.content_type.is_none() {
            copy.content_type = guess.map(str::to_owned);
        }
        copy
    }
}

/// Puts an option into the input of the operation.
fn add(
    input: &mut Map<String, Value>,
    command: &Command,
    (name, value): (&str, Option<&str>),
    app: &App,
) -> Result<(), Failure> {
    if name == "copy-props" {
        // what an object has besides is tags, which directory buckets lack
        if value == Some("none") {
            input.insert("MetadataDirective".to_owned(), "REPLACE".into());
        }
        return Ok(());
    }
    let value = value.or(match name {
        "sse" => Some("AES256"),
        "request-payer" => Some("requester"),
        _ => None,
    });
    let theirs = NAMES.iter().find(|(ours, _)| *ours == name);
    let theirs = theirs.map_or(name, |(_, theirs)| theirs);
    if let Some(refused) = command.refused.iter().find(|it| it.flag == theirs) {
        return check_refused(name, refused, value);
    }
    if let Some(member) = command.input.members.iter().find(|it| it.flag == theirs) {
        let value = option_value(member, value.unwrap_or_default(), &app.env)?;
        input.insert(member.name.to_owned(), value);
    }
    Ok(())
}
