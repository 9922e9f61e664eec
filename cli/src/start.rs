//! From the command line to the exit code.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::sync::Arc;

use zonal_commands::{COMMANDS, Command, OPTIONS};
use zonal_config::{Env, Profiles};

use crate::app::App;
use crate::args::{self, Globals, Senseless, Word, invalid_choice, parse};
use crate::console::print;
use crate::extra::{self, EXTRA};
use crate::failure::{Failure, USAGE};
use crate::output;
use crate::output::query::{self, Query, QueryError};
use crate::rules::{binary_format, rules, timestamp_format};
use crate::session_cache::ACTIONS;
use crate::version::{self, behaviour};
use crate::wait::{WAITS, Wait};
use crate::{completions, debug, error_format, exec, files, help, run, session_cache};

/// The command that runs others.
const EXEC: &str = "exec";

/// How the program ends before it has done anything.
enum Early {
    Version,
    Help,
    Failed(Failure),
}

impl From<Senseless> for Early {
    fn from(error: Senseless) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Failure> for Early {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Runs the program; the exit code.
pub fn main(words: impl IntoIterator<Item = OsString>) -> u8 {
    let words: Vec<_> = words.into_iter().collect();
    match start(&words) {
        Ok(code) => code,
        Err(failure) => {
            let mut screen = io::stderr().lock();
            drop(screen.write_all(failure.shown().as_bytes()));
            failure.exit_code()
        }
    }
}

fn start(words: &[OsString]) -> Result<u8, Failure> {
    let (line, child) = split_child(words);
    let has_form = error_format::choose(line);
    let is_chosen = version::choose(line)?;
    let line = line.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    let mut globals = Globals::default();
    let parsed = match parse_globals(&line, &mut globals) {
        Ok(parsed) => Ok(parsed),
        Err(Early::Version) => return print(&own_version()),
        Err(Early::Help) => return help::overview(),
        Err(Early::Failed(failure)) => Err(failure),
    };
    let env = Env::of_process()?;
    let is_help = |command: &str| matches!(command, "completions" | "help" | "man");
    let profiles = match &parsed {
        Ok((command, _)) if is_help(command) => Profiles::default(),
        // files that cannot be read are told before all else
        _ => Profiles::read(&env)?,
    };
    let (command, rest) = parsed?;
    if globals.debug {
        debug::enable();
    }
    debug::say(format_args!("{}", own_version().trim()));
    let query = match globals.query.as_deref().map(query::compile) {
        // whether this is an error yet depends on the version, which the profile may choose
        Some(Err(error)) if error.is_late() => Some(Err(error)),
        Some(query) => Some(Ok(query.map_err(wrong_query)?)),
        None => None,
    };
    let timeouts = globals.check()?;
    if !is_help(command) {
        let profile = globals.profile.as_deref();
        let mut profile = profiles.chosen(profile, &env, rules().profile);
        if let (Ok(found), false) = (&profile, is_chosen) {
            version::choose_by(*found)?;
            profile = profiles.chosen(globals.profile.as_deref(), &env, rules().profile);
        }
        if let Ok(profile) = &profile {
            if !has_form {
                error_format::choose_by(*profile);
            }
            timestamp_format(*profile)?;
            binary_format(*profile)?;
        }
    }
    let query = match query {
        Some(Err(error)) if behaviour().late_queries => Some(Query::failing(error)),
        other => other.transpose().map_err(wrong_query)?,
    };
    let app = App {
        globals,
        timeouts,
        query,
        env: Arc::new(env),
        profiles: Arc::new(profiles),
        child: child.to_vec(),
        pager: RefCell::default(),
    };
    dispatch(&app, command, &rest)
}

fn wrong_query(error: QueryError) -> Failure {
    Failure::wrong_input(error.to_string())
}

/// A word of ours; those of a child may be anything.
fn text(word: &OsString) -> Result<&str, Failure> {
    word.to_str().ok_or_else(|| {
        let shown = word.to_string_lossy();
        let shown = output::terminal::safe(&shown);
        Failure::wrong_input(format!(
            "{shown}: this is not UTF-8. A file with such a name can be given as standard input or output: -"
        ))
    })
}

/// What stands behind `--exec … --` or `exec … --` is a command of its own.
fn split_child(words: &[OsString]) -> (&[OsString], &[OsString]) {
    let end = words.iter().position(|word| word == "--");
    match end {
        Some(end) if takes_child(&words[..end]) => (&words[..end], &words[end + 1..]),
        _ => (words, &[]),
    }
}

fn takes_child(line: &[OsString]) -> bool {
    let line: Vec<_> = line
        .iter()
        .map(|word| word.to_str().unwrap_or_default())
        .collect();
    let parsed = parse::<Senseless>(&line, &args::global_options(), 1, |_| Ok(()));
    let command = parsed.map(|parsed| parsed.positionals);
    line.contains(&"--exec") || command.is_ok_and(|command| command == [EXEC])
}

/// The names of all commands.
fn names() -> Vec<&'static str> {
    let operations = COMMANDS.iter().map(|command| command.name);
    let mut names: Vec<_> = operations
        .chain(EXTRA.iter().map(|extra| extra.name))
        .collect();
    names.sort_unstable();
    names
}

/// What stands behind an option that is not known may be its value rather than a command.
fn no_command(line: &[&str], name: &str) -> Early {
    let at = line
        .iter()
        .position(|word| *word == name)
        .unwrap_or_default();
    match at.checked_sub(1).map(|before| line[before]) {
        Some(option) if option.starts_with("--") && !option.contains('=') => {
            let known: Vec<_> = OPTIONS.iter().map(|option| option.name).collect();
            let mut failure = Failure::unknown_options(&[option, name], &known);
            // there is no command as well
            failure.code = USAGE;
            failure.into()
        }
        _ => no_such(name).into(),
    }
}

fn parse_globals<'a>(
    line: &[&'a str],
    globals: &mut Globals,
) -> Result<(&'a str, Vec<&'a str>), Early> {
    let options = args::global_options();
    let parsed = parse::<Early>(line, &options, 1, |word| match word {
        Word::Option(at, _) if OPTIONS[*at].name == "version" => Err(Early::Version),
        Word::Positional(name) if !names().contains(name) => Err(no_command(line, name)),
        Word::Option(at, value) => {
            globals.set(*at, *value);
            Ok(())
        }
        Word::Positional(_) => Ok(()),
    })?;
    match parsed.positionals.first() {
        Some(command) => Ok((command, parsed.rest)),
        None if parsed
            .rest
            .iter()
            .any(|word| matches!(*word, "--help" | "-h")) =>
        {
            Err(Early::Help)
        }
        None => Err(Senseless::missing("command").into()),
    }
}

fn dispatch(app: &App, command: &str, rest: &[&str]) -> Result<u8, Failure> {
    if let ["help" | "--help" | "-h"] = rest
        && let Some(extra) = extra::find(command).filter(|_| command != "s3api")
    {
        return help::extra(extra);
    }
    match (command, rest) {
        ("help", []) | ("s3api", ["help" | "--help" | "-h"]) => help::overview(),
        ("help", [name]) => page_of(name),
        ("help", rest) => Err(Failure::unknown_options(&rest[1..], &[])),
        ("completions", []) => Err(Senseless::missing("shell").into()),
        ("completions", [shell]) => print(&completions::script(shell)?),
        ("completions", [_, rest @ ..]) => Err(Failure::unknown_options(rest, &[])),
        ("man", rest) => print(&help::manual(rest)?),
        (EXEC, rest) => exec::run(app, rest),
        ("session", rest) => {
            let actions: Vec<_> = ACTIONS.iter().map(|action| action.name).collect();
            let (name, rest) = behind(rest, || Failure::too_few(&actions))?;
            session_cache::run(app, name, &rest)
        }
        ("wait", rest) => wait(app, rest),
        ("s3api", rest) => {
            let (name, rest) = behind(rest, || Senseless::missing("operation").into())?;
            match find(name) {
                Some(command) => operation(app, command, &rest, None),
                None if name == "wait" => wait(app, &rest),
                None => Err(no_operation(name)),
            }
        }
        ("s3", rest) => {
            let all: Vec<_> = files::COMMANDS.iter().map(|command| command.name).collect();
            let (name, rest) = behind(rest, || Failure::too_few(&all))?;
            let command =
                files::find(name).ok_or_else(|| invalid_choice("subcommand", name, &all))?;
            files::run(app, command, &rest)
        }
        (name, rest) => match (find(name), files::find(name)) {
            (Some(command), _) => operation(app, command, rest, None),
            (None, Some(command)) => files::run(app, command, rest),
            (None, None) => Err(no_such(name)),
        },
    }
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS
        .iter()
        .find(|command| command.name == name)
        .copied()
}

fn no_operation(name: &str) -> Failure {
    let operations: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
    invalid_choice("operation", name, &operations).into()
}

/// Shows the help of one command.
fn page_of(name: &str) -> Result<u8, Failure> {
    match (find(name), extra::find(name)) {
        (Some(command), _) => help::command(command),
        (None, Some(extra)) => help::extra(extra),
        (None, None) => Err(no_such(name)),
    }
}

/// A command that is not there.
pub(crate) fn no_such(name: &str) -> Failure {
    invalid_choice("command", name, &names()).into()
}

/// The word that a command takes first, and the others.
fn behind<'a>(
    rest: &[&'a str],
    missing: impl Fn() -> Failure,
) -> Result<(&'a str, Vec<&'a str>), Failure> {
    let parsed = parse::<Failure>(rest, &[], 1, |_| Ok(()))?;
    match parsed.positionals.first() {
        Some(name) => Ok((name, parsed.rest)),
        None => Err(missing()),
    }
}

fn wait(app: &App, rest: &[&str]) -> Result<u8, Failure> {
    if let ["help" | "--help" | "-h"] = rest {
        return page_of("wait");
    }
    let all: Vec<_> = WAITS.iter().map(|wait| wait.name).collect();
    let (name, rest) = behind(rest, || Failure::too_few(&all))?;
    let found = WAITS.iter().find(|wait| wait.name == name);
    let wait = found.ok_or_else(|| invalid_choice("subcommand", name, &all))?;
    let command = find(wait.command).ok_or_else(|| no_operation(wait.command))?;
    operation(app, command, &rest, Some(wait))
}

fn operation(
    app: &App,
    command: &'static Command,
    rest: &[&str],
    wait: Option<&'static Wait>,
) -> Result<u8, Failure> {
    let asks_for_help = |word: &&str| match *word {
        "--help" => true,
        "-h" => !behaviour().strict_options,
        _ => false,
    };
    if rest.iter().any(asks_for_help) {
        return help::command(command);
    }
    let arguments = args::arguments(command, rest);
    let takes_child = match &arguments {
        Ok(arguments) if arguments.help => return help::command(command),
        Ok(arguments) => arguments.exec,
        // the words of the child are the mistake
        Err(_) => rest.contains(&"--exec") && args::is_session(command),
    };
    if takes_child && app.child.is_empty() {
        let what = "a command behind --, as in: zonal create-session --bucket NAME --exec -- env";
        return Err(Senseless::missing(what).into());
    }
    run::operation(app, command, &arguments?, wait)
}

fn own_version() -> String {
    let system = (std::env::consts::OS, std::env::consts::ARCH);
    format!(
        "zonal/{} {}/{}\n",
        env!("CARGO_PKG_VERSION"),
        system.0,
        system.1
    )
}
