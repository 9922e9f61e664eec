//! Manual pages, read by `mandoc` and `groff`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use zonal_commands::COMMANDS;

use crate::zonal;

/// Runs a tool on a manual page. `None` if the tool is not installed.
fn tool(name: &str, words: &[&str], page: &str) -> Option<String> {
    let mut tool = Command::new(name);
    let tool = tool
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut tool = tool.spawn().ok()?;
    tool.stdin
        .take()
        .unwrap()
        .write_all(page.as_bytes())
        .unwrap();
    let output = tool.wait_with_output().unwrap();
    Some(String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn manual_pages_please_mandoc() {
    let overview = zonal(&["help"]);
    let commands = overview.split("\nCOMMANDS\n").nth(1).unwrap();
    let commands = commands.split("\nOPTIONS\n").next().unwrap().lines();
    let commands = commands.filter_map(|line| line.strip_prefix("    "));
    // `zonal man help` is the help of `man`
    let commands = commands.filter(|name| !name.starts_with(' ') && *name != "help");
    let names: Vec<_> = commands.map(|name| vec!["man", name]).collect();
    assert!(names.len() > COMMANDS.len() && names.contains(&vec!["man", "sync"]));
    for words in names.into_iter().chain([vec!["man"]]) {
        let manual = zonal(&words);
        assert!(manual.starts_with(".TH ZONAL"), "{manual}");
        let Some(found) = tool("mandoc", &["-Tlint"], &manual) else {
            #[allow(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("skipped: there is no `mandoc` on the PATH");
            }
            return;
        };
        assert_eq!(found, "", "{words:?}");
        let text = |width| tool("mandoc", &["-Tascii", "-O", width], &manual).unwrap();
        let texts = ["width=60", "width=80", "width=120", "width=200"].map(text);
        let lines = texts.each_ref().map(|text| text.lines().count());
        assert!(lines.is_sorted_by(|a, b| a >= b), "{words:?} {lines:?}");
        // what `man` uses on most systems; it hyphenates words unless told otherwise
        let width = ["-man", "-Tascii", "-P-c", "-P-b", "-P-u", "-rLL=60n"];
        let Some(text) = tool("groff", &width, &manual) else {
            continue;
        };
        let is_cut = |line: &&str| {
            let word = line.strip_suffix('-');
            word.is_some_and(|word| word.ends_with(char::is_alphanumeric))
        };
        let cut = text.lines().find(is_cut);
        assert_eq!(cut, None, "{words:?}");
    }
}
