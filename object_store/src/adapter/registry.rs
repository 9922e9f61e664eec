//! URLs and the registry.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use url::Url;

use crate::url::Place;
use crate::{ConfigKey, ZonalStore, ZonalStoreBuilder};

use super::super::object_store::path::{Path, PathPart};
use super::super::object_store::registry::{DefaultObjectStoreRegistry, ObjectStoreRegistry};
use super::super::object_store::{self, Error, ObjectStore, Result};

/// Returns a store for a URL, and the path in it. Like [`parse_url_opts`] without options.
///
/// # Errors
///
/// See [`parse_url_opts`].
pub fn parse_url(url: &Url) -> Result<(Box<dyn ObjectStore>, Path)> {
    parse_url_opts(url, std::iter::empty::<(&str, &str)>())
}

/// Returns a store for a URL, and the path in it. For the URL of a directory bucket, this is a [`ZonalStore`]. For any
/// other URL, it calls the function of this name in `object_store`.
///
/// The options are those of [`ConfigKey`], in any letter case; others are ignored. The function does not read the
/// environment; pass [`std::env::vars`] for that.
///
/// # Errors
///
/// If an option is invalid or missing, or `object_store` does not allow the path in the URL.
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
/// The registry creates the store of a bucket at the first use of its URL, and keeps it, so all users share its
/// connections and sessions. Registered stores take precedence.
#[derive(Debug)]
pub struct ZonalRegistry {
    others: Arc<dyn ObjectStoreRegistry>,
    builder: ZonalStoreBuilder,
    buckets: RwLock<HashMap<String, Stores>>,
}

/// The stores of a bucket, by the path segments that they begin at.
type Stores = HashMap<Vec<String>, Arc<dyn ObjectStore>>;

impl ZonalRegistry {
    /// Creates a registry that sets up its stores from the environment, like [`ZonalStoreBuilder::from_env`]. Other
    /// URLs go to the default registry of `object_store`.
    pub fn new() -> Self {
        Self::with_builder(ZonalStoreBuilder::from_env())
    }

    /// Creates a registry that sets up its stores like this builder, with the bucket and the region of the URL.
    pub fn with_builder(builder: ZonalStoreBuilder) -> Self {
        Self {
            others: Arc::new(DefaultObjectStoreRegistry::new()),
            builder,
            buckets: RwLock::default(),
        }
    }

    /// Uses this registry for all URLs other than those of directory buckets.
    #[must_use]
    pub fn with_others(mut self, others: Arc<dyn ObjectStoreRegistry>) -> Self {
        self.others = others;
        self
    }

    /// Returns the store with the longest matching path, and the number of segments of that path.
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
        // another thread may have created the store meanwhile
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
        // like object_store's own registry, which does not decode the path of the URL
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
