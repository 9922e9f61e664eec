//! Options of one operation.

use zonal_commands::{Command, Kind, Member, Refused};

use super::{OptionSpec, Senseless, Takes, parse, refused};
use crate::failure::Failure;
use crate::others;
use crate::pages::{Paging, Spec};
use crate::version::behaviour;
use zonal_config::quoted;

/// Takes the input from JSON.
pub(crate) const FROM_JSON: &str = "cli-input-json";
/// Takes the input from YAML.
pub(crate) const FROM_YAML: &str = "cli-input-yaml";
/// Prints the form of the input or of the output.
pub(crate) const SKELETON: &str = "generate-cli-skeleton";

/// What the words behind a command come to.
#[derive(Debug, Default)]
pub(crate) struct Arguments<'a> {
    /// Members of the input, as they were given, in the order of the line.
    pub(crate) members: Vec<(&'static Member, Given<'a>)>,
    /// The value of `--cli-input-json`.
    pub(crate) json: Option<&'a str>,
    /// The value of `--cli-input-yaml`.
    pub(crate) yaml: Option<&'a str>,
    /// `input` or `output`.
    pub(crate) skeleton: Option<&'a str>,
    /// The file that the body of the answer goes to.
    pub(crate) outfile: Option<&'a str>,
    /// Whether the line asks for help.
    pub(crate) help: bool,
    /// Run a command with the result.
    pub(crate) exec: bool,
    /// Which pages are asked for.
    pub(crate) paging: Paging,
    /// Whether an option says by itself which page is wanted.
    pub(crate) is_manual: bool,
}

/// The options of operations that answer in pages.
const START: &str = "starting-token";
const PAGE_SIZE: &str = "page-size";
const MAX_ITEMS: &str = "max-items";

/// A value from the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given<'a> {
    Text(&'a str),
    Flag(bool),
}

