//! The program in real shells on a real screen: completion by the Tab key, help, tables, progress and Ctrl-C at several
//! widths. Skipped where there is no tmux, or no such shell.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

mod support;

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use support::{BUCKET, peer, until, zonal};
use tempfile::TempDir;
use zonal_peer::{Fault, Operation, Peer};

const WIDTHS: [usize; 3] = [60, 80, 200];

/// A terminal in which a shell waits for keys.
struct Screen {
    folder: TempDir,
}

impl Screen {
    /// `None` without tmux or the shell.
    fn new(peer: &Peer, columns: usize, shell: &[&str]) -> Option<Self> {
        let is_there = |name: &str, option: &str| {
            let run = Command::new(name).arg(option).output();
            run.is_ok_and(|output| output.status.success())
        };
        if !is_there("tmux", "-V") || !is_there(shell[0], "--version") {
            #[allow(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("skipped: there is no tmux or no {}", shell[0]);
            }
            return None;
        }
        let screen = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let mut command = zonal(peer);
        let path = Path::new(env!("CARGO_BIN_EXE_zonal")).parent().unwrap();
        command.env("PATH", format!("{}:/usr/bin:/bin", path.display()));
        command
            .env("HOME", screen.folder.path())
            .env("LC_ALL", "C.UTF-8");
        command.env("PAGER", "cat").env("TERM", "xterm");
        let mut tmux = Command::new("tmux");
        tmux.env_clear().envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        tmux.current_dir(screen.folder.path());
        tmux.args(["-f", "/dev/null", "-S"]).arg(screen.socket());
        tmux.args(["new-session", "-d", "-y", "50", "-x", &columns.to_string()]);
        let output = tmux.args(shell).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        Some(screen)
    }

    fn socket(&self) -> std::path::PathBuf {
        self.folder.path().join("tmux")
    }

    fn tmux(&self, words: &[&str]) -> Output {
        let mut tmux = Command::new("tmux");
        tmux.arg("-S").arg(self.socket()).args(words);
        tmux.output().unwrap()
    }

    /// Types a text, and then keys by their names.
    fn types(&self, text: &str, keys: &[&str]) {
        self.tmux(&["send-keys", "-l", "--", text]);
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// What is to be seen. Lines that the terminal has broken are whole.
    fn text(&self) -> String {
        let output = self.tmux(&["capture-pane", "-p", "-J", "-S", "-"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn shows(&self, words: &str) {
        until(words, || self.text().contains(words));
    }

    /// Runs a line to its end; what it has printed.
    fn run(&self, line: &str) -> String {
        self.tmux(&["send-keys", "-R"]);
        self.tmux(&["clear-history"]);
        // the line itself does not have the word that is waited for
        self.types(&format!("{line}; echo en''ded $?"), &["Enter"]);
        self.shows("ended ");
        self.text()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

/// How many columns a text takes; the wide characters here are all East Asian.
fn columns(line: &str) -> usize {
    let wide = |c: char| ('\u{1100}'..='\u{ffff}').contains(&c);
    line.chars().map(|c| 1 + usize::from(wide(c))).sum()
}

#[test]
fn the_tab_key_completes() {
    let peer = peer();
    for (shell, setup) in [
        (
            &["bash", "--norc", "--noprofile"][..],
            "eval \"$(zonal completions bash)\"",
        ),
        (
            &["zsh", "-f"],
            "autoload -Uz compinit; compinit -D; eval \"$(zonal completions zsh)\"",
        ),
        (&["fish", "--no-config"], "zonal completions fish | source"),
    ] {
        let Some(screen) = Screen::new(&peer, 80, shell) else {
            continue;
        };
        screen.types(&format!("{setup}; echo lo''aded"), &["Enter"]);
        screen.shows("loaded");
        screen.types("zonal create-ses", &["Tab"]);
        screen.shows("zonal create-session");
        screen.types("--buck", &["Tab"]);
        screen.shows("zonal create-session --bucket");
        // fish puts no blank behind an option that takes a value
        screen.types(&format!(" {BUCKET} --session-mode ReadO"), &["Tab"]);
        screen.shows("--session-mode ReadOnly");
        screen.types("--query Credentials.nope --output json", &["Enter"]);
        screen.shows("null");
    }
}

#[test]
fn help_and_tables_fit_the_terminal() {
    let peer = peer();
    let wide = "表/日本語の名前-とても長い";
    peer.put(BUCKET, wide, "x");
    for width in WIDTHS {
        let Some(screen) = Screen::new(&peer, width, &["bash", "--norc", "--noprofile"]) else {
            return;
        };
        // an address, an option of the synopsis, an example and the line that was typed cannot be broken
        let is_prose = |line: &&str| {
            let breaks = line.split_whitespace().all(|word| word.len() < 40);
            breaks && !line.contains(['"', '[']) && !line.contains("zonal ")
        };
        for (page, option) in [("create-session", "--session-mode"), ("cp", "--recursive")] {
            let help = screen.run(&format!("zonal help {page}"));
            let longest = help.lines().filter(is_prose).map(columns).max().unwrap();
            assert!(longest <= width, "{width}: {longest}\n{help}");
            assert!(help.contains(option), "{help}");
        }
        let query = "{Keys: Contents[].{Key: Key, Size: Size}}";
        let list = format!("zonal list-objects-v2 --bucket {BUCKET} --output table");
        let table = screen.run(&format!("{list} --query '{query}'"));
        assert!(table.contains(wide), "{table}");
        let lines = table.lines().filter(|line| line.starts_with(['|', '+']));
        let widths: Vec<_> = lines.map(columns).collect();
        assert!(
            widths.len() > 5 && widths.iter().all(|it| *it == widths[0]),
            "{table}"
        );
        assert!(widths[0] <= width, "{table}");
    }
}

#[test]
fn progress_takes_a_line_and_ctrl_c_ends_it() {
    let peer = peer();
    peer.put(BUCKET, "名前/large", vec![7; 512 * 1024]);
    for width in WIDTHS {
        let Some(screen) = Screen::new(&peer, width, &["bash", "--norc", "--noprofile"]) else {
            return;
        };
        let slow = Fault::genuine().pace(4 * 1024, Duration::from_millis(100));
        peer.fault(slow.on(Operation::GetObject).always());
        screen.types(
            &format!("zonal cp 's3://{BUCKET}/名前/large' 名前; echo en''ded $?"),
            &["Enter"],
        );
        screen.shows(" of 512.00 KiB");
        let text = screen.text();
        let progress = text.lines().find(|line| line.contains(" of 512.00 KiB"));
        assert!(columns(progress.unwrap()) <= width, "{text}");
        screen.tmux(&["send-keys", "C-c"]);
        screen.shows("ended ");
        let text = screen.text();
        let (shown, after) = text.split_once("cancelled: ctrl-c received").unwrap();
        assert_eq!(shown.matches(" of 512.00 KiB").count(), 1, "{text}");
        assert!(
            after.contains("ended 1") && !after.contains("KiB"),
            "{text}"
        );
        peer.clear_faults();
        let names = std::fs::read_dir(screen.folder.path()).unwrap();
        let names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
        let left = names
            .iter()
            .filter(|it| it.to_string_lossy().contains("名前"));
        assert_eq!(left.count(), 0, "{names:?}");
    }
}
