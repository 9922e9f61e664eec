//! What a user sees on a terminal: a line that tells how far a transfer is, and nothing that a server could use to
//! play with the terminal.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(target_os = "linux")]

mod support;

use std::fs::File;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use support::{BUCKET, peer, zonal};
use zonal_peer::{Fault, Operation};

/// What a command prints on a terminal: errors, and with `all` the rest too.
fn seen(command: &mut Command, all: bool) -> String {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    let master = openpt(flags).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let screen = File::from(ioctl_tiocgptpeer(&master, flags).unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::null());
    // without it, a terminal is one that cannot go back on a line
    command.env("TERM", "xterm");
    if all {
        command.stdout(screen.try_clone().unwrap());
    }
    let mut child = command.stderr(screen).spawn().unwrap();
    // its own copies of the terminal
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut text = Vec::new();
    // ends with an error when the last writer has gone
    drop(File::from(master).read_to_end(&mut text));
    child.wait().unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_long_transfer_tells_how_far_it_is() {
    let peer = peer();
    peer.put(BUCKET, "k", vec![7; 256 * 1024]);
    let slow = || {
        let fault = Fault::genuine().pace(16 * 1024, Duration::from_millis(60));
        peer.fault(fault.on(Operation::GetObject));
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    let get = |outfile: &str| {
        let mut command = zonal(&peer);
        command.args(["get-object", "--bucket", BUCKET, "--key", "k", outfile]);
        command
    };
    slow();
    let text = seen(&mut get(file.to_str().unwrap()), false);
    assert!(text.contains(" of 256.00 KiB ("), "{text:?}");
    // and it is gone at the end
    assert!(text.ends_with("\u{1b}[2K"), "{text:?}");
    // nobody would see it, or it would stand between the bytes
    slow();
    assert_eq!(seen(&mut get("-"), false), "");
    slow();
    let output = get(file.to_str().unwrap()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    // the same of files
    let copy = |more: &[&str]| {
        let mut command = zonal(&peer);
        let url = format!("s3://{BUCKET}/k");
        command
            .args(["cp", &url, file.to_str().unwrap()])
            .args(more);
        command
    };
    slow();
    let text = seen(&mut copy(&[]), false);
    assert!(text.contains(" of 256.00 KiB ("), "{text:?}");
    assert!(text.contains(" left, 0 of 1 files"), "{text:?}");
    for no_line in ["--no-progress", "--quiet", "--only-show-errors", "--json"] {
        slow();
        assert_eq!(seen(&mut copy(&[no_line]), false), "", "{no_line}");
    }
    slow();
    let output = copy(&[]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}

#[test]
fn what_a_server_says_is_harmless_on_a_terminal() {
    let peer = peer();
    let hostile = "\u{1b}]0;title\u{7}\u{9b}2J\u{202e}";
    peer.fault(Fault::error(403, "Bad\u{7f}", hostile).on(Operation::CreateSession));
    let mut command = zonal(&peer);
    command.args(["create-session", "--bucket", BUCKET]);
    let text = seen(&mut command, true);
    assert!(text.contains("title"), "{text:?}");
    let is_bad = |c: char| c.is_control() && !"\r\n".contains(c) || c == '\u{202e}';
    assert!(!text.contains(is_bad), "{text:?}");
    peer.fault(
        Fault::edit(|body| {
            let (before, after) = body.split_once("<AccessKeyId>").unwrap();
            format!("{before}<AccessKeyId>\u{9b}31m\u{202e}{after}")
        })
        .on(Operation::CreateSession),
    );
    for format in ["json", "text", "table"] {
        let mut command = zonal(&peer);
        command.args(["create-session", "--bucket", BUCKET, "--output", format]);
        command.args(["--color", "off"]);
        let text = seen(&mut command, true);
        let is_bad = |c: char| c.is_control() && !"\r\n\t".contains(c) || c == '\u{202e}';
        assert!(!text.contains(is_bad), "{format}: {text:?}");
    }
}

#[test]
fn help_on_a_terminal_goes_through_a_pager() {
    let peer = peer();
    let help = |pager: &str| {
        let mut command = zonal(&peer);
        command.args(["help", "create-session"]).env("PAGER", pager);
        seen(&mut command, true)
    };
    let through = help("sed -n s/NAME/through/p");
    assert!(
        through.contains("through") && !through.contains("SYNOPSIS"),
        "{through:?}"
    );
    // one that is not there, or not wanted, keeps nobody from reading
    for pager in ["/no/such/pager", ""] {
        let text = help(pager);
        assert!(
            text.contains("\u{1b}[1mSYNOPSIS\u{1b}[0m"),
            "{pager}: {text:?}"
        );
    }
    let mut command = zonal(&peer);
    command
        .args(["help", "create-session"])
        .env("PAGER", "/no/such/pager");
    let output = command.output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains('\u{1b}'));
}
