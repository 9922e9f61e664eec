//! Copies many objects.

use std::fmt;
use std::sync::Arc;

use zonal::operation::{CopyObject, HeadObjectOutput, PutObject};
use zonal::types::MetadataDirective;
use zonal::{AnyError, CopySource};

use super::listing::Listed;
use super::selection::Selection;
use super::{Action, Batch, ObjectResult, failed, renamed};
use crate::error::{Cause, shown};
use crate::handle::Stop;
use crate::limit::{Outcome, Permit};
use crate::transfers::Transfers;
use crate::upload::copy_in_parts;

const WHAT: &str = "the copy of";

/// A copy of many objects: set which objects to copy, and where to. The service copies the data; none of it passes
/// through this process. Objects that are too large for one request (5 GiB) are copied in parts.
///
/// ```no_run
/// # async fn example(transfers: zonal_transfer::Transfers) -> Result<(), zonal_transfer::Error> {
/// let (from, to) = ("demo--usw2-az1--x-s3", "other--usw2-az1--x-s3");
/// let copied = transfers.copy(from).prefix("data/").to(to, "backup/").await.check()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "say which objects are to be copied, and where to"]
pub struct CopyAll {
    transfers: Transfers,
    selection: Selection,
    change: Option<Change>,
}

impl CopyAll {
    pub(crate) fn new(transfers: &Transfers, bucket: String) -> Self {
        Self {
            transfers: transfers.clone(),
            selection: Selection::new(bucket),
            change: None,
        }
    }

    /// Selects all objects whose keys begin with `prefix`. [`to`](Self::to) replaces the prefix.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.selection = self.selection.all(prefix.into());
        self
    }

    /// Selects the objects with these keys. [`to`](Self::to) puts a prefix in front of them.
    pub fn keys<K: Into<String> + 'static, I>(self, keys: I) -> Self
    where
        I: IntoIterator<Item = K>,
        I::IntoIter: Send + 'static,
    {
        self.keys_under("", keys)
    }

    /// Selects the objects with these keys, which all begin with `prefix`. [`to`](Self::to) replaces the prefix. To
    /// select a single object, pass its key as the prefix too; `to` then takes its new key.
    pub fn keys_under<K: Into<String> + 'static, I>(
        mut self,
        prefix: impl Into<String>,
        keys: I,
    ) -> Self
    where
        I: IntoIterator<Item = K>,
        I::IntoIter: Send + 'static,
    {
        self.selection = self.selection.given(prefix.into(), keys);
        self
    }

    /// Fails for an object if its new key is taken. By default, the object under that key is replaced.
    pub fn keep_existing(mut self) -> Self {
        self.selection.keeps = true;
        self
    }

    /// Sets whatever else a [`CopyObject`] can have, such as other metadata or encryption; a copy in parts has it too.
    /// Objects can be copied to themselves then.
    ///
    /// ```no_run
    /// # use zonal_transfer::CopyAll;
    /// use zonal::types::MetadataDirective;
    ///
    /// # fn example(copies: CopyAll) -> CopyAll {
    /// copies.request(|copy| {
    ///     copy.metadata_directive(MetadataDirective::Replace)
    ///         .content_type("text/plain")
    /// })
    /// # }
    /// ```
    pub fn request(
        mut self,
        change: impl Fn(CopyObject) -> CopyObject + Send + Sync + 'static,
    ) -> Self {
        self.change = Some(Change(Arc::new(change)));
        self
    }

    /// Sets the bucket of the copies, and the prefix of their keys.
    pub fn to(self, bucket: impl Into<String>, prefix: impl Into<String>) -> Batch {
        let (target, to) = (bucket.into(), prefix.into());
        let copy = Copy {
            bucket: self.selection.bucket.clone(),
            from: self.selection.prefix.clone(),
            keeps: self.selection.keeps,
            target,
            to,
            change: self.change,
        };
        let itself = "the objects would be copied to themselves";
        let itself = copy.change.is_none().then_some(itself);
        Batch {
            what: format!("the copy of objects of `{}`", shown(&copy.bucket)),
            transfers: self.transfers,
            keys: self.selection.towards(&copy.target, &copy.to, itself),
            action: Action::Copy(copy),
        }
    }
}

impl fmt::Debug for CopyAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyAll")
            .field("bucket", &self.selection.bucket)
            .field("prefix", &self.selection.prefix)
            .finish_non_exhaustive()
    }
}

/// What each request is changed by.
#[derive(Clone)]
struct Change(Arc<dyn Fn(CopyObject) -> CopyObject + Send + Sync>);

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change")
    }
}

