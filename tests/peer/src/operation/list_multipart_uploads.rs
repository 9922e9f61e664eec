//! `ListMultipartUploads`: a page of the uploads in progress.

use super::page::{Parameters, owner, place, refuse};
use super::{Call, describe};
use crate::contents::{Entry, Listing};
use crate::error::S3Error;
use crate::http::Reply;
use crate::upload::Upload;
use crate::xml::Writer;
use crate::zone::storage_class;

const MARKER: &str = "key-marker";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    refuse(call, &["upload-id-marker"])?;
    let parameters = Parameters::read(call, "max-uploads")?;
    let listing = Listing {
        prefix: &parameters.prefix,
        by_directory: parameters.delimiter.is_some(),
        after: place(call, MARKER)?,
        limit: parameters.limit,
    };
    let xml = call.in_bucket(|contents| {
        let page = contents.list_uploads(&listing);
        let mut xml = Writer::new();
        xml.open_root("ListMultipartUploadsResult");
        xml.text("Bucket", call.bucket());
        let marker = call.target.parameter(MARKER).unwrap_or_default();
        xml.text("KeyMarker", &marker);
        if let Some(next) = &page.next {
            xml.text("NextKeyMarker", &next.token());
        }
        xml.text("Prefix", &parameters.name(&parameters.prefix));
        if let Some(delimiter) = &parameters.delimiter {
            xml.text("Delimiter", delimiter);
        }
        if parameters.encoded {
            xml.text("EncodingType", "url");
        }
        xml.text("MaxUploads", &parameters.limit.to_string());
        xml.text("IsTruncated", &page.next.is_some().to_string());
        for entry in &page.entries {
            if let Entry::Item(key, upload) = entry {
                item(&mut xml, call, &parameters.name(key), upload);
            }
        }
        for entry in &page.entries {
            if let Entry::Prefix(prefix) = entry {
                parameters.common_prefix(&mut xml, prefix);
            }
        }
        xml.close("ListMultipartUploadsResult");
        Ok(xml)
    })?;
    Ok(Reply::xml(200, xml.finish()))
}

fn item(xml: &mut Writer, call: &Call<'_>, name: &str, upload: &Upload) {
    xml.open("Upload");
    xml.text("Key", name);
    xml.text("UploadId", &upload.id);
    owner(xml, "Initiator", call);
    owner(xml, "Owner", call);
    xml.text("StorageClass", storage_class(call.bucket()));
    xml.text("Initiated", &describe::time(upload.initiated));
    if let Some((algorithm, kind)) = upload.checksum {
        xml.text("ChecksumAlgorithm", algorithm.name());
        xml.text("ChecksumType", &kind.to_string());
    }
    xml.close("Upload");
}
