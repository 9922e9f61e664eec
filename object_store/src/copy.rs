//! Copies and renames.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use zonal::operation::{CopyObject, DeleteObject, RenameObject, UploadPartCopy};
use zonal::{AnyError, CopySource, RenameSource};

use crate::failure::{Failure, Kind};
use crate::put::settled;
use crate::read::{Info, Read};
use crate::store::ZonalStore;
use crate::upload::MOST_PARTS;

/// How many parts of an object are copied at a time.
const PARALLEL: usize = 8;

impl ZonalStore {
    /// Copies an object; with `create` only if the target does not exist.
    pub(crate) async fn copy(&self, from: &str, to: &str, create: bool) -> Result<(), Failure> {
        if from == to {
            return self.stay(from, create).await;
        }
        let source = CopySource::new(self.bucket(), from);
        let request = CopyObject::new(self.bucket(), source, to)
            .set_if_none_match(create.then(|| "*".to_owned()));
        let copied = settled(|| async {
            let sent = self.client().send(request.clone()).await;
            sent.map_err(|error| Failure::of(error, from))
        });
        match copied.await {
            Ok(_) => Ok(()),
            Err(failure) if may_be_too_large(&failure) => {
                let info = self.head(from, Read::default()).await?;
                if info.size > self.inner.options.copy_limit {
                    self.copy_in_parts(from, to, create, info).await
                } else {
                    Err(failure)
                }
            }
            Err(failure) => Err(target_exists(failure, create, to)),
        }
    }

    /// Copies an object that is too large for one request, with its headers and metadata.
    async fn copy_in_parts(
        &self,
        from: &str,
        to: &str,
        create: bool,
        info: Info,
    ) -> Result<(), Failure> {
        let Info {
            size,
            e_tag,
            headers,
            ..
        } = info;
        let id = self.create_upload(to, headers).await?;
        let least = size.div_ceil(MOST_PARTS as u64);
        let length = self.inner.options.copy_part.max(least);
        let starts = (0..size).step_by(length as usize);
        let parts = stream::iter((1..).zip(starts)).map(|(number, start)| {
            let source = CopySource::new(self.bucket(), from);
            let last = (start + length).min(size) - 1;
            let request = UploadPartCopy::new(self.bucket(), source, to, number, &*id)
                .copy_source_range(format!("bytes={start}-{last}"))
                .set_copy_source_if_match(e_tag.clone());
            async move {
                let sent = self.client().send(request).await;
                let part = sent
                    .map_err(|error| Failure::of(error, from))?
                    .copy_part_result;
                part.e_tag.ok_or_else(|| {
                    Failure::generic(from, "the answer has no entity tag of the part")
                })
            }
        });
        let completed = async {
            let parts = parts.buffered(PARALLEL).try_collect().await?;
            let if_none_match = create.then_some("*");
            let completed = self.complete_upload(to, &id, parts, if_none_match).await;
            completed.map_err(|failure| target_exists(failure, create, to))
        };
        match completed.await {
            Ok(_) => Ok(()),
            Err(failure) => {
                // the caller gets the error of the copy, not of the abort
                let _ = self.abort_upload(to, &id).await;
                Err(failure)
            }
        }
    }

    /// Renames an object; with `create` only if the new key is free.
    pub(crate) async fn rename(&self, from: &str, to: &str, create: bool) -> Result<(), Failure> {
        if from == to {
            return self.stay(from, create).await;
        }
        let request = RenameObject::new(self.bucket(), to, RenameSource::new(from))
            .set_destination_if_none_match(create.then(|| "*".to_owned()));
        let renamed = settled(|| async {
            let sent = self.client().send(request.clone()).await;
            sent.map_err(|error| {
                // a repeated rename has the same token, so it gets the answer of the first
                let error = AnyError::from(error);
                Failure::new(Kind::without_doubt(&error), from, error)
            })
        });
        match renamed.await {
            Ok(_) => Ok(()),
            // buckets in Local Zones do not support renames
            Err(failure) if failure.kind == Kind::NotSupported => {
                self.move_by_copy(from, to, create).await
            }
            Err(failure) => Err(target_exists(failure, create, to)),
        }
    }

    /// Copies an object and deletes the source, unless the source was replaced meanwhile.
    async fn move_by_copy(&self, from: &str, to: &str, create: bool) -> Result<(), Failure> {
        let e_tag = self.head(from, Read::default()).await?.e_tag;
        self.copy(from, to, create).await?;
        let request = DeleteObject::new(self.bucket(), from).set_if_match(e_tag);
        match self.client().send(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::of(error, from)),
        }
    }

    /// A copy or rename to the same key, which S3 refuses. This only checks whether the object exists.
    async fn stay(&self, key: &str, create: bool) -> Result<(), Failure> {
        self.head(key, Read::default()).await?;
        if create {
            Err(Failure::new(
                Kind::AlreadyExists,
                key,
                "the source is the target",
            ))
        } else {
            Ok(())
        }
    }
}

/// The codes under which S3 refuses to copy an object of more than 5 GB.
fn may_be_too_large(failure: &Failure) -> bool {
    let codes = ["EntityTooLarge", "InvalidArgument", "InvalidRequest"];
    failure.status() == Some(400) && failure.code().is_some_and(|code| codes.contains(&code))
}

/// For a write with `create`, 412 means that the target exists.
fn target_exists(mut failure: Failure, create: bool, to: &str) -> Failure {
    if create && failure.kind == Kind::Precondition {
        failure.kind = Kind::AlreadyExists;
        to.clone_into(&mut failure.path);
    }
    failure
}

#[cfg(test)]
mod tests;
