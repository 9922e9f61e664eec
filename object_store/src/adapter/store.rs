//! `ObjectStore`.

use std::ops::Range;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};

use crate::ZonalStore;
use crate::body;
use crate::delete::{BATCH, PARALLEL};
use crate::failure::{Failure, Kind};
use crate::list::Page;
use crate::put::Mode;
use crate::read::{Read, Span};

use super::super::object_store::path::Path;
use super::super::object_store::{
    CopyMode, CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    OBJECT_STORE_COALESCE_DEFAULT, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, RenameOptions, RenameTargetMode, Result, coalesce_ranges,
};
use super::convert;
use super::multipart::PartsUpload;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for ZonalStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let mode = match opts.mode {
            PutMode::Overwrite => Mode::Overwrite,
            PutMode::Create => Mode::Create,
            PutMode::Update(version) => Mode::Update(version.e_tag.ok_or_else(|| {
                let problem = "an update needs the entity tag of the object that it replaces";
                Failure::generic(location.as_ref(), problem)
            })?),
        };
        let headers = convert::headers(location, &opts.attributes)?;
        let body = body::of(payload.as_ref());
        let written = self.inner.put(location.as_ref(), body, headers, mode);
        let written = written.await?;
        let result = with_metadata!(
            Some(written.metadata),
            PutResult {
                e_tag: written.e_tag,
                version: None
            }
        );
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let headers = convert::headers(location, &opts.attributes)?;
        let id = self.create_upload(location.as_ref(), headers).await?;
        Ok(Box::new(PartsUpload::new(self.clone(), location, id)))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let read = read_of(location, options.clone())?;
        let (info, pieces) = if options.head {
            (
                self.head(location.as_ref(), read).await?,
                stream::empty().boxed(),
            )
        } else {
            self.get(location.as_ref(), read).await?
        };
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: info.last_modified,
            size: info.size,
            e_tag: info.e_tag,
            version: None,
        };
        let pieces = pieces.map(|piece| Ok(piece?)).boxed();
        let result = with_metadata!(
            Some(info.metadata),
            GetResult {
                payload: GetResultPayload::Stream(pieces),
                meta,
                range: info.range,
                attributes: convert::attributes(info.headers)
            }
        );
        Ok(result)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        for range in ranges {
            let span = Span::Bounded(range.clone());
            let checked = span.check();
            checked.map_err(|problem| Failure::generic(location.as_ref(), problem))?;
        }
        // all ranges must be of the same version of the object
        let seen = Mutex::new(None);
        let fetch = |merged| self.get_covering(location.as_ref(), merged, ranges, &seen);
        Ok(coalesce_ranges(ranges, fetch, OBJECT_STORE_COALESCE_DEFAULT).await?)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        locations
            .chunks(BATCH)
            .map(move |batch| delete_batch(store.clone(), batch))
            .buffered(PARALLEL)
            .flat_map(stream::iter)
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let pages = self.objects(convert::folder(prefix));
        pages
            .flat_map(|page| {
                stream::iter(match page {
                    Ok(objects) => objects.into_iter().filter_map(convert::meta).collect(),
                    Err(failure) => vec![Err(failure.into())],
                })
            })
            .boxed()
    }

    /// Reads the whole listing, because it has no useful order.
    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let offset = offset.clone();
        let is_behind = move |meta: &Result<ObjectMeta>| {
            let is_behind = meta.as_ref().map_or(true, |meta| meta.location > offset);
            std::future::ready(is_behind)
        };
        self.list(prefix).filter(is_behind).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        list_result(self.folder(convert::folder(prefix)).await?)
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let create = options.mode == CopyMode::Create;
        Ok(self.copy(from.as_ref(), to.as_ref(), create).await?)
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        let create = options.target_mode == RenameTargetMode::Create;
        Ok(self.rename(from.as_ref(), to.as_ref(), create).await?)
    }
}

/// What to read, and on which conditions.
fn read_of(location: &Path, options: GetOptions) -> Result<Read> {
    if let Some(version) = options.version.as_deref().filter(|it| *it != "null") {
        let problem =
            format!("directory buckets have no versions, so version {version:?} cannot be read");
        return Err(Failure::new(Kind::NotSupported, location.as_ref(), problem).into());
    }
    Ok(Read {
        if_match: options.if_match,
        if_none_match: options.if_none_match,
        if_modified_since: options.if_modified_since,
        if_unmodified_since: options.if_unmodified_since,
        version: options.version,
        span: options.range.map(convert::span),
    })
}

/// Deletes a batch. An error in the batch keeps its place, and the other objects are deleted.
async fn delete_batch(store: ZonalStore, batch: Vec<Result<Path>>) -> Vec<Result<Path>> {
    let paths = batch.iter().flatten();
    let keys = paths.map(|path| path.as_ref().to_owned()).collect();
    let mut deleted = store.delete_all(keys).await.into_iter();
    let results = batch.into_iter().map(|path| {
        let path = path?;
        deleted.next().transpose()?;
        Ok(path)
    });
    results.collect()
}

/// Converts a page to the type of `object_store`.
pub(super) fn list_result(page: Page) -> Result<ListResult> {
    let prefixes = page.prefixes.iter();
    let prefixes = prefixes.map(|it| convert::path(it.strip_suffix('/').unwrap_or(it)));
    let objects = page.objects.into_iter().filter_map(convert::meta);
    let result = with_metadata!(
        page.metadata,
        ListResult {
            common_prefixes: prefixes.collect::<Result<_>>()?,
            objects: objects.collect::<Result<_>>()?
        }
    );
    Ok(result)
}
