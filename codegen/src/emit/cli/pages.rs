//! What holds for all commands: the options that they take, as a table and as a page, and a page about what differs
//! from the AWS CLI. Both are told in files of `cli/`.

use quote::quote;
use serde::Deserialize;

use super::super::Context;
use super::super::rust_file::{Bug, RustFile, ident};
use crate::document::{Docs, code_span};
use crate::files::{Files, MARK};

/// The options that all commands take, in the order of the help.
const OPTIONS: &str = include_str!("../../../../cli/options.json");

/// Where the command line differs, with reasons. A tool reads it too, which compares runs.
const DIFFERENCES: &str = include_str!("../../../../cli/differences.toml");

/// The differences that no recorded run shows.
const FURTHER: &[&str] = &[
    "secrets are not in the output of `--debug`",
    "control characters from a server are escaped on a terminal",
    "a server that is asked over plain http and is not this machine is warned about",
    "an answer in broken HTTP is refused, and XML is UTF-8",
    "a proxy that speaks no HTTP is refused, and one without a URL is never passed by",
    "where a `HEAD` is refused, a `GET` of one byte asks whether the session or the credentials are the reason, which \
     the answer to a `HEAD` cannot say; they are then replaced and the call repeated",
    "a body without a content type is sent as `application/octet-stream`",
    "checksums of all kinds are made and checked, without further packages",
    "aliases, the files of boto, `api_versions` and `payload_signing_enabled` are not known",
    "a file of settings that cannot be read does not keep `--version` and `help` from working",
    "a download that breaks off leaves no half file, and spares the file that was there, unless that can only be \
     written in place: hard links, files of other users, devices, named pipes",
    "`get-object` with `-` in place of a file writes the body to standard output and prints nothing else; with \
     `/dev/stdout` it appends the body to what is there, and the other members follow",
    "a file without write permission is not overwritten, not even by root",
    "a body may come from a pipe: `--body -`",
    "`--max-items` is not negative",
    "below the table of a session on a terminal it is said how long the session lasts",
    "there are the options `--exec` and `--allow-unknown-values`, the output formats `env` and `credential-process`, \
     and the commands `completions` and `man`",
];

/// The commands that have an option.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Of {
    All,
    Commands,
    Pages,
    Session,
}

impl Of {
    fn ident(self) -> proc_macro2::Ident {
        ident(match self {
            Self::All => "All",
            Self::Commands => "Commands",
            Self::Pages => "Pages",
            Self::Session => "Session",
        })
    }
}

/// The headings of the page.
const HEADINGS: &[(Of, &str, &str)] = &[
    (
        Of::All,
        "Options of all commands",
        "They stand anywhere on the line, before the command or behind it.",
    ),
    (
        Of::Commands,
        "Options of all operations",
        "They stand behind the command.",
    ),
    (
        Of::Pages,
        "Options of lists",
        "They are for operations that answer in pages, which are put together unless these say otherwise.",
    ),
    (
        Of::Session,
        "Options of create-session",
        "They are for what opens a session.",
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlobalOption {
    name: String,
    of: Of,
    value: String,
    choices: Vec<String>,
    docs: String,
}

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) -> Result<(), Bug> {
    // the file is part of this program, and a test reads it
    let options: Vec<GlobalOption> = serde_json::from_str(OPTIONS).unwrap_or_default();
    differences(files);
    page(&options, files);
    table(cx, &options, files)
}

fn page(options: &[GlobalOption], files: &mut Files) {
    let mut text = format!(
        "<!-- {MARK}; change cli/options.json or codegen/ instead. -->\n\n\
         # Options\n"
    );
    for (of, heading, about) in HEADINGS {
        text.push_str(&format!("\n## {heading}\n\n{about}\n"));
        for option in options.iter().filter(|option| option.of == *of) {
            let value = match option.value.as_str() {
                "" => String::new(),
                value => format!(" <{value}>"),
            };
            let docs = Docs::of(&*option.docs).lines(100).join("\n");
            text.push_str(&format!("\n`--{}{value}`\n\n{docs}\n", option.name));
        }
    }
    files.insert("docs/options.md", text);
}

fn table(cx: &Context<'_, '_>, options: &[GlobalOption], files: &mut Files) -> Result<(), Bug> {
    let docs = "Options that do not depend on the model.";
    let service = cx.api.service.id.to_string();
    let mut file = RustFile::new("cli/src/options.rs", service, docs);
    file.item(quote! {
        /// Which commands have an option.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Of {
            /// All.
            All,
            /// Those of operations.
            Commands,
            /// Those of operations that answer in pages.
            Pages,
            /// Those that open a session.
            Session,
        }
    });
    file.item(quote! {
        /// An option that does not depend on the model.
        #[derive(Debug)]
        pub struct GlobalOption {
            /// Its name, without dashes.
            pub name: &'static str,
            /// Which commands have it.
            pub of: Of,
            /// What its value is called; empty if it has none.
            pub value: &'static str,
            /// The values there are, if these are few.
            pub choices: &'static [&'static str],
            /// What it does.
            pub docs: &'static str,
        }
    });
    let options = options.iter().map(|option| {
        let GlobalOption { name, of, value, choices, docs } = option;
        let of = of.ident();
        quote!(GlobalOption { name: #name, of: Of::#of, value: #value, choices: &[#(#choices),*], docs: #docs })
    });
    file.item(quote! {
        /// The options, in the order of the help; those of all commands first.
        pub static OPTIONS: &[GlobalOption] = &[#(#options),*];
    });
    file.finish(files)
}

fn differences(files: &mut Files) {
    let mut text = format!(
        "<!-- {MARK}; change cli/differences.toml or codegen/ instead. -->\n\n\
         # Differences from the AWS CLI\n\n\
         `zonal COMMAND` and `zonal s3api COMMAND` do what `aws s3api COMMAND` does for directory buckets: the same \
         options,\nsettings and exit codes, and the same output to the byte. These are the exceptions, each on \
         purpose.\n\n"
    );
    let mut told: Vec<&str> = Vec::new();
    for reason in DIFFERENCES
        .lines()
        .filter_map(reason)
        .chain(FURTHER.iter().copied())
    {
        if !told.contains(&reason) {
            told.push(reason);
            text.push_str(&format!("- {}.\n", sentence(reason)));
        }
    }
    files.insert("docs/differences.md", text);
}

/// The text of a line `reason = "…"`, which has no escapes in it.
fn reason(line: &str) -> Option<&str> {
    line.strip_prefix("reason = \"")?.strip_suffix('"')
}

/// Begins with a capital; options stand in code.
fn sentence(reason: &str) -> String {
    let words = reason.split(' ').map(|word| {
        let bare = word.trim_end_matches([',', ';', ':']);
        match bare.starts_with("--") {
            true => format!("{}{}", code_span(bare), &word[bare.len()..]),
            false => word.to_owned(),
        }
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_command_line_can_be_read() {
        let options: Vec<GlobalOption> = serde_json::from_str(OPTIONS).unwrap();
        assert!(options.iter().any(|option| option.name == "region"));
        let told = DIFFERENCES.lines().filter_map(reason).count();
        let all = DIFFERENCES.matches("[[difference]]").count();
        assert_eq!(told, all);
    }
}
