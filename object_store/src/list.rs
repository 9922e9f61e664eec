//! Listings. Directory buckets list in no useful order, and accept only the delimiter `/` and prefixes that end in it.

use futures_util::stream::{BoxStream, StreamExt};
use zonal::__private::paginate::Endless;
use zonal::Metadata;
use zonal::operation::ListObjectsV2Output;
use zonal::types::Object;

use crate::failure::{Failure, Kind};
use crate::store::ZonalStore;

const DELIMITER: &str = "/";

/// The parameters of a page of a listing.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageRequest {
    pub(crate) prefix: String,
    pub(crate) delimiter: Option<String>,
    pub(crate) offset: Option<String>,
    pub(crate) max_keys: Option<usize>,
    pub(crate) token: Option<String>,
}

/// Keys and prefixes, and where the next page begins.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Object>,
    pub(crate) prefixes: Vec<String>,
    pub(crate) token: Option<String>,
    /// The metadata of the answer; `None` for a listing of several pages.
    pub(crate) metadata: Option<Metadata>,
}

impl ZonalStore {
    /// Streams all objects below a prefix, one page at a time. The prefix is empty or ends in `/`.
    pub(crate) fn objects(
        &self,
        prefix: String,
    ) -> BoxStream<'static, Result<Vec<Object>, Failure>> {
        let call = self.client().list_objects_v2(self.bucket());
        let call = call.set_prefix(some(prefix.clone()));
        let pages = call.paginate().pages();
        pages
            .map(move |page| match page {
                Ok(page) => below(&page, &prefix).map(|()| page.contents),
                Err(error) => Err(Failure::of(error, &prefix)),
            })
            .boxed()
    }

    /// Returns the objects and prefixes directly below a prefix, from all pages.
    pub(crate) async fn folder(&self, prefix: String) -> Result<Page, Failure> {
        let call = self.client().list_objects_v2(self.bucket());
        let call = call
            .set_prefix(some(prefix.clone()))
            .set_delimiter(Some(DELIMITER.to_owned()));
        let mut pages = call.paginate().pages();
        let mut all = Page::default();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::of(error, &prefix))?;
            below(&page, &prefix)?;
            all.take(page, "", None);
        }
        // unordered pages may show a prefix more than once
        all.prefixes.sort_unstable();
        all.prefixes.dedup();
        Ok(all)
    }

    /// Returns a page of a listing by any prefix. If the prefix ends within a name, this lists the directory, removes
    /// other names, and skips pages that become empty.
    pub(crate) async fn page(&self, request: PageRequest) -> Result<Page, Failure> {
        let prefix = &request.prefix;
        if request
            .delimiter
            .as_deref()
            .is_some_and(|it| it != DELIMITER)
        {
            return Err(Failure::new(
                Kind::NotSupported,
                prefix,
                "directory buckets support only the delimiter `/`",
            ));
        }
        let directory = prefix.rfind('/').map_or("", |end| &prefix[..=end]);
        let limit = request.max_keys.map(|limit| limit.min(1000) as i32);
        let mut token = request.token.clone();
        let mut endless = Endless::default();
        loop {
            let call = self.client().list_objects_v2(self.bucket());
            let call = call
                .set_prefix(some(directory.to_owned()))
                .set_delimiter(request.delimiter.clone())
                .set_max_keys(limit)
                .set_continuation_token(token.clone());
            let sent = call.send_with_metadata().await;
            let (output, metadata) = sent.map_err(|error| Failure::of(error, prefix))?;
            below(&output, directory)?;
            let is_cut = output.is_truncated == Some(true);
            let lists_nothing = output.contents.is_empty() && output.common_prefixes.is_empty();
            let mut page = Page {
                metadata: Some(metadata),
                ..Page::default()
            };
            page.take(output, prefix, request.offset.as_deref());
            let is_empty = page.objects.is_empty() && page.prefixes.is_empty();
            let next = page.token.clone().filter(|token| !token.is_empty());
            let is_endless = match &next {
                None => is_cut,
                next => {
                    *next == token || endless.repeats(next) || endless.stays_empty(lists_nothing)
                }
            };
            if is_endless {
                let text = "the listing goes on without a new page";
                return Err(Failure::generic(prefix, text));
            }
            if !is_empty || next.is_none() {
                return Ok(page);
            }
            token = next;
        }
    }
}

impl Page {
    /// Adds the entries of an answer that begin with `prefix` and sort after `offset`.
    fn take(&mut self, output: ListObjectsV2Output, prefix: &str, offset: Option<&str>) {
        let is_shown =
            |name: &str| name.starts_with(prefix) && offset.is_none_or(|offset| name > offset);
        let objects = output.contents.into_iter();
        self.objects
            .extend(objects.filter(|it| is_shown(it.key.as_deref().unwrap_or_default())));
        let prefixes = output.common_prefixes.into_iter();
        let prefixes = prefixes.filter_map(|it| it.prefix);
        self.prefixes.extend(prefixes.filter(|it| is_shown(it)));
        self.token = output.next_continuation_token;
    }
}

/// An error if an answer lists what does not begin with the prefix: it is the answer to another request.
fn below(page: &ListObjectsV2Output, prefix: &str) -> Result<(), Failure> {
    let keys = page.contents.iter().map(|object| &object.key);
    let prefixes = page.common_prefixes.iter().map(|it| &it.prefix);
    let mut names = keys.chain(prefixes).flatten();
    if names.all(|name| name.starts_with(prefix)) {
        Ok(())
    } else {
        let text = "the listing has an object that does not begin with the prefix";
        Err(Failure::generic(prefix, text))
    }
}

fn some(prefix: String) -> Option<String> {
    Some(prefix).filter(|prefix| !prefix.is_empty())
}
