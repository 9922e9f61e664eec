//! `cargo xtask figures`: README's chart, drawn from what the benchmark `calls` printed.
//!
//! `cargo bench -p zonal-bench --bench calls | cargo xtask figures --record` keeps a run, with its date and commit.

use std::fmt::Write as _;
use std::io::Read as _;
use std::process::Command;

use lexopt::prelude::*;
use zonal_codegen::command::read;

use crate::project::root;
use crate::{Failure, Result};

/// The lines of the benchmark, below a line with date and commit.
const RUN: &str = "tests/bench/figures.txt";
pub(crate) const CHART: &str = "docs/figures.svg";

/// The rows of the chart, by the names of the benchmark.
const ROWS: &[(&str, &str)] = &[
    ("get-4k, 1 at a time", "GET 4 KiB"),
    ("get-4k, 64 at a time", "GET 4 KiB, 64 at a time"),
    ("get-1m, 1 at a time", "GET 1 MiB"),
    ("get-1m-tls, 1 at a time", "GET 1 MiB, TLS"),
    ("get-64m, 1 at a time", "GET 64 MiB, streamed"),
    ("put-1m-tls, 1 at a time", "PUT 1 MiB, TLS"),
    ("put-1m, 1 at a time", "PUT 1 MiB, body hashed"),
    ("put-64m, 1 at a time", "PUT 64 MiB, body hashed"),
];

/// One row: a call's CPU time, ours and reqwest's, as the benchmark prints them.
struct Row<'a> {
    title: &'a str,
    ours: &'a str,
    bare: &'a str,
    ratio: f64,
}

/// Draws the chart; `--record` takes a new run from standard input first, `--check` compares instead of writing.
pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let (mut record, mut check) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("record") => record = true,
            Long("check") => check = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if record {
        let mut output = String::new();
        let taken = std::io::stdin().read_to_string(&mut output);
        taken.map_err(|error| failed(&format!("standard input: {error}")))?;
        let output = output
            .lines()
            .filter(|line| line.contains(" at a time: CPU "));
        let output: Vec<_> = output.collect();
        write(RUN, &format!("{}\n{}\n", stamp()?, output.join("\n")))?;
    }
    let chart = draw(&text(RUN)?)?;
    if check {
        let same = text(CHART)? == chart;
        let stale = format!("{CHART} is not what {RUN} gives: run `cargo xtask figures`");
        return same.then(String::new).ok_or_else(|| failed(&stale));
    }
    write(CHART, &chart)?;
    Ok(format!("{CHART}\n"))
}

fn failed(message: &str) -> Failure {
    Failure::Failed(format!("error: {message}\n"))
}

fn text(file: &str) -> Result<String> {
    let bytes = read(&root().join(file))?;
    String::from_utf8(bytes).map_err(|_| failed(&format!("{file} is not UTF-8")))
}

fn write(file: &str, text: &str) -> Result<()> {
    let written = std::fs::write(root().join(file), text);
    written.map_err(|error| failed(&format!("{file}: {error}")))
}

/// Today, and the commit that is checked out.
fn stamp() -> Result<String> {
    let said = |program: &str, arguments: &[&str]| -> Result<String> {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(root())
            .output();
        let output = output.map_err(|error| failed(&format!("{program}: {error}")))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let date = said("date", &["-u", "+%F"])?;
    Ok(format!(
        "{date}, commit {}",
        said("git", &["rev-parse", "--short", "HEAD"])?
    ))
}

/// The row of a line such as `get-4k, 1 at a time: CPU 11.3µs, bare 11.6µs: 0.97 x; …`.
fn row<'a>(run: &'a str, name: &str, title: &'a str) -> Option<Row<'a>> {
    let start = format!("{name}: CPU ");
    let rest = run.lines().find_map(|line| line.strip_prefix(&start))?;
    let (ours, rest) = rest.split_once(", bare ")?;
    let (bare, rest) = rest.split_once(": ")?;
    let ratio = rest.split_once(" x")?.0.parse().ok()?;
    Some(Row {
        title,
        ours,
        bare,
        ratio,
    })
}

fn draw(run: &str) -> Result<String> {
    const LEFT: f64 = 200.0;
    /// The width of what reqwest takes.
    const ONE: f64 = 150.0;
    let mut body = String::new();
    let mut top = 70;
    for (name, title) in ROWS {
        let missing = || failed(&format!("{RUN} has no line `{name}: CPU …`"));
        let Row {
            title,
            ours,
            bare,
            ratio,
        } = row(run, name, title).ok_or_else(missing)?;
        let width = ratio * ONE;
        let (middle, second) = (top + 17, top + 16);
        let _ = write!(
            body,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{title}</text>\n\
             <rect class=\"ours\" x=\"{LEFT}\" y=\"{top}\" width=\"{width:.0}\" height=\"14\"/>\n\
             <text class=\"small\" x=\"{:.0}\" y=\"{}\">{ratio:.2} × ({ours})</text>\n\
             <rect class=\"bare\" x=\"{LEFT}\" y=\"{second}\" width=\"{ONE}\" height=\"10\"/>\n\
             <text class=\"small\" x=\"{:.0}\" y=\"{}\">{bare}</text>\n",
            LEFT - 10.0,
            LEFT + width + 6.0,
            top + 11,
            LEFT + ONE + 6.0,
            second + 9,
        );
        top += 40;
    }
    let stamp = run.lines().next().unwrap_or_default();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"{top}\" viewBox=\"0 0 720 {top}\">\n\
         <title>CPU time of a call: zonal beside reqwest</title>\n<style>\n\
         text {{ font: 14px sans-serif; fill: #1f2328 }}\n\
         .small {{ font-size: 11px }}\n.ours {{ fill: #2f6fde }}\n.bare {{ fill: #b0b7c0 }}\n.paper {{ fill: #ffffff }}\n\
         </style>\n<rect class=\"paper\" width=\"720\" height=\"{top}\"/>\n\
         <text x=\"10\" y=\"22\">CPU time of a call, signed and verified. Shorter is better.</text>\n\
         <rect class=\"ours\" x=\"10\" y=\"35\" width=\"14\" height=\"14\"/>\n<text class=\"small\" x=\"30\" y=\"46\">zonal</text>\n\
         <rect class=\"bare\" x=\"80\" y=\"35\" width=\"14\" height=\"14\"/>\n\
         <text class=\"small\" x=\"100\" y=\"46\">reqwest, which sends the same signed request and verifies nothing</text>\n\
         <text class=\"small\" x=\"710\" y=\"46\" text-anchor=\"end\">{stamp}</text>\n{body}</svg>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_what_the_benchmark_prints() {
        let run = "get-4k, 1 at a time: CPU 11.3µs, bare 11.6µs: 0.97 x; on the clock 16.1µs, bare 16.3µs: 0.99 x";
        let row = row(run, "get-4k, 1 at a time", "GET").expect("a row");
        assert_eq!((row.ours, row.bare, row.ratio), ("11.3µs", "11.6µs", 0.97));
        let Err(Failure::Failed(message)) = draw(run) else {
            panic!("a chart without most of its rows");
        };
        assert!(message.contains("get-4k, 64"), "{message}");
    }
}
