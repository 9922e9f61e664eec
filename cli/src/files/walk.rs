//! The files of a directory, in the order of their keys.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use tokio::sync::mpsc;

use super::plan::{Found, Item, Step, nanos};

/// How far the walk may be ahead of what is done with the files.
const AHEAD: usize = 1000;

/// A directory that is being walked through.
struct Level {
    canonical: PathBuf,
    names: IntoIter<(String, PathBuf)>,
    /// The path below the root, with a slash at its end.
    relative: String,
}

/// Walks on a thread of its own.
pub(super) fn walk(root: PathBuf, follow: bool) -> mpsc::Receiver<Step> {
    let (sender, steps) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut send = |step| sender.blocking_send(step).is_ok();
        go(&root, follow, &mut send);
    });
    steps
}

fn go(root: &Path, follow: bool, send: &mut impl FnMut(Step) -> bool) {
    let mut levels = Vec::new();
    match open(root, String::new(), follow, &levels, send) {
        Some(level) => levels.push(level),
        None => return,
    }
    while let Some(level) = levels.last_mut() {
        let Some((name, path)) = level.names.next() else {
            levels.pop();
            continue;
        };
        let relative = format!("{}{name}", level.relative);
        match look(&path, follow) {
            Look::Nothing => {}
            Look::Problem(problem) => {
                if !send(skipped(&path, problem)) {
                    return;
                }
            }
            Look::Directory => {
                levels.extend(open(&path, format!("{relative}/"), follow, &levels, send));
            }
            Look::File(metadata) => {
                if !send(Step::Found(found(path, relative, &metadata))) {
                    return;
                }
            }
        }
    }
}

fn skipped(path: &Path, problem: &str) -> Step {
    Step::Warning(format!("Skipping file {}. {problem}", path.display()))
}

/// The names in a directory; none if it cannot be read or is one of those above, which is said.
fn open(
    path: &Path,
    relative: String,
    follow: bool,
    above: &[Level],
    send: &mut impl FnMut(Step) -> bool,
) -> Option<Level> {
    let entries = fs::read_dir(path).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let (Ok(entries), Ok(canonical)) = (entries, path.canonicalize()) else {
        let problem = if path.exists() {
            "File/Directory is not readable."
        } else {
            "File does not exist."
        };
        send(skipped(path, problem));
        return None;
    };
    if above.iter().any(|level| level.canonical == canonical) {
        send(skipped(
            path,
            "It is a link to a directory that contains it.",
        ));
        return None;
    }
    let mut names = Vec::with_capacity(entries.len());
    for entry in entries {
        match entry.file_name().into_string() {
            Ok(name) => {
                // as keys are sorted: a directory with its slash
                let is_directory = entry.file_type().is_ok_and(|kind| {
                    kind.is_dir() || (follow && kind.is_symlink() && entry.path().is_dir())
                });
                let order = if is_directory {
                    format!("{name}/")
                } else {
                    name.clone()
                };
                names.push((order, name, entry.path()));
            }
            Err(_) => {
                send(skipped(
                    &entry.path(),
                    "Its name is not UTF-8, as keys are.",
                ));
            }
        }
    }
    names.sort();
    let names: Vec<_> = names
        .into_iter()
        .map(|(_, name, path)| (name, path))
        .collect();
    Some(Level {
        canonical,
        names: names.into_iter(),
        relative,
    })
}

/// What a path is.
pub(super) enum Look {
    File(Metadata),
    Directory,
    /// A link that is not followed.
    Nothing,
    Problem(&'static str),
}

pub(super) fn look(path: &Path, follow: bool) -> Look {
    if !follow && path.is_symlink() {
        return Look::Nothing;
    }
    let Ok(metadata) = fs::metadata(path) else {
        return Look::Problem("File does not exist.");
    };
    if metadata.is_dir() {
        return Look::Directory;
    }
    if !metadata.is_file() {
        return Look::Problem(
            "File is character special device, block special device, FIFO, or socket.",
        );
    }
    match fs::File::open(path) {
        Ok(_) => Look::File(metadata),
        Err(_) => Look::Problem("File/Directory is not readable."),
    }
}

pub(super) fn found(path: PathBuf, relative: String, metadata: &Metadata) -> Found {
    Found {
        item: Item::File(path),
        relative,
        size: Some(metadata.len()),
        modified: metadata.modified().ok().map(nanos),
        e_tag: None,
    }
}
