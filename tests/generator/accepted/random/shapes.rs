//! Shapes at random, and values of them.

use serde_json::{Map, Value, json};

use super::{Making, words};

/// Simple shapes of the prelude.
const PRELUDE: &[&str] = &[
    "String",
    "Blob",
    "Boolean",
    "Byte",
    "Short",
    "Integer",
    "Long",
    "Float",
    "Double",
    "Timestamp",
    "BigInteger",
    "BigDecimal",
    "PrimitiveBoolean",
    "PrimitiveInteger",
    "PrimitiveLong",
    "PrimitiveDouble",
];

/// How a time may be written.
const FORMATS: &[&str] = &["date-time", "http-date", "epoch-seconds"];

impl Making {
    /// The kind of a shape, such as `string`: of those of the prelude, of those of the model.
    pub(super) fn kind(&self, target: &str) -> String {
        match target.strip_prefix("smithy.api#") {
            Some(name) => {
                let name = name.strip_prefix("Primitive").unwrap_or(name);
                let mut chars = name.chars();
                chars.next().unwrap().to_ascii_lowercase().to_string() + chars.as_str()
            }
            None => self.shapes[target]["type"].as_str().unwrap().to_owned(),
        }
    }

    /// A simple shape.
    pub(super) fn simple(&mut self) -> String {
        match self.random.below(8) {
            0 => self.text(),
            1 => self.enumeration(),
            2 => {
                let kind = self
                    .random
                    .one_of(&["integer", "long", "byte", "float", "bigDecimal"]);
                let mut traits = Map::new();
                self.words(&mut traits);
                traits.insert(
                    "smithy.api#range".to_owned(),
                    json!({ "min": -1.5, "max": 1000 }),
                );
                self.shape(json!({ "type": kind, "traits": traits }))
            }
            3 => {
                let mut traits = Map::new();
                self.words(&mut traits);
                if self.random.once_in(2) {
                    let format = self.random.one_of(FORMATS);
                    traits.insert("smithy.api#timestampFormat".to_owned(), json!(format));
                }
                self.shape(json!({ "type": "timestamp", "traits": traits }))
            }
            4 => "smithy.api#String".to_owned(),
            _ => format!("smithy.api#{}", self.random.one_of(PRELUDE)),
        }
    }

    /// A string of the model's own.
    pub(super) fn text(&mut self) -> String {
        let mut traits = Map::new();
        self.words(&mut traits);
        match self.random.below(6) {
            0 => drop(traits.insert("smithy.api#sensitive".to_owned(), json!({}))),
            1 => drop(traits.insert(
                "smithy.api#mediaType".to_owned(),
                json!("application/json; a=\"b\""),
            )),
            2 => drop(traits.insert(
                "smithy.api#pattern".to_owned(),
                json!("^[`\"\\\\]*\\d{3}<T>$"),
            )),
            3 => drop(traits.insert(
                "smithy.api#length".to_owned(),
                json!({ "min": 1, "max": 9 }),
            )),
            4 => {
                let values = self.values().into_iter();
                let values: Vec<_> = values.map(|value| json!({ "value": value })).collect();
                traits.insert("smithy.api#enum".to_owned(), json!(values));
            }
            _ => {}
        }
        self.shape(json!({ "type": "string", "traits": traits }))
    }