/// An option of an operation and what it sets.
#[derive(Clone, Copy, Debug)]
enum Sets {
    Member(&'static Member),
    True(&'static Member),
    False(&'static Member),
    Json,
    Yaml,
    Skeleton,
    Exec,
    Paging(&'static str),
    Refused(&'static Refused),
    Nothing,
}

/// The options of an operation: names, and whether they take a value.
pub(crate) fn options_of(command: &'static Command) -> Vec<(String, Takes)> {
    let mut all: Vec<_> = options(command)
        .into_iter()
        .filter(|(_, _, sets)| !matches!(sets, Sets::Refused(_) | Sets::Nothing))
        .map(|(name, takes, _)| (name, takes))
        .collect();
    all.sort();
    all
}

fn options(command: &'static Command) -> Vec<(String, Takes, Sets)> {
    let mut all = Vec::new();
    for member in command.input.members {
        of_member(member, &mut all);
    }
    all.push((FROM_JSON.to_owned(), Takes::Value, Sets::Json));
    all.push((FROM_YAML.to_owned(), Takes::Value, Sets::Yaml));
    if !(has_outfile(command) && behaviour().plain_get_object) {
        all.push((SKELETON.to_owned(), Takes::Optional, Sets::Skeleton));
    }
    if let Some(spec) = Spec::of(command) {
        for name in [START, PAGE_SIZE, MAX_ITEMS]
            .into_iter()
            .filter(|name| *name != PAGE_SIZE || spec.has_size())
        {
            all.push((name.to_owned(), Takes::Value, Sets::Paging(name)));
        }
    }
    if is_session(command) {
        all.push(("exec".to_owned(), Takes::Nothing, Sets::Exec));
    }
    for option in command.refused {
        if let Some(member) = others::sent(&command.input, option.member) {
            of_member(member, &mut all);
            continue;
        }
        all.push((
            option.flag.to_owned(),
            Takes::Optional,
            Sets::Refused(option),
        ));
        if refused::is_switch(option) {
            all.push((format!("no-{}", option.flag), Takes::Nothing, Sets::Nothing));
        }
    }
    all
}

fn of_member(member: &'static Member, all: &mut Vec<(String, Takes, Sets)>) {
    let flag = member.flag.to_owned();
    if let Kind::Boolean = member.kind {
        let negative = format!("no-{flag}");
        all.push((flag, Takes::Nothing, Sets::True(member)));
        all.push((negative, Takes::Nothing, Sets::False(member)));
    } else {
        let takes = match member.kind {
            Kind::List { .. } => Takes::Many,
            _ => Takes::Value,
        };
        all.push((flag, takes, Sets::Member(member)));
    }
}

/// Whether the result of a command is the credentials of a session.
pub(crate) fn is_session(command: &Command) -> bool {
    let members = command.output.members;
    members.iter().any(|member| match member.kind {
        Kind::Structure(structure) => {
            let has = |name| structure.members.iter().any(|member| member.name == name);
            has("AccessKeyId") && has("SecretAccessKey") && has("SessionToken")
        }
        _ => false,
    })
}

/// Whether the body of the answer goes to a file.
pub(crate) fn has_outfile(command: &Command) -> bool {
    let members = command.output.members;
    members
        .iter()
        .any(|member| matches!(member.kind, Kind::Stream))
}

/// Reads the words behind a command.
pub(crate) fn arguments<'a>(
    command: &'static Command,
    line: &[&'a str],
) -> Result<Arguments<'a>, Failure> {
    if line == ["help"] {
        return Ok(Arguments {
            help: true,
            ..Arguments::default()
        });
    }
    let known = options(command);
    let options: Vec<_> = known
        .iter()
        .map(|(name, takes, sets)| OptionSpec {
            name,
            takes: *takes,
            choices: match sets {
                Sets::Skeleton => &["input", "output", "yaml-input"],
                _ => &[],
            },
        })
        .collect();
    let positionals = 1 + usize::from(has_outfile(command));
    let parsed = parse::<Failure>(line, &options, positionals, |_| Ok(()))?;
    let mut arguments = Arguments::default();
    for (at, value) in &parsed.options {
        match known[*at].2 {
            Sets::Paging(name) => arguments.page(name, value.unwrap_or_default())?,
            Sets::Refused(option) => refused::check(option.flag, option, *value)?,
            sets => arguments.set(sets, *value),
        }
    }
    if let Some(spec) = Spec::of(command) {
        let mut members = arguments.members.iter();
        arguments.is_manual = members.any(|(member, _)| spec.is_manual(member.name));
    }
    let mut words = parsed.positionals.into_iter();
    if has_outfile(command) {
        arguments.outfile = words.next().map(|path| match path {
            // a file with this name
            "-" if behaviour().bodies_are_files => "./-",
            path => path,
        });
        arguments.help = arguments.outfile == Some("help") && line.len() == 1;
    }
    let extra = words.next();
    arguments.help |= extra == Some("help");
    check_required(command, line, &arguments)?;
    let mut rest = parsed.rest;
    if let Some(dashes) = rest.iter().position(|word| *word == "--") {
        rest.remove(dashes);
    }
    rest.extend(extra.filter(|word| *word != "help"));
    if rest.is_empty() || arguments.help {
        Ok(arguments)
    } else {
        let known: Vec<_> = known.iter().map(|(name, _, _)| &**name).collect();
        Err(Failure::unknown_options(&rest, &known))
    }
}

/// Options that take the place of all others do so only as a word of their own.
fn check_required(
    command: &'static Command,
    line: &[&str],
    arguments: &Arguments<'_>,
) -> Result<(), Failure> {
    let stands = |name: &str| {
        line.iter()
            .position(|word| word.strip_prefix("--") == Some(name))
    };
    // the form of the output is that of a call that could be made
    let is_plain = has_outfile(command) && behaviour().plain_get_object;
    let form = stands(SKELETON)
        .filter(|_| !is_plain)
        .filter(|at| line.get(at + 1) != Some(&"output"));
    if form.is_some() {
        return Ok(());
    }
    let is_json = !is_plain && stands(FROM_JSON).or(stands(FROM_YAML)).is_some();
    let given = |member: &Member| {
        let mut members = arguments.members.iter();
        members.any(|(given, _)| std::ptr::eq(*given, member))
    };
    let members = command.input.members.iter();
    let mut missing: Vec<_> = members
        .filter(|member| member.required && !is_json && !given(member))
        .map(|member| format!("--{}", member.flag))
        .collect();
    if has_outfile(command) && arguments.outfile.is_none() {
        missing.push("outfile".to_owned());
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Senseless::missing(&missing.join(", ")).into())
    }
}

impl<'a> Arguments<'a> {
    fn set(&mut self, sets: Sets, value: Option<&'a str>) {
        if let (Sets::Member(to), None) = (sets, value) {
            self.members
                .retain(|(member, _)| !std::ptr::eq(*member, to));
        }
        let mut member = |member, given| self.members.push((member, given));
        match (sets, value) {
            (Sets::Member(to), Some(value)) => member(to, Given::Text(value)),
            (Sets::Member(_), None) => {}
            (Sets::True(to), _) => member(to, Given::Flag(true)),
            (Sets::False(to), _) => member(to, Given::Flag(false)),
            (Sets::Json, _) => self.json = value,
            (Sets::Yaml, _) => self.yaml = value,
            (Sets::Skeleton, _) => self.skeleton = Some(value.unwrap_or("input")),
            (Sets::Exec, _) => self.exec = true,
            (Sets::Paging(_) | Sets::Refused(_) | Sets::Nothing, _) => {}
        }
    }

    fn page(&mut self, name: &str, text: &'a str) -> Result<(), Failure> {
        if name == START {
            self.paging.start = Some(text.to_owned());
            return Ok(());
        }
        let refuse = |problem: &str| {
            let text = quoted(text);
            Failure::from(Senseless(format!(
                "argument --{name}: {problem}: {text}; expected a whole number"
            )))
        };
        let number = crate::number::integer(text).map_err(|_| refuse("invalid int value"))?;
        match name {
            PAGE_SIZE => {
                let size = number.try_into();
                self.paging.page_size = Some(size.map_err(|_| refuse("the number is too large"))?);
            }
            _ if number < 0 => return Err(refuse("the number is negative")),
            _ => self.paging.max_items = Some(number.try_into().unwrap_or(usize::MAX)),
        }
        Ok(())
    }
}
