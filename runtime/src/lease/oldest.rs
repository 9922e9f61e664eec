//! [`Oldest`]: which entry of a cache goes first.

use std::collections::VecDeque;

/// Finds the entry that was unused for longest, without keeping all of them in order: finding one
/// that is in use then writes nothing but the time. What the last look over all entries found to be
/// oldest is taken one after the other, as long as it was not used since.
pub(crate) struct Oldest<K> {
    /// With the time of the last use, oldest first.
    queue: VecDeque<(u64, K)>,
}

/// One part in so many of all entries is remembered from a look over them: the look costs a few
/// steps for each entry that goes.
const SHARE: usize = 8;

impl<K> Default for Oldest<K> {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
        }
    }
}

impl<K> Oldest<K> {
    /// The entry that goes first. `last_use` is when one was last used, if it is there and may go;
    /// `all` lists those that may.
    pub(crate) fn next(
        &mut self,
        last_use: impl Fn(&K) -> Option<u64>,
        all: impl FnOnce() -> Vec<(u64, K)>,
    ) -> Option<K> {
        let unused = |queue: &mut VecDeque<(u64, K)>| loop {
            let (time, key) = queue.pop_front()?;
            if last_use(&key) == Some(time) {
                return Some(key);
            }
        };
        unused(&mut self.queue).or_else(|| {
            let mut all = all();
            let share = all.len().div_ceil(SHARE);
            if share < all.len() {
                all.select_nth_unstable_by_key(share, |(time, _)| *time);
                all.truncate(share);
            }
            all.sort_by_key(|(time, _)| *time);
            self.queue = all.into();
            unused(&mut self.queue)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::collections::HashMap;

    #[test]
    fn the_one_unused_for_longest_goes_first_and_looks_are_few() {
        let mut entries: HashMap<u32, u64> = (0..1000).map(|key| (key, u64::from(key))).collect();
        let (mut oldest, looks) = (Oldest::default(), Cell::new(0));
        for round in 0..2000_u64 {
            let first = *entries.values().min().unwrap();
            let key = oldest.next(
                |key| entries.get(key).copied(),
                || {
                    looks.set(looks.get() + 1);
                    entries.iter().map(|(key, time)| (*time, *key)).collect()
                },
            );
            assert_eq!(entries.remove(&key.unwrap()), Some(first));
            entries.insert(1000 + u32::try_from(round).unwrap(), 1000 + 2 * round);
            // every third entry is used again
            let used = entries.keys().copied().filter(|key| key % 3 == 0).min();
            entries.insert(used.unwrap(), 1001 + 2 * round);
        }
        assert!(looks.get() < 40, "{}", looks.get());
        assert_eq!(Oldest::<u32>::default().next(|_| None, Vec::new), None);
    }
}