    fn values(&mut self) -> Vec<&'static str> {
        let mut values: Vec<_> = words::VALUES.to_vec();
        values.retain(|_| self.random.once_in(3));
        if values.is_empty() {
            values.push("one");
        }
        values
    }

    fn enumeration(&mut self) -> String {
        let integers = self.random.once_in(3);
        let values = self.values();
        let names = self.member_names(values.len());
        let members = names
            .into_iter()
            .zip(values)
            .enumerate()
            .map(|(number, (name, value))| {
                let mut traits = Map::new();
                self.words(&mut traits);
                if integers {
                    let number = i64::try_from(number).unwrap() * 306_783_378 - 2_147_483_648;
                    traits.insert("smithy.api#enumValue".to_owned(), json!(number));
                } else if self.random.once_in(2) {
                    traits.insert("smithy.api#enumValue".to_owned(), json!(value));
                }
                (
                    name,
                    json!({ "target": "smithy.api#Unit", "traits": traits }),
                )
            });
        let members: Map<_, _> = members.collect();
        // A value may be the name of another member.
        let members = distinct(members);
        let kind = if integers { "intEnum" } else { "enum" };
        self.shape(json!({ "type": kind, "members": members }))
    }

    /// Any shape that a member of a body can have.
    pub(super) fn any(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 4 } else { 9 }) {
            0..=3 => self.simple(),
            4 | 5 => self.list(depth),
            6 => self.map(depth),
            7 => self.structure(depth),
            _ => self.union(depth),
        }
    }

    /// A list of any shapes.
    pub(super) fn list(&mut self, depth: usize) -> String {
        let target = self.any(depth - 1);
        self.list_of(&target)
    }

    pub(super) fn list_of(&mut self, target: &str) -> String {
        let mut traits = Map::new();
        self.words(&mut traits);
        if self.random.once_in(5) {
            traits.insert("smithy.api#sparse".to_owned(), json!({}));
        }
        let member = self.inside(target);
        self.shape(json!({ "type": "list", "member": member, "traits": traits }))
    }

    fn map(&mut self, depth: usize) -> String {
        let key = match self.random.below(3) {
            0 => self.text(),
            _ => "smithy.api#String".to_owned(),
        };
        let value = self.any(depth - 1);
        let mut traits = Map::new();
        if self.random.once_in(5) {
            traits.insert("smithy.api#sparse".to_owned(), json!({}));
        }
        let (key, value) = (json!({ "target": key }), self.inside(&value));
        self.shape(json!({ "type": "map", "key": key, "value": value, "traits": traits }))
    }

    /// A member of a list or map.
    fn inside(&mut self, target: &str) -> Value {
        let mut traits = Map::new();
        self.words(&mut traits);
        if self.random.once_in(4) {
            let name = self.random.one_of(words::XML_NAMES);
            traits.insert("smithy.api#xmlName".to_owned(), json!(name));
        }
        self.format(target, &mut traits);
        json!({ "target": target, "traits": traits })
    }

    fn format(&mut self, target: &str, traits: &mut Map<String, Value>) {
        if self.kind(target) == "timestamp" && self.random.once_in(3) {
            let format = self.random.one_of(FORMATS);
            traits.insert("smithy.api#timestampFormat".to_owned(), json!(format));
        }
    }

    /// A structure, which may hold itself.
    pub(super) fn structure(&mut self, depth: usize) -> String {
        let name = self.free_name();
        let mut traits = Map::new();
        self.words(&mut traits);
        if self.random.once_in(6) {
            traits.insert(
                "smithy.api#xmlNamespace".to_owned(),
                json!({ "uri": "urn:x" }),
            );
        }
        let id = self.insert(
            &name,
            json!({ "type": "structure", "members": {}, "traits": traits }),
        );
        let count = self.random.below(5);
        let mut members = Map::new();
        for (number, name) in self.member_names(count).into_iter().enumerate() {
            let itself = self.random.once_in(8);
            let target = if itself {
                id.clone()
            } else {
                self.any(depth.saturating_sub(1))
            };
            let mut traits = self.in_document(&target, number);
            if itself {
                traits.remove("smithy.api#required");
            }
            members.insert(name, json!({ "target": target, "traits": traits }));
        }
        self.shapes[&id]["members"] = Value::Object(members);
        id
    }

    fn union(&mut self, depth: usize) -> String {
        let name = self.free_name();
        let id = self.insert(&name, json!({ "type": "union", "members": {} }));
        let count = self.random.below(4) + 1;
        let mut members = Map::new();
        for (number, name) in self.member_names(count).into_iter().enumerate() {
            let itself = number > 0 && self.random.once_in(6);
            let target = if itself {
                id.clone()
            } else {
                self.any(depth.saturating_sub(1))
            };
            let mut traits = self.in_document(&target, number);
            for only_of_structures in [
                "required",
                "default",
                "addedDefault",
                "idempotencyToken",
                "xmlAttribute",
                "clientOptional",
            ] {
                traits.remove(&format!("smithy.api#{only_of_structures}"));
            }
            members.insert(name, json!({ "target": target, "traits": traits }));
        }
        self.shapes[&id]["members"] = Value::Object(members);
        id
    }

    /// The traits of a member that stands in a document; the number makes its name there its own.
    pub(super) fn in_document(&mut self, target: &str, number: usize) -> Map<String, Value> {
        let kind = self.kind(target);
        let mut traits = self.presence(target);
        self.format(target, &mut traits);
        if self.random.once_in(3) {
            let name = format!("{}{number}", self.random.one_of(words::XML_NAMES));
            traits.insert("smithy.api#xmlName".to_owned(), json!(name));
        }
        let several = matches!(&*kind, "list" | "map");
        let text = !several && !matches!(&*kind, "structure" | "union" | "blob");
        let options = [
            (several, "xmlFlattened", json!({}), 3),
            (text, "xmlAttribute", json!({}), 6),
            (
                true,
                "xmlNamespace",
                json!({ "uri": "urn:a&b", "prefix": "p" }),
                8,
            ),
            (true, "jsonName", json!("{\"a\"}"), 16),
            (kind == "string", "idempotencyToken", json!({}), 8),
        ];
        for (fits, name, value, times) in options {
            if fits && self.random.once_in(times) {
                traits.insert(format!("smithy.api#{name}"), value);
            }
        }
        traits
    }

    /// Whether a member is there, and what it is otherwise.
    pub(super) fn presence(&mut self, target: &str) -> Map<String, Value> {
        let mut traits = Map::new();
        self.words(&mut traits);
        if self.random.once_in(3) {
            traits.insert("smithy.api#required".to_owned(), json!({}));
        }
        if self.random.once_in(3)
            && let Some(default) = self.default(target)
        {
            traits.insert("smithy.api#default".to_owned(), default);
            if self.random.once_in(4) {
                traits.insert("smithy.api#addedDefault".to_owned(), json!({}));
            }
        }
        if self.random.once_in(8) {
            traits.insert("smithy.api#clientOptional".to_owned(), json!({}));
        }
        traits
    }

    fn default(&mut self, target: &str) -> Option<Value> {
        if self.random.once_in(6) {
            return Some(Value::Null);
        }
        Some(match &*self.kind(target) {
            "string" => json!(self.random.one_of(words::TEXTS)),
            "blob" => json!(self.random.one_of(&["", "aGk="])),
            "boolean" => json!(self.random.once_in(2)),
            "byte" => json!(self.random.one_of(&[&-128, &0, &127])),
            "short" => json!(-32768),
            "integer" => json!(2_147_483_647),
            "long" => json!(i64::MIN),
            "float" => json!(self.random.one_of(&[&0.0, &-0.0, &3.4e38, &1e-45, &5.0])),
            "double" => json!(self.random.one_of(&[&0.0, &1e308, &-1.0, &2.5])),
            "bigInteger" => json!(12_345_678_901_u64),
            "bigDecimal" => json!(1.25),
            "timestamp" => json!(self.random.one_of(&[&0.0, &1.5, &-1.0])),
            "list" => json!([]),
            "map" => json!({}),
            "enum" => json!(self.random.one_of(words::VALUES)),
            "intEnum" => json!(7),
            _ => return None,
        })
    }

    /// A value of a shape, as tests of the protocol write it.
    pub(super) fn value(&mut self, target: &str, depth: usize) -> Value {
        let shape = self.shapes.get(target).cloned().unwrap_or_default();
        match &*self.kind(target) {
            "string" | "enum" | "blob" => json!(self.random.one_of(words::TEXTS)),
            "boolean" => json!(true),
            "byte" => json!(-128),
            "short" => json!(300),
            "integer" | "intEnum" => json!(-1),
            "long" => json!(i64::MAX),
            "float" => json!(self.random.one_of(&["NaN", "Infinity", "-Infinity"])),
            "double" => json!(0.1),
            "bigInteger" | "bigDecimal" => json!("123"),
            "timestamp" => json!(self.random.one_of(&[&1, &-1, &1_500_000_000])),
            "list" if depth > 0 => {
                json!([self.value(shape["member"]["target"].as_str().unwrap(), depth - 1)])
            }
            "map" if depth > 0 => {
                json!({ "k\"": self.value(shape["value"]["target"].as_str().unwrap(), depth - 1) })
            }
            "list" => json!([]),
            "map" => json!({}),
            "union" => {
                let (name, member) = shape["members"].as_object().unwrap().iter().next().unwrap();
                json!({ name: self.value(member["target"].as_str().unwrap(), depth.saturating_sub(1)) })
            }
            _ => {
                let members = shape["members"].as_object().unwrap().iter();
                let there = members.filter(|(_, member)| {
                    depth > 0 || member["traits"].get("smithy.api#required").is_some()
                });
                let values = there.map(|(name, member)| {
                    let target = member["target"].as_str().unwrap();
                    (name.clone(), self.value(target, depth.saturating_sub(1)))
                });
                values.collect()
            }
        }
    }
}

/// Members of an enum, of each value the first.
fn distinct(members: Map<String, Value>) -> Map<String, Value> {
    let mut values: Vec<Value> = Vec::new();
    let distinct = members.into_iter().filter(|(name, member)| {
        let value = member["traits"]
            .get("smithy.api#enumValue")
            .cloned()
            .unwrap_or_else(|| json!(name));
        let is_new = !values.contains(&value);
        values.push(value);
        is_new
    });
    distinct.collect()
}
