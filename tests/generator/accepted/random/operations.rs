//! Operations at random: bindings, errors, pages, waiters, endpoint rules, tests.

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

    /// The members of a structure of which this is true.
    fn members_of(&self, id: &str, wanted: impl Fn(&Self, &Value) -> bool) -> Vec<String> {
        let members = self
            .shapes
            .get(id)
            .and_then(|shape| shape["members"].as_object());
        let members = members.into_iter().flatten();
        let wanted = members.filter(|(_, member)| wanted(self, member));
        wanted.map(|(name, _)| name.clone()).collect()
    }

    fn is_text(&self, member: &Value) -> bool {
        let target = member["target"].as_str().unwrap();
        let own = self
            .shapes
            .get(target)
            .map(|shape| shape["traits"].clone())
            .unwrap_or_default();
        self.kind(target) == "string"
            && own.get("smithy.api#sensitive").is_none()
            && own.get("smithy.api#enum").is_none()
    }

    fn waiters(&mut self, output: &str, errors: &[String], traits: &mut Map<String, Value>) {
        let mut acceptors = vec![json!({ "state": "success", "matcher": { "success": true } })];
        for error in errors {
            let error = error.trim_start_matches("demo#");
            acceptors.push(json!({ "state": "retry", "matcher": { "errorType": error } }));
        }
        for name in self.members_of(output, Self::is_text) {
            let matcher = json!({ "path": format!("\"{name}\""), "expected": "\"", "comparator": "stringEquals" });
            acceptors.push(json!({ "state": "failure", "matcher": { "output": matcher } }));
        }
        if self.random.once_in(3) {
            let name = self.free_name();
            let mut waiter = json!({ "acceptors": acceptors });
            if self.random.once_in(2) {
                waiter["documentation"] = json!(self.random.one_of(words::TEXTS));
            }
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            traits.insert(
                "smithy.waiters#waitable".to_owned(),
                json!({ format!("W{name}"): waiter }),
            );
        }
    }

    fn pages(&mut self, input: &str, output: &str, traits: &mut Map<String, Value>) {
        let is_free = |making: &Self, member: &Value| {
            making.is_text(member) && member["traits"].get("smithy.api#required").is_none()
        };
        let is_list = |making: &Self, member: &Value| {
            matches!(
                &*making.kind(member["target"].as_str().unwrap()),
                "list" | "map"
            )
        };
        let input = self.members_of(input, is_free);
        let output_token = self.members_of(output, is_free);
        let items = self.members_of(output, is_list);
        if let (Some(input), Some(output)) = (input.first(), output_token.first()) {
            let mut pages = json!({ "inputToken": input, "outputToken": output });
            if let Some(items) = items.first() {
                pages["items"] = json!(items);
            }
            traits.insert("smithy.api#paginated".to_owned(), pages);
        }
    }

    fn tests(
        &mut self,
        (name, method): (&str, &str),
        input: &str,
        output: &str,
        traits: &mut Map<String, Value>,
    ) {
        if !self.random.once_in(2) {
            return;
        }
        let documentation = self.random.one_of(words::TEXTS);
        let of = |making: &mut Self, id: &str| match id {
            "smithy.api#Unit" => json!({}),
            id => making.value(id, 3),
        };
        let params = of(self, input);
        let request = json!({
            "id": name, "protocol": "aws.protocols#restXml", "method": method, "uri": "/", "params": params,
            "documentation": documentation, "body": documentation,
        });
        let params = of(self, output);
        let response = json!({
            "id": name, "protocol": "aws.protocols#restXml", "code": 200, "params": params,
            "documentation": documentation, "body": documentation,
        });
        traits.insert("smithy.test#httpRequestTests".to_owned(), json!([request]));
        traits.insert(
            "smithy.test#httpResponseTests".to_owned(),
            json!([response]),
        );
        let params = of(self, input);
        let title = self.random.one_of(words::TEXTS);
        let example = json!({ "title": title, "documentation": documentation, "input": params });
        traits.insert("smithy.api#examples".to_owned(), json!([example]));
    }

    /// The endpoint parameter that a member sets, perhaps.
    fn set_param(&mut self, target: &str, traits: &mut Map<String, Value>) {
        if matches!(&*self.kind(target), "string" | "enum")
            && self.random.once_in(3)
            && let Some(name) = self.unbound.pop()
        {
            let id = "smithy.rules#contextParam".to_owned();
            traits.insert(id, json!({ "name": name }));
        }
    }

    /// Endpoint rules, with parameters that are settings of the client.
    pub(super) fn rules(&mut self, traits: &mut Map<String, Value>) {
        let mut parameters = Map::new();
        let mut settings = Map::new();
        let mut rules = Vec::new();
        for (number, name) in self.params.clone().into_iter().enumerate() {
            let text = self.random.one_of(words::TEXTS);
            let setting = json!({ "type": "string", "documentation": text });
            if self.random.once_in(2) {
                settings.insert(name.clone(), setting.clone());
            }
            parameters.insert(name.clone(), setting);
            let variable = format!("{}{number}", self.random.one_of(words::NAMES));
            // Braces stand for variables, unless they stand twice.
            let text = text.replace('{', "{{").replace('}', "}}");
            let scheme = json!({ "fn": "getAttr", "argv": [{ "ref": variable }, "scheme"] });
            rules.push(json!({
                "conditions": [
                    { "fn": "isSet", "argv": [{ "ref": name }] },
                    { "fn": "parseURL", "argv": [{ "ref": name }], "assign": variable },
                    { "fn": "stringEquals", "argv": [scheme, text] },
                ],
                "endpoint": { "url": { "ref": name }, "headers": { "x-a": [text] } },
                "type": "endpoint",
                "documentation": text,
            }));
        }
        if rules.is_empty() {
            return;
        }
        rules.push(json!({ "conditions": [], "error": "no endpoint", "type": "error" }));
        let rules = json!({ "version": "1.0", "parameters": parameters, "rules": rules });
        traits.insert("smithy.rules#endpointRuleSet".to_owned(), rules);
        traits.insert(
            "smithy.rules#clientContextParams".to_owned(),
            Value::Object(settings),
        );
    }
}
