//! Checks that every link of the site has a target and every anchor is unique.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::{at, failed};
use crate::Result;

/// Fails with a list of the problems.
pub(super) fn links_and_anchors(site: &Path) -> Result<String> {
    let mut pages = BTreeMap::new();
    read_pages(site, &mut pages)?;
    let mut wrong = Vec::new();
    let mut links = 0;
    for (path, html) in &pages {
        let name = path
            .strip_prefix(site)
            .unwrap_or(path)
            .display()
            .to_string();
        let mut seen = BTreeSet::new();
        let doubled = values(html, "id").filter(|id| !seen.insert(*id));
        wrong.extend(doubled.map(|id| format!("{name}: the anchor {id} occurs twice")));
        let targets = values(html, "href").filter(|target| !target.contains(':'));
        for target in targets {
            links += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = match file {
                "" => path.clone(),
                file => resolved(&path.with_file_name(file)),
            };
            let there = match pages.get(&file) {
                Some(html) => anchor.is_empty() || values(html, "id").any(|id| id == anchor),
                None => file.is_file(),
            };
            if !there {
                wrong.push(format!("{name}: the link to {target} leads nowhere"));
            }
        }
        let index = values(html, "href")
            .any(|target| resolved(&path.with_file_name(target)) == site.join("index.html"));
        if !index && *path != site.join("index.html") {
            wrong.push(format!("{name}: there is no link to the index"));
        }
    }
    if wrong.is_empty() {
        Ok(format!(
            "{links} links on {} pages have a target, every anchor is unique\n",
            pages.len()
        ))
    } else {
        Err(failed(&wrong.join("\n")))
    }
}

fn read_pages(folder: &Path, pages: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.is_dir() {
            read_pages(&path, pages)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            let html = fs::read_to_string(&path).map_err(at(&path))?;
            pages.insert(path, html);
        }
    }
    Ok(())
}

/// The values of an attribute, of every element that has it.
pub(super) fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let begin = format!(" {attribute}=\"");
    let starts: Vec<usize> = html
        .match_indices(&begin)
        .map(|(at, _)| at + begin.len())
        .collect();
    starts
        .into_iter()
        .filter_map(|start| html[start..].split('"').next())
}

/// The path without `..`.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(resolved.pop()),
            component => resolved.push(component),
        }
    }
    resolved
}
