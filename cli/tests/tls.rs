//! The program over TLS: trusted certificates, and errors for others.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use support::{BUCKET, SECRET, text, zonal};
use zonal_peer::{Fault, Operation, Peer, Tls};

fn server(tls: Tls) -> Peer {
    let builder = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKIAEXAMPLE", SECRET)
        .tls(tls);
    builder.start_blocking().unwrap()
}

/// `put-object` of a file of this length.
fn put(peer: &Peer, folder: &Path, length: usize) -> Command {
    let source = folder.join("source");
    fs::write(&source, vec![7; length]).unwrap();
    let mut command = zonal(peer);
    command.args(["put-object", "--bucket", BUCKET, "--key", "k", "--body"]);
    command.arg(source);
    command
}

fn fails(mut command: Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let stderr = text(&stderr);
    assert!(!status.success(), "{stderr}");
    stderr
}

#[test]
fn the_bundle_comes_from_an_option_or_the_environment() {
    let peer = server(Tls::default());
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    fs::write(&bundle, peer.root_certificate().unwrap()).unwrap();
    for how in ["--ca-bundle", "AWS_CA_BUNDLE", "--no-verify-ssl"] {
        let mut command = put(&peer, folder.path(), 3_000_000);
        match how {
            "--ca-bundle" => command.arg(how).arg(&bundle),
            "AWS_CA_BUNDLE" => command.env(how, &bundle),
            _ => command.arg(how),
        };
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let request = peer.take_requests().pop().unwrap();
        let form = request.header("x-amz-content-sha256").unwrap();
        assert_eq!(form, "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        assert!(peer.object(BUCKET, "k").unwrap().data == vec![7; 3_000_000]);
    }
}

#[test]
fn who_is_not_to_be_trusted_is_sent_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    for (tls, own, says) in [
        (Tls::default(), false, "UnknownIssuer"),
        (Tls::default().name("other.example"), true, "other.example"),
        (Tls::default().expired(), true, "expired"),
    ] {
        let (peer, other) = (server(tls), server(Tls::default()));
        let root = if own { &peer } else { &other };
        fs::write(&bundle, root.root_certificate().unwrap()).unwrap();
        let mut command = put(&peer, folder.path(), 10);
        command
            .env("AWS_CA_BUNDLE", &bundle)
            .env("AWS_MAX_ATTEMPTS", "3");
        let said = fails(command);
        assert!(said.contains("SSL validation failed"), "{said}");
        assert!(said.contains(says), "{said}");
        assert_eq!(peer.connection_count(), 1);
        assert!(peer.requests().is_empty());
    }
}

#[test]
fn a_bundle_that_is_none_is_named() {
    let peer = server(Tls::default());
    let folder = tempfile::tempdir().unwrap();
    let pem = peer.root_certificate().unwrap();
    let broken = pem.replace("MII", "AAA");
    for (name, content) in [
        ("empty", Some("")),
        ("broken", Some(&*broken)),
        ("gone", None),
    ] {
        let bundle = folder.path().join(name);
        if let Some(content) = content {
            fs::write(&bundle, content).unwrap();
        }
        let mut command = put(&peer, folder.path(), 10);
        let said = fails({
            command.arg("--ca-bundle").arg(&bundle);
            command
        });
        assert!(said.contains(bundle.to_str().unwrap()), "{said}");
        assert_eq!(peer.connection_count(), 0, "{said}");
    }
}

#[test]
fn a_large_upload_that_is_refused_at_once_says_why() {
    let peer = server(Tls::default());
    let folder = tempfile::tempdir().unwrap();
    let fault = Fault::error(403, "AccessDenied", "not you");
    peer.fault(fault.on(Operation::PutObject).before_body().always());
    let mut command = put(&peer, folder.path(), 64 << 20);
    command.arg("--no-verify-ssl").env("AWS_MAX_ATTEMPTS", "2");
    let said = fails(command);
    assert!(
        said.contains("(AccessDenied)") && said.contains("not you"),
        "{said}"
    );
}
