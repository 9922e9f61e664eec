//! Values with a lifetime, such as sessions and account credentials: each is obtained once for all calls, found without
//! waiting, and replaced in the background before it expires.
//!
//! | part | what it does |
//! |---|---|
//! | [`Lease`] | a kind of value |
//! | [`Cache`] | finds values, or waits for them |
//! | [`CacheState`] | the state that calls and tasks share, behind one lock |
//! | [`Slots`], [`Oldest`] | the values by their keys, within bounds of number and memory |
//! | [`Slot`] | one entry, a state machine without lock, task or clock |
//! | [`Keeper`] | the task behind an entry |
//! | [`Probe`] | whether the service still accepts a value |
//!
//! All changes happen under a lock that is held briefly; calls that find a value only lock it for reading. The first
//! call that finds no value starts a task, the keeper of the entry. It obtains the value, passes it to all waiting
//! calls, sleeps until the value is due, obtains the next one, and so on as long as the value is used. So an entry has
//! at most one task, which no call can cancel, and which ends with the cache.

mod cache;
mod keeper;
mod oldest;
mod probe;
mod slot;
mod slots;
mod state;
mod sync;

use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::clock::BoxFuture;
use crate::session::FailureClass;

pub(crate) use cache::{Cache, WaitError};
pub(crate) use oldest::Oldest;
pub(crate) use probe::{Probe, Verdict};
pub(crate) use slot::{Renewal, Slot, YOUNG};
pub(crate) use slots::Map;

/// Among so many entries of a map the right one is found sooner by comparing than by hashing. Most clients
/// have fewer: one bucket, read and written.
pub(crate) const FEW: usize = 4;

/// A kind of value with a lifetime.
pub(crate) trait Lease: Send + Sync + Sized + 'static {
    /// What two calls must have in common to share one.
    type Key: Clone + Eq + Hash + Send + Sync;
    /// The same as a call borrows it.
    type Ref<'k>: Copy;
    /// Where it is obtained.
    type Source: ?Sized + Send + Sync;
    /// What comes from there.
    type Obtained: Send;
    type Error: Clone + Send + Sync;
    /// What all values of a cache have in common.
    type Terms: Send + Sync;
    /// What is learned from one value for the next.
    type Lesson: Default + Send + Sync;

    /// Whether a call outside of a runtime may obtain one by itself, without a task.
    const BY_CALLER: bool;

    fn slot<'s>(slots: &'s Map<Self>, key: Self::Ref<'_>) -> Option<&'s Slot<Self>>;
    fn slot_mut<'s>(slots: &'s mut Map<Self>, key: Self::Ref<'_>) -> Option<&'s mut Slot<Self>>;
    fn key(key: Self::Ref<'_>) -> Self::Key;
    fn borrow(key: &Self::Key) -> Self::Ref<'_>;
    /// About as much memory as an entry takes with a key like this and no value.
    fn entry_bytes(key: Self::Ref<'_>) -> usize;
    /// About as much memory as the value takes.
    fn bytes(&self) -> usize;

    /// Obtains one. The future runs on its own, apart from the calls that wait.
    fn obtain(source: Arc<Self::Source>)
    -> BoxFuture<'static, Result<Self::Obtained, Self::Error>>;
    /// The error for a source that did not answer within `limit`.
    fn late(source: &Self::Source, key: &Self::Key, limit: Duration) -> Self::Error;
    /// Makes a value of what was obtained.
    fn accept(
        obtained: Self::Obtained,
        arrival: Arrival<'_, Self>,
        lesson: &mut Self::Lesson,
    ) -> Result<Self, Self::Error>;

    /// Tells values under the same key apart.
    fn generation(&self) -> u64;
    /// When it is due to be replaced, on the monotonic clock.
    fn refresh_at(&self) -> Duration;
    /// When it is no longer used.
    fn stale_at(&self) -> Duration;
    /// Whether it has hardly been used at all.
    fn is_young(&self, now: Duration) -> bool;

    /// Returns the kind of the failure.
    fn class(error: &Self::Error) -> FailureClass;
    /// Whether calls get the error again while the source is left alone; or they wait.
    fn is_final(error: &Self::Error) -> bool;
    /// For how long the source is left alone after a failure, the `count`th in a row; without
    /// jitter. While a value is still in use there is time.
    fn hold_off(class: FailureClass, count: u32, has_value: bool) -> Duration;
}

/// Something that was obtained, and where and when.
pub(crate) struct Arrival<'a, T: Lease> {
    pub(crate) source: &'a T::Source,
    pub(crate) key: &'a T::Key,
    pub(crate) generation: u64,
    pub(crate) terms: &'a T::Terms,
    pub(crate) times: Times,
}

/// When something was asked for and came, by the monotonic clock, and the time of day it came.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) sent: Duration,
    pub(crate) received: Duration,
    pub(crate) wall: SystemTime,
}

/// What a cache may hold, and how long it waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many entries.
    pub(crate) capacity: usize,
    /// How many bytes they may take, about.
    pub(crate) memory: usize,
    /// How long obtaining a value may take.
    pub(crate) obtain: Duration,
}