#[derive(Clone, Debug)]
pub(super) struct Copy {
    bucket: String,
    target: String,
    from: String,
    to: String,
    keeps: bool,
    change: Option<Change>,
}

impl Copy {
    pub(super) async fn run(
        &self,
        transfers: &Transfers,
        object: Listed,
        permit: &Permit,
        stop: &mut Stop,
    ) -> ObjectResult {
        let Listed { key, size, .. } = object;
        match self.copy(transfers, &key, size, permit, stop).await {
            Ok(()) => ObjectResult::Done { key },
            Err((cause, None)) => failed(WHAT, key, cause),
            Err((cause, left)) => {
                let error = cause.of(format!("{WHAT} `{}`", shown(&key)), left);
                ObjectResult::Failed(super::Failure { key, error })
            }
        }
    }

    async fn copy(
        &self,
        transfers: &Transfers,
        key: &str,
        size: Option<u64>,
        permit: &Permit,
        stop: &mut Stop,
    ) -> Result<(), (Cause, Option<String>)> {
        let most = transfers.settings.bounds.max_part_size;
        if size.is_some_and(|size| size > most) {
            return self.in_parts(transfers, key, stop).await;
        }
        let call = transfers.client.call(self.request(key));
        let Err(error) = transfers.quiet(call).await.map_err(AnyError::from) else {
            permit.tell(Outcome::Moved(0));
            return Ok(());
        };
        // the size is unknown if the caller named the key
        let is_too_large = matches!(error.code(), Some("EntityTooLarge" | "InvalidRequest"));
        if size.is_none()
            && is_too_large
            && self
                .head(transfers, key)
                .await
                .is_ok_and(|head| length(&head) > most)
        {
            return self.in_parts(transfers, key, stop).await;
        }
        Err((error.into(), None))
    }

    fn request(&self, key: &str) -> CopyObject {
        let source = CopySource::new(&*self.bucket, key);
        let copy = CopyObject::new(&*self.target, source, renamed(key, &self.from, &self.to));
        let copy = match &self.change {
            Some(Change(change)) => change(copy),
            None => copy,
        };
        if self.keeps {
            copy.if_none_match("*")
        } else {
            copy
        }
    }

    async fn head(&self, transfers: &Transfers, key: &str) -> Result<HeadObjectOutput, AnyError> {
        let head = transfers.client.head_object(&*self.bucket, key);
        transfers.quiet(head).await.map_err(AnyError::from)
    }

    async fn in_parts(
        &self,
        transfers: &Transfers,
        key: &str,
        stop: &mut Stop,
    ) -> Result<(), (Cause, Option<String>)> {
        let head = self.head(transfers, key).await;
        let head = head.map_err(|error| (Cause::from(error), None))?;
        let (length, e_tag) = (length(&head), head.e_tag.clone());
        let copy = self.request(key);
        let source = copy.copy_source.clone();
        let put = as_upload(copy, head);
        let copied = copy_in_parts(transfers, put, source, e_tag, length, stop).await;
        copied.map(drop)
    }
}

/// What an upload in parts has to say to become what the copy asks for.
fn as_upload(copy: CopyObject, head: HeadObjectOutput) -> PutObject {
    let put = PutObject::new(copy.bucket, copy.key)
        .set_bucket_key_enabled(copy.bucket_key_enabled)
        .set_if_none_match(copy.if_none_match)
        .set_server_side_encryption(copy.server_side_encryption)
        .set_sse_kms_encryption_context(copy.sse_kms_encryption_context)
        .set_sse_kms_key_id(copy.sse_kms_key_id)
        .set_storage_class(copy.storage_class);
    match copy.metadata_directive {
        Some(MetadataDirective::Replace) => put
            .set_cache_control(copy.cache_control)
            .set_content_disposition(copy.content_disposition)
            .set_content_encoding(copy.content_encoding)
            .set_content_language(copy.content_language)
            .set_content_type(copy.content_type)
            .set_expires(copy.expires)
            .set_metadata(copy.metadata),
        _ => put
            .set_cache_control(head.cache_control)
            .set_content_disposition(head.content_disposition)
            .set_content_encoding(head.content_encoding)
            .set_content_language(head.content_language)
            .set_content_type(head.content_type)
            .set_expires(head.expires)
            .set_metadata(Some(head.metadata)),
    }
}

fn length(head: &HeadObjectOutput) -> u64 {
    head.content_length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or(0)
}
