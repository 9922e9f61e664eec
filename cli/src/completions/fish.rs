//! Completions for fish.

use super::{PROFILES, REGIONS, choices, completed, first_sentence, following, globals};
use crate::args::Takes;

const SEEN: &str = "__fish_seen_subcommand_from";

/// A line for each word and option.
pub(super) fn script() -> String {
    let mut text = String::new();
    for it in following() {
        let names = it.words.iter().map(|(name, _)| name.as_str());
        let names: Vec<_> = names.filter(|name| *name != it.after).collect();
        let none_yet = format!("not {SEEN} {}", names.join(" "));
        let when = quote(&match it.after {
            "" => none_yet,
            after => format!("{SEEN} {after}; and {none_yet}"),
        });
        for (name, summary) in &it.words {
            let summary = quote(summary);
            text.push_str(&format!(
                "complete -c zonal -f -n {when} -a {name} -d {summary}\n"
            ));
        }
    }
    for global in globals() {
        let takes = if global.value.is_empty() { "" } else { " -r" };
        text.push_str(&format!(
            "complete -c zonal -l {}{takes} -d {}\n",
            global.name,
            quote(first_sentence(global.docs))
        ));
    }
    for command in completed() {
        let seen = quote(&format!("{SEEN} {}", command.name));
        for option in command.options {
            let takes = match option.takes {
                Takes::Nothing => "",
                _ => " -r",
            };
            let (name, docs) = (option.name, quote(&option.docs));
            text.push_str(&format!(
                "complete -c zonal -n {seen} -l {name}{takes} -d {docs}\n"
            ));
        }
    }
    let profiles = quote(&format!("(sh -c {})", quote(PROFILES)));
    let regions = quote(&REGIONS.join(" "));
    text.push_str(&format!(
        "complete -c zonal -l profile -x -a {profiles}\ncomplete -c zonal -l region -x -a {regions}\n"
    ));
    for (name, values) in choices() {
        let values = quote(&values.join(" "));
        text.push_str(&format!("complete -c zonal -l {name} -x -a {values}\n"));
    }
    text
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
