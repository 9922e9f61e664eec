//! What holds for all commands: the options that they take, as a table and as a page, and a page about what differs
//! from the AWS CLI. Both come with the [`CommandLine`].

use std::collections::{BTreeMap, HashSet};

use quote::quote;

use super::super::Context;
use super::super::rust_file::{Bug, RustFile, ident};
use crate::command_line::{CommandLine, GlobalOption, Of};
use crate::document::{Docs, code_span};
use crate::files::{Files, MARK};
use crate::name::kebab;

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

pub(super) fn emit(
    cx: &Context<'_, '_>,
    command_line: &CommandLine,
    files: &mut Files,
) -> Result<(), Bug> {
    differences(cx, command_line, files);
    page(&command_line.options, files);
    table(cx, &command_line.options, files)
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
    let options = options.iter().map(|option| {
        let GlobalOption { name, of, value, choices, docs } = option;
        let of = of.ident();
        quote!(table::GlobalOption { name: #name, of: table::Of::#of, value: #value, choices: &[#(#choices),*], docs: #docs })
    });
    file.item(quote! {
        /// The options, in the order of the help; those of all commands first.
        pub static OPTIONS: &[table::GlobalOption] = &[#(#options),*];
    });
    file.finish(files)
}

fn differences(cx: &Context<'_, '_>, command_line: &CommandLine, files: &mut Files) {
    let reasons = &command_line.differences;
    let mut text = format!(
        "<!-- {MARK}; change cli/differences.toml or codegen/ instead. -->\n\n\
         # Differences from the AWS CLI\n\n\
         `zonal COMMAND` and `zonal s3api COMMAND` do what `aws s3api COMMAND` does for directory buckets: the same \
         options,\nsettings and exit codes, and the same output to the byte. These are the exceptions, each on \
         purpose.\n\n"
    );
    let mut told = HashSet::new();
    for reason in reasons.iter().filter(|reason| told.insert(*reason)) {
        text.push_str(&format!("- {}.\n", sentence(reason)));
    }
    refused(cx, command_line, &mut text);
    files.insert("docs/differences.md", text);
}

/// The options that are refused, those with one reason in a row.
fn refused(cx: &Context<'_, '_>, command_line: &CommandLine, text: &mut String) {
    let mut rows: BTreeMap<(String, &str), Vec<&str>> = BTreeMap::new();
    for operation in &cx.api.operations {
        let command = &*cx.names.operation(&operation.id).command;
        for (member, reason) in command_line.refused(operation.id) {
            let row = rows.entry((kebab(member), reason)).or_default();
            row.push(command);
        }
    }
    if rows.is_empty() {
        return;
    }
    text.push_str(
        "\n## Options that are refused\n\nThe AWS CLI has them for buckets of all kinds. The error says what stands \
         here. In JSON they are refused by\ntheir names in the API.\n\n| option | commands | reason |\n|---|---|---|\n",
    );
    for ((flag, reason), commands) in rows {
        let commands: Vec<_> = commands.into_iter().map(code_span).collect();
        let (option, commands) = (code_span(&format!("--{flag}")), commands.join(", "));
        text.push_str(&format!("| {option} | {commands} | {reason} |\n"));
    }
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
