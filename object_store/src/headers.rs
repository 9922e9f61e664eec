//! The headers that are stored with an object.

use std::collections::BTreeMap;

/// The attributes of an object that directory buckets store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers {
    pub(crate) cache_control: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) storage_class: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// Sets them on the request that creates an object.
macro_rules! with_headers {
    ($request:expr, $headers:expr) => {{
        let headers: $crate::headers::Headers = $headers;
        $request
            .set_cache_control(headers.cache_control)
            .set_content_disposition(headers.content_disposition)
            .set_content_encoding(headers.content_encoding)
            .set_content_language(headers.content_language)
            .set_content_type(headers.content_type)
            .set_storage_class(headers.storage_class.map(|class| class.as_str().into()))
            .set_metadata(Some(headers.metadata).filter(|metadata| !metadata.is_empty()))
    }};
}

/// Reads them from the answer to `GetObject` or `HeadObject`, without the storage class, because the zone determines
/// it.
macro_rules! headers_of {
    ($output:expr) => {
        $crate::headers::Headers {
            cache_control: $output.cache_control,
            content_disposition: $output.content_disposition,
            content_encoding: $output.content_encoding,
            content_language: $output.content_language,
            content_type: $output.content_type,
            storage_class: None,
            metadata: $output.metadata,
        }
    };
}

pub(crate) use {headers_of, with_headers};
