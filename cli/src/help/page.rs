//! The content of a help page.

use std::collections::HashSet;

use zonal_commands::{
    COMMANDS, Command, ENVIRONMENT, EXIT, Entry, GlobalOption, Kind, Member, OPTIONS, Of,
    PRECEDENCE, SETTINGS,
};

use super::inline::Span;
use super::markdown::{blocks, term, text};
use super::{Block, Document};
use crate::args::{has_outfile, is_session};
use crate::extra::{EXTRA, Extra};
use crate::files;
use crate::pages::Spec;

const SUMMARY: &str = "S3 directory buckets on the command line";

/// The list of commands, and what all of them share.
pub(super) fn overview() -> Document {
    let mut page = vec![
        Block::Section("NAME"),
        text(0, &format!("zonal - {SUMMARY}")),
        Block::Section("SYNOPSIS"),
        Block::Code(
            0,
            vec![
                "zonal [options] <command> [parameters]".to_owned(),
                "zonal <command> help".to_owned(),
            ],
        ),
        Block::Section("DESCRIPTION"),
        text(
            0,
            "`zonal` calls the operations of S3 directory buckets. Its commands take the options, profiles and \
             settings of `aws s3api` and print the same. `zonal COMMAND help` explains the parameters of a command.",
        ),
        Block::Section("COMMANDS"),
    ];
    commands(&mut page);
    page.push(Block::Section("OPTIONS"));
    page.push(text(0, "Options of all commands:"));
    options(&mut page, |option| option.of == Of::All);
    page.push(Block::Section("EXIT STATUS"));
    entries(&mut page, EXIT);
    page.push(Block::Section("ENVIRONMENT"));
    entries(&mut page, ENVIRONMENT);
    page.push(Block::Section("FILES"));
    page.push(text(
        0,
        "Settings of a profile in `~/.aws/config` and `~/.aws/credentials`:",
    ));
    entries(&mut page, SETTINGS);
    page.push(Block::Section("PRECEDENCE"));
    page.push(text(
        0,
        "If several sources set the same thing, the first one in this order applies.",
    ));
    entries(&mut page, PRECEDENCE);
    Document {
        title: "zonal".to_owned(),
        blocks: page,
    }
}

/// What a command is for, in the order of the overview.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Files,
    Objects,
    Buckets,
    Sessions,
    Other,
}

impl Group {
    const ALL: [(Self, &str); 5] = [
        (Self::Files, "Files"),
        (Self::Objects, "Objects"),
        (Self::Buckets, "Buckets"),
        (Self::Sessions, "Sessions"),
        (Self::Other, "Other commands"),
    ];

    /// S3 has the word in the name of each operation of buckets.
    fn of(command: &Command) -> Self {
        if is_session(command) {
            Self::Sessions
        } else if command.name.contains("bucket") {
            Self::Buckets
        } else {
            Self::Objects
        }
    }

    fn of_extra(extra: &Extra) -> Self {
        match extra.name {
            name if files::find(name).is_some() => Self::Files,
            "session" => Self::Sessions,
            _ => Self::Other,
        }
    }
}

/// All commands, each with its summary, below the headings of their groups.
fn commands(page: &mut Vec<Block>) {
    let operations = COMMANDS
        .iter()
        .map(|it| (it.name, it.summary, Group::of(it)));
    let extras = EXTRA
        .iter()
        .map(|it| (it.name, it.summary, Group::of_extra(it)));
    let mut commands: Vec<_> = operations.chain(extras).collect();
    commands.sort_unstable_by_key(|(name, ..)| *name);
    for (group, title) in Group::ALL {
        page.push(Block::Heading(title.to_owned()));
        for (name, summary, _) in commands.iter().filter(|it| it.2 == group) {
            page.extend([term(0, name, ""), text(1, summary)]);
        }
    }
}

