//! The help of a command and its reference page say the same.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use zonal_commands::{COMMANDS, OPTIONS, Of};

fn zonal(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_zonal"))
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn page(command: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/docs");
    fs::read_to_string(folder.join(format!("{command}.md"))).unwrap()
}

/// The text of a section of a page.
fn section<'p>(page: &'p str, title: &str) -> &'p str {
    let start = format!("\n## {title}\n");
    let text = page.split_once(&start).map_or("", |(_, text)| text);
    text.split("\n## ").next().unwrap_or_default()
}

/// Whether an option of a command is one that does not depend on the model.
fn is_own(option: &str) -> bool {
    let name = option.split(' ').next().unwrap();
    OPTIONS.iter().any(|own| own.name == name)
}

#[test]
fn help_shows_the_options_of_the_page_about_them() {
    let page = page("options");
    for (of, title, command) in [
        (Of::All, "Options of all commands", "head-bucket"),
        (Of::Commands, "Options of all operations", "head-bucket"),
        (Of::Pages, "Options of lists", "list-parts"),
        (Of::Session, "Options of create-session", "create-session"),
    ] {
        let (section, help) = (section(&page, title), zonal(&[command, "help"]));
        let help: Vec<_> = help.split_whitespace().collect();
        let options: Vec<_> = OPTIONS.iter().filter(|option| option.of == of).collect();
        let heads = section.lines().filter_map(|line| line.strip_prefix("`--"));
        let heads: Vec<_> = heads.map(|line| line.trim_end_matches('`')).collect();
        assert_eq!(heads.len(), options.len(), "{title}");
        for (head, option) in heads.iter().zip(options) {
            assert_eq!(head.split(' ').next(), Some(option.name));
            let text = format!("--{head} {}", option.docs);
            let words: Vec<_> = text.split_whitespace().collect();
            assert!(
                help.windows(words.len()).any(|part| part == words),
                "{text}"
            );
        }
    }
}

#[test]
fn help_shows_the_synopsis_and_the_options_of_the_page() {
    for command in COMMANDS {
        let (page, help) = (page(command.name), zonal(&[command.name, "help"]));
        assert_eq!(help, zonal(&[command.name, "--help"]));
        assert_eq!(help, zonal(&["s3api", command.name, "help"]));
        let block = section(&page, "Synopsis").split("```").nth(1).unwrap();
        for line in block.lines().skip(1) {
            assert!(
                help.contains(&format!("  {line}\n")),
                "{}: {line}",
                command.name
            );
        }
        let arguments = section(&page, "Arguments");
        let of_page: BTreeSet<_> = arguments
            .lines()
            .filter_map(|line| line.strip_prefix("`--")?.split_once('`'))
            .map(|(option, facts)| (option.to_owned(), facts.ends_with("required")))
            .collect();
        let parameters = help.split("\nParameters:\n").nth(1).unwrap();
        let parameters = parameters.split("\nOptions of all").next().unwrap();
        let of_help: BTreeSet<_> = parameters
            .lines()
            .filter_map(|line| line.strip_prefix("  --"))
            .map(|line| match line.strip_suffix(" (required)") {
                Some(option) => (option.to_owned(), true),
                None => (line.to_owned(), false),
            })
            .filter(|(option, _)| !is_own(option))
            .collect();
        assert_eq!(of_help, of_page, "{}", command.name);
    }
}

#[test]
fn every_command_is_in_the_overview_the_completions_and_a_manual() {
    let overview = zonal(&["help"]);
    let scripts = ["bash", "zsh", "fish"].map(|shell| zonal(&["completions", shell]));
    for command in COMMANDS {
        assert!(overview.contains(&format!("\n  {}\n", command.name)));
        assert!(scripts.iter().all(|script| script.contains(command.name)));
        let manual = zonal(&["man", command.name]);
        assert!(manual.starts_with(".TH "), "{manual}");
    }
}
