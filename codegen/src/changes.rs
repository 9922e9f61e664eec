//! What a change of the model means to those who use the client: a changelog of the Rust API, with the part of the
//! version that each change asks to raise.
//!
//! Both models go through the same generator, so that what differs comes of the models alone. Public items are those
//! of `API.txt`; what happens without a change to them, such as another default, is read from the two [`Api`]s.

mod behaviour;
mod report;
mod rules;
mod surface;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use crate::api::Api;
use crate::emit::{Item, items};
use crate::name::{Names, name};

/// The part of a version that a change asks to raise, by the rules of [semantic versioning](https://semver.org).
/// Before 1.0, cargo takes the minor part for the major one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// All code goes on to compile and to do the same.
    Patch,
    /// All code goes on to compile; there is more, or something is done another way.
    Minor,
    /// Code that was right may not compile any more.
    Major,
}

/// What has become of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It was not there.
    Added,
    /// It is another.
    Changed,
    /// It is gone.
    Removed,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What has become of the item.
    pub what: What,
    /// The item in Rust, such as `types::StorageClass::Glacier`, and what is to be known of it.
    pub item: String,
    /// The part of the version to raise.
    pub class: Class,
    /// Why that part.
    pub reason: String,
}

/// All changes from one model to another: what is added, changed, removed, and of each the major ones first. Its `Display` is the changelog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The changes.
    pub list: Vec<Change>,
}

impl Changes {
    /// The part of the version to raise for all of them; none where nothing changes for users.
    pub fn class(&self) -> Option<Class> {
        self.list.iter().map(|change| change.class).max()
    }

    fn add(
        &mut self,
        what: What,
        item: impl Into<String>,
        class: Class,
        reason: impl Into<String>,
    ) {
        self.list.push(Change {
            what,
            item: item.into(),
            class,
            reason: reason.into(),
        });
    }
}

/// A described model with its names and public items.
struct Side<'a, 's> {
    api: &'a Api<'s>,
    names: Names<'s>,
    items: Vec<Item>,
}

impl<'a, 's> Side<'a, 's> {
    fn new(api: &'a Api<'s>) -> Self {
        let names = name(api);
        let items = items(api, &names);
        Self { api, names, items }
    }
}

/// Compares what is generated from two models, as [`describe`](crate::generate::describe) gives them.
pub fn changes(old: &Api<'_>, new: &Api<'_>) -> Changes {
    let (mut old, new) = (Side::new(old), Side::new(new));
    let mut changes = Changes::default();
    let renames = surface::renames(&mut old.items, &new.items, &mut changes);
    surface::compare(&old.items, &new.items, &mut changes);
    behaviour::compare(&old, &new, &renames, &mut changes);
    rules::compare(
        &old.api.service.endpoint,
        &new.api.service.endpoint,
        &mut changes,
    );
    let key = |change: &Change| (change.what, Reverse(change.class), change.item.clone());
    changes.list.sort_by_key(key);
    changes.list.dedup();
    changes
}
