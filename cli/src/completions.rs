//! Completions of the command line for shells, from the table of commands.

use zonal_commands::{COMMANDS, Command, GlobalOption, Kind, OPTIONS, Of};

use crate::args::{Takes, options_of};
use crate::extra::EXTRA;
use crate::failure::{Failure, SYNOPSIS, USAGE};

/// The script for a shell.
pub(crate) fn script(shell: &str) -> Result<String, Failure> {
    match shell {
        "bash" => Ok(bash()),
        "zsh" => Ok(zsh()),
        "fish" => Ok(fish()),
        _ => Err(usage()),
    }
}

/// What a wrong shell comes to.
pub(crate) fn usage() -> Failure {
    let text = "zonal: error: completions are for bash, zsh and fish: zonal completions bash\n";
    Failure::with(USAGE, format!("{SYNOPSIS}{text}"))
}

fn commands() -> Vec<(&'static str, &'static str)> {
    let operations = COMMANDS
        .iter()
        .map(|command| (command.name, command.summary));
    operations
        .chain(EXTRA.iter().map(|extra| (extra.name, extra.summary)))
        .collect()
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

fn flags(command: &'static Command) -> String {
    let flags: Vec<_> = options_of(command)
        .into_iter()
        .map(|(name, _)| format!("--{name}"))
        .collect();
    flags.join(" ")
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

fn bash() -> String {
    let names: Vec<_> = commands().iter().map(|(name, _)| *name).collect();
    let mut text = format!(
        "_zonal() {{\n    local word=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\" \
         command= at\n    for ((at = 1; at < COMP_CWORD; at++)); do\n        case \"${{COMP_WORDS[at]}}\" in\n            \
         s3api) ;;\n            {}) command=\"${{COMP_WORDS[at]}}\"; break ;;\n        esac\n    done\n    \
         COMPREPLY=()\n    case \"$before\" in\n",
        names
            .iter()
            .filter(|name| **name != "s3api")
            .copied()
            .collect::<Vec<_>>()
            .join("|")
    );
    for (name, values) in choices() {
        text.push_str(&format!(
            "        --{name}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
            values.join(" ")
        ));
    }
    text.push_str("    esac\n    local words\n    case \"$command\" in\n");
    for command in COMMANDS {
        text.push_str(&format!(
            "        {}) words='{}' ;;\n",
            command.name,
            flags(command)
        ));
    }
    text.push_str(&format!(
        "        *) words='{}' ;;\n    esac\n    if [[ $word == -* || -z $command ]]; then\n        \
         COMPREPLY=($(compgen -W \"$words {}\" -- \"$word\"))\n    fi\n}}\n\
         complete -o default -F _zonal zonal\n",
        names.join(" "),
        global_flags()
    ));
    text
}

fn zsh() -> String {
    // zsh reads the completions of bash
    format!(
        "#compdef zonal\nautoload -Uz bashcompinit && bashcompinit\n{}",
        bash()
    )
}

fn fish() -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut text = String::new();
    let names: Vec<_> = commands().iter().map(|(name, _)| *name).collect();
    let none = format!("not __fish_seen_subcommand_from {}", names.join(" "));
    for (name, summary) in commands() {
        text.push_str(&format!(
            "complete -c zonal -f -n {} -a {name} -d {}\n",
            quote(&none),
            quote(summary)
        ));
    }
    for global in globals() {
        let takes = if global.value.is_empty() { "" } else { " -r" };
        text.push_str(&format!(
            "complete -c zonal -l {}{takes} -d {}\n",
            global.name,
            quote(first_sentence(global.docs))
        ));
    }
    for command in COMMANDS {
        let seen = quote(&format!("__fish_seen_subcommand_from {}", command.name));
        for (name, takes) in options_of(command) {
            let takes = if takes == Takes::Nothing { "" } else { " -r" };
            text.push_str(&format!("complete -c zonal -n {seen} -l {name}{takes}\n"));
        }
    }
    for (name, values) in choices() {
        text.push_str(&format!(
            "complete -c zonal -l {name} -x -a {}\n",
            quote(&values.join(" "))
        ));
    }
    text
}

/// What a completion says of an option.
fn first_sentence(docs: &str) -> &str {
    docs.find(". ").map_or(docs, |end| &docs[..=end])
}
