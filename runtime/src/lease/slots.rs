//! [`Slots`]: the entries of a cache by their keys, within bounds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Lease, Limits, Oldest, Slot};

pub(crate) type Map<T> = HashMap<<T as Lease>::Key, Slot<T>>;

pub(super) struct Slots<T: Lease> {
    map: Map<T>,
    /// About as much memory as they take.
    bytes: usize,
    oldest: Oldest<T::Key>,
}

impl<T: Lease> Default for Slots<T> {
    fn default() -> Self {
        Self {
            map: HashMap::new(),
            bytes: 0,
            oldest: Oldest::default(),
        }
    }
}

impl<T: Lease> Slots<T> {
    pub(super) fn get(&self, key: T::Ref<'_>) -> Option<&Slot<T>> {
        T::slot(&self.map, key)
    }

    /// A slot to be changed, but not in how much memory it takes: see [`change`](Self::change).
    pub(super) fn get_mut(&mut self, key: T::Ref<'_>) -> Option<&mut Slot<T>> {
        T::slot_mut(&mut self.map, key)
    }

    pub(super) fn len(&self) -> usize {
        self.map.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The slot under a key, a new one where there is none.
    pub(super) fn slot(
        &mut self,
        key: T::Ref<'_>,
        source: Arc<T::Source>,
        now: Duration,
    ) -> &mut Slot<T> {
        let bytes = &mut self.bytes;
        self.map.entry(T::key(key)).or_insert_with(|| {
            let slot = Slot::new(source, T::entry_bytes(key), now);
            *bytes += slot.bytes();
            slot
        })
    }

    /// Changes a slot in a way that may change how much memory it takes.
    pub(super) fn change<R>(
        &mut self,
        key: T::Ref<'_>,
        change: impl FnOnce(&mut Slot<T>) -> R,
    ) -> Option<R> {
        let slot = T::slot_mut(&mut self.map, key)?;
        self.bytes -= slot.bytes();
        let result = change(slot);
        self.bytes += slot.bytes();
        Some(result)
    }

    pub(super) fn remove(&mut self, key: &T::Key) -> Option<Slot<T>> {
        let slot = self.map.remove(key)?;
        self.bytes -= slot.bytes();
        Some(slot)
    }

    /// Drops what was unused for longest until the bounds hold with this many more entries; says
    /// how many had to go. What somebody waits for stays.
    pub(super) fn make_room(&mut self, limits: &Limits, more: usize, now: Duration) -> usize {
        let mut dropped = 0;
        while self.map.len() + more > limits.capacity || self.bytes > limits.memory {
            let Self { map, oldest, .. } = self;
            let last_use = |slot: &Slot<T>| slot.may_go(now).then(|| slot.last_use());
            let first = oldest.next(
                |key| map.get(key).and_then(last_use),
                || {
                    let all = map.iter();
                    all.filter_map(|(key, slot)| Some((last_use(slot)?, key.clone())))
                        .collect()
                },
            );
            let Some(slot) = first.and_then(|key| self.remove(&key)) else {
                break;
            };
            slot.stop();
            dropped += 1;
        }
        dropped
    }
}

impl<T: Lease> Drop for Slots<T> {
    fn drop(&mut self) {
        std::mem::take(&mut self.map)
            .into_values()
            .for_each(Slot::stop);
    }
}
