//! The whole of `CreateSession`: its file and its page.

use crate::sentences::repeated;
use crate::{assert_snapshot, own_output};

const OPERATION: &str = "client/src/operation/create_session.rs";
const PAGE: &str = "docs/create-session.md";
const MAX_LINES: usize = 370;

#[test]
fn the_operation_as_it_is() {
    assert_snapshot(
        "create_session.rs",
        own_output().files.get(OPERATION).unwrap(),
    );
}

#[test]
fn the_page_as_it_is() {
    assert_snapshot("create-session.md", own_output().files.get(PAGE).unwrap());
}

#[test]
fn the_operation_is_short() {
    let lines = own_output().files.get(OPERATION).unwrap().lines().count();
    assert!(lines <= MAX_LINES, "{OPERATION} has {lines} lines");
}

#[test]
fn no_sentence_stands_twice() {
    let files = own_output().files;
    for path in [OPERATION, PAGE] {
        let repeated = repeated(path, files.get(path).unwrap());
        assert!(
            repeated.is_empty(),
            "{path} says this more than once: {repeated:#?}"
        );
    }
}
