//! The client in WebAssembly, with a transport, a clock and randomness of its host.

use std::path::Path;
use std::process::Command;

use zonal_peer::Peer;

/// Whether a command can be run here at all, and says so.
fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Signs requests and decodes answers under node. Whatever a test needs that is not here is named.
#[test]
#[ignore = "builds another crate"]
fn signs_and_decodes_under_node() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = "wasm32-unknown-unknown";
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    let sysroot = String::from_utf8(sysroot.stdout).unwrap();
    if !Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(target)
        .exists()
    {
        println!("skipped: `rustup target add {target}`");
        return;
    }
    if !succeeds(Command::new("node").arg("--version")) {
        println!("skipped: there is no node");
        return;
    }
    let krate = root.join("webassembly");
    // the versions that the repository builds with
    std::fs::copy(root.join("../Cargo.lock"), krate.join("Cargo.lock")).unwrap();
    let folder = root.join("../target/webassembly");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--target", target, "--target-dir"]);
    build.arg(&folder).current_dir(&krate);
    assert!(build.status().unwrap().success());
    let peer = Peer::builder().bucket("demo--usw2-az1--x-s3");
    let peer = peer
        .credentials("AKIDEXAMPLE", "secret")
        .start_blocking()
        .unwrap();
    let mut node = Command::new("node");
    node.arg(krate.join("run.mjs"));
    node.arg(folder.join(target).join("debug/webassembly.wasm"));
    let output = node.arg(peer.endpoint_url()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    let lines: Vec<_> = said.lines().collect();
    let [transport, clock, random, worked] = lines[..] else {
        panic!("{said}{errors}");
    };
    assert!(transport.contains("the feature `hyper`"), "{transport}");
    assert!(clock.contains("`clock` is not set"), "{clock}");
    assert!(random.contains("`random` is not set"), "{random}");
    assert_eq!(worked, "from WebAssembly [\"a b\"] NoSuchKey");
    // opened a session, put, got, listed, got what is missing, and renamed
    assert_eq!(peer.requests().len(), 6);
}
