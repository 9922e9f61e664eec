//! Opens the site in headless Chromium: searches, follows links, takes a picture.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{check::values, failed};
use crate::Result;

/// The search term, and the page to find.
const SEARCHES: [(&str, &str); 2] = [
    ("presigned", "docs/presigning.html"),
    ("RenameObject", "generated/docs/rename-object.html"),
];

pub(super) fn look(site: &Path) -> Result<String> {
    let Some(chromium) = chromium() else {
        return Ok("skipped: Chromium is not installed, so the site was not opened\n".to_owned());
    };
    let index = site.join("index.html");
    for (term, expected) in SEARCHES {
        let found = open(&chromium, &index, &format!("?search={term}"), &[])?;
        let results = found.split("id=\"mdbook-searchresults\"").nth(1);
        let results = results.unwrap_or_default();
        let hit = values(results, "href").find(|target| target.contains(expected));
        let hit =
            hit.ok_or_else(|| failed(&format!("a search for {term} does not find {expected}")))?;
        let page = hit.split(['?', '#']).next().unwrap_or_default();
        let page = open(&chromium, &site.join(page), "", &[])?;
        // navigation is put in by a script
        let sidebar = page
            .split("<mdbook-sidebar-scrollbox")
            .nth(1)
            .unwrap_or_default();
        let chapters = values(sidebar, "href").count();
        if !page.contains("<h1") || chapters < 20 {
            return Err(failed(&format!(
                "{expected} has {chapters} chapters beside it"
            )));
        }
    }
    let picture = site.join("picture.png");
    let shot = format!("--screenshot={}", picture.display());
    open(&chromium, &index, "", &[&shot, "--window-size=1280,1600"])?;
    if !picture.is_file() {
        return Err(failed("Chromium took no picture"));
    }
    Ok(format!(
        "searched and followed in Chromium; a picture: {}\n",
        picture.display()
    ))
}

fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.into_iter().map(PathBuf::from).find(|program| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    })
}

/// The document of a page once its scripts have run.
fn open(chromium: &Path, page: &Path, query: &str, options: &[&str]) -> Result<String> {
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ])
        .args(["--virtual-time-budget=10000", "--dump-dom"])
        .args(options)
        .arg(format!("file://{}{query}", page.display()))
        .output()
        .map_err(|error| failed(&format!("Chromium does not start: {error}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(&format!("Chromium ended with {}", output.status)))
    }
}
