//! Operations at random: bindings, errors, events.

use serde_json::{Map, Value, json};

use super::{Making, words};

/// The members of an input, an output or an error in the making.
struct Top {
    names: Vec<String>,
    members: Map<String, Value>,
    /// Labels, as the URI has them.
    labels: Vec<String>,
}

impl Top {
    fn add(&mut self, target: &str, traits: Map<String, Value>) -> Option<String> {
        let name = self.names.pop()?;
        self.members
            .insert(name.clone(), json!({ "target": target, "traits": traits }));
        Some(name)
    }
}

fn bound(mut traits: Map<String, Value>, id: &str, value: Value) -> Map<String, Value> {
    traits.insert(format!("smithy.api#{id}"), value);
    traits
}

impl Making {
    pub(super) fn operation(&mut self) {
        let name = self.free_name();
        let mut traits = Map::new();
        self.words(&mut traits);
        self.unbound.clone_from(&self.params);
        let (input, uri) = self.input();
        let output = self.output();
        let errors = self.errors();
        let method = self
            .random
            .one_of(&["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"]);
        let code = self.random.one_of(&[&200, &204, &201]);
        let uri = format!(
            "/{name}{uri}{}",
            self.random.one_of(&["", "?a-b", "?q=1&r", "?type=%22"])
        );
        traits.insert(
            "smithy.api#http".to_owned(),
            json!({ "method": method, "uri": uri, "code": code }),
        );
        for (id, times) in [
            ("smithy.api#readonly", 4),
            ("smithy.api#idempotent", 6),
            ("aws.auth#unsignedPayload", 8),
            ("smithy.api#optionalAuth", 8),
            ("smithy.api#httpChecksumRequired", 8),
        ] {
            if self.random.once_in(times) {
                traits.insert(id.to_owned(), json!({}));
            }
        }
        if self.random.once_in(8) {
            traits.insert(
                "smithy.api#requestCompression".to_owned(),
                json!({ "encodings": ["gzip"] }),
            );
        }
        self.tests((&name, method), &input, &output, &mut traits);
        self.waiters(&output, &errors, &mut traits);
        self.pages(&input, &output, &mut traits);
        let target = |id: &String| json!({ "target": id });
        let operation = json!({
            "type": "operation",
            "input": target(&input),
            "output": target(&output),
            "errors": errors.iter().map(target).collect::<Vec<_>>(),
            "traits": traits,
        });
        let id = self.insert(&name, operation);
        self.operations.push(target(&id));
    }

    fn top(&mut self) -> Top {
        let count = self.random.below(10);
        Top {
            names: self.member_names(count),
            members: Map::new(),
            labels: Vec::new(),
        }
    }

    /// The input, and its labels as a path.
    fn input(&mut self) -> (String, String) {
        if self.random.once_in(8) {
            return ("smithy.api#Unit".to_owned(), String::new());
        }
        let mut top = self.top();
        for number in 0..self.random.below(3) {
            let greedy = number == 1;
            let target = if greedy {
                "smithy.api#String".to_owned()
            } else {
                self.text_like()
            };
            let mut traits = Map::new();
            self.words(&mut traits);
            self.set_param(&target, &mut traits);
            let traits = bound(bound(traits, "httpLabel", json!({})), "required", json!({}));
            if let Some(name) = top.add(&target, traits) {
                top.labels
                    .push(format!("/{{{name}{}}}", if greedy { "+" } else { "" }));
            }
        }
        for number in 0..self.random.below(4) {
            let target = self.text_like_or_list();
            let name = format!("{}{number}", self.random.one_of(words::QUERIES));
            let mut traits = bound(self.presence(&target), "httpQuery", json!(name));
            self.set_param(&target, &mut traits);
            if self.kind(&target) == "string" && self.random.once_in(4) {
                traits.insert("smithy.api#idempotencyToken".to_owned(), json!({}));
            }
            top.add(&target, traits);
        }
        if self.random.once_in(4) {
            let target = if self.random.once_in(2) {
                json!({ "type": "list", "member": { "target": "smithy.api#String" } })
            } else {
                json!({ "type": "string" })
            };
            let target = self.shape(target);
            let map = json!({ "type": "map", "key": { "target": "smithy.api#String" }, "value": { "target": target } });
            let map = self.shape(map);
            let traits = bound(self.presence(&map), "httpQueryParams", json!({}));
            top.add(&map, traits);
        }
        self.headers(&mut top, true);
        self.body(&mut top, true);
        (self.insert_top(&mut top, &[]), top.labels.concat())
    }

    fn output(&mut self) -> String {
        if self.random.once_in(8) {
            return "smithy.api#Unit".to_owned();
        }
        let mut top = self.top();
        self.headers(&mut top, false);
        if self.random.once_in(4) {
            let traits = bound(
                self.presence("smithy.api#Integer"),
                "httpResponseCode",
                json!({}),
            );
            top.add("smithy.api#Integer", traits);
        }
        self.body(&mut top, false);
        self.insert_top(&mut top, &[])
    }

