//! Help and manual pages: one document for each command, from the table of commands, as text for a terminal or in the
//! language of `man`.

mod inline;
mod markdown;
mod page;
mod roff;
mod text;

use std::io::{self, IsTerminal as _};

use zonal_commands::{COMMANDS, Command};

use crate::console;
use crate::extra::{self, Extra};
use crate::failure::Failure;
use inline::Span;

/// A page of help.
pub(crate) struct Document {
    /// What it is called: `zonal-create-session`.
    title: String,
    blocks: Vec<Block>,
}

/// A piece of a page. The depth is its indentation below the section.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    /// A heading such as `OPTIONS`.
    Section(&'static str),
    /// A heading within a section.
    Heading(String),
    Text(usize, Vec<Span>),
    /// The subject of the text below it, which is indented by one step more.
    Term(usize, Vec<Span>),
    Bullet(usize, Vec<Span>),
    /// Lines that stay as they are.
    Code(usize, Vec<String>),
}

/// Shows the commands, and the options that all of them take.
pub(crate) fn overview() -> Result<u8, Failure> {
    show(&page::overview())
}

/// Shows the help of one command.
pub(crate) fn command(command: &Command) -> Result<u8, Failure> {
    show(&page::command(command))
}

/// Shows the help of a command that is no operation.
pub(crate) fn extra(extra: &Extra) -> Result<u8, Failure> {
    show(&page::extra(extra))
}

/// A manual page in the language of `man`.
pub(crate) fn manual(words: &[&str]) -> Result<String, Failure> {
    let document = match words {
        [] => page::overview(),
        [name] => {
            let command = COMMANDS.iter().find(|command| command.name == *name);
            let command = command.map(|command| page::command(command));
            let extra = || extra::find(name).map(page::extra);
            let none = || crate::start::no_such(name);
            command.or_else(extra).ok_or_else(none)?
        }
        [_, rest @ ..] => return Err(Failure::unknown_options(rest, &[])),
    };
    Ok(roff::manual(&document))
}

/// Prints a page, on a terminal in its width and through a pager.
fn show(document: &Document) -> Result<u8, Failure> {
    let is_terminal = io::stdout().is_terminal();
    let width = if is_terminal {
        console::columns(true)
    } else {
        columns().unwrap_or(crate::output::COLUMNS)
    };
    let text = text::render(document, width, is_terminal);
    if is_terminal && crate::pager::show(&text) {
        Ok(0)
    } else {
        console::print(&text)
    }
}

/// The width that the environment asks for.
fn columns() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?;
    columns.parse().ok().filter(|columns| *columns > 0)
}
