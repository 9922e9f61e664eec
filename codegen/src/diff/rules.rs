//! Endpoint rules and their tests, taken apart into what can change by itself.

use serde_json::Value;

use crate::traits::TraitValue;
use crate::traits::rules::{EndpointBdd, EndpointRuleSet, EndpointTests};

/// A part of rules: an endpoint, a condition, a parameter, a test.
pub(super) struct Item {
    /// What it is and, of a parameter, its name.
    pub(super) path: String,
    /// What a reader knows it by.
    pub(super) label: String,
    pub(super) value: Value,
}

/// The parts of a trait's value; none for other traits.
pub(super) fn items(id: &str, value: &Value) -> Option<Vec<Item>> {
    let mut items = Items(Vec::new());
    match id {
        EndpointRuleSet::ID => {
            items.parameters(value);
            let mut shape = String::new();
            items.rules(&value["rules"], &mut shape);
            items.add("structure", "how the rules are nested", &Value::from(shape));
        }
        EndpointBdd::ID => {
            items.parameters(value);
            items.conditions(&value["conditions"]);
            items.rules(&value["results"], &mut String::new());
            let order = Value::from_iter([&value["root"], &value["nodes"]].map(Value::clone));
            items.add("nodes", "which condition is asked when", &order);
        }
        EndpointTests::ID => {
            for test in array(&value["testCases"]) {
                let label = test["documentation"].as_str().unwrap_or_default();
                items.add("test", label, test);
            }
        }
        _ => return None,
    }
    Some(items.0)
}

struct Items(Vec<Item>);

impl Items {
    fn add(&mut self, path: &str, label: &str, value: &Value) {
        let mut value = value.clone();
        if let Some(object) = value.as_object_mut() {
            object.remove("documentation");
        }
        self.0.push(Item {
            path: path.to_owned(),
            label: label.to_owned(),
            value,
        });
    }

    fn parameters(&mut self, rules: &Value) {
        for (name, parameter) in rules["parameters"].as_object().into_iter().flatten() {
            self.add(&format!("parameters.{name}"), name, parameter);
        }
    }

    fn conditions(&mut self, conditions: &Value) {
        for condition in array(conditions) {
            let name = condition["fn"].as_str().unwrap_or_default();
            let label = format!("{name}({})", condition["argv"]);
            self.add("condition", &label, condition);
        }
    }

    /// Writes how the rules are nested into `shape`.
    fn rules(&mut self, rules: &Value, shape: &mut String) {
        for rule in array(rules) {
            self.conditions(&rule["conditions"]);
            shape.push_str(&format!("{}", array(&rule["conditions"]).len()));
            if let Some(error) = rule.get("error") {
                self.add("error", error.as_str().unwrap_or("computed"), error);
                shape.push('e');
            }
            if let Some(endpoint) = rule.get("endpoint") {
                let url = &endpoint["url"];
                let label = url.as_str().map_or_else(|| url.to_string(), str::to_owned);
                self.add("endpoint", &label, endpoint);
                shape.push('u');
            }
            if rule.get("rules").is_some() {
                shape.push('(');
                self.rules(&rule["rules"], shape);
                shape.push(')');
            }
        }
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// In which of the forms of rules a path leads to which part.
pub(super) fn part(path: &str) -> Option<(&'static str, &str)> {
    let path = path.strip_prefix("traits.")?;
    let forms = [EndpointRuleSet::ID, EndpointBdd::ID];
    forms
        .iter()
        .find_map(|form| Some((*form, path.strip_prefix(form)?.strip_prefix('.')?)))
}
