//! What of the endpoint rules differs. No code depends on it: the rules only decide where a call goes.

use std::collections::BTreeSet;

use super::{Changes, Class, What};
use crate::api::endpoint::{Graph, Outcome, Param, Property};
use crate::emit::Words;

const REASON: &str = "only where calls go, or whether they are sent, is decided another way";
/// Texts are cut to this many characters.
const WIDTH: usize = 100;

pub(super) fn compare(old: &Graph, new: &Graph, changes: &mut Changes) {
    let mut add = |what, item: String| changes.add(what, item, Class::Patch, REASON);
    let (before, now) = (parts(old), parts(new));
    let order = |graph: &Graph| format!("{:?} {:?}", graph.root, graph.nodes);
    if before == now && order(old) != order(new) {
        add(
            What::Changed,
            "endpoint rules: the order of conditions".to_owned(),
        );
    }
    for part in now.difference(&before) {
        add(What::Added, format!("endpoint rules: {}", cut(part)));
    }
    for part in before.difference(&now) {
        add(What::Removed, format!("endpoint rules: {}", cut(part)));
    }
    let partition = |graph: &Graph| -> BTreeSet<(String, String)> {
        let all = graph.partitions.iter();
        all.map(|it| (it.name.clone(), format!("{it:?}"))).collect()
    };
    let (before, now) = (partition(old), partition(new));
    let names: BTreeSet<_> = now.symmetric_difference(&before).map(|it| &it.0).collect();
    for name in names {
        add(What::Changed, format!("partition `{name}`"));
    }
}

/// Parameters, conditions and results, each in words.
fn parts(graph: &Graph) -> BTreeSet<String> {
    let words = Words(graph);
    let params = graph.params.iter().map(param);
    let conditions = graph.conditions.iter();
    let conditions = conditions.map(|it| format!("condition {}", words.condition(it)));
    let results = graph.results.iter().map(|it| result(&words, it));
    params.chain(conditions).chain(results).collect()
}

fn param(param: &Param) -> String {
    let mut text = format!("parameter {}", param.name);
    if param.required {
        text.push_str(", required");
    }
    if let Some(default) = &param.default {
        text.push_str(&format!(", {default} unless set"));
    }
    if let Some(builtin) = &param.builtin {
        text.push_str(&format!(", from {builtin}"));
    }
    text
}

fn result(words: &Words<'_>, result: &Outcome) -> String {
    match result {
        Outcome::Error(message) => format!("error {}", words.value(message)),
        Outcome::Endpoint {
            url,
            properties,
            headers,
        } => {
            let mut text = format!("endpoint {}", words.value(url));
            for (name, property) in properties {
                text.push_str(&format!(", {name} {}", self::property(words, property)));
            }
            for (name, values) in headers {
                let values: Vec<_> = values.iter().map(|value| words.value(value)).collect();
                text.push_str(&format!(", header {name} {}", values.join(", ")));
            }
            text
        }
    }
}

fn property(words: &Words<'_>, property: &Property) -> String {
    match property {
        Property::Text(text) => words.value(text),
        Property::Bool(value) => value.to_string(),
        Property::List(items) => {
            let items: Vec<_> = items.iter().map(|it| self::property(words, it)).collect();
            format!("[{}]", items.join(", "))
        }
        Property::Map(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(name, it)| format!("{name} {}", self::property(words, it)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
