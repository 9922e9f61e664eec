//! Help, from the table of commands.

use zonal_commands::{COMMANDS, Command, GlobalOption, Kind, Member, OPTIONS, Of};

use crate::args::{Senseless, has_outfile, is_session};
use crate::extra::{self, EXTRA};
use crate::failure::Failure;
use crate::pages::Spec;

/// Commands, and the options that all of them take.
pub(crate) fn overview() -> String {
    let mut text = "zonal: S3 directory buckets on the command line\n\nUsage: zonal [options] <command> [parameters]\n\nCommands:\n".to_owned();
    let operations = COMMANDS
        .iter()
        .map(|command| (command.name, command.summary));
    let mut commands: Vec<_> = operations
        .chain(EXTRA.iter().map(|extra| (extra.name, extra.summary)))
        .collect();
    commands.sort_unstable();
    for (name, summary) in commands {
        text.push_str(&format!("  {name}\n"));
        wrap(&mut text, summary, 10);
    }
    text.push_str("\nOptions of all commands:\n");
    globals(&mut text);
    text.push_str("\n`zonal <command> help` shows the parameters of a command.\n");
    text
}

/// The help of one command.
pub(crate) fn page(command: &Command) -> String {
    let mut text = format!("{}\n\n", command.name);
    lines(&mut text, command.docs, "");
    text.push_str("\nSynopsis:\n\n");
    for line in synopsis(command) {
        text.push_str(&format!("  {line}\n"));
    }
    text.push_str("\nParameters:\n");
    for member in command.input.members {
        parameter(&mut text, member);
    }
    own_parameters(&mut text, command);
    text.push_str("\nOptions of all commands:\n");
    globals(&mut text);
    if !command.errors.is_empty() {
        text.push_str("\nErrors:\n");
        for fault in command.errors {
            text.push_str(&format!("\n  {} (HTTP {})\n", fault.code, fault.status));
            lines(&mut text, fault.docs, "      ");
        }
    }
    for example in command.examples {
        text.push_str(&format!("\nExample: {}\n\n", example.title));
        for line in example.command {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

/// The synopsis, as the reference page shows it.
pub(crate) fn synopsis(command: &Command) -> Vec<String> {
    command
        .synopsis
        .iter()
        .map(|line| (*line).to_owned())
        .collect()
}

fn own_parameters(text: &mut String, command: &Command) {
    if has_outfile(command) {
        text.push_str("\n  <outfile> (required)\n");
        wrap(
            text,
            "The file that the body goes to; - is standard output.",
            6,
        );
    }
    let spec = Spec::of(command);
    for own in OPTIONS {
        let has = match own.of {
            Of::All => false,
            Of::Commands => true,
            Of::Pages => spec
                .as_ref()
                .is_some_and(|spec| own.name != "page-size" || spec.has_size()),
            Of::Session => is_session(command),
        };
        if has {
            option_of(text, own);
        }
    }
}

fn option_of(text: &mut String, option: &GlobalOption) {
    let value = match option.value {
        "" => String::new(),
        value => format!(" <{value}>"),
    };
    text.push_str(&format!("\n  --{}{value}\n", option.name));
    wrap(text, option.docs, 6);
}

fn parameter(text: &mut String, member: &Member) {
    let required = if member.required { " (required)" } else { "" };
    text.push_str(&format!("\n  {}{required}\n", option(member)));
    lines(text, member.docs, "      ");
    if let Kind::Enum(values) = member.kind {
        for value in values.values {
            text.push_str(&format!("\n      {}\n", value.value));
            lines(text, value.docs, "          ");
        }
    }
}

fn option(member: &Member) -> String {
    let flag = member.flag;
    match member.kind {
        Kind::Boolean => format!("--{flag} | --no-{flag}"),
        Kind::Stream => format!("--{flag} <file>"),
        _ => format!("--{flag} <value>"),
    }
}

fn globals(text: &mut String) {
    let globals = OPTIONS.iter().filter(|option| option.of == Of::All);
    globals.for_each(|option| option_of(text, option));
}

fn lines(text: &mut String, lines: &[&str], indent: &str) {
    for line in lines {
        match line.is_empty() {
            true => text.push('\n'),
            false => text.push_str(&format!("{indent}{line}\n")),
        }
    }
}

/// A paragraph in lines of at most 79 columns.
fn wrap(text: &mut String, paragraph: &str, indent: usize) {
    let mut width = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && indent + width + 1 + length > 79 {
            text.push('\n');
            width = 0;
        }
        match width {
            0 => text.push_str(&" ".repeat(indent)),
            _ => text.push(' '),
        }
        width += length + usize::from(width > 0);
        text.push_str(word);
    }
    text.push('\n');
}

/// A manual page in the language of `man`.
pub(crate) fn manual(words: &[&str]) -> Result<String, Failure> {
    let (title, body) = match words {
        [] => ("zonal".to_owned(), overview()),
        [name] => {
            let command = COMMANDS.iter().find(|command| command.name == *name);
            let body = command
                .map(|command| page(command))
                .or_else(|| extra::about(name));
            let body = body
                .ok_or_else(|| Failure::from(Senseless(format!("there is no command {name}"))))?;
            (format!("zonal-{name}"), body)
        }
        _ => return Err(Failure::unknown_options(words, &[])),
    };
    let summary = match words {
        [name] => COMMANDS.iter().find(|command| command.name == *name),
        _ => None,
    };
    let summary = summary.map_or("S3 directory buckets on the command line", |command| {
        command.summary
    });
    let mut text = format!(
        ".TH {} 1\n.SH NAME\n{} \\- {}\n.SH DESCRIPTION\n.nf\n",
        roff(&title.to_uppercase()),
        roff(&title),
        roff(summary)
    );
    for line in body.lines() {
        let line = roff(line);
        if line.starts_with(['.', '\'']) {
            text.push_str("\\&");
        }
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str(".fi\n");
    Ok(text)
}

fn roff(line: &str) -> String {
    line.replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('…', "...")
}
