//! `cargo xtask …`: a thin shell over the generator.

mod book;
mod conformance;
mod engines;
mod figures;
mod peer;
mod project;
mod replay;

use std::process::ExitCode;

use zonal_codegen::command::{self, Failure, Help, Program, Result};

use project::{command_line, package, root};

/// The commands besides those of the generator.
const FURTHER: &[Help] = &[
    Help {
        name: "book",
        arguments: "[--check]",
        about: "Make a site with navigation and search of the guides and the reference pages, by mdBook",
        options: Some(&[(
            "--check",
            "Also check links and anchors, and search in headless Chromium",
        )]),
    },
    Help {
        name: "conformance",
        arguments: "[SUITE]",
        about: "Generate from the test models of Smithy and run the tests in them",
        options: Some(&[("SUITE", "Run this suite alone")]),
    },
    Help {
        name: "engines",
        arguments: "[figures]",
        about: "Run DataFusion, Ballista, SlateDB and delta-rs against the test server",
        options: Some(&[(
            "figures",
            "Compare object_store's own S3 store with ours instead",
        )]),
    },
    Help {
        name: "figures",
        arguments: "[--record|--check]",
        about: "Draw the chart of README from what the benchmark `calls` printed",
        options: Some(&[
            ("--record", "Take a new run from standard input first"),
            ("--check", "Fail if the chart is not up to date"),
        ]),
    },
    Help {
        name: "peer",
        arguments: "[OPTION …]",
        about: "Run a small S3 server for directory buckets on 127.0.0.1",
        options: None,
    },
    Help {
        name: "replay",
        arguments: "[OPTION …]",
        about: "Compare zonal with recorded runs of the AWS CLI; options are those of the tool",
        options: None,
    },
];

fn main() -> ExitCode {
    let program = Program {
        name: "cargo xtask",
        generate: "codegen",
        root: Some(root().to_owned()),
        command_line: Some(command_line),
        package: Some(package),
        further: FURTHER,
    };
    command::main(&program, |name, parser| match name {
        "book" => book::run(parser),
        "conformance" => conformance::run(parser),
        "engines" => engines::run(parser),
        "figures" => figures::run(parser),
        "peer" => peer::run(parser),
        "replay" => replay::run(parser),
        name => Err(Failure::Usage(format!("there is no command `{name}`"))),
    })
}