/// The page of a command that is no operation.
pub(super) fn extra(extra: &Extra) -> Document {
    let title = format!("zonal-{}", extra.name);
    let (synopsis, docs) = extra.split();
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    let mut page = vec![
        Block::Section("NAME"),
        text(
            0,
            &format!("{title} - {}", extra.summary.trim_end_matches('.')),
        ),
        Block::Section("SYNOPSIS"),
        Block::Code(0, lines(synopsis)),
        Block::Section("DESCRIPTION"),
        text(0, extra.summary),
    ];
    for paragraph in docs.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        page.push(if paragraph.starts_with(' ') {
            Block::Code(0, lines(paragraph))
        } else {
            text(0, paragraph)
        });
    }
    Document {
        title,
        blocks: page,
    }
}

/// The page of one command.
pub(super) fn command(command: &Command) -> Document {
    let title = format!("zonal-{}", command.name);
    let mut page = vec![Block::Section("NAME")];
    page.push(text(
        0,
        &format!("{title} - {}", command.summary.trim_end_matches('.')),
    ));
    page.push(Block::Section("SYNOPSIS"));
    let lines = command.synopsis.iter();
    page.push(Block::Code(
        0,
        lines.map(|line| (*line).to_owned()).collect(),
    ));
    page.push(Block::Section("DESCRIPTION"));
    page.extend(blocks(command.docs.iter().copied(), 0));
    page.push(Block::Section("OPTIONS"));
    let mut shown = Shown::default();
    for member in command.input.members {
        parameter(&mut page, command, member, &mut shown);
    }
    own_parameters(&mut page, command);
    page.push(Block::Heading("Options of all commands".to_owned()));
    options(&mut page, |option| option.of == Of::All);
    page.push(Block::Section("OUTPUT"));
    output(&mut page, command, &mut shown);
    if !command.errors.is_empty() {
        page.push(Block::Section("ERRORS"));
        for fault in command.errors {
            page.push(term(0, fault.code, &format!("(HTTP {})", fault.status)));
            page.extend(blocks(fault.docs.iter().copied(), 1));
        }
    }
    page.push(Block::Section("EXIT STATUS"));
    entries(&mut page, EXIT);
    page.push(Block::Section("ENVIRONMENT"));
    entries(&mut page, ENVIRONMENT);
    examples(&mut page, command);
    Document {
        title,
        blocks: page,
    }
}

fn own_parameters(page: &mut Vec<Block>, command: &Command) {
    if has_outfile(command) {
        page.push(term(0, "<outfile>", "(required)"));
        page.push(text(
            1,
            "The file to write the content to. `-` writes it to standard output.",
        ));
    }
    let spec = Spec::of(command);
    options(page, |option| match option.of {
        Of::All => false,
        Of::Commands => true,
        Of::Pages => spec
            .as_ref()
            .is_some_and(|spec| option.name != "page-size" || spec.has_size()),
        Of::Session => is_session(command),
    });
}

fn options(page: &mut Vec<Block>, has: impl Fn(&GlobalOption) -> bool) {
    for option in OPTIONS.iter().filter(|option| has(option)) {
        let head = match option.value {
            "" => format!("--{}", option.name),
            value => format!("--{} <{value}>", option.name),
        };
        page.push(term(0, &head, ""));
        page.extend(blocks(option.docs.lines(), 1));
    }
}

fn entries(page: &mut Vec<Block>, entries: &[Entry]) {
    for entry in entries {
        page.extend([term(0, entry.name, ""), text(1, entry.docs)]);
    }
}

/// Behind the type of a member that must be given.
const REQUIRED: &str = ", required";
/// Behind the type of a member that is always printed.
const ALWAYS: &str = ", always present";

/// What a page has shown of types already: it shows each text, structure and enum once.
#[derive(Default)]
struct Shown {
    texts: HashSet<&'static [&'static str]>,
    /// Structures and enums, by name.
    types: HashSet<&'static str>,
}

fn parameter(page: &mut Vec<Block>, command: &Command, member: &Member, shown: &mut Shown) {
    let required = if member.required { REQUIRED } else { "" };
    let facts = format!("({}{required})", kind(&member.kind));
    page.push(term(0, &option(member), &facts));
    described(page, member, 1, shown);
    if let Some(form) = command.forms.iter().find(|form| form.flag == member.flag) {
        page.push(text(1, "Shorthand syntax:"));
        page.push(Block::Text(2, vec![Span::bold(form.short)]));
        if !form.json.is_empty() {
            page.push(text(1, "JSON syntax:"));
            let lines = form.json.iter().map(|line| (*line).to_owned());
            page.push(Block::Code(2, lines.collect()));
        }
    }
    nested(page, &member.kind, 1, REQUIRED, shown);
}

