//! The model: all shapes of all files, by their ids.

mod documentation;
mod id;
mod load;
mod merge;
mod mixins;
mod partitions;
mod prelude;
mod read;
mod reader;
mod shape;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;

pub use id::{MemberId, ShapeId, UNIT, is_identifier};
pub use load::load;
pub use partitions::{Partition, Partitions, Region, RegionOverrides};
pub use shape::{
    Kind, MapMembers, Member, Members, Operation, Reference, Resource, Service, Shape, ShapeKind,
};

use crate::source::Sources;
use crate::traits::TraitValue;

/// All shapes of all files.
#[derive(Debug)]
pub struct Model<'a> {
    sources: &'a Sources,
    shapes: IndexMap<ShapeId<'a>, Shape<'a>>,
    prelude: IndexMap<ShapeId<'a>, Shape<'a>>,
    partitions: Option<Partitions>,
}

impl<'a> Model<'a> {
    /// The files it was read from.
    pub fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// The shape of this id, those of Smithy's prelude included.
    pub fn get(&self, id: ShapeId<'_>) -> Option<&Shape<'a>> {
        self.shapes
            .get(id.as_str())
            .or_else(|| self.prelude.get(id.as_str()))
    }

    /// The shape a member or reference means. Loading has checked that it is there.
    ///
    /// # Panics
    ///
    /// Where the reference comes from another model.
    pub fn target(&self, reference: &Reference<'_>) -> &Shape<'a> {
        self.get(reference.id)
            .expect("loading checks that every reference has its shape")
    }

    /// A trait of the member, or else of its target.
    pub fn member_trait<T: TraitValue<'a>>(&self, member: &Member<'a>) -> Option<T> {
        member
            .traits
            .get()
            .or_else(|| self.target(&member.target).traits.get())
    }

    /// All shapes, file by file, in the order in which they stand there.
    pub fn shapes(&self) -> impl ExactSizeIterator<Item = &Shape<'a>> {
        self.shapes.values()
    }

    /// All services, apart from those that are there to be mixed into others.
    pub fn services(&self) -> impl Iterator<Item = &Shape<'a>> {
        self.shapes()
            .filter(|shape| shape.as_service().is_some() && !shape.is_mixin())
    }

    /// The AWS partitions, where one of the files holds them.
    pub fn partitions(&self) -> Option<&Partitions> {
        self.partitions.as_ref()
    }
}
