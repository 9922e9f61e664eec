//! Finds the differences between two shapes.

use serde_json::Value;

use super::left_out::member_value;
use super::reviewed::Fingerprint;
use super::rules::{Item, items};
use super::{Change, Difference};
use crate::json::Json;
use crate::model::{Member, Reference, Shape, ShapeId, ShapeKind};
use crate::traits::Traits;

const DOCUMENTATION: &str = "smithy.api#documentation";
/// In traits of these namespaces, keys of this name hold documentation.
const DOCUMENTED_NAMESPACE: &str = "smithy.rules";
const DOCUMENTATION_KEY: &str = "documentation";

/// The differences between our shape and theirs.
pub(super) fn shape<'a>(ours: &Shape<'a>, theirs: Option<&Shape<'_>>) -> Vec<Difference<'a>> {
    let mut compare = Compare {
        shape: ours.id,
        found: Vec::new(),
    };
    match theirs {
        None => compare.add(
            String::new(),
            Change::OnlyOurs(ours.kind.tag().with_article()),
        ),
        Some(theirs) => compare.shapes(ours, theirs),
    }
    compare.found
}

struct Compare<'a> {
    shape: ShapeId<'a>,
    found: Vec<Difference<'a>>,
}

impl Compare<'_> {
    fn add(&mut self, path: String, change: Change) {
        let theirs = match &change {
            // What they do not have may be what they have no longer. Traits that only ours has, such as tests, are ours
            // to change.
            Change::OnlyOurs(_) => (!path.contains("traits.")).then_some(Value::Null),
            Change::OnlyTheirs(theirs)
            | Change::Content { theirs, .. }
            | Change::Order { theirs, .. } => {
                // The order of keys in a value means nothing.
                let value = serde_json::from_str(theirs);
                Some(value.unwrap_or_else(|_| Value::from(theirs.as_str())))
            }
        };
        self.add_as(path, change, theirs.as_ref());
    }

    fn add_as(&mut self, path: String, change: Change, theirs: Option<&Value>) {
        self.found.push(Difference {
            shape: self.shape,
            path,
            change,
            theirs: theirs.map(Fingerprint::of),
        });
    }

    fn text(&mut self, path: String, ours: &str, theirs: &str) {
        if ours != theirs {
            self.add(
                path,
                Change::Content {
                    ours: ours.to_owned(),
                    theirs: theirs.to_owned(),
                },
            );
        }
    }

    fn shapes(&mut self, ours: &Shape<'_>, theirs: &Shape<'_>) {
        let (our_kind, their_kind) = (ours.kind.tag(), theirs.kind.tag());
        self.text("type".to_owned(), our_kind.as_str(), their_kind.as_str());
        self.traits("traits", &ours.traits, &theirs.traits);
        if our_kind == their_kind {
            self.content(ours, theirs);
        }
    }

    fn content(&mut self, ours: &Shape<'_>, theirs: &Shape<'_>) {
        match (&ours.kind, &theirs.kind) {
            (ShapeKind::Service(ours), ShapeKind::Service(theirs)) => {
                self.text("version".to_owned(), &ours.version, &theirs.version);
                self.references("operations", &ours.operations, &theirs.operations);
                self.references("resources", &ours.resources, &theirs.resources);
                self.references("errors", &ours.errors, &theirs.errors);
                let renames = |list: &[(Reference<'_>, String)]| -> Vec<String> {
                    list.iter()
                        .map(|(shape, name)| format!("{} as {name}", shape.id))
                        .collect()
                };
                self.names("rename", &renames(&ours.rename), &renames(&theirs.rename));
            }
            (ShapeKind::Operation(ours), ShapeKind::Operation(theirs)) => {
                self.text(
                    "input".to_owned(),
                    ours.input.id.as_str(),
                    theirs.input.id.as_str(),
                );
                self.text(
                    "output".to_owned(),
                    ours.output.id.as_str(),
                    theirs.output.id.as_str(),
                );
                self.references("errors", &ours.errors, &theirs.errors);
            }
            (ShapeKind::Resource(ours), ShapeKind::Resource(theirs)) => {
                self.references("operations", &ours.operations, &theirs.operations);
                self.references("resources", &ours.resources, &theirs.resources);
            }
            _ => self.members(ours, theirs),
        }
    }

    fn members(&mut self, ours: &Shape<'_>, theirs: &Shape<'_>) {
        let is_named = !matches!(ours.kind, ShapeKind::List(_) | ShapeKind::Map(_));
        let path = |name: &str| {
            if is_named {
                format!("members.{name}")
            } else {
                name.to_owned()
            }
        };
        let find =
            |shape: &Shape<'_>, name: &str| shape.members().any(|member| member.name == name);
        for our in ours.members() {
            match theirs.members().find(|their| their.name == our.name) {
                Some(their) => self.member(&path(our.name), our, their),
                None => self.add(path(our.name), Change::OnlyOurs(our.target.id.to_string())),
            }
        }
        for their in theirs.members().filter(|their| !find(ours, their.name)) {
            self.add_as(
                path(their.name),
                Change::OnlyTheirs(their.target.id.to_string()),
                Some(&member_value(their.target.id, &their.traits)),
            );
        }
        let order = |shape: &Shape<'_>, other: &Shape<'_>| -> Vec<String> {
            let common = shape.members().filter(|member| find(other, member.name));
            common.map(|member| member.name.to_owned()).collect()
        };
        let (our_order, their_order) = (order(ours, theirs), order(theirs, ours));
        if our_order != their_order {
            let change = Change::Order {
                ours: our_order.join(", "),
                theirs: their_order.join(", "),
            };
            self.add("members".to_owned(), change);
        }
    }

    fn member(&mut self, path: &str, ours: &Member<'_>, theirs: &Member<'_>) {
        self.text(
            format!("{path}.target"),
            ours.target.id.as_str(),
            theirs.target.id.as_str(),
        );
        self.traits(&format!("{path}.traits"), &ours.traits, &theirs.traits);
    }

    /// Lists of shapes in which the order means nothing.
    fn references(&mut self, path: &str, ours: &[Reference<'_>], theirs: &[Reference<'_>]) {
        let names = |list: &[Reference<'_>]| -> Vec<String> {
            list.iter()
                .map(|reference| reference.id.to_string())
                .collect()
        };
        self.names(path, &names(ours), &names(theirs));
    }

    fn names(&mut self, path: &str, ours: &[String], theirs: &[String]) {
        // The short name is enough to tell the place; the change says which shape it is.
        let place = |id: &str| {
            format!(
                "{path}.{}",
                id.rsplit_once('#').map_or(id, |(_, name)| name)
            )
        };
        for id in ours.iter().filter(|id| !theirs.contains(id)) {
            self.add(place(id), Change::OnlyOurs(id.clone()));
        }
        for id in theirs.iter().filter(|id| !ours.contains(id)) {
            self.add(place(id), Change::OnlyTheirs(id.clone()));
        }
    }

    fn traits(&mut self, path: &str, ours: &Traits<'_>, theirs: &Traits<'_>) {
        for our in ours.iter().filter(|our| our.id.as_str() != DOCUMENTATION) {
            let path = format!("{path}.{}", our.id);
            let their = theirs.find(our.id.as_str());
            if self.rules(
                &path,
                our.id.as_str(),
                Some(our.value),
                their.map(|it| it.value),
            ) {
                continue;
            }
            match their {
                None => self.add(path, Change::OnlyOurs(our.value.text().to_owned())),
                Some(their) if our.value.text() == their.value.text() => {}
                Some(their) => {
                    let documented = our.id.namespace() == DOCUMENTED_NAMESPACE;
                    self.values(path, &value(our.value), &value(their.value), documented);
                }
            }
        }
        for their in theirs
            .iter()
            .filter(|their| their.id.as_str() != DOCUMENTATION)
        {
            let path = format!("{path}.{}", their.id);
            if ours.find(their.id.as_str()).is_none()
                && !self.rules(&path, their.id.as_str(), None, Some(their.value))
            {
                self.add(path, Change::OnlyTheirs(their.value.text().to_owned()));
            }
        }
    }

    /// Compares endpoint rules by what they consist of, wherever it stands; `false` for other traits.
    fn rules(
        &mut self,
        path: &str,
        id: &str,
        ours: Option<Json<'_>>,
        theirs: Option<Json<'_>>,
    ) -> bool {
        let items = |json: Option<Json<'_>>| {
            let json = json.map_or(Value::Null, value);
            items(id, &json)
        };
        let (Some(ours), Some(theirs)) = (items(ours), items(theirs)) else {
            return false;
        };
        let mut missing: Vec<_> = ours.iter().collect();
        for their in &theirs {
            let is_same = |our: &&Item| our.path == their.path && our.value == their.value;
            match missing.iter().position(is_same) {
                Some(at) => drop(missing.swap_remove(at)),
                None => self.add_as(
                    format!("{path}.{}", their.path),
                    Change::OnlyTheirs(their.label.clone()),
                    Some(&their.value),
                ),
            }
        }
        for our in missing {
            let path = format!("{path}.{}", our.path);
            self.add(path, Change::OnlyOurs(our.label.clone()));
        }
        true
    }

    fn values(&mut self, path: String, ours: &Value, theirs: &Value, documented: bool) {
        match (ours, theirs) {
            (Value::Object(our_map), Value::Object(their_map)) => {
                let is_documentation = |key: &String| documented && key == DOCUMENTATION_KEY;
                for (key, our) in our_map.iter().filter(|(key, _)| !is_documentation(key)) {
                    let path = format!("{path}.{key}");
                    match their_map.get(key) {
                        Some(their) => self.values(path, our, their, documented),
                        None => self.add(path, Change::OnlyOurs(our.to_string())),
                    }
                }
                for (key, their) in their_map.iter().filter(|(key, _)| !is_documentation(key)) {
                    if !our_map.contains_key(key) {
                        self.add(
                            format!("{path}.{key}"),
                            Change::OnlyTheirs(their.to_string()),
                        );
                    }
                }
            }
            (Value::Array(our_items), Value::Array(their_items))
                if our_items.len() == their_items.len() =>
            {
                for (at, (our, their)) in our_items.iter().zip(their_items).enumerate() {
                    self.values(format!("{path}.{at}"), our, their, documented);
                }
            }
            _ if ours == theirs => {}
            _ => self.add(
                path,
                Change::Content {
                    ours: ours.to_string(),
                    theirs: theirs.to_string(),
                },
            ),
        }
    }
}

/// A trait's value. Loading has checked the syntax of the file, and how deep it is.
pub(super) fn value(json: Json<'_>) -> Value {
    json.parse()
        .unwrap_or_else(|_| Value::String(json.text().to_owned()))
}