/// What a member means, what its type adds, and the values that it can have.
fn described(page: &mut Vec<Block>, member: &Member, depth: usize, shown: &mut Shown) {
    page.extend(blocks(member.docs.iter().copied(), depth));
    if shown.texts.insert(member.type_docs) {
        page.extend(blocks(member.type_docs.iter().copied(), depth));
    }
    if let Kind::Enum(values) = innermost(&member.kind)
        && shown.types.insert(values.name)
    {
        for value in values.values {
            page.push(term(depth, value.value, ""));
            page.extend(blocks(value.docs.iter().copied(), depth + 1));
        }
    }
    page.extend(blocks([member.constraints], depth));
}

fn option(member: &Member) -> String {
    let flag = member.flag;
    match member.kind {
        Kind::Boolean => format!("--{flag} | --no-{flag}"),
        Kind::Stream => format!("--{flag} <file>"),
        _ => format!("--{flag} <value>"),
    }
}

/// A kind in words.
fn kind(kind: &Kind) -> String {
    match kind {
        Kind::String | Kind::Enum(_) => "string".to_owned(),
        Kind::Secret => "string, sensitive".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Long => "long".to_owned(),
        Kind::Float => "number".to_owned(),
        Kind::Timestamp(_) => "timestamp".to_owned(),
        Kind::Blob | Kind::Stream => "bytes".to_owned(),
        Kind::Structure(_) => "structure".to_owned(),
        Kind::List { item, .. } => format!("list of {}s", self::kind(item)),
        Kind::Map { value, .. } => format!("map from string to {}", self::kind(value)),
    }
}

/// The tree of what is printed.
fn output(page: &mut Vec<Block>, command: &Command, shown: &mut Shown) {
    page.extend(blocks(command.output_docs.iter().copied(), 0));
    let members = command.output.members.iter();
    let printed = members.filter(|member| !matches!(member.kind, Kind::Stream));
    let before = page.len();
    tree(page, printed, 0, ALWAYS, shown);
    if page.len() == before {
        page.push(text(0, "The command prints nothing."));
    }
}

fn tree(
    page: &mut Vec<Block>,
    members: impl Iterator<Item = &'static Member>,
    depth: usize,
    required: &str,
    shown: &mut Shown,
) {
    for member in members {
        let presence = if member.required { required } else { "" };
        let facts = format!("-> ({}{presence})", kind(&member.kind));
        page.push(term(depth, member.name, &facts));
        described(page, member, depth + 1, shown);
        nested(page, &member.kind, depth + 1, required, shown);
    }
}

/// The members of the structure in a value. A page shows each structure once: it may hold itself.
fn nested(page: &mut Vec<Block>, kind: &Kind, depth: usize, required: &str, shown: &mut Shown) {
    if let Kind::Structure(structure) = innermost(kind)
        && shown.types.insert(structure.name)
    {
        tree(page, structure.members.iter(), depth, required, shown);
    }
}

/// What a value, a list or a map holds.
fn innermost(kind: &Kind) -> &Kind {
    match kind {
        Kind::List { item, .. } => innermost(item),
        Kind::Map { value, .. } => innermost(value),
        kind => kind,
    }
}

fn examples(page: &mut Vec<Block>, command: &Command) {
    if command.examples.is_empty() {
        return;
    }
    page.push(Block::Section("EXAMPLES"));
    for example in command.examples {
        page.push(Block::Heading(example.title.to_owned()));
        page.extend(blocks(example.docs.iter().copied(), 0));
        let lines = example.command.iter().map(|line| (*line).to_owned());
        page.push(Block::Code(1, lines.collect()));
        if !example.output.is_empty() {
            page.push(text(0, "Output:"));
            let lines = example.output.iter().map(|line| (*line).to_owned());
            page.push(Block::Code(1, lines.collect()));
        }
    }
}
