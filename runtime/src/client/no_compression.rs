//! In place of `compression.rs` where the feature `request-compression` is off: no operation asks for it then, as
//! [`OperationSpec`] has no way of saying so.

use bytes::Bytes;
use http::header::HeaderMap;

use super::Shared;
use crate::body::Loaded;
use crate::config::Compression;
use crate::error::{EncodeError, Failure};
use crate::operation::OperationSpec;
use crate::pace::SLICE;
use crate::request::RequestParts;

pub(super) fn at_once(_: &OperationSpec, _: Compression) -> usize {
    SLICE
}

pub(crate) fn packed(
    _: &OperationSpec,
    _: &mut HeaderMap,
    bytes: Bytes,
    _: Compression,
) -> Result<Bytes, EncodeError> {
    Ok(bytes)
}

impl Shared {
    pub(super) async fn compress(
        &self,
        _: &OperationSpec,
        _: &mut RequestParts,
        body: Loaded,
    ) -> Result<Loaded, Box<Failure>> {
        Ok(body)
    }
}
