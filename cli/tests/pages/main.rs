//! The help of a command and its reference page say the same, and the pages lead to each other.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod manual;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use zonal_commands::{COMMANDS, ENVIRONMENT, EXIT, Entry, OPTIONS, Of, PRECEDENCE, SETTINGS};

fn zonal(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_zonal"))
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/docs")
}

fn page(command: &str) -> String {
    fs::read_to_string(folder().join(format!("{command}.md"))).unwrap()
}

/// All pages by name, with their text.
fn pages() -> Vec<(String, String)> {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let pages = files.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    pages.collect()
}

/// The lines of a page that are no code.
fn prose(page: &str) -> Vec<&str> {
    let mut is_code = false;
    let lines = page.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect()
}

/// The anchors that GitHub gives to the headings of a page.
fn anchors(page: &str) -> Vec<String> {
    let prose = prose(page).into_iter();
    let headings = prose.filter(|line| line.starts_with('#'));
    let anchors = headings.map(|heading| {
        let title = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.collect::<String>().replace(' ', "-")
    });
    anchors.collect()
}

/// The targets of the links in a text.
fn links(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1);
    let links = links.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()));
    links.collect()
}

/// Text without marks, as the words of a page and of the help are compared.
fn plain(markdown: &str) -> Vec<String> {
    let text = markdown.replace(['`', '*'], "");
    text.split_whitespace().map(str::to_owned).collect()
}

/// Whether the words stand in a text in this order.
fn has(text: &[String], words: &[String]) -> bool {
    text.windows(words.len()).any(|part| part == words)
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
        let (section, help) = (section(&page, title), plain(&zonal(&[command, "help"])));
        let options: Vec<_> = OPTIONS.iter().filter(|option| option.of == of).collect();
        let heads = section.lines();
        let heads = heads.filter_map(|line| line.strip_prefix("`--")?.strip_suffix('`'));
        let heads: Vec<_> = heads.collect();
        assert_eq!(heads.len(), options.len(), "{title}");
        for (head, option) in heads.iter().zip(options) {
            assert_eq!(head.split(' ').next(), Some(option.name));
            let words = plain(&format!("--{head} {}", option.docs));
            assert!(has(&help, &words), "{words:?}");
        }
    }
}

#[test]
fn help_shows_the_synopsis_and_the_options_of_the_page() {
    for command in COMMANDS {
        let (page, help) = (page(command.name), zonal(&[command.name, "help"]));
        assert_eq!(help, zonal(&[command.name, "--help"]));
        assert_eq!(help, zonal(&["help", command.name]));
        assert_eq!(help, zonal(&["s3api", command.name, "help"]));
        let block = section(&page, "Synopsis").split("```").nth(1).unwrap();
        for line in block.lines().skip(1) {
            assert!(
                help.contains(&format!("    {line}\n")),
                "{}: {line}",
                command.name
            );
        }
        for option in OPTIONS
            .iter()
            .filter(|option| matches!(option.of, Of::All | Of::Commands))
        {
            assert!(
                block.contains(&format!("[--{}", option.name)),
                "{}",
                option.name
            );
        }
        let arguments = section(&page, "Arguments");
        let of_page: BTreeSet<_> = arguments
            .lines()
            .filter_map(|line| line.strip_prefix("`--")?.split_once('`'))
            .map(|(option, facts)| (option.to_owned(), facts.ends_with("required")))
            .collect();
        let options = help.split("\nOPTIONS\n").nth(1).unwrap();
        let options = options
            .split("\n  Options of all commands\n")
            .next()
            .unwrap();
        let of_help: BTreeSet<_> = options
            .lines()
            .filter_map(|line| line.strip_prefix("    --")?.split_once(" ("))
            .map(|(option, facts)| (option.to_owned(), facts.ends_with("required)")))
            .filter(|(option, _)| !is_own(option))
            .collect();
        assert_eq!(of_help, of_page, "{}", command.name);
    }
}

