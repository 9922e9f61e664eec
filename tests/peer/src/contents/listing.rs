//! Pages of a listing.

use super::Place;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a page is asked to show.
#[derive(Debug, Clone)]
pub(crate) struct Listing<'a> {
    /// Empty, or ends in `/`.
    pub(crate) prefix: &'a str,
    /// Whether keys are rolled up to the next `/`.
    pub(crate) by_directory: bool,
    /// The last entry of the page before.
    pub(crate) after: Option<Place>,
    pub(crate) limit: usize,
}

/// An entry of a page.
#[derive(Debug, PartialEq)]
pub(crate) enum Entry<'a, T> {
    Item(Cow<'a, str>, &'a T),
    Prefix(String),
}

/// A page of a listing.
#[derive(Debug)]
pub(crate) struct Page<'a, T> {
    pub(crate) entries: Vec<Entry<'a, T>>,
    /// Where the next page goes on, if there is one.
    pub(crate) next: Option<Place>,
}

impl Listing<'_> {
    /// The page; `others` are keys that show up in common prefixes only.
    pub(super) fn page<'a, T>(
        &self,
        items: impl Iterator<Item = (Cow<'a, str>, Cow<'a, Place>, &'a T)>,
        others: impl Iterator<Item = &'a str>,
    ) -> Page<'a, T> {
        let mut entries: BTreeMap<Place, Entry<'a, T>> = BTreeMap::new();
        for (key, place, item) in items {
            match self.common_prefix(&key) {
                Some(prefix) => self.add_prefix(&mut entries, prefix),
                None if key.starts_with(self.prefix) && self.is_ahead(&place) => {
                    entries.insert(place.into_owned(), Entry::Item(key, item));
                    if !self.by_directory && entries.len() > self.limit {
                        // Items come in order: there are enough of them.
                        break;
                    }
                }
                None => {}
            }
        }
        for prefix in others.filter_map(|key| self.common_prefix(key)) {
            self.add_prefix(&mut entries, prefix);
        }
        let more = entries.len() > self.limit && self.limit > 0;
        let last = entries.keys().nth(self.limit.saturating_sub(1)).cloned();
        Page {
            next: last.filter(|_| more),
            entries: entries.into_values().take(self.limit).collect(),
        }
    }

    fn is_ahead(&self, place: &Place) -> bool {
        self.after.as_ref().is_none_or(|after| place > after)
    }

    /// The directory right below the prefix in which the key lies.
    fn common_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        if !self.by_directory {
            return None;
        }
        let rest = key.strip_prefix(self.prefix)?;
        let slash = rest.find('/')?;
        Some(&key[..self.prefix.len() + slash + 1])
    }

    fn add_prefix<T>(&self, entries: &mut BTreeMap<Place, Entry<'_, T>>, prefix: &str) {
        let place = Place::of(prefix);
        if self.is_ahead(&place) {
            entries.insert(place, Entry::Prefix(prefix.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(prefix: &str, by_directory: bool, limit: usize, others: &[&str]) -> Vec<Vec<String>> {
        let keys = ["a", "b", "d/1", "d/2", "d/e/3", "f/4", "/x", "//y"];
        let items: BTreeMap<Place, ()> = keys.iter().map(|key| (Place::of(key), ())).collect();
        let mut listing = Listing {
            prefix,
            by_directory,
            after: None,
            limit,
        };
        let mut pages = Vec::new();
        loop {
            let found = items
                .iter()
                .map(|(place, item)| (place.name().into(), Cow::Borrowed(place), item));
            let page = listing.page(found, others.iter().copied());
            let names = page.entries.iter().map(|entry| match entry {
                Entry::Item(key, ()) => key.to_string(),
                Entry::Prefix(prefix) => format!("{prefix}*"),
            });
            pages.push(names.collect());
            match page.next {
                Some(next) => listing.after = Some(next),
                None => return pages,
            }
        }
    }

    fn sorted(pages: Vec<Vec<String>>) -> Vec<String> {
        let mut all = pages.concat();
        all.sort();
        all
    }

    #[test]
    fn pages_show_everything_once() {
        for limit in 1..10 {
            let all = pages("", false, limit, &[]);
            assert!(all.iter().all(|page| page.len() <= limit));
            assert_eq!(
                sorted(all),
                ["//y", "/x", "a", "b", "d/1", "d/2", "d/e/3", "f/4"]
            );
            let rolled = sorted(pages("", true, limit, &["g/h/i"]));
            assert_eq!(rolled, ["/*", "a", "b", "d/*", "f/*", "g/*"]);
            assert_eq!(
                sorted(pages("d/", true, limit, &[])),
                ["d/1", "d/2", "d/e/*"]
            );
            assert_eq!(sorted(pages("/", true, limit, &[])), ["//*", "/x"]);
        }
    }

    #[test]
    fn a_limit_of_nothing_shows_nothing() {
        assert_eq!(pages("", false, 0, &[]), [Vec::<String>::new()]);
    }
}
