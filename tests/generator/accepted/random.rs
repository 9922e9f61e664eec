//! Small models at random: whatever names, kinds, bindings and traits a model of restXml may have. A number decides all
//! of a model, so that one that fails can be made again.

mod operations;
mod shapes;
mod traits;
mod words;

use serde_json::{Map, Value, json};

use super::service_traits;

/// Numbers that follow from a first one: SplitMix64.
pub(super) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the numbers before the end.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Yes, once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn one_of<'t, T: ?Sized>(&mut self, these: &[&'t T]) -> &'t T {
        these[self.below(these.len())]
    }
}

/// A model in the making.
struct Making {
    random: Random,
    shapes: Map<String, Value>,
    /// Names of shapes: no two differ in the case of their letters alone.
    taken: Vec<String>,
    operations: Vec<Value>,
    /// Parameters of the endpoint rules, and those that no member of the operation in the making sets.
    params: Vec<String>,
    unbound: Vec<String>,
}

/// The model that this number decides.
pub(super) fn model(seed: u64) -> Value {
    let mut making = Making {
        random: Random(seed),
        shapes: Map::new(),
        taken: Vec::new(),
        operations: Vec::new(),
        params: Vec::new(),
        unbound: Vec::new(),
    };
    if making.random.once_in(2) {
        let count = making.random.below(6) + 1;
        making.params = making.member_names(count);
    }
    for _ in 0..making.random.below(4) {
        making.operation();
    }
    making.service();
    json!({ "smithy": "2.0", "shapes": making.shapes })
}

impl Making {
    /// A name that no shape has.
    fn free_name(&mut self) -> String {
        loop {
            let mut name = self.random.one_of(words::NAMES).to_owned();
            if self.random.once_in(4) {
                name.push_str(self.random.one_of(words::ENDINGS));
            }
            let small = name.to_ascii_lowercase();
            if !self.taken.contains(&small) {
                self.taken.push(small);
                return name;
            }
        }
    }

    /// The id of a shape of this definition.
    fn shape(&mut self, definition: Value) -> String {
        let name = self.free_name();
        self.insert(&name, definition)
    }

    fn insert(&mut self, name: &str, definition: Value) -> String {
        let id = format!("demo#{name}");
        self.shapes.insert(id.clone(), definition);
        id
    }

    /// Names of members, each once.
    fn member_names(&mut self, count: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        while names.len() < count {
            let name = self.random.one_of(words::NAMES);
            if !names.iter().any(|taken| taken == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Traits that every shape and member may have.
    fn words(&mut self, traits: &mut Map<String, Value>) {
        if self.random.once_in(3) {
            let text = self.random.one_of(words::TEXTS);
            traits.insert("smithy.api#documentation".to_owned(), json!(text));
        }
        if self.random.once_in(8) {
            let message = self.random.one_of(words::TEXTS);
            let deprecated = match self.random.below(3) {
                0 => json!({}),
                1 => json!({ "message": message }),
                _ => json!({ "message": message, "since": "\"1\"\\" }),
            };
            traits.insert("smithy.api#deprecated".to_owned(), deprecated);
        }
        for (id, value) in [
            ("smithy.api#since", json!("1\n2")),
            ("smithy.api#tags", json!(["a", "\"b\""])),
            ("smithy.api#internal", json!({})),
            (
                "smithy.api#externalDocumentation",
                json!({ "It's": "https://example.com/]" }),
            ),
        ] {
            if self.random.once_in(16) {
                traits.insert(id.to_owned(), value);
            }
        }
    }

    fn service(&mut self) {
        let mut traits = service_traits().as_object().unwrap().clone();
        self.words(&mut traits);
        if self.random.once_in(2) {
            let title = self.random.one_of(words::TEXTS);
            traits.insert("smithy.api#title".to_owned(), json!(title));
        }
        if self.random.once_in(3) {
            let namespace = match self.random.below(2) {
                0 => json!({ "uri": "https://example.com/\"a\"&<b>" }),
                _ => json!({ "uri": "https://example.com/", "prefix": "b" }),
            };
            traits.insert("smithy.api#xmlNamespace".to_owned(), namespace);
        }
        self.rules(&mut traits);
        let name = self.free_name();
        let operations = std::mem::take(&mut self.operations);
        let service = json!({
            "type": "service", "version": "2026-01-15", "operations": operations, "traits": traits,
        });
        self.insert(&name, service);
    }
}
