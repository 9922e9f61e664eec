//! Which public items are new, gone or other than they were.

use std::collections::{HashMap, HashSet};

use super::{Changes, Class, What};
use crate::emit::{Item, ItemKind};

const COMPILES: &str = "no code depends on what was not there";
const GONE: &str = "code that names it does not compile any more";

/// Finds types that are the same but for their names. `old` has the new names afterwards, so that what holds such a
/// type is no change of its own.
pub(super) fn renames(
    old: &mut [Item],
    new: &[Item],
    changes: &mut Changes,
) -> Vec<(String, String)> {
    let (gone, added) = (heads(old, new), heads(new, old));
    let mut renames: Vec<(String, String)> = Vec::new();
    for from in gone {
        let content = content(old, &from, &from);
        let same = |to: &&String| {
            let is_taken = renames.iter().any(|(_, taken)| taken == *to);
            !is_taken && content.len() > 1 && self::content(new, to, &from) == content
        };
        if let Some(to) = added.iter().find(same) {
            changes.add(
                What::Changed,
                format!("{from} is now {to}"),
                Class::Major,
                "code that uses the name it had does not compile any more",
            );
            renames.push((from, to.clone()));
        }
    }
    for item in old {
        for (from, to) in &renames {
            for text in [&mut item.of, &mut item.name, &mut item.form] {
                *text = renamed(text, from, to);
            }
        }
    }
    renames
}

/// The types that only the first list has.
fn heads(items: &[Item], others: &[Item]) -> Vec<String> {
    let others: HashSet<_> = others.iter().map(|item| &*item.name).collect();
    let heads = items
        .iter()
        .filter(|item| item.name == item.of && item.name.starts_with("types::"));
    let heads = heads.filter(|item| !others.contains(&*item.name));
    heads.map(|item| item.name.clone()).collect()
}

/// All that belongs to a type, under another name.
fn content(items: &[Item], of: &str, called: &str) -> Vec<String> {
    let own = items.iter().filter(|item| item.of == of);
    own.map(|item| renamed(&item.to_string(), of, called))
        .collect()
}

/// The text with a path in place of another, where that is not a part of a longer name.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let end = at + from.len();
        let is_whole = !rest[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        out.push_str(&rest[..at]);
        out.push_str(if is_whole { to } else { from });
        rest = &rest[end..];
    }
    out + rest
}

/// Compares the items by their names.
pub(super) fn compare(old: &[Item], new: &[Item], changes: &mut Changes) {
    let by_name = |items: &'_ [Item]| -> HashMap<String, Item> {
        let pairs = items.iter().map(|item| (item.name.clone(), item.clone()));
        pairs.collect()
    };
    let (olds, news) = (by_name(old), by_name(new));
    for item in new.iter().filter(|item| !olds.contains_key(&item.name)) {
        match whole(item, new, &olds) {
            Whole::Part => {}
            Whole::Head(parts) => {
                changes.add(What::Added, shown(item, parts), Class::Minor, COMPILES);
            }
            Whole::Alone => {
                let (class, reason) = added(item, &news);
                changes.add(What::Added, item.to_string(), class, reason);
            }
        }
    }
    for item in old.iter().filter(|item| !news.contains_key(&item.name)) {
        match whole(item, old, &news) {
            Whole::Part => {}
            Whole::Head(parts) => {
                changes.add(What::Removed, shown(item, parts), Class::Major, GONE)
            }
            Whole::Alone => changes.add(What::Removed, item.to_string(), Class::Major, GONE),
        }
    }
    let aliases = (aliases(old), aliases(new));
    for item in new {
        let Some(before) = olds.get(&item.name) else {
            continue;
        };
        if let Some((class, reason)) = changed(before, item, &aliases) {
            let now = format!("{}{}", item.form, item.manner);
            let now = now.trim_start_matches([':', '=', ',', ' ']);
            let item = format!("{before} is now {now}");
            changes.add(What::Changed, item, class, reason);
        }
    }
}

/// How much of what an item belongs to has come or gone with it.
enum Whole {
    /// It is the operation or type itself, with so many others.
    Head(usize),
    /// It belongs to one that is told.
    Part,
    /// It is all.
    Alone,
}

fn whole(item: &Item, items: &[Item], others: &HashMap<String, Item>) -> Whole {
    if item.of.is_empty() || others.contains_key(&item.of) {
        Whole::Alone
    } else if item.of != item.name {
        Whole::Part
    } else {
        Whole::Head(items.iter().filter(|it| it.of == item.of).count() - 1)
    }
}

fn shown(item: &Item, parts: usize) -> String {
    match parts {
        0 => item.to_string(),
        1 => format!("{item}, and 1 item that belongs to it"),
        _ => format!("{item}, and {parts} items that belong to it"),
    }
}

