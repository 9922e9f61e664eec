//! Copies many objects.

use zonal::operation::{HeadObjectOutput, PutObject};
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
}

impl CopyAll {
    pub(crate) fn new(transfers: &Transfers, bucket: String) -> Self {
        Self {
            transfers: transfers.clone(),
            selection: Selection::new(bucket),
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

    /// Sets the bucket of the copies, and the prefix of their keys.
    pub fn to(self, bucket: impl Into<String>, prefix: impl Into<String>) -> Batch {
        let (target, to) = (bucket.into(), prefix.into());
        let copy = Copy {
            bucket: self.selection.bucket.clone(),
            from: self.selection.prefix.clone(),
            keeps: self.selection.keeps,
            target,
            to,
        };
        let itself = "the objects would be copied to themselves";
        Batch {
            what: format!("the copy of objects of `{}`", shown(&copy.bucket)),
            transfers: self.transfers,
            keys: self.selection.towards(&copy.target, &copy.to, itself),
            action: Action::Copy(copy),
        }
    }
}

impl std::fmt::Debug for CopyAll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyAll")
            .field("bucket", &self.selection.bucket)
            .field("prefix", &self.selection.prefix)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Copy {
    bucket: String,
    target: String,
    from: String,
    to: String,
    keeps: bool,
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
        let target = renamed(key, &self.from, &self.to);
        let condition = self.keeps.then(|| "*".to_owned());
        let source = CopySource::new(&*self.bucket, key);
        let copy = transfers
            .client
            .copy_object(&*self.target, source, &*target);
        let call = copy.set_if_none_match(condition);
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
        let target = renamed(key, &self.from, &self.to);
        let source = CopySource::new(&*self.bucket, key);
        let length = length(&head);
        let e_tag = head.e_tag.clone();
        let put = PutObject::new(&*self.target, target)
            .set_cache_control(head.cache_control)
            .set_content_disposition(head.content_disposition)
            .set_content_encoding(head.content_encoding)
            .set_content_language(head.content_language)
            .set_content_type(head.content_type)
            .set_expires(head.expires)
            .set_metadata(Some(head.metadata))
            .set_if_none_match(self.keeps.then(|| "*".to_owned()));
        let copied = copy_in_parts(transfers, put, source, e_tag, length, stop).await;
        copied.map(drop)
    }
}

fn length(head: &HeadObjectOutput) -> u64 {
    head.content_length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or(0)
}
