//! Traits: their values as types, and the closed table of those the generator knows.

pub mod http;
pub mod jmespath;
mod place;
pub mod rules;
pub mod simple;
pub mod table;
#[cfg(test)]
mod table_tests;
pub mod testing;
pub mod uri;

use serde::Deserialize;

use crate::json::{Json, JsonError};
use crate::model::ShapeId;
use crate::source::Span;

/// The typed value of a trait.
pub trait TraitValue<'a>: Deserialize<'a> {
    /// The id of the trait, such as `smithy.api#http`.
    const ID: &'static str;
}

/// A trait on a shape or member.
#[derive(Debug, Clone, Copy)]
pub struct Trait<'a> {
    /// The id of the trait.
    pub id: ShapeId<'a>,
    /// Where its id stands.
    pub span: Span,
    /// Its value, unread.
    pub value: Json<'a>,
}

/// The traits of a shape or member, in model order.
#[derive(Debug, Clone, Default)]
pub struct Traits<'a>(Vec<Trait<'a>>);

impl<'a> Traits<'a> {
    /// The trait's value. None where the shape does not have it, and where the value does not fit it,
    /// which [`validate`](crate::validate::validate) has reported.
    pub fn get<T: TraitValue<'a>>(&self) -> Option<T> {
        self.read::<T>()?.ok()
    }

    /// The trait's value, or what is wrong with it; none where the shape does not have it.
    pub fn read<T: TraitValue<'a>>(&self) -> Option<Result<T, JsonError>> {
        Some(self.find(T::ID)?.value.parse())
    }

    /// Whether the shape has the trait.
    pub fn has<T: TraitValue<'a>>(&self) -> bool {
        self.find(T::ID).is_some()
    }

    /// Where the trait stands.
    pub fn span_of<T: TraitValue<'a>>(&self) -> Option<Span> {
        self.find(T::ID).map(|found| found.span)
    }

    /// Where the trait's value stands.
    pub fn value_span<T: TraitValue<'a>>(&self) -> Option<Span> {
        self.find(T::ID).map(|found| found.value.span())
    }

    /// The trait of this id, with its raw value and its place.
    pub fn find(&self, id: &str) -> Option<&Trait<'a>> {
        self.0.iter().find(|found| found.id.as_str() == id)
    }

    /// All traits.
    pub fn iter(&self) -> std::slice::Iter<'_, Trait<'a>> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn retain(&mut self, keep: impl FnMut(&Trait<'a>) -> bool) {
        self.0.retain(keep);
    }

    pub(crate) fn push(&mut self, added: Trait<'a>) {
        self.0.push(added);
    }
}

/// Declares a trait without a value: `{}` in JSON.
macro_rules! annotation_trait {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {}

        impl $crate::traits::TraitValue<'_> for $name {
            const ID: &'static str = $id;
        }
    )*};
}

/// Declares a trait whose value is that of one type, such as a string.
macro_rules! value_trait {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = $id:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $crate::traits::TraitValue<'_> for $name {
            const ID: &'static str = $id;
        }
    )*};
}

/// Gives structures declared elsewhere their trait id.
macro_rules! trait_ids {
    ($($name:ident = $id:literal;)*) => {$(
        impl $crate::traits::TraitValue<'_> for $name {
            const ID: &'static str = $id;
        }
    )*};
}

pub(crate) use {annotation_trait, trait_ids, value_trait};
