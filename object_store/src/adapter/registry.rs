//! URLs and the registry.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use url::Url;

use crate::url::Place;
use crate::{ConfigKey, ZonalStore, ZonalStoreBuilder};

use super::super::object_store::path::{Path, PathPart};
use super::super::object_store::registry::{DefaultObjectStoreRegistry, ObjectStoreRegistry};
use super::super::object_store::{self, Error, ObjectStore, Result};

/// Makes a store for a URL, and the path in it: [`parse_url_opts`] without options.
///
/// # Errors
///
/// As [`parse_url_opts`].
pub fn parse_url(url: &Url) -> Result<(Box<dyn ObjectStore>, Path)> {
    parse_url_opts(url, std::iter::empty::<(&str, &str)>())
}

/// Makes a store for a URL, and the path in it. A directory bucket becomes a [`ZonalStore`]; any other URL
/// goes to the function of this name in `object_store`.
///
/// Options are those of [`ConfigKey`], in any case; others are passed over. The environment is not
/// read: to have it, pass [`std::env::vars`].
///
/// # Errors
///
/// Where an option cannot be used, or one is missing, or the path in the URL is none of `object_store`.
pub fn parse_url_opts<I, K, V>(url: &Url, options: I) -> Result<(Box<dyn ObjectStore>, Path)>
where
    I: IntoIterator<Item = (K, V)>,
    K: AsRef<str>,
    V: Into<String>,
{
    let Some(place) = Place::of(url) else {
        return object_store::parse_url_opts(url, options);
    };
    let mut builder = ZonalStoreBuilder::new();
    for (key, value) in options {
        if let Ok(key) = key.as_ref().parse::<ConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    let store = builder.with_place(place).build()?;
    Ok((Box::new(store), Path::from_url_path(url.path())?))
}

/// A registry in which URLs of directory buckets lead to a [`ZonalStore`], and all others to another
/// registry.
///
/// The store of a bucket is made when its URL is first asked for, and kept: all who ask share its
/// connections and sessions. Stores that somebody has registered go ahead of it.
#[derive(Debug)]
pub struct ZonalRegistry {
    others: Arc<dyn ObjectStoreRegistry>,
    builder: ZonalStoreBuilder,
    buckets: RwLock<HashMap<String, Stores>>,
}

/// The stores of a bucket by the segments of the path where they begin.
type Stores = HashMap<Vec<String>, Arc<dyn ObjectStore>>;

impl ZonalRegistry {
    /// A registry whose stores are set up from the environment, as [`ZonalStoreBuilder::from_env`] has
    /// it, with `object_store`'s default registry for all that is no directory bucket.
    pub fn new() -> Self {
        Self::with_builder(ZonalStoreBuilder::from_env())
    }

    /// A registry whose stores are set up like this builder, each with the bucket and the region that
    /// its URL names.
    pub fn with_builder(builder: ZonalStoreBuilder) -> Self {
        Self {
            others: Arc::new(DefaultObjectStoreRegistry::new()),
            builder,
            buckets: RwLock::default(),
        }
    }

    /// Asks this registry for all that is no directory bucket.
    #[must_use]
    pub fn with_others(mut self, others: Arc<dyn ObjectStoreRegistry>) -> Self {
        self.others = others;
        self
    }

    /// The store that begins nearest to the object, and how many segments of its path come before.
    fn find(&self, authority: &str, path: &[String]) -> Option<(Arc<dyn ObjectStore>, usize)> {
        let buckets = self.buckets.read().unwrap_or_else(PoisonError::into_inner);
        let stores = buckets.get(authority)?;
        let depths = (0..=path.len()).rev();
        let mut found = depths.filter_map(|depth| Some((stores.get(&path[..depth])?, depth)));
        let (store, depth) = found.next()?;
        Some((Arc::clone(store), depth))
    }

    fn add(&self, place: Place) -> Result<Arc<dyn ObjectStore>> {
        let authority = place.authority.clone();
        let store: ZonalStore = self.builder.clone().with_place(place).build()?;
        let mut buckets = self.buckets.write().unwrap_or_else(PoisonError::into_inner);
        let stores = buckets.entry(authority).or_default();
        // another thread may have been quicker
        let store = stores.entry(Vec::new()).or_insert_with(|| Arc::new(store));
        Ok(Arc::clone(store))
    }
}

impl Default for ZonalRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl ObjectStoreRegistry for ZonalRegistry {
    fn register(&self, url: Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        let Some(place) = Place::of(&url) else {
            return self.others.register(url, store);
        };
        let mut buckets = self.buckets.write().unwrap_or_else(PoisonError::into_inner);
        let stores = buckets.entry(place.authority).or_default();
        stores.insert(segments(&url), store)
    }

    fn resolve(&self, url: &Url) -> Result<(Arc<dyn ObjectStore>, Path)> {
        let Some(place) = Place::of(url) else {
            return self.others.resolve(url);
        };
        let segments = segments(url);
        let (store, depth) = match self.find(&place.authority, &segments) {
            Some(found) => found,
            None => (self.add(place)?, 0),
        };
        // as object_store's own registry has it: the path is that of the URL, percent signs and all
        let path = segments[depth..].iter().map(|it| PathPart::parse(it));
        let path = path.collect::<Result<Path, _>>();
        let path = path.map_err(|error| Error::Generic {
            store: "ZonalRegistry",
            source: Box::new(error),
        })?;
        Ok((store, path))
    }

    since_0_14! {
        fn deregister(&self, url: &Url) -> Option<Arc<dyn ObjectStore>> {
            let Some(place) = Place::of(url) else {
                return self.others.deregister(url);
            };
            let mut buckets = self.buckets.write().unwrap_or_else(PoisonError::into_inner);
            buckets.get_mut(&place.authority)?.remove(&segments(url))
        }
    }
}

/// The segments of the path that are not empty.
fn segments(url: &Url) -> Vec<String> {
    let segments = url.path().split('/').filter(|segment| !segment.is_empty());
    segments.map(str::to_owned).collect()
}
