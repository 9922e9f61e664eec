//! What we send for a given input, next to what a real client was recorded to send: method, target, headers that
//! matter, body and the kind of credentials. Where we differ on purpose, [`differences::DELIBERATE`] says why.
//!
//! The recordings lie in `../shared/oracle`; without them the test is skipped.

#![allow(clippy::unwrap_used)]

mod differences;
mod recorded;
mod request;
mod sent;

use std::collections::BTreeMap;
use std::path::Path;

use recorded::{Case, Recordings};

const RECORDINGS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../shared/oracle/wire-given.jsonl"
);

#[tokio::test]
async fn requests_equal_those_of_a_real_client() {
    if !Path::new(RECORDINGS).exists() {
        println!("skipped: no recordings at ../shared/oracle");
        return;
    }
    let text = std::fs::read_to_string(RECORDINGS).unwrap();
    let recordings = Recordings::read(&text);
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut same, mut wrong) = (0, Vec::new());
    for case in &recordings.cases {
        let found = compare(&recordings, case).await;
        if found.is_empty() {
            same += 1;
        }
        for difference in found {
            match differences::reason(case, &difference) {
                Some(entry) => *used.entry(entry).or_default() += 1,
                None => wrong.push(format!("{}: {difference}", case.id)),
            }
        }
    }
    println!("{same} of {} cases the same", recordings.cases.len());
    for (entry, count) in &used {
        println!("{count:5} × {entry}");
    }
    for entry in differences::DELIBERATE {
        if !used.contains_key(entry.reason) {
            wrong.push(format!("listed, but nothing differs so: {}", entry.reason));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// All differences between the recorded request and ours.
async fn compare(recordings: &Recordings, case: &Case) -> Vec<String> {
    let ours = sent::send(recordings, case).await;
    let theirs = case.request();
    match (&ours, theirs) {
        (Ok(ours), Some(theirs)) => ours.differences(theirs, case),
        (Err(_), None) => Vec::new(),
        (Ok(ours), None) => vec![format!(
            "sent {} {}, they refused",
            ours.method, ours.target
        )],
        (Err(error), Some(theirs)) => vec![format!(
            "refused {} {}: {error}",
            theirs.method, theirs.target
        )],
    }
}
