//! `cargo xtask book`: the README, the guides and the reference pages as a static site, with navigation and search.
//!
//! The sources stay where they are. They are copied to `target/book/src` in the same layout, so that their links to
//! one another hold, and mdBook makes the site in `target/book/html`.

mod browser;
mod check;
mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;
use zonal_codegen::command::read;

use crate::figures::CHART;
use crate::project::root;
use crate::{Failure, Result};

/// Chapters before and after the guides, with their files; a folder stands for the pages in it.
const BEFORE: &[(&str, &[&str])] = &[("", &["README.md"])];
const AFTER: &[(&str, &[&str])] = &[
    (
        "Crates and programs",
        &[
            "config/README.md",
            "transfer/README.md",
            "object_store/README.md",
            "docs/engines",
            "tests/peer/README.md",
            "examples/README.md",
            "codegen/README.md",
            "cli/README.md",
        ],
    ),
    ("Reference", &["generated/docs"]),
    (
        "The project",
        &["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
    ),
];
/// The guides in their order are those that this page links to.
const GUIDES: &str = "docs/front-page.md";

const SETTINGS: &str = r#"[book]
title = "Zonal"
language = "en"

[output.html]
no-section-label = true
input-404 = ""
additional-css = ["wide.css"]
[output.html.fold]
enable = true
[output.html.playground]
runnable = false
[output.html.print]
enable = false
"#;

/// Lines of code have up to 120 characters.
const STYLE: &str = ":root { --content-max-width: 960px; }\n";

/// Builds the site; with `--check`, also checks links and anchors, and opens it in Chromium.
pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let mut checks = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => checks = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(mdbook) = mdbook() else {
        let missing = "mdBook is not installed; `cargo install mdbook` does it";
        return if checks {
            Ok(format!("skipped: {missing}\n"))
        } else {
            Err(failed(missing))
        };
    };
    let book = root().join("target/book");
    let site = book.join("html");
    let pages = write_sources(&book)?;
    let built = Command::new(mdbook)
        .args(["build", "--dest-dir"])
        .args([&site, &book])
        .output()
        .map_err(|error| failed(&format!("mdBook does not start: {error}")))?;
    let said = String::from_utf8_lossy(&built.stderr);
    if !built.status.success() || said.contains("WARN") {
        return Err(failed(&format!("mdBook says:\n{said}")));
    }
    let mut report = format!("{pages} pages: {}\n", site.join("index.html").display());
    if checks {
        report += &check::links_and_anchors(&site)?;
        report += &browser::look(&site)?;
    }
    Ok(report)
}

fn failed(message: &str) -> Failure {
    Failure::Failed(format!("error: {message}\n"))
}

/// The error of a file operation on this path.
fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |error| failed(&format!("{}: {error}", path.display()))
}

/// mdBook, from the path or from where CI has its Python packages.
fn mdbook() -> Option<PathBuf> {
    let here = root().join("target/venv/bin/mdbook");
    let candidates = [PathBuf::from("mdbook"), here];
    candidates.into_iter().find(|program| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    })
}

/// Writes the sources of the site. Returns the number of pages.
fn write_sources(book: &Path) -> Result<usize> {
    if book.exists() {
        fs::remove_dir_all(book).map_err(at(book))?;
    }
    let guides = page::linked(&text(GUIDES)?, "docs/");
    let guides: Vec<&str> = guides.iter().map(String::as_str).collect();
    let parts = BEFORE.iter().copied();
    let parts = parts.chain([("Guides", guides.as_slice())]);
    let (mut summary, mut pages) = ("# Summary\n".to_owned(), Vec::new());
    for (title, files) in parts.chain(AFTER.iter().copied()) {
        if !title.is_empty() {
            summary += &format!("\n# {title}\n\n");
        }
        for file in files {
            for (depth, page) in listed(file)? {
                let heading = page::title(&text(&page)?);
                let indent = "  ".repeat(depth);
                let bullet = if title.is_empty() { "" } else { "- " };
                summary += &format!("{indent}{bullet}[{heading}]({page})\n");
                pages.push(page);
            }
        }
    }
    // what pages link to
    let files: Vec<String> = pages.iter().cloned().chain([CHART.to_owned()]).collect();
    write(&book.join("src").join(CHART), &text(CHART)?)?;
    for page in &pages {
        let source = page::for_book(&text(page)?, page, &files);
        write(&book.join("src").join(page), &source)?;
    }
    write(&book.join("src/SUMMARY.md"), &summary)?;
    write(&book.join("book.toml"), SETTINGS)?;
    write(&book.join("wide.css"), STYLE)?;
    Ok(pages.len())
}

/// A page, or all pages of a folder below the one that is its README.
fn listed(file: &str) -> Result<Vec<(usize, String)>> {
    let path = root().join(file);
    if !path.is_dir() {
        return Ok(vec![(0, file.to_owned())]);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).map_err(at(&path))? {
        let entry = entry.map_err(at(&path))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "README.md" {
            names.push((1, format!("{file}/{name}")));
        }
    }
    names.sort();
    names.insert(0, (0, format!("{file}/README.md")));
    Ok(names)
}

fn text(page: &str) -> Result<String> {
    let bytes = read(&root().join(page))?;
    String::from_utf8(bytes).map_err(|_| failed(&format!("{page} is not UTF-8")))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::write(path, text).map_err(at(path))
}
