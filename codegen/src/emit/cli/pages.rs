//! What holds for all commands: the options that they take, and settings and exit codes, as tables and as pages; and a
//! page about what differs from the AWS CLI. All of it comes with the [`CommandLine`].

use std::collections::BTreeMap;

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
        "You can write these before or after the command.",
    ),
    (
        Of::Commands,
        "Options of all operations",
        "Write these after the command.",
    ),
    (
        Of::Pages,
        "Options of lists",
        "Commands whose answers come in pages have these options. By default they request all pages and print the items \
         of all pages as one list.",
    ),
    (
        Of::Session,
        "Options of create-session",
        "The command that opens a session has this option.",
    ),
];

/// A heading of the page about settings, the text below it, the titles of its table, and the rows.
type Section = (
    &'static str,
    &'static str,
    [&'static str; 2],
    fn(&CommandLine) -> &[Entry],
);

const SETTINGS: &[Section] = &[
    (
        "Precedence",
        "If several sources set the same thing, the first one in this order applies.",
        ["What is set", "Sources"],
        |it| &it.precedence,
    ),
    (
        "Environment variables",
        "An empty variable counts as not set, unless its entry says otherwise.",
        ["Variable", "Meaning"],
        |it| &it.environment,
    ),
    (
        "Settings of a profile",
        "A profile is a section of `~/.aws/config` (`[profile NAME]`, or `[default]`) and of `~/.aws/credentials` \
         (`[NAME]`). If both files have a setting, the second file applies. The AWS CLI reads the same files.",
        ["Setting", "Meaning"],
        |it| &it.settings,
    ),
    (
        "Exit codes",
        "The program prints errors on standard error. If it fails, it prints nothing on standard output, unless the \
         failure is in writing the output.",
        ["Code", "Meaning"],
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
    for (heading, about, titles, entries) in SETTINGS {
        text.push_str(&format!("\n## {heading}\n"));
        paragraph(&mut text, about);
        text.push_str(&format!("\n{}", table_head(*titles)));
        for Entry { name, docs } in entries(command_line) {
            let is_code = !name.contains(|c: char| c.is_ascii_uppercase())
                || !name.contains(|c: char| c.is_ascii_lowercase());
            let name = if is_code {
                code_span(name)
            } else {
                name.clone()
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
    let mut text = head(cx, "cli/differences.toml", "Differences from the AWS CLI");
    paragraph(
        &mut text,
        "`zonal COMMAND` and `zonal s3api COMMAND` do what `aws s3api COMMAND` does for directory buckets. They take the \
         same options and settings, print the same output, and exit with the same codes as version 1 (1.45). With \
         `--aws-cli 2`, the variable `ZONAL_AWS_CLI=2` or the setting `zonal_aws_cli = 2` of the profile, they act as \
         version 2 (2.36). These tables list the exceptions, all of which are on purpose. The first column says as \
         which of the versions.",
    );
    let mut section = "";
    for difference in &command_line.differences {
        if difference.section != section {
            section = &difference.section;
            text.push_str(&format!("\n## {section}\n\n"));
            text.push_str(&table_head(["As version", "AWS CLI", "zonal", "Why"]));
        }
        let version = difference.version.map_or("1, 2".to_owned(), String::from);
        let cells = [&version, &difference.aws, &difference.ours, &difference.why];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    refused(cx, command_line, &mut text);
    files.insert("docs/differences.md", text);
}

fn table_head<const N: usize>(titles: [&str; N]) -> String {
    format!("| {} |\n|{}\n", titles.join(" | "), "---|".repeat(N))
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
        "\n## Options that are refused\n\nThe AWS CLI has these options for other kinds of buckets. The error gives the \
         reason. In JSON, the members of\nthe same names are refused. As version 2 of the AWS CLI, the program sends them.\n\n",
    );
    text.push_str(&table_head(["Option", "Commands", "Reason"]));
    for ((flag, reason), commands) in rows {
        let commands: Vec<_> = commands.into_iter().map(code_span).collect();
        let (option, commands) = (code_span(&format!("--{flag}")), commands.join(", "));
        text.push_str(&format!("| {option} | {commands} | {reason} |\n"));
    }
}
