//! The objects of a batch, in groups.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use futures_core::Stream;
use percent_encoding::percent_decode_str;
use zonal::operation::ListObjectsV2Output;
use zonal::types::{EncodingType, Object};
use zonal::{AnyError, DateTime};

use super::overlap::Overlap;
use crate::error::{Cause, Error, shown};
use crate::handle::Stop;
use crate::run::Feed;
use crate::transfers::Transfers;

/// An object or a directory in a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// The key of the object, or the path of the directory with a slash at the end.
    pub key: String,
    /// The size in bytes.
    pub size: Option<u64>,
    /// When the object was last written.
    pub last_modified: Option<DateTime>,
    /// The entity tag, in quotes.
    pub e_tag: Option<String>,
    /// Whether this is a directory that holds objects. Only [`Transfers::list_directory`] lists directories.
    pub is_directory: bool,
}

/// The objects of a bucket, one by one, in no order. See [`Transfers::list`].
pub struct Listing {
    objects: Objects,
    what: String,
}

impl Listing {
    pub(crate) fn new(
        transfers: &Transfers,
        bucket: &str,
        prefix: String,
        delimiter: Option<&str>,
    ) -> Self {
        Self {
            objects: list(transfers, bucket, prefix, delimiter),
            what: format!("the listing of `{}`", shown(bucket)),
        }
    }

    /// Returns the next object, or `None` after the last one and after an error.
    pub async fn next(&mut self) -> Option<Result<Listed, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for Listing {
    type Item = Result<Listed, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.objects.as_mut().poll_next(context));
        Poll::Ready(next.map(|object| object.map_err(|cause| cause.of(&*self.what, None))))
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listing").field(&self.what).finish()
    }
}

/// What is listed before the first object is processed.
pub(super) enum Before {
    Nothing,
    /// All objects, because the batch writes objects under the same prefix.
    All,
    /// All objects, which are then processed rank by rank.
    Ranks(Overlap),
}

/// Which objects a batch is about.
pub(super) enum Keys {
    /// The objects of a bucket with this prefix.
    Prefix {
        bucket: String,
        prefix: String,
        before: Before,
    },
    /// The objects with these keys.
    Given(Box<dyn Iterator<Item = String> + Send>),
    /// The selection is invalid, for this reason.
    Invalid(&'static str),
}

impl Keys {
    pub(super) fn given<K: Into<String> + 'static, I>(keys: I) -> Self
    where
        I: IntoIterator<Item = K>,
        I::IntoIter: Send + 'static,
    {
        Self::Given(Box::new(keys.into_iter().map(Into::into)))
    }
}

type Objects = Pin<Box<dyn Stream<Item = Result<Listed, Cause>> + Send>>;

/// Hands out objects in groups of a fixed size.
pub(super) struct Groups {
    objects: Objects,
    size: usize,
    group: Vec<Listed>,
    is_over: bool,
    broken: Option<Cause>,
}

impl Groups {
    /// The groups of each round. A round must end before the next one begins.
    pub(super) async fn rounds(
        transfers: &Transfers,
        keys: Keys,
        size: usize,
        stop: &mut Stop,
    ) -> Result<Vec<Self>, Cause> {
        let (mut objects, before) = match keys {
            Keys::Invalid(problem) => return Err(Cause::invalid(problem)),
            Keys::Given(keys) => (Box::pin(Given(keys)) as Objects, Before::Nothing),
            Keys::Prefix {
                bucket,
                prefix,
                before,
            } => (list(transfers, &bucket, prefix, None), before),
        };
        let rank = match before {
            Before::Nothing => return Ok(vec![Self::new(objects, size)]),
            Before::All => None,
            Before::Ranks(overlap) => Some(overlap),
        };
        let list = async {
            let mut ranks: BTreeMap<usize, Vec<Listed>> = BTreeMap::new();
            while let Some(object) = poll_fn(|context| objects.as_mut().poll_next(context)).await {
                let object = object?;
                let rank = rank.as_ref().map_or(0, |overlap| overlap.rank(&object.key));
                ranks.entry(rank).or_default().push(object);
            }
            Ok(ranks)
        };
        let ranks = stop.unless(list).await?;
        let known = |all: Vec<Listed>| Self::new(Box::pin(Known(all.into_iter())), size);
        Ok(ranks.into_values().map(known).collect())
    }

    fn new(objects: Objects, size: usize) -> Self {
        Self {
            objects,
            size,
            group: Vec::new(),
            is_over: false,
            broken: None,
        }
    }

    /// Why the listing stopped early, if it did.
    pub(super) fn broken(self) -> Option<Cause> {
        self.broken
    }
}

impl Feed for Groups {
    type Piece = Vec<Listed>;

    fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<Listed>, Cause>>> {
        while self.group.len() < self.size && !self.is_over {
            match ready!(self.objects.as_mut().poll_next(context)) {
                Some(Ok(object)) => self.group.push(object),
                // the batch still processes the objects that were listed
                Some(Err(cause)) => {
                    self.broken = Some(cause);
                    self.is_over = true;
                }
                None => self.is_over = true,
            }
        }
        let group = std::mem::take(&mut self.group);
        Poll::Ready((!group.is_empty()).then_some(Ok(group)))
    }
}

/// Keys that the caller named.
struct Given(Box<dyn Iterator<Item = String> + Send>);

impl Stream for Given {
    type Item = Result<Listed, Cause>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let key = self.0.next();
        let named = |key| Listed {
            key,
            ..Listed::default()
        };
        Poll::Ready(key.map(|key| Ok(named(key))))
    }
}

/// Objects that were listed before.
struct Known(IntoIter<Listed>);

