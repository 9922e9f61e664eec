//! What `--help` says.

use std::ffi::OsString;

use super::Program;

/// What is to be known of a command.
#[derive(Debug, Clone, Copy)]
pub struct Help {
    /// Its name, of one word or two.
    pub name: &'static str,
    /// What follows the name.
    pub arguments: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Its options, a line each; none where it tells them itself.
    pub options: Option<&'static [(&'static str, &'static str)]>,
}

impl Help {
    /// Whether the first word of its name is this.
    pub(super) fn is_of(&self, word: &str) -> bool {
        self.name.split(' ').next() == Some(word)
    }
}

const GENERATE: Help = Help {
    name: "",
    arguments: "[OPTION …]",
    about: "Write the client and its pages from the model",
    options: Some(&[
        (
            "--check",
            "Write nothing; name what differs and exit with 1 if anything does",
        ),
        MODEL,
        OPERATION,
        SERVICE,
        (
            "--all",
            "Generate all operations of the service, as it does unless told otherwise",
        ),
        ("--out DIR", "Write a crate there (cargo xtask: generated)"),
        (
            "--crate-name NAME",
            "Name the crate (cargo xtask: zonal; otherwise: client)",
        ),
        (
            "--runtime-path DIR",
            "Where zonal-runtime is, for a crate elsewhere (default: crates.io)",
        ),
        (
            "--module DIR",
            "Write no crate: write a module of the crate whose src/ the folder is in",
        ),
        (
            "--module-path PATH",
            "What the module is called in its crate, such as aws::s3 (default: as its folders)",
        ),
        ALLOW_TRAIT,
    ]),
};

const MODEL: (&str, &str) = (
    "--model PATH",
    "Read this file, or the model in this folder; again for more (cargo xtask: model)",
);
const OPERATION: (&str, &str) = (
    "--operation NAME",
    "Take this operation; again for more (default: all)",
);
const SERVICE: (&str, &str) = ("--service NAME", "The service, where the model has several");
const ALLOW_TRAIT: (&str, &str) = (
    "--allow-trait NAME",
    "Pass over this trait, which the generator does not know; again for more",
);

const MODEL_COMMANDS: [Help; 3] = [
    Help {
        name: "model changes",
        arguments: "OLD NEW",
        about: "Print what a change of the model means to users: added, changed, removed, by semantic version",
        options: Some(&[
            (
                "OLD, NEW",
                "A model: a file, a folder, or git:REVISION[:PATH] (PATH: model)",
            ),
            OPERATION,
            SERVICE,
            ALLOW_TRAIT,
        ]),
    },
    Help {
        name: "model diff",
        arguments: "--against FILE",
        about: "Compare a model with another, documentation aside: a line for each difference; exit with 1 if any",
        options: Some(&[
            MODEL,
            ("--against FILE", "The other model"),
            (
                "--deviations FILE",
                "What differs on purpose (cargo xtask: model/deviations.json)",
            ),
            (
                "--deliberate",
                "Show also what differs on purpose, with the reasons",
            ),
            (
                "--accept",
                "Record what differs on purpose as reviewed, in the .lock beside the deviations",
            ),
        ]),
    },
    Help {
        name: "model show",
        arguments: "OPERATION",
        about: "Show the members of an operation and where they stand on the wire",
        options: Some(&[MODEL, SERVICE]),
    },
];

fn all(program: &Program) -> Vec<Help> {
    let generate = Help {
        name: program.generate,
        ..GENERATE
    };
    let mut all = vec![generate];
    all.extend(MODEL_COMMANDS);
    all.extend(program.further);
    all
}

/// The help that the arguments ask for, if they do.
pub(super) fn asked(program: &Program, arguments: &[OsString]) -> Option<String> {
    let words: Vec<_> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let is_help = |word: &&str| matches!(*word, "-h" | "--help");
    let (first, rest) = words.split_first()?;
    if *first == "help" && rest.is_empty() || is_help(first) {
        return Some(usage(program));
    }
    let words = if *first == "help" { rest } else { &words[..] };
    let named = |help: &Help, count: usize| words.get(..count) == Some(&name(help)[..]);
    let commands = all(program);
    let exact: Vec<_> = commands
        .iter()
        .filter(|help| named(help, name(help).len()))
        .collect();
    let found = match &exact[..] {
        [] => commands
            .iter()
            .filter(|help| help.is_of(words[0]))
            .collect(),
        _ => exact,
    };
    // The programs behind some commands have their own help.
    let tells_itself = found.iter().any(|help| help.options.is_none());
    let is_asked = *first == "help" || words.iter().any(is_help);
    (is_asked && !found.is_empty() && !tells_itself).then(|| {
        found
            .iter()
            .map(|help| details(program, help))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

fn name(help: &Help) -> Vec<&'static str> {
    help.name.split(' ').collect()
}

/// All commands, a line each.
fn usage(program: &Program) -> String {
    let rows = all(program).into_iter();
    let rows: Vec<_> = rows
        .map(|help| (format!("{} {}", help.name, help.arguments), help.about))
        .chain([(
            "help [COMMAND]".to_owned(),
            "Print this, or the options of a command",
        )])
        .collect();
    let name = program.name;
    format!("Usage: {name} COMMAND\n\n{}", table(&rows))
}

/// A command and its options.
fn details(program: &Program, help: &Help) -> String {
    let options = help.options.unwrap_or_default().iter();
    let rows: Vec<_> = options
        .map(|(option, about)| ((*option).to_owned(), *about))
        .collect();
    format!(
        "Usage: {} {} {}\n\n{}\n\n{}",
        program.name,
        help.name,
        help.arguments,
        help.about,
        table(&rows)
    )
}

fn table(rows: &[(String, &str)]) -> String {
    let width = rows.iter().map(|(left, _)| left.chars().count()).max();
    let width = width.unwrap_or_default();
    let lines = rows
        .iter()
        .map(|(left, right)| format!("  {left:width$}  {right}\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(words: &[&str]) -> Option<String> {
        let program = Program {
            name: "zonal-codegen",
            generate: "generate",
            root: None,
            command_line: None,
            package: None,
            further: &[],
        };
        let words: Vec<_> = words.iter().map(OsString::from).collect();
        asked(&program, &words)
    }

    #[test]
    fn each_command_has_its_own() {
        for (words, expected) in [
            (&["--help"][..], "Usage: zonal-codegen COMMAND\n"),
            (&["help"], "Usage: zonal-codegen COMMAND\n"),
            (
                &["help", "generate"],
                "Usage: zonal-codegen generate [OPTION …]\n",
            ),
            (
                &["generate", "--out", "x", "--help"],
                "Usage: zonal-codegen generate [OPTION …]\n",
            ),
            (
                &["model", "diff", "-h"],
                "Usage: zonal-codegen model diff --against FILE\n",
            ),
        ] {
            let text = help(words).unwrap();
            assert!(text.starts_with(expected), "{words:?}: {text}");
            assert_eq!(text.matches("Usage").count(), 1);
        }
        assert_eq!(
            help(&["model", "--help"]).unwrap().matches("Usage").count(),
            3
        );
        for words in [
            &["generate"][..],
            &["model", "diff"],
            &["fly", "--help"],
            &[],
        ] {
            assert_eq!(help(words), None, "{words:?}");
        }
    }
}
