//! Streams of events: unions of structures that come one by one.

use super::{Lowering, Use, key};
use crate::api::{Event, TypeKind};
use crate::model::{Member, Members};
use crate::traits::simple::ErrorTrait;

impl<'s> Lowering<'_, 's> {
    /// Lowers the members of a streaming union: the events, and the errors that may end the stream.
    pub(super) fn events(&mut self, members: &Members<'s>) -> TypeKind<'s> {
        let is_error = |lowering: &Self, member: &Member<'s>| {
            let target = lowering.model.target(&member.target);
            target.traits.has::<ErrorTrait>()
        };
        let (mut events, mut errors) = (Vec::new(), Vec::new());
        for member in members.iter() {
            if is_error(self, member) {
                self.error(&member.target);
                errors.push((member.name, self.model.target(&member.target).id));
                continue;
            }
            events.extend(self.field(member, Use::Nested));
            let target = self.model.target(&member.target);
            let root = self.root(target);
            if let Some(Some(def)) = self.types.get_mut(&key(target.id)) {
                // In which direction it goes is known when all operations are.
                def.event = Some(Event {
                    root,
                    sent: false,
                    received: false,
                });
            }
        }
        TypeKind::Events { events, errors }
    }
}