    /// Errors, some of which other operations have too.
    fn errors(&mut self) -> Vec<String> {
        let mut errors = Vec::new();
        for _ in 0..self.random.below(4) {
            let known = self
                .shapes
                .iter()
                .filter(|(_, shape)| shape["traits"].get("smithy.api#error").is_some());
            let known: Vec<_> = known.map(|(id, _)| id.clone()).collect();
            if !known.is_empty() && self.random.once_in(2) {
                errors.push(known[self.random.below(known.len())].clone());
                continue;
            }
            let mut top = self.top();
            self.headers(&mut top, false);
            while self.random.once_in(2) {
                let target = self.any(1);
                let number = top.members.len();
                let traits = self.in_document(&target, number);
                top.add(&target, traits);
            }
            let status = self.random.one_of(&[&400, &404, &503]);
            let fault = self.random.one_of(&["client", "server"]);
            let traits = [
                ("smithy.api#error", json!(fault)),
                ("smithy.api#httpError", json!(status)),
                ("smithy.api#retryable", json!({})),
            ];
            errors.push(self.insert_top(&mut top, &traits));
        }
        errors
    }

    fn insert_top(&mut self, top: &mut Top, more: &[(&str, Value)]) -> String {
        let mut traits = Map::new();
        self.words(&mut traits);
        if self.random.once_in(4) {
            let name = self.random.one_of(words::XML_NAMES);
            traits.insert("smithy.api#xmlName".to_owned(), json!(name));
        }
        traits.extend(
            more.iter()
                .map(|(id, value)| ((*id).to_owned(), value.clone())),
        );
        let members = std::mem::take(&mut top.members);
        self.shape(json!({ "type": "structure", "members": members, "traits": traits }))
    }

    /// What is one piece of text.
    fn text_like(&mut self) -> String {
        loop {
            let target = self.simple();
            if self.kind(&target) != "blob" {
                return target;
            }
        }
    }

    fn text_like_or_list(&mut self) -> String {
        let target = self.text_like();
        if !self.random.once_in(3) {
            return target;
        }
        self.list_of(&target)
    }

    fn headers(&mut self, top: &mut Top, input: bool) {
        for number in 0..self.random.below(4) {
            let target = self.text_like_or_list();
            // Members of one structure have a header each.
            let name = match number {
                0 => self.random.one_of(words::HEADERS).to_owned(),
                _ => format!("{}{number}", self.random.one_of(words::HEADERS)),
            };
            let mut traits = bound(self.presence(&target), "httpHeader", json!(name));
            if input {
                self.set_param(&target, &mut traits);
            }
            if input && self.kind(&target) == "string" && self.random.once_in(6) {
                traits.insert("smithy.api#idempotencyToken".to_owned(), json!({}));
            }
            top.add(&target, traits);
        }
        if self.random.once_in(4) {
            let string = json!({ "target": "smithy.api#String" });
            let map = self.shape(json!({ "type": "map", "key": string, "value": string }));
            let prefix = self.random.one_of(&["x-p-", "X-Meta-", ""]);
            let traits = bound(self.presence(&map), "httpPrefixHeaders", json!(prefix));
            top.add(&map, traits);
        }
    }

    /// Members of the body, or one that is the body.
    fn body(&mut self, top: &mut Top, input: bool) {
        match self.random.below(4) {
            0 => {}
            1 => {
                let target = self.payload(input);
                let kind = self.kind(&target);
                let streams = self
                    .shapes
                    .get(&target)
                    .is_some_and(|shape| shape["traits"].get("smithy.api#streaming").is_some());
                let mut traits = self.presence(&target);
                if streams {
                    traits.remove("smithy.api#default");
                    if kind == "blob" && self.random.once_in(2) {
                        traits.insert("smithy.api#default".to_owned(), json!(""));
                    }
                }
                if self.random.once_in(4) {
                    traits.insert("smithy.api#xmlName".to_owned(), json!("Root"));
                }
                top.add(&target, bound(traits, "httpPayload", json!({})));
            }
            _ => {
                let count = top.names.len();
                for number in 0..count {
                    let target = self.any(2);
                    let traits = self.in_document(&target, number);
                    top.add(&target, traits);
                }
            }
        }
    }

    fn payload(&mut self, input: bool) -> String {
        match self.random.below(if input { 7 } else { 8 }) {
            0 => self.structure(2),
            1 => {
                let target = self.any(1);
                let member = json!({ "target": target });
                self.shape(json!({ "type": "union", "members": { "type": member } }))
            }
            2 => self.text(),
            3 => "smithy.api#Blob".to_owned(),
            4 => self.shape(
                json!({ "type": "blob", "traits": { "smithy.api#mediaType": "image/\"x\"" } }),
            ),
            5 | 6 => {
                let mut traits = bound(Map::new(), "streaming", json!({}));
                if self.random.once_in(3) {
                    traits = bound(traits, "requiresLength", json!({}));
                }
                self.shape(json!({ "type": "blob", "traits": traits }))
            }
            _ => self.events(),
        }
    }

    /// A stream of events.
    fn events(&mut self) -> String {
        let count = self.random.below(3) + 1;
        let mut events = Map::new();
        for name in self.member_names(count) {
            let mut members = Map::new();
            for (number, member) in self.member_names(2).into_iter().enumerate() {
                let (target, traits) = match self.random.below(3) {
                    0 => (
                        "smithy.api#Timestamp".to_owned(),
                        bound(Map::new(), "eventHeader", json!({})),
                    ),
                    1 => (
                        "smithy.api#String".to_owned(),
                        bound(Map::new(), "eventHeader", json!({})),
                    ),
                    _ if number == 0 => (
                        "smithy.api#Blob".to_owned(),
                        bound(Map::new(), "eventPayload", json!({})),
                    ),
                    _ => continue,
                };
                members.insert(member, json!({ "target": target, "traits": traits }));
            }
            let event = self.shape(json!({ "type": "structure", "members": members }));
            events.insert(name, json!({ "target": event }));
        }
        self.shape(
            json!({ "type": "union", "members": events, "traits": { "smithy.api#streaming": {} } }),
        )
    }
}
