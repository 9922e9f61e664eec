//! The Rust of the reference pages and of the READMEs of crates compiles: `build.rs` takes it from there. Shell commands
//! are run by the tests of the command line.

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    dead_code,
    unnameable_test_items,
    unused,
    reason = "it is compiled as readers copy it"
)]
mod code {
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));

    #[test]
    fn each_operation_has_a_signature_and_an_example() {
        let pages = ["README", "differences", "options", "settings"];
        for (page, blocks) in BLOCKS.iter().filter(|(page, _)| !pages.contains(page)) {
            assert!(*blocks >= 2, "{page} has {blocks} blocks of Rust");
        }
        assert!(BLOCKS.len() > pages.len());
    }
}
