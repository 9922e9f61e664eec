//! Completions of the command line for shells, from the table of commands.

use zonal_commands::{COMMANDS, Command, GlobalOption, Kind, OPTIONS, Of};

use crate::args::{Takes, options_of};
use crate::extra::EXTRA;
use crate::failure::{Failure, SYNOPSIS, USAGE};
use crate::files;

/// The script for a shell.
pub(crate) fn script(shell: &str) -> Result<String, Failure> {
    match shell {
        "bash" => Ok(bash()),
        "zsh" => Ok(zsh()),
        "fish" => Ok(fish()),
        "powershell" | "pwsh" => Ok(powershell()),
        _ => Err(usage()),
    }
}

/// What a wrong shell comes to.
pub(crate) fn usage() -> Failure {
    let text = "zonal: error: completions are for bash, zsh, fish and powershell: zonal completions bash\n";
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

/// The same in the language of fish.
const PROFILES_OF_FISH: &str =
    "string replace -rf '^\\[(?:profile )?([^\\] ]+)\\].*' '\\$1' <~/.aws/config | sort -u";

/// Options whose values are files.
const FILES: &str = "--body|--ca-bundle";

/// The options of a command, each with what it does.
fn described(command: &'static Command) -> Vec<(String, String)> {
    let options = options_of(command).into_iter().map(|(name, _)| {
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
        (format!("--{name}"), docs.to_owned())
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

fn bash() -> String {
    let names: Vec<_> = commands().iter().map(|(name, _)| *name).collect();
    let mut text = format!(
        "_zonal() {{\n    local word=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\" \
         command= at\n    for ((at = 1; at < COMP_CWORD; at++)); do\n        case \"${{COMP_WORDS[at]}}\" in\n            \
         s3|s3api) ;;\n            {}) command=\"${{COMP_WORDS[at]}}\"; break ;;\n        esac\n    done\n    \
         COMPREPLY=()\n    case \"$before\" in\n        \
         --profile) COMPREPLY=($(compgen -W \"$({PROFILES})\" -- \"$word\")); return ;;\n        \
         --region) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n        \
         {FILES}) return ;;\n",
        names
            .iter()
            .filter(|name| !matches!(**name, "s3" | "s3api"))
            .copied()
            .collect::<Vec<_>>()
            .join("|"),
        REGIONS.join(" ")
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
    for command in files::COMMANDS {
        let flags: Vec<_> = command
            .options
            .iter()
            .map(|option| format!("--{}", option.name))
            .collect();
        let flags = flags.join(" ");
        text.push_str(&format!("        {}) words='{flags}' ;;\n", command.name));
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
    let item = |(name, docs): (String, String)| {
        let docs = docs.replace('\'', r"'\''").replace(':', r"\:");
        format!("'{}:{docs}'", name.replace(':', r"\:"))
    };
    let list =
        |items: Vec<(String, String)>| items.into_iter().map(item).collect::<Vec<_>>().join(" ");
    let names: Vec<_> = commands().iter().map(|(name, _)| *name).collect();
    let own = |(name, summary): (&str, &str)| (name.to_owned(), summary.to_owned());
    let mut text = format!(
        "#compdef zonal\n_zonal() {{\n    local -a items\n    local command= word\n    \
         for word in ${{words[2,CURRENT-1]}}; do\n        case $word in\n            s3api|wait) ;;\n            \
         {}) command=$word; break ;;\n        esac\n    done\n    case ${{words[CURRENT-1]}} in\n        \
         --profile) items=(${{(f)\"$({PROFILES})\"}}); compadd -a items; return ;;\n        \
         --region) compadd {}; return ;;\n        {FILES}) _files; return ;;\n",
        names
            .iter()
            .filter(|name| !matches!(**name, "s3api" | "wait"))
            .copied()
            .collect::<Vec<_>>()
            .join("|"),
        REGIONS.join(" "),
    );
    for (name, values) in choices() {
        text.push_str(&format!(
            "        --{name}) compadd -- {}; return ;;\n",
            values.join(" ")
        ));
    }
    text.push_str("    esac\n    case $command in\n");
    for command in COMMANDS {
        text.push_str(&format!(
            "        {}) items=({}) ;;\n",
            command.name,
            list(described(command))
        ));
    }
    text.push_str(&format!(
        "        *) items=({}) ;;\n    esac\n    if [[ ${{words[CURRENT]}} == -* ]]; then\n        items+=({})\n        \
         _describe -o option items\n    elif [[ -z $command ]]; then\n        _describe command items\n    else\n        \
         _files\n    fi\n}}\nif [[ $funcstack[1] == _zonal ]]; then _zonal \"$@\"; else compdef _zonal zonal; fi\n",
        list(commands().into_iter().map(own).collect()),
        list(globals().map(|global| (format!("--{}", global.name), global.docs.to_owned())).collect()),
    ));
    text
}

fn powershell() -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let list = |words: &[String]| {
        words
            .iter()
            .map(|word| quote(word))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut text = "Register-ArgumentCompleter -Native -CommandName zonal -ScriptBlock {\n    \
                    param($word, $line, $position)\n    $options = @{\n"
        .to_owned();
    for command in COMMANDS {
        let flags: Vec<_> = described(command)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        text.push_str(&format!(
            "        {} = @({})\n",
            quote(command.name),
            list(&flags)
        ));
    }
    text.push_str("    }\n    $values = @{\n");
    for (name, values) in choices() {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        text.push_str(&format!(
            "        {} = @({})\n",
            quote(&format!("--{name}")),
            list(&values)
        ));
    }
    let regions: Vec<_> = REGIONS.iter().map(|region| (*region).to_owned()).collect();
    let names: Vec<_> = commands()
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let all: Vec<_> = globals()
        .map(|global| format!("--{}", global.name))
        .collect();
    text.push_str(&format!(
        "        '--region' = @({})\n    }}\n    $words = @($line.CommandElements | ForEach-Object {{ $_.ToString() }})\n    \
         $before = if ($word) {{ $words[-2] }} else {{ $words[-1] }}\n    \
         $command = $words | Select-Object -Skip 1 | Where-Object {{ $options.ContainsKey($_) }} | Select-Object -First 1\n    \
         $found = if ($values.ContainsKey($before)) {{ $values[$before] }}\n    \
         elseif ($before -eq '--profile') {{\n        \
         Get-Content ~/.aws/config, ~/.aws/credentials -ErrorAction SilentlyContinue |\n            \
         ForEach-Object {{ if ($_ -match '^\\[(?:profile )?([^\\s\\]]+)\\]') {{ $Matches[1] }} }} | Sort-Object -Unique\n    }}\n    \
         elseif ($command) {{ $options[$command] + @({}) }}\n    else {{ @({}) + @({}) }}\n    \
         $found | Where-Object {{ $_ -like \"$word*\" }} | ForEach-Object {{\n        \
         [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)\n    }}\n}}\n",
        list(&regions),
        list(&all),
        list(&names),
        list(&all),
    ));
    text
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
        for ((name, takes), (_, docs)) in options_of(command).into_iter().zip(described(command)) {
            let takes = if takes == Takes::Nothing { "" } else { " -r" };
            let docs = quote(&docs);
            text.push_str(&format!(
                "complete -c zonal -n {seen} -l {name}{takes} -d {docs}\n"
            ));
        }
    }
    text.push_str(&format!(
        "complete -c zonal -l profile -x -a \"({PROFILES_OF_FISH})\"\ncomplete -c zonal -l region -x -a {}\n",
        quote(&REGIONS.join(" "))
    ));
    for command in files::COMMANDS {
        let seen = quote(&format!("__fish_seen_subcommand_from {}", command.name));
        for option in command.options {
            let takes = if option.takes == Takes::Nothing {
                ""
            } else {
                " -r"
            };
            let name = option.name;
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
