//! Generated objects, which take no memory: their keys are numbers, and their content is the same.

use super::Place;
use crate::object::StoredObject;
use std::collections::HashSet;

/// How many directories they lie in.
const DIRECTORIES: u64 = 1000;
/// A prime, so that steps of it reach every number of a smaller count.
const STEP: u64 = 2_147_483_647;

/// So many objects below a prefix.
#[derive(Debug)]
pub(crate) struct Generated {
    prefix: String,
    count: u64,
    object: StoredObject,
    removed: HashSet<u64>,
}

impl Generated {
    /// `count` is below two thousand million.
    pub(crate) fn new(prefix: &str, count: u32, object: StoredObject) -> Self {
        Self {
            prefix: prefix.to_owned(),
            count: u64::from(count).min(STEP - 1),
            object,
            removed: HashSet::new(),
        }
    }

    fn key(&self, number: u64) -> String {
        let directory = number % DIRECTORIES;
        format!("{}{directory:03}/{number:07}", self.prefix)
    }

    fn number(&self, key: &str) -> Option<u64> {
        let (_, digits) = key.strip_prefix(&self.prefix)?.split_once('/')?;
        let number = digits.parse().ok().filter(|number| *number < self.count)?;
        (self.key(number) == key && !self.removed.contains(&number)).then_some(number)
    }

    pub(super) fn object(&self, key: &str) -> Option<&StoredObject> {
        self.number(key).map(|_| &self.object)
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<StoredObject> {
        let number = self.number(key)?;
        self.removed.insert(number);
        Some(self.object.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.removed.len() as u64 >= self.count
    }

    /// Those behind a place, in no order of the alphabet, and behind all other objects.
    pub(super) fn after(
        &self,
        after: Option<&Place>,
        prefix: &str,
    ) -> impl Iterator<Item = (String, Place, &StoredObject)> {
        let start = after.map_or(0, Place::behind);
        let may_match = self.prefix.starts_with(prefix) || prefix.starts_with(&self.prefix);
        let end = if may_match { self.count } else { 0 };
        (start..end).filter_map(|index| {
            // below the prime, so that it does not overflow
            let number = index * STEP % self.count;
            let is_there = !self.removed.contains(&number);
            is_there.then(|| (self.key(number), Place::generated(index), &self.object))
        })
    }
}
