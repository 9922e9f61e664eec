//! The completion scripts as shells run them, where these are installed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

/// A line up to the cursor, a word that is offered there, and one that is not.
const LINES: &[(&str, &str, &str)] = &[
    ("zonal ", "create-session", "--debug"),
    ("zonal s3api ", "create-session", "sync"),
    ("zonal s3 ", "sync", "create-session"),
    ("zonal s3 sync --d", "--delete", "--recursive"),
    ("zonal cp --re", "--recursive", "--delete"),
    ("zonal wait ", "object-exists", "put-object"),
    ("zonal wait object-exists --b", "--bucket", "--body"),
    ("zonal help cre", "create-session", "--create"),
    ("zonal completions ", "fish", "create-session"),
    ("zonal session ", "forget", "create-session"),
    ("zonal session open --b", "--bucket", "--body"),
    ("zonal put-object --bo", "--body", "--session-mode"),
    (
        "zonal create-session --session-mode ",
        "ReadOnly",
        "create-session",
    ),
    ("zonal head-object --profile ", "dev", "head-object"),
    ("zonal head-object --region ", "us-west-2", "head-object"),
];

/// Gives each line to a program for a shell, which prints what the script offers there. Skipped without the shell.
fn offered(shell: &str, options: &[&str], program: &str) {
    let script = Command::new(env!("CARGO_BIN_EXE_zonal"))
        .args(["completions", shell])
        .output()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("script"), script.stdout).unwrap();
    std::fs::write(folder.join("config"), "[default]\n[profile dev]\n").unwrap();
    std::fs::write(folder.join("program"), program).unwrap();
    for (line, there, absent) in LINES {
        let output = Command::new(shell)
            .args(options)
            .args(["program", line])
            .current_dir(folder)
            .env("HOME", folder)
            .env("AWS_CONFIG_FILE", folder.join("config"))
            .output();
        let Ok(output) = output else {
            #[allow(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("skipped: there is no `{shell}` on the PATH");
            }
            return;
        };
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "",
            "{shell}: {line}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        // zsh and fish print what a word stands for behind it
        let mut words = text.lines().map(|it| it.split([':', '\t']).next().unwrap());
        let is_there = words.clone().any(|word| word == *there);
        assert!(is_there, "{shell}: {line}: {text}");
        assert!(words.all(|word| word != *absent), "{shell}: {line}: {text}");
    }
}

#[test]
fn bash_offers_what_can_follow() {
    let program = r#"
        source ./script
        read -ra COMP_WORDS <<<"$1"
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _zonal
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    offered("bash", &["--norc"], program);
}

/// The functions of its completion system print what they are given.
#[test]
fn zsh_offers_what_can_follow() {
    let program = r#"
        compdef() { }
        _files() { }
        compadd() {
            local -a candidates
            case $1 in
                -a) candidates=(${(P)2}) ;;
                --) candidates=(${@[2,-1]}) ;;
                *) candidates=($@) ;;
            esac
            print -rl -- $candidates
        }
        _describe() {
            local name=${@[-1]}
            print -rl -- ${(M)${(P)name}:#${words[CURRENT]}*}
        }
        source ./script
        words=("${(@s: :)1}")
        CURRENT=$#words
        _zonal
    "#;
    offered("zsh", &["-f"], program);
}

#[test]
fn fish_offers_what_can_follow() {
    let program = "source ./script\ncomplete -C $argv[1]\n";
    offered("fish", &["--no-config"], program);
}
