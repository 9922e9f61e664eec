//! The index of the pages, and the links by which each page leads back to it.

use crate::document::title;
use crate::emit::Context;
use crate::files::{Files, MARK};

use super::WIDTH;

/// The pages that tell of the command line, each with its title.
const OF_COMMAND_LINE: &[(&str, &str)] = &[
    ("options.md", "Options"),
    ("settings.md", "Settings and exit codes"),
    ("differences.md", "Differences from the AWS CLI"),
];

/// The line above a page that leads to the others.
pub(in crate::emit) fn links(cx: &Context<'_, '_>) -> String {
    let mut links = vec!["[All operations](README.md)".to_owned()];
    if cx.options.command_line.is_some() {
        let others = OF_COMMAND_LINE.iter();
        links.extend(others.map(|(path, title)| format!("[{title}]({path})")));
    }
    links.join(" · ")
}

pub(in crate::emit) fn emit_index(cx: &Context<'_, '_>, files: &mut Files) {
    let service = &cx.api.service;
    let mut text = format!(
        "<!-- {MARK}; change model/ or codegen/ instead. -->\n\n# {}\n",
        title(&service.title)
    );
    if !service.documentation.is_empty() {
        text.push('\n');
    }
    for line in service.documentation.lines(WIDTH) {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("\n| Operation | Summary |\n|---|---|\n");
    for operation in &cx.api.operations {
        let name = operation.id.name();
        let summary = operation.documentation.summary().replace('|', "\\|");
        text.push_str(&format!(
            "| [`{name}`]({}.md) | {summary} |\n",
            cx.names.operation(&operation.id).command
        ));
    }
    if cx.options.command_line.is_some() {
        text.push_str("\nAbout the command line:\n\n");
        for (path, title) in OF_COMMAND_LINE {
            text.push_str(&format!("- [{title}]({path})\n"));
        }
    }
    files.insert("docs/README.md", text);
}
