//! Completions of the command line for shells, from the table of commands.

mod bash;
mod fish;
mod powershell;
mod zsh;

use zonal_commands::{COMMANDS, Command, GlobalOption, Kind, OPTIONS, Of};

use crate::args::{OptionSpec, Takes, invalid_choice, options_of};
use crate::extra::{self, EXTRA};
use crate::failure::Failure;
use crate::files;
use crate::session_cache::{self, ACTIONS};
use crate::wait::WAITS;

/// The script for a shell.
pub(crate) fn script(shell: &str) -> Result<String, Failure> {
    match shell {
        "bash" => Ok(bash::script()),
        "zsh" => Ok(zsh::script()),
        "fish" => Ok(fish::script()),
        "powershell" | "pwsh" => Ok(powershell::script()),
        _ => Err(invalid_choice("shell", shell, &SHELLS).into()),
    }
}

/// A word with what it stands for.
type Described = (String, String);

/// What can follow a command word.
struct Following {
    /// The word; empty where none has been typed.
    after: &'static str,
    words: Vec<Described>,
}

/// A command with its options.
struct Completed {
    name: &'static str,
    options: Vec<Flag>,
}

/// An option that a command takes.
struct Flag {
    /// Its name, without dashes.
    name: String,
    takes: Takes,
    docs: String,
}

/// The words that a command, or another such word, can follow.
fn following() -> Vec<Following> {
    let word = |name: &str, docs: &str| (name.to_owned(), docs.to_owned());
    let operations = || COMMANDS.iter().map(|it| word(it.name, it.summary));
    let all = || operations().chain(EXTRA.iter().map(|it| word(it.name, it.summary)));
    let for_files = files::COMMANDS.iter().map(|it| {
        let summary = extra::find(it.name).map_or("", |extra| extra.summary);
        word(it.name, summary)
    });
    let waits = WAITS
        .iter()
        .map(|it| (it.name.to_owned(), format!("Ask with {}", it.command)));
    let actions = ACTIONS.iter().map(|it| word(it.name, it.summary));
    let shells = SHELLS.iter().map(|shell| word(shell, ""));
    [
        ("", all().collect()),
        ("completions", shells.collect()),
        ("help", all().collect()),
        ("man", all().collect()),
        ("s3", for_files.collect()),
        ("s3api", operations().collect()),
        ("session", actions.collect()),
        ("wait", waits.collect()),
    ]
    .into_iter()
    .map(|(after, words)| Following { after, words })
    .collect()
}

/// All commands that have options of their own.
fn completed() -> Vec<Completed> {
    let of = |name, operation| Completed {
        name,
        options: options(operation),
    };
    let operations = COMMANDS.iter().map(|command| of(command.name, command));
    let for_files = files::COMMANDS.iter().map(|command| Completed {
        name: command.name,
        options: command.options().iter().map(own_flag).collect(),
    });
    let waits = WAITS.iter().filter_map(|wait| {
        let mut commands = COMMANDS.iter();
        let asks = commands.find(|command| command.name == wait.command)?;
        Some(of(wait.name, asks))
    });
    let actions = ACTIONS.iter().map(|action| Completed {
        name: action.name,
        options: session_cache::OPTIONS.iter().map(own_flag).collect(),
    });
    let all = operations.chain(for_files).chain(waits);
    all.chain(actions).collect()
}

/// An option of a command that is no operation.
fn own_flag(option: &OptionSpec<'static>) -> Flag {
    Flag {
        name: option.name.to_owned(),
        takes: option.takes,
        docs: String::new(),
    }
}

/// The names of words that commands follow, and those of commands.
fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    let before = following().into_iter().map(|it| it.after);
    let commands = completed().into_iter().map(|it| it.name);
    (
        before.filter(|after| !after.is_empty()).collect(),
        commands.collect(),
    )
}

fn globals() -> impl Iterator<Item = &'static GlobalOption> {
    OPTIONS.iter().filter(|option| option.of == Of::All)
}

fn global_flags() -> String {
    let flags: Vec<_> = globals()
        .map(|global| format!("--{}", global.name))
        .collect();
    flags.join(" ")
}

/// The names of options, as they are typed.
fn flags(options: &[Flag]) -> String {
    let flags: Vec<_> = options
        .iter()
        .map(|option| format!("--{}", option.name))
        .collect();
    flags.join(" ")
}

/// The shells that there are scripts for.
const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "powershell"];

/// The regions that have directory buckets in their zones.
const REGIONS: [&str; 7] = [
    "ap-northeast-1",
    "ap-south-1",
    "eu-north-1",
    "eu-west-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

/// Prints the names of profiles.
const PROFILES: &str = "sed -n 's/^\\[\\(profile \\)\\{0,1\\}\\([^] ]*\\)\\].*/\\2/p' \
                        \"${AWS_CONFIG_FILE:-$HOME/.aws/config}\" \
                        \"${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}\" 2>/dev/null | sort -u";

/// Options whose values are files.
const FILES: &str = "--body|--ca-bundle";

/// The options of an operation, each with what it does.
fn options(command: &'static Command) -> Vec<Flag> {
    let options = options_of(command).into_iter().map(|(name, takes)| {
        let member = command.input.members.iter();
        let bare = name.strip_prefix("no-").unwrap_or(&name).to_owned();
        let member = member
            .clone()
            .find(|member| member.flag == name)
            .or_else(|| {
                let mut members = member;
                members.find(|member| member.flag == bare)
            });
        let own = OPTIONS.iter().find(|option| option.name == name);
        let docs = member.and_then(|member| member.docs.first().copied());
        let docs = docs.or(own.map(|option| option.docs)).unwrap_or_default();
        let docs = docs.to_owned();
        Flag { name, takes, docs }
    });
    options.collect()
}

/// Options with the values they can have.
fn choices() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = globals()
        .filter(|global| !global.choices.is_empty())
        .map(|global| (global.name, global.choices.to_vec()))
        .collect();
    let members = COMMANDS.iter().flat_map(|command| command.input.members);
    for member in members {
        if let Kind::Enum(values) = member.kind
            && !all.iter().any(|(name, _)| *name == member.flag)
        {
            let values = values.values.iter().map(|value| value.value);
            all.push((member.flag, values.collect()));
        }
    }
    all
}

/// What a completion says of an option.
fn first_sentence(docs: &str) -> &str {
    docs.find(". ").map_or(docs, |end| &docs[..=end])
}
