//! What holds for all commands: the options that they take, and settings and exit codes, as tables and as pages; and a
//! page about what differs from the AWS CLI. All of it comes with the [`CommandLine`].

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::super::Context;
use super::super::page::links;
use super::super::rust_file::{Bug, RustFile, ident};
use crate::command_line::{CommandLine, Entry, GlobalOption, Of};
use crate::document::{Docs, code_span};
use crate::files::{Files, MARK};
use crate::name::kebab;

/// Columns of a page.
const WIDTH: usize = 100;

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

/// The headings of the page about options.
const OPTIONS: &[(Of, &str, &str)] = &[
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
        "Operations that answer in pages have these. Unless you say otherwise, the program asks for all pages and \
         prints their items as one list.",
    ),
    (
        Of::Session,
        "Options of create-session",
        "The operation that opens a session has these.",
    ),
];

/// A heading of the page about settings, what stands below it, and which entries follow.
type Section = (&'static str, &'static str, fn(&CommandLine) -> &[Entry]);

const SETTINGS: &[Section] = &[
    (
        "Precedence",
        "Where several sources set the same thing, the first in this order counts.",
        |it| &it.precedence,
    ),
    (
        "Environment variables",
        "An empty variable counts as not set, unless its entry says otherwise.",
        |it| &it.environment,
    ),
    (
        "Settings of a profile",
        "A profile is a section of `~/.aws/config` (`[profile NAME]`, or `[default]`) and of `~/.aws/credentials` \
         (`[NAME]`). Where both files have a setting, the second counts. The AWS CLI reads the same files.",
        |it| &it.settings,
    ),
    (
        "Exit codes",
        "Errors are printed on standard error. Where the program fails, standard output stays empty, unless the \
         output itself broke off.",
        |it| &it.exit,
    ),
];

pub(super) fn emit(
    cx: &Context<'_, '_>,
    command_line: &CommandLine,
    files: &mut Files,
) -> Result<(), Bug> {
    options(cx, &command_line.options, files);
    settings(cx, command_line, files);
    differences(cx, command_line, files);
    tables(cx, command_line, files)
}

/// The beginning of a page.
fn head(cx: &Context<'_, '_>, source: &str, title: &str) -> String {
    format!(
        "<!-- {MARK}; change {source} or codegen/ instead. -->\n\n{}\n\n# {title}\n",
        links(cx)
    )
}

fn paragraph(text: &mut String, paragraph: &str) {
    let lines = Docs::of(paragraph).lines(WIDTH).join("\n");
    text.push_str(&format!("\n{lines}\n"));
}

fn options(cx: &Context<'_, '_>, options: &[GlobalOption], files: &mut Files) {
    let mut text = head(cx, "cli/options.json", "Options");
    for (of, heading, about) in OPTIONS {
        text.push_str(&format!("\n## {heading}\n"));
        paragraph(&mut text, about);
        for option in options.iter().filter(|option| option.of == *of) {
            text.push_str(&format!("\n`{}`\n", option.head()));
            paragraph(&mut text, &option.docs);
        }
    }
    files.insert("docs/options.md", text);
}

fn settings(cx: &Context<'_, '_>, command_line: &CommandLine, files: &mut Files) {
    let mut text = head(cx, "cli/reference.json", "Settings and exit codes");
    for (heading, about, entries) in SETTINGS {
        text.push_str(&format!("\n## {heading}\n"));
        paragraph(&mut text, about);
        text.push_str("\n| | |\n|---|---|\n");
        for Entry { name, docs } in entries(command_line) {
            let is_code = !name.contains(|c: char| c.is_ascii_uppercase())
                || !name.contains(|c: char| c.is_ascii_lowercase());
            let name = match is_code {
                true => code_span(name),
                false => name.clone(),
            };
            let docs = docs.replace('|', "\\|");
            text.push_str(&format!("| {name} | {docs} |\n"));
        }
    }
    files.insert("docs/settings.md", text);
}

fn tables(cx: &Context<'_, '_>, command_line: &CommandLine, files: &mut Files) -> Result<(), Bug> {
    let docs = "Options, settings and exit codes, which do not depend on the model.";
    let service = cx.api.service.id.to_string();
    let mut file = RustFile::new("cli/src/options.rs", service, docs);
    let options = command_line.options.iter().map(|option| {
        let GlobalOption { name, of, value, choices, docs } = option;
        let of = of.ident();
        quote!(table::GlobalOption { name: #name, of: table::Of::#of, value: #value, choices: &[#(#choices),*], docs: #docs })
    });
    file.item(quote! {
        /// The options, in the order of the help; those of all commands first.
        pub static OPTIONS: &[table::GlobalOption] = &[#(#options),*];
    });
    file.item(entries(
        "ENVIRONMENT",
        "The variables of the environment that are read.",
        &command_line.environment,
    ));
    file.item(entries(
        "SETTINGS",
        "The settings of a profile that are read.",
        &command_line.settings,
    ));
    file.item(entries(
        "PRECEDENCE",
        "Which of several sources counts.",
        &command_line.precedence,
    ));
    file.item(entries("EXIT", "The exit codes.", &command_line.exit));
    file.finish(files)
}

/// `pub static EXIT: &[Entry] = …`
fn entries(name: &str, docs: &str, entries: &[Entry]) -> TokenStream {
    let (name, docs) = (ident(name), format!(" {docs}"));
    let entries = entries.iter();
    let entries =
        entries.map(|Entry { name, docs }| quote!(table::Entry { name: #name, docs: #docs }));
    quote! {
        #[doc = #docs]
        pub static #name: &[table::Entry] = &[#(#entries),*];
    }
}

fn differences(cx: &Context<'_, '_>, command_line: &CommandLine, files: &mut Files) {
    let reasons = &command_line.differences;
    let mut text = head(cx, "cli/differences.toml", "Differences from the AWS CLI");
    paragraph(
        &mut text,
        "`zonal COMMAND` and `zonal s3api COMMAND` do what `aws s3api COMMAND` does for directory buckets: the same \
         options, settings and exit codes, and the same output to the byte: those of version 1 (1.45), or with `--aws-cli 2`, the \
         variable `ZONAL_AWS_CLI=2` or the setting `zonal_aws_cli = 2` of the profile, those of version 2 (2.36). These \
         are the exceptions, each on purpose; they hold for both versions unless they name one.",
    );
    text.push('\n');
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
