//! How much code there is to read and to compile.

use zonal_codegen::files::Files;

use crate::official::output_of_all_supported;
use crate::own_output;

/// The lines of the client's Rust files.
fn lines(files: &Files) -> usize {
    let client = files
        .iter()
        .filter(|(path, _)| path.starts_with("client/") && path.ends_with(".rs"));
    client.map(|(_, text)| text.lines().count()).sum()
}

#[test]
fn the_client_stays_small() {
    let own = lines(&own_output().files);
    assert!(own <= 9_000, "{own} lines of our model");
    if let Some(files) = output_of_all_supported() {
        let all = lines(&files);
        assert!(all <= 60_000, "{all} lines of the official model");
        println!("{own} lines of our model, {all} of the official one");
    }
}
