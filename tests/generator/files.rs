//! The same model gives the same files, and the folder they go to holds them and nothing else.

use std::fs;
use std::path::Path;

use zonal_codegen::files::{Changes, Files, MARK};
use zonal_codegen::select::Selection;

use crate::{in_workspace, own_model, own_output, read, root, run};

#[test]
fn the_order_of_model_files_makes_no_difference() {
    let paths = own_model();
    let generate =
        |paths: Vec<_>| run(&read(paths), &Selection::all(), &in_workspace("zonal")).files;
    let files = generate(paths.iter().collect());
    assert_eq!(files, generate(paths.iter().collect()));
    assert_eq!(files, generate(paths.iter().rev().collect()));
}

#[test]
fn generated_is_what_the_model_gives() {
    let changes = own_output()
        .files
        .compare(&root().join("generated"))
        .unwrap();
    assert!(
        changes.is_empty(),
        "run `cargo xtask codegen` and commit what it writes: {changes:?}"
    );
}

/// Two files of ours.
fn two() -> Files {
    let mut files = Files::default();
    files.insert("client/src/lib.rs", format!("// {MARK}\n"));
    files.insert("docs/README.md", format!("<!-- {MARK} -->\n"));
    files
}

fn changes(changed: &[&str], new: &[&str], stale: &[&str], unchanged: usize) -> Changes {
    let owned = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    Changes {
        changed: owned(changed),
        new: owned(new),
        stale: owned(stale),
        unchanged,
    }
}

#[test]
fn only_what_changed_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["client/src/lib.rs", "docs/README.md"];
    assert_eq!(
        two().compare(folder.path()).unwrap(),
        changes(&[], &paths, &[], 0)
    );
    assert_eq!(
        two().write(folder.path()).unwrap(),
        changes(&[], &paths, &[], 0)
    );
    let written = |path: &str| {
        fs::metadata(folder.path().join(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = paths.map(written);
    assert_eq!(
        two().write(folder.path()).unwrap(),
        changes(&[], &[], &[], 2)
    );
    assert_eq!(before, paths.map(written));
}

#[test]
fn differences_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut more = two();
    more.insert("client/src/types/old.rs", format!("// {MARK}\n"));
    more.write(folder.path()).unwrap();
    fs::remove_file(folder.path().join("docs/README.md")).unwrap();
    fs::write(
        folder.path().join("client/src/lib.rs"),
        format!("// {MARK}\n\nfn edited() {{}}\n"),
    )
    .unwrap();
    let expected = changes(
        &["client/src/lib.rs"],
        &["docs/README.md"],
        &["client/src/types/old.rs"],
        0,
    );
    assert_eq!(two().compare(folder.path()).unwrap(), expected);
    assert_eq!(two().write(folder.path()).unwrap(), expected);
    assert!(two().compare(folder.path()).unwrap().is_empty());
    assert!(!folder.path().join("client/src/types/old.rs").exists());
}

#[test]
fn what_others_wrote_stays() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("docs/notes.md");
    fs::create_dir_all(notes.parent().unwrap()).unwrap();
    fs::write(&notes, "Mine.\n").unwrap();
    let error = two().write(folder.path()).unwrap_err().to_string();
    assert!(error.contains("docs/notes.md"), "{error}");
    assert_eq!(fs::read_to_string(&notes).unwrap(), "Mine.\n");
    assert!(
        !folder.path().join("client").exists(),
        "something was written before the refusal"
    );
}

#[test]
fn what_cargo_makes_is_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    two().write(folder.path()).unwrap();
    for path in [
        "target/debug/x",
        "client/target/x",
        "Cargo.lock",
        "client/Cargo.lock",
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(path, "").unwrap();
    }
    assert_eq!(
        two().write(folder.path()).unwrap(),
        changes(&[], &[], &[], 2)
    );
}
