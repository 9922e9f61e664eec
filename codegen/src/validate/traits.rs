//! Every trait is in the table and has a value that fits it.

use std::fmt::Display;

use indexmap::IndexMap;

use super::service::PROTOCOLS;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, one_of};
use crate::json::JsonError;
use crate::model::ShapeId;
use crate::select::Closure;
use crate::traits::table::{Place, TABLE, lookup, member_place, places_of};
use crate::traits::{Trait, Traits};

/// What makes a shape the definition of a trait.
const DEFINES_TRAIT: &str = "smithy.api#trait";

const TABLE_FILE: &str = "codegen/src/traits/table.rs";

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let mut check = Check {
        diagnostics,
        closure,
        strangers: IndexMap::new(),
    };
    for shape in closure.iter() {
        check.traits(&shape.traits, Place::On(shape.kind.tag()), shape.id);
        for member in shape.members() {
            check.traits(
                &member.traits,
                member_place(shape, member.name),
                member.id(),
            );
        }
    }
    check.report_strangers();
}

struct Check<'c, 'm, 'a> {
    closure: &'c Closure<'m, 'a>,
    diagnostics: &'c mut Diagnostics,
    /// Pairs that the table does not have, with all their occurrences. One row of the table settles them all.
    strangers: IndexMap<(Place, ShapeId<'a>), Vec<(&'m Trait<'a>, String)>>,
}

impl<'m, 'a> Check<'_, 'm, 'a> {
    fn traits(&mut self, traits: &'m Traits<'a>, place: Place, of: impl Display) {
        for found in traits.iter() {
            // A protocol that is not spoken is reported once, for the service.
            if PROTOCOLS.contains(&found.id.as_str()) {
                continue;
            }
            match lookup(place, found.id.as_str()) {
                None if self.is_allowed(found.id) => {}
                None => {
                    self.strangers
                        .entry((place, found.id))
                        .or_default()
                        .push((found, of.to_string()));
                }
                Some((spec, _)) => {
                    let error = spec.check.and_then(|check| check(found.value).err());
                    if let Some(error) = error {
                        self.diagnostics.push(bad_value(found, &error).of(&of));
                    }
                }
            }
        }
    }

    /// Whether a trait that the table does not have can be passed over: somebody has said so, or the model defines
    /// it itself, and then it is not part of Smithy and means nothing to the protocol.
    fn is_allowed(&self, id: ShapeId<'_>) -> bool {
        let definition = self.closure.model.get(id);
        let is_own = definition.is_some_and(|shape| shape.traits.find(DEFINES_TRAIT).is_some());
        let mut allowed = self.closure.allowed_traits.iter();
        is_own || allowed.any(|allowed| allowed == id.as_str() || allowed == id.name())
    }

    fn report_strangers(self) {
        for ((place, _), occurrences) in self.strangers {
            let [(first, of), rest @ ..] = &occurrences[..] else {
                continue;
            };
            let error = unknown(first, place, self.diagnostics).of(of);
            self.diagnostics.push(match rest {
                [] => error,
                [(_, other)] => error.note(format!("and in {other}")),
                [(_, other), ..] => {
                    error.note(format!("and in {} more, such as {other}", rest.len()))
                }
            });
        }
    }
}

fn bad_value(found: &Trait<'_>, error: &JsonError) -> Diagnostic {
    Diagnostic::error(
        Code::BadTraitValue,
        format!("bad value of `{}`: {}", found.id, error.message),
    )
    .at(error.span, "")
    .also(found.span, "in the value of this trait")
}

fn unknown(found: &Trait<'_>, place: Place, before: &Diagnostics) -> Diagnostic {
    let id = found.id;
    let elsewhere: Vec<String> = places_of(id.as_str())
        .map(|place| place.to_string())
        .collect();
    let near = known_like(id, before);
    let error = if elsewhere.is_empty() {
        Diagnostic::error(
            Code::UnknownTrait,
            format!("the generator does not know the trait `{id}`"),
        )
        .at(found.span, format!("on {}", with_article(place)))
    } else {
        Diagnostic::error(
            Code::UnknownTrait,
            format!(
                "the generator does not know `{id}` on {}",
                with_article(place)
            ),
        )
        .at(found.span, "it is known elsewhere")
        .note(format!("it is known on: {}", shortened(&elsewhere)))
    };
    let error = match &near[..] {
        [] => error,
        _ if !elsewhere.is_empty() => error,
        near => error.help(format!("did you mean {}?", one_of(near))),
    };
    let error = error.help(format!(
        "if a client need not know it, generate with `--allow-trait {id}`"
    ));
    error.help(format!(
        "if Smithy or AWS has it there now, say in {TABLE_FILE} what becomes of it, for example:\n\
         (named(\"{id}\"), &[{place:?}], Ignored(\"why a client need not know\")),"
    ))
}

/// Ids of traits with a similar name, whatever their namespace.
fn known_like(id: ShapeId<'_>, before: &Diagnostics) -> Vec<&'static str> {
    let name_of = |id: &'static str| id.rsplit_once('#').map_or(id, |(_, name)| name);
    let mut near = Vec::new();
    for name in before.nearest(id.name(), TABLE.iter().map(|(spec, ..)| name_of(spec.id))) {
        let found = TABLE
            .iter()
            .map(|(spec, ..)| spec.id)
            .find(|known| name_of(known) == name);
        near.extend(found.filter(|found| !near.contains(found)));
    }
    near
}

fn shortened(places: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut text = places[..places.len().min(SHOWN)].join(", ");
    if places.len() > SHOWN {
        text.push_str(", …");
    }
    text
}

fn with_article(place: Place) -> String {
    match place {
        Place::On(kind) => kind.with_article(),
        Place::MemberOf(kind) => format!("a member of {}", kind.with_article()),
        Place::MapKey => "the key of a map".to_owned(),
        Place::MapValue => "the value of a map".to_owned(),
    }
}
