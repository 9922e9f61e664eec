//! Moves many objects within a bucket.

use zonal::{AnyError, RenameSource};

use super::listing::Listed;
use super::selection::Selection;
use super::{Action, Batch, ObjectResult, failed, renamed};
use crate::error::shown;
use crate::limit::{Outcome, Permit};
use crate::transfers::Transfers;

const WHAT: &str = "the move of";

/// A move of many objects within a bucket: set which objects to move, and where to. No data moves: the service renames
/// each object atomically, with all its properties.
///
/// ```no_run
/// # async fn example(transfers: zonal_transfer::Transfers) -> Result<(), zonal_transfer::Error> {
/// let moved = transfers.rename("demo--usw2-az1--x-s3").prefix("in/").to("done/").await.check()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "say which objects are to be moved, and where to"]
pub struct MoveAll {
    transfers: Transfers,
    selection: Selection,
}

impl MoveAll {
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

    /// Sets the prefix of the new keys.
    pub fn to(self, prefix: impl Into<String>) -> Batch {
        let rename = Move {
            bucket: self.selection.bucket.clone(),
            from: self.selection.prefix.clone(),
            keeps: self.selection.keeps,
            to: prefix.into(),
        };
        let itself = "the objects would be moved to themselves";
        Batch {
            what: format!("the move of objects of `{}`", shown(&rename.bucket)),
            transfers: self.transfers,
            keys: self
                .selection
                .towards(&rename.bucket, &rename.to, Some(itself)),
            action: Action::Move(rename),
        }
    }
}

impl std::fmt::Debug for MoveAll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MoveAll")
            .field("bucket", &self.selection.bucket)
            .field("prefix", &self.selection.prefix)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Move {
    bucket: String,
    from: String,
    to: String,
    keeps: bool,
}

impl Move {
    pub(super) async fn run(
        &self,
        transfers: &Transfers,
        object: Listed,
        permit: &Permit,
    ) -> ObjectResult {
        let Listed { key, size, .. } = object;
        let target = renamed(&key, &self.from, &self.to);
        let source = RenameSource::new(&*key);
        let rename = transfers
            .client
            .rename_object(&*self.bucket, &*target, source);
        let condition = self.keeps.then(|| "*".to_owned());
        let call = rename.set_destination_if_none_match(condition);
        let Err(error) = transfers.quiet(call).await.map_err(AnyError::from) else {
            permit.tell(Outcome::Moved(0));
            return ObjectResult::Done { key };
        };
        let is_in_doubt = error.may_have_succeeded();
        if is_in_doubt && self.is_moved(transfers, &key, &target, size).await {
            ObjectResult::Done { key }
        } else {
            failed(WHAT, key, error.into())
        }
    }

    /// Whether a rename whose answer was lost has succeeded: the object is under its new key and no longer under its
    /// old one.
    async fn is_moved(
        &self,
        transfers: &Transfers,
        key: &str,
        target: &str,
        size: Option<u64>,
    ) -> bool {
        let head = |key: &str| transfers.client.head_object(&*self.bucket, key);
        let old = transfers.quiet(head(key)).await.map_err(AnyError::from);
        let is_gone =
            old.is_err_and(|error| error.status().is_some_and(|status| status.as_u16() == 404));
        let new = transfers.quiet(head(target)).await;
        let has_size = |there: Option<i64>| {
            size.is_none() || there.and_then(|there| u64::try_from(there).ok()) == size
        };
        is_gone && new.is_ok_and(|new| has_size(new.content_length))
    }
}