/// What a new item of something that was there means.
fn added(item: &Item, news: &HashMap<String, Item>) -> (Class, &'static str) {
    match item.kind {
        ItemKind::Member if is_argument(item, news) => (
            Class::Major,
            "it is required: code that makes the structure must set it",
        ),
        ItemKind::Member => (
            Class::Minor,
            "the structure is `#[non_exhaustive]`: no code makes or matches all of it",
        ),
        ItemKind::Value | ItemKind::Variant => (
            Class::Minor,
            "the enum is `#[non_exhaustive]`: each `match` has an arm for what it does not know",
        ),
        _ => (Class::Minor, COMPILES),
    }
}

/// Whether whoever makes its structure has to give it: the constructor takes it, or there is none.
fn is_argument(member: &Item, news: &HashMap<String, Item>) -> bool {
    let Some((structure, name)) = member.name.rsplit_once('.') else {
        return false;
    };
    let constructor = news.get(&format!("{structure}::new"));
    constructor.is_none_or(|it| {
        let arguments = it.form.trim_start_matches('(');
        let starts = |text: &str| text.trim_start().starts_with(&format!("{name}:"));
        arguments.split(',').any(starts)
    })
}

/// What the aliases stand for.
fn aliases(items: &[Item]) -> HashMap<String, String> {
    let aliases = items.iter().filter(|item| item.kind == ItemKind::Alias);
    let pairs = aliases.map(|item| {
        let stands_for = item.form.trim_start_matches(" = ").to_owned();
        (item.name.clone(), stands_for)
    });
    pairs.collect()
}

/// The form with types in place of their aliases.
fn resolved(form: &str, aliases: &HashMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = form;
    while let Some(at) = rest.find("types::") {
        let name = &rest[at..];
        let length = name[7..].find(|c: char| !c.is_alphanumeric() && c != '_');
        let (name, tail) = name.split_at(length.map_or(name.len(), |length| 7 + length));
        out.push_str(&rest[..at]);
        out.push_str(aliases.get(name).map_or(name, String::as_str));
        rest = tail;
    }
    out + rest
}

type Aliases = HashMap<String, String>;

/// What it means that an item is another; none where it is the same.
fn changed(old: &Item, new: &Item, aliases: &(Aliases, Aliases)) -> Option<(Class, String)> {
    let reason = |class, reason: &str| Some((class, reason.to_owned()));
    if old.kind != new.kind {
        return reason(Class::Major, "it is another kind of item");
    }
    if old.form == new.form {
        return match new.kind {
            _ if old.manner == new.manner => None,
            ItemKind::Value => reason(Class::Minor, "the variant stands for another value"),
            _ => reason(Class::Patch, "code sees no difference"),
        };
    }
    let (before, now) = (
        resolved(&old.form, &aliases.0),
        resolved(&new.form, &aliases.1),
    );
    if before == now && new.kind != ItemKind::Alias {
        return reason(Class::Patch, "both are names of the same type");
    }
    match new.kind {
        ItemKind::Structure => Some(derives(&old.form, &new.form)),
        ItemKind::Constructor => reason(Class::Major, "the required members are the arguments"),
        ItemKind::Method => reason(Class::Major, signature(&before, &now)),
        ItemKind::Member => reason(Class::Major, member(&before, &now)),
        _ => reason(
            Class::Major,
            "code that takes it as it was does not compile any more",
        ),
    }
}

/// What it means that a structure derives other traits.
fn derives(old: &str, new: &str) -> (Class, String) {
    let list = |form: &str| -> Vec<String> { form.split(", ").map(str::to_owned).collect() };
    let (old, new) = (list(old), list(new));
    let lost: Vec<_> = old.iter().filter(|it| !new.contains(it)).collect();
    match &lost[..] {
        [] => (Class::Minor, "it implements more than it did".to_owned()),
        [first, ..] => {
            let lost = first.trim_start_matches(": ");
            (Class::Major, format!("it is no longer `{lost}`"))
        }
    }
}

fn signature(old: &str, new: &str) -> &'static str {
    let arguments = |form: &str| form.split(" -> ").next().map(str::to_owned);
    if arguments(old) == arguments(new) {
        "code that names the type of its result or error does not compile any more"
    } else {
        "the required members are the arguments"
    }
}

fn member(old: &str, new: &str) -> &'static str {
    let inner = |form: &str| {
        let optional = form.strip_prefix(": Option<");
        optional
            .and_then(|it| it.strip_suffix('>'))
            .map(str::to_owned)
    };
    let plain = |form: &str| form.strip_prefix(": ").map(str::to_owned);
    match (inner(old), inner(new)) {
        (Some(old), None) if Some(&old) == plain(new).as_ref() => {
            "it is not an `Option` any more: it is required"
        }
        (None, Some(new)) if Some(&new) == plain(old).as_ref() => {
            "it is an `Option` now: it may be left out"
        }
        _ => "it has another type",
    }
}
