//! The program `zonal-peer`, and the Python of README, which uses it by boto3.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program while it runs, and what it says to export.
struct Program {
    child: Child,
    exports: Vec<(String, String)>,
}

impl Program {
    fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zonal-peer"))
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // it closes its output no earlier than it ends, so the last line has to be known
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut exports = Vec::new();
        for line in lines {
            let line = line.expect("a line");
            let export = line
                .strip_prefix("export ")
                .and_then(|line| line.split_once('='));
            let (name, value) = export.unwrap_or_else(|| panic!("{line}"));
            exports.push((name.to_owned(), value.to_owned()));
            if name == "ZONAL_BUCKET" {
                break;
            }
        }
        Self { child, exports }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Python that has boto3: where CI puts its packages, or the one on the path.
fn python() -> Option<String> {
    let servers = std::env::var("ZONAL_MOTO").ok();
    let of_ci = servers.and_then(|program| {
        let python = Path::new(&program).with_file_name("python");
        Some(python.to_str()?.to_owned())
    });
    let candidates = of_ci.into_iter().chain(["python3".to_owned()]);
    let has_boto3 = |python: &String| {
        let output = Command::new(python).args(["-c", "import boto3"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(has_boto3)
}

#[test]
fn the_python_of_the_readme_runs() {
    let Some(python) = python() else {
        println!("skipped: there is no Python with boto3");
        return;
    };
    let readme = include_str!("../README.md");
    let code = readme.split_once("```python\n").expect("a block").1;
    let code = code.split("```").next().expect("its end");
    let program = Program::start(&["--session-seconds", "60"]);
    let output = Command::new(python)
        .args(["-c", code])
        .envs(program.exports.iter().cloned())
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("NO_PROXY", "127.0.0.1")
        .env_remove("AWS_PROFILE")
        .output()
        .expect("Python starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "b'hello'\n['notes/a.txt']\n"
    );
}

#[test]
fn wrong_options_are_told_with_the_usage() {
    let output = Command::new(env!("CARGO_BIN_EXE_zonal-peer"))
        .arg("--prot")
        .output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.starts_with("error: invalid option '--prot'\n\nUsage: zonal-peer"),
        "{errors}"
    );
}
