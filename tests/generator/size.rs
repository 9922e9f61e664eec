//! How much code there is to read and to compile.

use zonal_codegen::files::Files;

use crate::official::output_of_all_supported;
use crate::own_output;

/// The most lines for an operation, with its types, tests, examples, and its share of the endpoint rules.
const MOST: usize = 500;

/// The lines of the client's Rust files.
fn lines(files: &Files) -> usize {
    let client = files
        .iter()
        .filter(|(path, _)| path.starts_with("client/") && path.ends_with(".rs"));
    client.map(|(_, text)| text.lines().count()).sum()
}

#[test]
fn the_client_stays_small() {
    let generated = own_output();
    let (own, operations) = (lines(&generated.files), generated.operations.len());
    let each = own / operations;
    assert!(
        each <= MOST,
        "{own} lines for {operations} operations are {each} for each"
    );
    if let Some(files) = output_of_all_supported() {
        let all = lines(&files);
        let modules = files.iter();
        let modules = modules.filter(|(path, _)| path.starts_with("client/src/operation/"));
        let each = all / modules.count();
        assert!(
            each <= MOST,
            "{all} lines of the official model are {each} for each operation"
        );
        println!("{own} lines of our model, {all} of the official one");
    }
}
