//! Benchmarks of Zonal: `cargo bench -p zonal-bench`. What several of them need is here.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the program `zonal` in the profile of the benchmark: as users have it under `cargo bench`. That takes minutes
/// where it has changed, and cargo tells of it.
///
/// # Panics
///
/// If it does not compile.
#[must_use]
pub fn program() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--package", "zonal-cli"]);
    let profile = if cfg!(debug_assertions) {
        "debug"
    } else {
        build.arg("--release");
        "release"
    };
    let build = build.current_dir(&root).status();
    assert!(build.is_ok_and(|status| status.success()), "zonal compiles");
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root.join("target"), |target| root.join(target));
    target.join(profile).join("zonal")
}
