//! The Rust of the reference pages compiles: `build.rs` takes it from there. The shell of the pages is run by the tests
//! of the command line.

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    dead_code,
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
