//! What operations and services at random say beside their bindings: pages, waiters, tests, endpoint rules.

use serde_json::{Map, Value, json};

use super::{Making, words};

impl Making {
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

    pub(super) fn waiters(
        &mut self,
        output: &str,
        errors: &[String],
        traits: &mut Map<String, Value>,
    ) {
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

    pub(super) fn pages(&mut self, input: &str, output: &str, traits: &mut Map<String, Value>) {
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

    pub(super) fn tests(
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
    pub(super) fn set_param(&mut self, target: &str, traits: &mut Map<String, Value>) {
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
