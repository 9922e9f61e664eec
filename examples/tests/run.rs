//! Runs the examples against the test server, and holds the recipes in `docs/` against them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(dead_code, reason = "the main functions")]

#[path = "../examples/append_log.rs"]
mod append_log;
#[path = "../examples/batch.rs"]
mod batch;
#[path = "../examples/lock.rs"]
mod lock;
#[path = "../examples/presigned_upload.rs"]
mod presigned_upload;
#[path = "../examples/put_get.rs"]
mod put_get;
#[path = "../examples/web_server.rs"]
mod web_server;

use std::fs;
use std::path::Path;

use zonal::{Client, Credentials};
use zonal_peer::{Fault, Operation, Peer};

const BUCKET: &str = Peer::BUCKET;

async fn start() -> (Peer, Client) {
    let peer = Peer::for_tests().await.unwrap();
    let user = Credentials::new(
        Peer::ACCESS_KEY_ID,
        Peer::SECRET_ACCESS_KEY,
        None,
        None,
        "test",
    );
    let client = Client::builder()
        .region(Peer::REGION)
        .endpoint_url(peer.endpoint_url())
        .credentials(user)
        .build()
        .unwrap();
    (peer, client)
}

#[tokio::test]
async fn put_get_list_and_delete() {
    let (peer, client) = start().await;
    put_get::run(&client, BUCKET).await.unwrap();
    assert!(peer.keys(BUCKET).is_empty());
    let operations = peer
        .requests()
        .into_iter()
        .map(|request| request.operation.to_string());
    let operations: Vec<_> = operations.collect();
    assert_eq!(
        operations,
        [
            "CreateSession",
            "PutObject",
            "GetObject",
            "ListObjectsV2",
            "DeleteObject"
        ]
    );
}

#[tokio::test]
async fn one_holds_the_lock() {
    let (peer, client) = start().await;
    assert!(lock::lock(&client, BUCKET, "a").await.unwrap());
    assert!(!lock::lock(&client, BUCKET, "b").await.unwrap());
    assert!(lock::lock(&client, BUCKET, "a").await.unwrap());
    lock::run(&client, BUCKET).await.unwrap();
    assert_eq!(peer.keys(BUCKET), ["lock"]);
}

/// The answer to the write is lost, then the read breaks off: the caller holds the lock, and says so or fails.
#[tokio::test]
async fn a_lock_whose_answer_was_lost_is_held() {
    let (peer, client) = start().await;
    peer.fault(
        Fault::genuine()
            .close_before_head()
            .on(Operation::PutObject),
    );
    assert!(lock::lock(&client, BUCKET, "a").await.unwrap());
    peer.fault(
        Fault::genuine()
            .close_after(0)
            .on(Operation::GetObject)
            .always(),
    );
    assert!(lock::lock(&client, BUCKET, "b").await.is_err());
}

#[tokio::test]
async fn a_line_whose_answer_was_lost_is_not_appended_twice() {
    let (peer, client) = start().await;
    for line in ["one\n", "two\n", "three\n"] {
        let lost = Fault::genuine()
            .close_before_head()
            .on(Operation::PutObject);
        peer.fault(lost.times(4));
        append_log::append(&client, BUCKET, line).await.unwrap();
        peer.clear_faults();
    }
    let log = peer.object(BUCKET, "log").unwrap().data;
    assert_eq!(log, "one\ntwo\nthree\n");
}

#[tokio::test]
async fn no_line_of_the_log_is_lost() {
    let (peer, client) = start().await;
    let lines = (0..8).map(|number| format!("line {number}\n"));
    let writers = lines.map(|line| {
        let client = client.clone();
        tokio::spawn(async move { append_log::append(&client, BUCKET, &line).await.unwrap() })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    append_log::run(&client, BUCKET).await.unwrap();
    let log = peer.object(BUCKET, "log").unwrap().data.to_bytes().unwrap();
    let mut lines: Vec<_> = std::str::from_utf8(&log).unwrap().lines().collect();
    assert_eq!(lines.pop(), Some("started"));
    lines.sort_unstable();
    assert!(
        lines.iter().copied().eq((0..8)
            .map(|number| format!("line {number}"))
            .collect::<Vec<_>>()),
        "{lines:?}"
    );
}

#[tokio::test]
async fn ten_thousand_objects() {
    let (peer, client) = start().await;
    assert_eq!(batch::run(&client, BUCKET, 10_000).await.unwrap(), 10_000);
    assert!(peer.keys(BUCKET).is_empty());
    assert!(
        peer.connection_count() <= 100,
        "{}",
        peer.connection_count()
    );
}

#[tokio::test]
async fn a_web_server_streams() {
    let (peer, client) = start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/a/b", listener.local_addr().unwrap());
    let router = web_server::router(client, BUCKET.to_owned());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let web = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(web.get(&url).send().await.unwrap().status(), 404);
    let content = vec![7; 5_000_000];
    let stored = web.put(&url).body(content.clone()).send().await.unwrap();
    assert_eq!(stored.status(), 201);
    assert!(peer.object(BUCKET, "a/b").unwrap().data == content);
    let got = web.get(&url).send().await.unwrap();
    assert!(got.bytes().await.unwrap() == content);
    server.abort();
}

#[tokio::test]
async fn somebody_without_credentials_uploads() {
    let (peer, client) = start().await;
    presigned_upload::run(&client, BUCKET).await.unwrap();
    assert_eq!(
        peer.object(BUCKET, "inbox/1").unwrap().data,
        "from somebody else"
    );
}

/// Each item of Rust that the recipes show is in an example; visibility and layout may differ.
#[test]
fn the_recipes_are_the_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = fs::read_dir(root.join("examples")).unwrap();
    let examples = examples.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let examples = plain(&examples.collect::<String>());
    let recipes = fs::read_to_string(root.join("../docs/recipes.md")).unwrap();
    let mut seen = 0;
    // what stands between two fences is code in turn
    for block in recipes.split("```").skip(1).step_by(2) {
        let (language, code) = block.split_once('\n').unwrap();
        assert!(["", "ignore"].contains(&language), "{language}");
        let shown = code.lines().filter(|line| !line.starts_with("# "));
        let shown: Vec<_> = shown.collect();
        for item in shown.join("\n").split("\n\n") {
            assert!(examples.contains(&plain(item)), "no example has\n{item}");
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen}");
}

/// The code without layout.
fn plain(code: &str) -> String {
    let code: String = code.replace("pub(crate) ", "").split_whitespace().collect();
    code.replace(",)", ")").replace(",}", "}")
}