impl Stream for Known {
    type Item = Result<Listed, Cause>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

/// Lists a bucket. The service accepts only prefixes that end in a slash, so the rest of a prefix is compared here. The
/// service percent-encodes keys, since XML cannot hold all of them.
fn list(transfers: &Transfers, bucket: &str, prefix: String, delimiter: Option<&str>) -> Objects {
    let directory = prefix.rfind('/').map(|at| prefix[..=at].to_owned());
    let list = transfers.client.list_objects_v2(bucket);
    let list = list.set_prefix(directory).encoding_type(EncodingType::Url);
    let list = list.set_delimiter(delimiter.map(str::to_owned));
    let pages = transfers.quiet(list).paginate().pages();
    Box::pin(PageByPage::new(pages, prefix))
}

/// The key, decoded.
pub(crate) fn decoded(key: String, is_encoded: bool) -> Result<String, Cause> {
    if !is_encoded {
        return Ok(key);
    }
    // S3 encodes keys like HTML forms: a blank becomes `+`
    let key = key.replace('+', " ");
    let decoded = percent_decode_str(&key).decode_utf8();
    let decoded = decoded.map(Cow::into_owned);
    decoded.map_err(|_| Cause::answer("the listing has a key that is not percent-encoded UTF-8"))
}

struct PageByPage<S> {
    pages: Pin<Box<S>>,
    /// The rest of a page.
    page: IntoIter<Result<Listed, Cause>>,
    /// The prefix that the service was asked for.
    asked: String,
    prefix: String,
    /// What this page has listed so far, and what the one before has: a page that repeats the end of another, or all of
    /// it, lists nothing twice.
    seen: HashSet<(String, bool)>,
    seen_before: HashSet<(String, bool)>,
}

impl<S> PageByPage<S> {
    fn new(pages: S, prefix: String) -> Self {
        Self {
            pages: Box::pin(pages),
            page: Vec::new().into_iter(),
            asked: prefix[..prefix.rfind('/').map_or(0, |at| at + 1)].to_owned(),
            prefix,
            seen: HashSet::new(),
            seen_before: HashSet::new(),
        }
    }
}

/// Directories, then objects of a page.
fn read(page: ListObjectsV2Output) -> Vec<Result<Listed, Cause>> {
    let is_encoded = page.encoding_type == Some(EncodingType::Url);
    let directories = page.common_prefixes.into_iter();
    let directories = directories
        .filter_map(|directory| directory.prefix)
        .map(|path| {
            Ok(Listed {
                key: decoded(path, is_encoded)?,
                is_directory: true,
                ..Listed::default()
            })
        });
    let objects = page.contents.into_iter();
    let objects = objects.map(|object| read_object(object, is_encoded));
    directories.chain(objects).collect()
}

fn read_object(object: Object, is_encoded: bool) -> Result<Listed, Cause> {
    let nameless = || Cause::answer("the listing has an object without a key");
    Ok(Listed {
        key: decoded(object.key.ok_or_else(nameless)?, is_encoded)?,
        size: object.size.and_then(|size| u64::try_from(size).ok()),
        last_modified: object.last_modified,
        e_tag: object.e_tag,
        is_directory: false,
    })
}

impl<S, E> Stream for PageByPage<S>
where
    S: Stream<Item = Result<ListObjectsV2Output, E>>,
    E: Into<AnyError>,
{
    type Item = Result<Listed, Cause>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match this.page.next() {
                // whoever answers so may have been asked something else
                Some(Ok(listed)) if !listed.key.starts_with(&this.asked) => {
                    let cause = Cause::answer(
                        "the listing has an object that does not begin with the prefix",
                    );
                    return Poll::Ready(Some(Err(cause)));
                }
                Some(Ok(listed)) => {
                    let name = (listed.key.clone(), listed.is_directory);
                    let was_before = this.seen_before.contains(&name);
                    let is_new = this.seen.insert(name) && !was_before;
                    if is_new && listed.key.starts_with(&this.prefix) {
                        return Poll::Ready(Some(Ok(listed)));
                    }
                    continue;
                }
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
                None => {}
            }
            let Some(page) = ready!(this.pages.as_mut().poll_next(context)) else {
                return Poll::Ready(None);
            };
            let page = page.map_err(|error| Cause::from(error.into()))?;
            this.page = read(page).into_iter();
            this.seen_before = std::mem::take(&mut this.seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pages(IntoIter<ListObjectsV2Output>);

    impl Stream for Pages {
        type Item = Result<ListObjectsV2Output, AnyError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.next().map(Ok))
        }
    }

    #[test]
    fn a_page_that_repeats_another_lists_nothing_twice() {
        let page = |keys: &[&str]| {
            let mut page = ListObjectsV2Output::default();
            for key in keys {
                let mut object = Object::default();
                object.key = Some((*key).to_owned());
                page.contents.push(object);
            }
            page
        };
        let pages = [&["a", "b"][..], &["a", "b"], &["b", "c", "c", "q"], &["d"]];
        let pages: Vec<_> = pages.into_iter().map(page).collect();
        let mut listing = PageByPage::new(Pages(pages.into_iter()), String::new());
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut keys = Vec::new();
        while let Poll::Ready(Some(listed)) = Pin::new(&mut listing).poll_next(&mut context) {
            keys.push(listed.unwrap().key);
        }
        assert_eq!(keys, ["a", "b", "c", "q", "d"]);
    }

    #[test]
    fn keys_are_decoded_as_forms_are() {
        let decode = |key: &str| decoded(key.to_owned(), true);
        assert_eq!(decode("a/b+c%2Bd%01%C3%A9").unwrap(), "a/b c+d\u{1}\u{e9}");
        assert!(decode("%ff").is_err());
        assert_eq!(decoded("a+%41".to_owned(), false).unwrap(), "a+%41");
    }
}