#[test]
fn help_has_the_sections_of_a_manual() {
    let overview = plain(&zonal(&["help"]));
    let all = |entries: &[Entry], text: &[String]| {
        for entry in entries {
            let words = plain(&format!("{} {}", entry.name, entry.docs));
            assert!(has(text, &words), "{words:?}");
        }
    };
    for entries in [EXIT, ENVIRONMENT, SETTINGS, PRECEDENCE] {
        all(entries, &overview);
    }
    for command in COMMANDS {
        let help = zonal(&[command.name, "help"]);
        for title in [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "OUTPUT",
            "EXIT STATUS",
            "ENVIRONMENT",
            "EXAMPLES",
        ] {
            let count = help.lines().filter(|line| *line == title).count();
            assert_eq!(count, 1, "{}: {title}", command.name);
        }
        let words = plain(&help);
        all(EXIT, &words);
        all(ENVIRONMENT, &words);
        for member in command.output.members.iter().filter(|it| it.name != "Body") {
            assert!(
                help.contains(&format!("\n    {} -> (", member.name)),
                "{}",
                member.name
            );
        }
        for form in command.forms {
            assert!(has(&words, &plain(form.short)), "{}", form.short);
        }
        let marks = ["](", "```", "**", "\n#"];
        let marks = marks.iter().filter(|mark| help.contains(**mark)).count();
        let ticks = help.lines().filter(|line| line.contains('`')).count();
        assert_eq!(
            (marks, ticks),
            (0, 0),
            "{}: Markdown in {help}",
            command.name
        );
    }
}

/// Words of a text without links, and without the marks that set an item of a list apart.
fn words(markdown: &str) -> Vec<String> {
    let mut parts = markdown.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    let without_targets = parts.map(|part| part.split_once(')').map_or(part, |(_, rest)| rest));
    let text = without_targets.fold(first, |text, part| text + part);
    let words = plain(&text.replace(['[', ':'], "")).into_iter();
    words.filter(|word| word != "-" && word != "•").collect()
}

#[test]
fn help_says_all_that_the_page_says_of_members() {
    for command in COMMANDS {
        let (page, help) = (page(command.name), words(&zonal(&[command.name, "help"])));
        let members = [section(&page, "Arguments"), section(&page, "Output")].join("\n");
        // a command writes the body to its file and prints the other members
        let printed = members
            .split("\n### ")
            .filter(|it| !it.starts_with("Output.Body\n"));
        let printed: Vec<_> = printed
            .flat_map(|it| it.split_once('\n'))
            .map(|(_, it)| it)
            .collect();
        let text = prose(&printed.join("\n")).join("\n");
        let is_text = |part: &&str| !part.contains(" · ") && !part.is_empty();
        let mut seen = HashSet::new();
        for paragraph in text.split("\n\n").map(str::trim).filter(is_text) {
            let paragraph = words(paragraph);
            let text = paragraph.join(" ");
            if text == "A successful call returns nothing." {
                continue;
            }
            assert!(has(&help, &paragraph), "{}: {text}", command.name);
            for sentence in text.split(". ").filter(|it| it.split(' ').count() > 5) {
                let is_new = seen.insert(sentence.to_owned());
                assert!(is_new, "{}: twice: {sentence}", command.name);
            }
        }
    }
}

