//! Lists in pages, as a process: all of it, parts of it, and going on with a token of the AWS CLI.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use support::{BUCKET, peer, run, text, zonal};
use zonal_peer::{Fault, Operation, Reply};

/// What `aws s3api list-objects-v2 --max-items 1` gives, whatever the bucket.
const AFTER_ONE: &str = "eyJDb250aW51YXRpb25Ub2tlbiI6IG51bGwsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9";

fn keys(output: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(output).unwrap();
    let items = value["Contents"].as_array().unwrap();
    let key = |item: &serde_json::Value| item["Key"].as_str().unwrap().to_owned();
    items.iter().map(key).collect()
}

fn token(output: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(output).unwrap();
    value["NextToken"].as_str().map(str::to_owned)
}

#[test]
fn a_list_is_cut_and_gone_on_with_wherever_that_is() {
    let peer = peer();
    let names = ["a/1", "a/2", "b \u{e9}+%", "c", "d"];
    for key in names {
        run(&peer, &["put-object", "--bucket", BUCKET, "--key", key]);
    }
    let list = |words: &[&str]| {
        let all = [&["list-objects-v2", "--bucket", BUCKET], words].concat();
        run(&peer, &all)
    };
    let all = keys(&list(&[]));
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(sorted, names);
    assert_eq!(keys(&list(&["--page-size", "2"])), all);
    let first = list(&["--max-items", "1"]);
    assert_eq!(token(&first).as_deref(), Some(AFTER_ONE));
    for (size, items) in [("1", "1"), ("2", "1"), ("2", "2"), ("3", "2"), ("9", "4")] {
        let words = ["--page-size", size, "--max-items", items];
        let mut page = list(&words);
        let mut found = keys(&page);
        while let Some(token) = token(&page) {
            page = list(&[&words[..], &["--starting-token", &token]].concat());
            found.extend(keys(&page));
        }
        assert_eq!(found, all, "{words:?}");
    }
    let keys_only = ["--query", "Contents[].Key", "--output", "text"];
    let lines = list(&[&keys_only[..], &["--page-size", "3"]].concat());
    assert_eq!(lines.lines().count(), 2, "one line a page: {lines}");
    assert_eq!(keys(&list(&["--no-paginate", "--max-keys", "2"])).len(), 2);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let peer = peer();
    for (words, code, message) in [
        (
            &["--max-items", "x"][..],
            2,
            "argument --max-items: invalid int value: 'x'",
        ),
        (&["--max-items=-1"], 2, "argument --max-items"),
        (
            &["--no-paginate", "--page-size", "1", "--starting-token", "a"],
            255,
            "Error during pagination: Cannot specify --no-paginate along with pagination arguments: \
             --starting-token, --page-size",
        ),
        (
            // {"Bucket": "x"}
            &["--starting-token", "eyJCdWNrZXQiOiAieCJ9"],
            255,
            "Bad starting token",
        ),
    ] {
        let words = [&["list-objects-v2", "--bucket", BUCKET], words].concat();
        let output = zonal(&peer).args(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(text(&output.stderr).contains(message), "{output:?}");
        assert!(peer.requests().is_empty());
    }
}

#[test]
fn a_list_that_does_not_end_is_an_error() {
    let fresh: Vec<_> = (0..2000).map(|at| at.to_string()).collect();
    for (tokens, message) in [
        (
            ["a", "b", "c"].repeat(5),
            "The same next token was received twice",
        ),
        (
            fresh.iter().map(String::as_str).collect(),
            "1000 pages in a row list nothing",
        ),
    ] {
        let peer = peer();
        for token in tokens {
            let page = format!(
                "<ListBucketResult><IsTruncated>true</IsTruncated>\
                 <NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>"
            );
            let page = Fault::reply(Reply::xml(200, page));
            peer.fault(page.on(Operation::ListObjectsV2));
        }
        let mut list = zonal(&peer);
        let output = list.args(["list-objects-v2", "--bucket", BUCKET]);
        let output = output.output().unwrap();
        assert_eq!(output.status.code(), Some(255), "{output:?}");
        let says = text(&output.stderr);
        assert!(says.contains(message), "{says}");
    }
}
