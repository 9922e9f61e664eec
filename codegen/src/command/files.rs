//! Model files on disk and in the history of a repository.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Failure, Program, Result};
use crate::diff::DEVIATIONS;
use crate::model::{Model, load};
use crate::source::{Sources, files_of_model};

/// What a revision in the history of a repository begins with.
const GIT: &str = "git:";

/// The model: what was named, or all of the repository's `model/`.
pub(super) fn sources(program: &Program, named: &[PathBuf]) -> Result<Sources> {
    let mut sources = Sources::new();
    match (&program.root, named) {
        (Some(root), []) => add(&mut sources, &root.join("model"), program.root.as_deref())?,
        (None, []) => {
            let message = "name the files of the model with --model";
            return Err(Failure::Usage(message.to_owned()));
        }
        (_, named) => {
            for path in named {
                add(&mut sources, path, program.root.as_deref())?;
            }
        }
    }
    Ok(sources)
}

/// A model that one argument names: a file, a folder, or `git:REVISION` with or without a path.
pub(super) fn argument(program: &Program, named: &str) -> Result<Sources> {
    let mut sources = Sources::new();
    match named.strip_prefix(GIT) {
        Some(revision) => add_revision(&mut sources, program, revision)?,
        None => add(&mut sources, Path::new(named), program.root.as_deref())?,
    }
    Ok(sources)
}

/// Loads a model, with the partitions of the repository where it brings none.
///
/// # Errors
///
/// Where a file cannot be read or is no model.
pub fn load_with_partitions<'s>(
    sources: &'s mut Sources,
    root: Option<&Path>,
) -> Result<Model<'s>> {
    if let Some(root) = root.filter(|_| load(sources).is_ok_and(|it| it.partitions().is_none())) {
        add(sources, &root.join("model/partitions.json"), Some(root))?;
    }
    Ok(load(sources)?)
}

/// Reads a file, naming it in the error.
///
/// # Errors
///
/// Where it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| failed(path, &error))
}

/// A path as a reader would write it: from the repository's folder where it is inside.
pub(super) fn shown(path: &Path, root: Option<&Path>) -> String {
    let inside = root.and_then(|root| path.strip_prefix(root).ok());
    inside.unwrap_or(path).display().to_string()
}

/// Adds a file, or the files of a model that a folder holds.
pub(crate) fn add(sources: &mut Sources, path: &Path, root: Option<&Path>) -> Result<()> {
    if !path.is_dir() {
        sources.add(shown(path, root), read(path)?);
        return Ok(());
    }
    let paths = files_of_model(path);
    let paths = paths.map_err(|error| Failure::Failed(format!("error: {error}")))?;
    if paths.is_empty() {
        let path = path.display();
        return Err(Failure::Failed(format!(
            "error: {path}: there is no JSON file in this folder"
        )));
    }
    for path in paths {
        sources.add(shown(&path, root), read(&path)?);
    }
    Ok(())
}

/// Whether a file below the folder of a model belongs to it, as [`files_of_model`] has it.
fn is_model(path: &Path) -> bool {
    let is_documentation = path.parent().is_some_and(|folder| folder.ends_with("docs"));
    match path.extension().and_then(OsStr::to_str) {
        Some("json") => !path.ends_with(DEVIATIONS),
        Some("md") => is_documentation,
        _ => false,
    }
}

/// Adds what a file or folder was in a revision, such as `HEAD~3` or `v0.1.0:model/objects.json`.
fn add_revision(sources: &mut Sources, program: &Program, revision: &str) -> Result<()> {
    let (revision, path) = revision.split_once(':').unwrap_or((revision, "model"));
    // Git reads what begins so as an option.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::Usage(format!("`{revision}` is not a revision")));
    }
    let list = git(
        program,
        &["ls-tree", "-r", "--name-only", "-z", revision, "--", path],
    )?;
    let list = String::from_utf8_lossy(&list);
    let mut names: Vec<_> = list
        .split('\0')
        .filter(|name| is_model(Path::new(name)))
        .collect();
    names.sort_unstable();
    for name in &names {
        let place = format!("{revision}:{name}");
        let bytes = git(program, &["show", &format!("{revision}:./{name}")])?;
        sources.add(place, bytes);
    }
    if names.is_empty() {
        Err(Failure::Failed(format!(
            "error: {path} holds no JSON file in the revision {revision}"
        )))
    } else {
        Ok(())
    }
}

fn git(program: &Program, arguments: &[&str]) -> Result<Vec<u8>> {
    let mut command = Command::new("git");
    if let Some(root) = &program.root {
        command.current_dir(root);
    }
    let output = command.args(arguments).output();
    let output =
        output.map_err(|error| Failure::Failed(format!("error: git does not start: {error}")))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure::Failed(format!("error: git says: {}", said.trim())))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("error: {}: {error}", path.display()))
}