#[test]
fn help_is_as_wide_as_it_may_be() {
    for command in COMMANDS {
        let help = |columns: &str| {
            let mut zonal = Command::new(env!("CARGO_BIN_EXE_zonal"));
            let output = zonal
                .args(["help", command.name])
                .env("COLUMNS", columns)
                .output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        let texts = ["60", "80", "120", "200"].map(help);
        assert!(
            texts.iter().all(|text| plain(text) == plain(&texts[0])),
            "{}",
            command.name
        );
        for (text, columns) in texts.iter().zip([60, 80, 120, 200]) {
            let prose = text.split("\nDESCRIPTION\n").nth(1).unwrap();
            let is_prose = |line: &&str| {
                line.ends_with(['.', ',']) && !line.contains(['"', '/', '=', '{', '|'])
            };
            let lines = || {
                prose
                    .lines()
                    .filter(is_prose)
                    .map(|line| line.chars().count())
            };
            assert!(
                lines().all(|length| length <= columns),
                "{} at {columns}",
                command.name
            );
        }
        let lines = texts.each_ref().map(|text| text.lines().count());
        assert!(
            lines.is_sorted_by(|a, b| a > b),
            "{} {lines:?}",
            command.name
        );
    }
}

#[test]
fn the_settings_that_are_read_are_on_their_page() {
    let sources = ["../cli/src", "../config/src"]
        .map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let mut files: Vec<PathBuf> = sources.into_iter().filter(|path| path.exists()).collect();
    let mut read = BTreeSet::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // what tests set is not what the program reads
        let code = text.split("#[cfg(test)]").next().unwrap();
        let texts = code.split('"').skip(1).step_by(2);
        let is_name = |text: &&str| {
            (text.starts_with("AWS_") || text.starts_with("ZONAL_"))
                && text
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        read.extend(texts.filter(is_name).map(str::to_owned));
    }
    assert!(read.contains("AWS_DEFAULT_REGION"), "{read:?}");
    let page = page("settings");
    for name in read {
        assert!(
            page.contains(&format!("| `{name}` |")) || name.ends_with('_'),
            "{name} is read and not in cli/reference.json"
        );
    }
}

#[test]
fn pages_lead_to_each_other() {
    let pages = pages();
    for (name, text) in &pages {
        let own = anchors(text);
        let mut seen = HashSet::new();
        let twice: Vec<_> = own.iter().filter(|anchor| !seen.insert(*anchor)).collect();
        assert!(
            twice.is_empty(),
            "{name}: the headings {twice:?} stand twice"
        );
        let links = links(&prose(text).join("\n"));
        let is_index = name == "README.md";
        assert!(
            is_index || links.contains(&"README.md".to_owned()),
            "{name} does not lead back"
        );
        for link in links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if path.is_empty() { name } else { path };
            let target = pages.iter().find(|(name, _)| name == path);
            let (_, target) = target.unwrap_or_else(|| panic!("{name}: there is no page {link}"));
            let is_there = anchor.is_empty() || anchors(target).iter().any(|it| it == anchor);
            assert!(is_there, "{name}: there is no heading {link}");
        }
    }
    let index = page("README");
    let reached: HashSet<_> = links(&index).into_iter().collect();
    for (name, _) in pages.iter().filter(|(name, _)| name != "README.md") {
        assert!(reached.contains(name), "{name} is not in the index");
    }
}

#[test]
fn every_command_is_in_the_overview_and_the_completions() {
    let overview = zonal(&["help"]);
    let scripts = ["bash", "zsh", "fish", "powershell"].map(|shell| zonal(&["completions", shell]));
    for command in COMMANDS {
        assert!(overview.contains(&format!("\n    {}\n", command.name)));
        assert!(scripts.iter().all(|script| script.contains(command.name)));
    }
    let group = |name: &str| {
        let before = overview.split_once(&format!("\n    {name}\n")).unwrap().0;
        let mut headings = before.lines().rev();
        headings.find_map(|line| line.strip_prefix("  ").filter(|it| !it.starts_with(' ')))
    };
    for (name, heading) in [
        ("cp", "Files"),
        ("delete-objects", "Objects"),
        ("list-multipart-uploads", "Objects"),
        ("head-bucket", "Buckets"),
        ("list-directory-buckets", "Buckets"),
        ("create-session", "Sessions"),
        ("session", "Sessions"),
        ("wait", "Other commands"),
    ] {
        assert_eq!(group(name), Some(heading), "{name}");
    }
}
