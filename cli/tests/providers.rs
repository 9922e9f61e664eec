//! Credentials that a process prints: how often the program asks for them, and what it does where that fails.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use support::{BUCKET, SECRET, count, run, text, words, zonal};
use tempfile::TempDir;
use zonal_peer::{Fault, Operation, Peer};

/// A folder with a profile whose keys come of a process. It prints `first` when it runs for the first time, with the time
/// in three seconds for `SOON`, and `then` from then on; it fails where that is nothing.
struct Provider(TempDir);

impl Provider {
    fn new(first: &str, then: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("first", first).unwrap();
        if let Some(then) = then {
            write("then", then).unwrap();
        }
        let script = "#!/bin/sh\ncd \"${0%/*}\" && echo run >>runs\n\
                      if [ -e asked ]; then exec cat then; fi\ntouch asked\n\
                      sed \"s/SOON/$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)/\" first\n";
        write("process.sh", script).unwrap();
        let process = folder.path().join("process.sh");
        let process = format!("credential_process = /bin/sh \"{}\"", process.display());
        write("config", &format!("[default]\n{process}\n")).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// How often it ran.
    fn runs(&self) -> usize {
        let runs = std::fs::read_to_string(self.path().join("runs"));
        runs.unwrap().lines().count()
    }

    fn run(&self, peer: &Peer, line: &str) -> Output {
        let mut command: Command = zonal(peer);
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            command.env_remove(name);
        }
        command.env("AWS_CONFIG_FILE", self.path().join("config"));
        command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command.current_dir(self.path());
        command.args(words(line)).output().unwrap()
    }
}

/// What a process prints; these end then, if they do.
fn printed(id: &str, token: &str, end: Option<&str>) -> String {
    let end = end.map_or_else(String::new, |end| format!(r#","Expiration":"{end}""#));
    format!(
        r#"{{"Version":1,"AccessKeyId":"{id}","SecretAccessKey":"{SECRET}","SessionToken":"{token}"{end}}}"#
    )
}

/// A peer with keys that a process prints.
fn with_keys() -> (Peer, String) {
    let peer = Peer::builder()
        .bucket(BUCKET)
        .bucket("other--usw2-az1--x-s3");
    let peer = peer.credentials("AKIAEXAMPLE", SECRET).start_blocking();
    let peer = peer.unwrap();
    peer.add_temporary_credentials("ASIAEXAMPLE", SECRET, "token");
    let keys = printed("ASIAEXAMPLE", "token", Some("2999-01-01T00:00:00Z"));
    (peer, keys)
}

#[test]
fn it_runs_once_for_a_list_of_many_pages() {
    let (peer, keys) = with_keys();
    for key in ["1", "2", "3", "4", "5"] {
        peer.put(BUCKET, key, "data");
    }
    let provider = Provider::new(&keys, None);
    let output = provider.run(&peer, "list-objects-v2 --bucket B --page-size 2");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(count(&peer, Operation::ListObjectsV2), 3);
    assert_eq!(provider.runs(), 1);
}

#[test]
fn it_runs_once_for_many_requests_at_a_time() {
    let (peer, keys) = with_keys();
    let provider = Provider::new(&keys, None);
    for number in 0..100 {
        peer.put(BUCKET, &format!("in/{number}"), "data");
    }
    let line = format!("cp --recursive s3://{BUCKET}/in out");
    let output = provider.run(&peer, &line);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(count(&peer, Operation::GetObject), 100);
    assert_eq!(peer.issued_sessions().len(), 1);
    assert_eq!(provider.runs(), 1);
}

/// What it gave is used to its end, while it cannot be asked for more.
#[test]
fn it_may_be_down_while_keys_are_valid() {
    let (peer, keys) = with_keys();
    // soon enough to be replaced at once
    let soon = SystemTime::now() + Duration::from_secs(90);
    let soon = DateTime::from(soon).fmt(Format::DateTime).unwrap();
    let provider = Provider::new(&keys.replace("2999-01-01T00:00:00Z", &soon), None);
    for key in ["1", "2", "3"] {
        run(&peer, &["put-object", "--bucket", BUCKET, "--key", key]);
    }
    let output = provider.run(&peer, "list-objects-v2 --bucket B --page-size 1");
    assert!(output.status.success(), "{output:?}");
    assert!(
        text(&output.stdout).contains("\"Key\": \"3\""),
        "{output:?}"
    );
}

/// As in a copy that lasts for longer than they do.
#[test]
fn keys_that_end_are_replaced_by_others() {
    let (peer, keys) = with_keys();
    peer.add_temporary_credentials("ASIAOTHER", SECRET, "other");
    for then in [Some(printed("ASIAOTHER", "other", None)), None] {
        let provider = Provider::new(
            &keys.replace("2999-01-01T00:00:00Z", "SOON"),
            then.as_deref(),
        );
        let slow = Fault::genuine().delay(Duration::from_secs(4));
        peer.fault(slow.on(Operation::ListDirectoryBuckets));
        peer.take_requests();
        let output = provider.run(&peer, "list-directory-buckets --page-size 1");
        assert_eq!(output.status.success(), then.is_some(), "{output:?}");
        assert!(provider.runs() >= 2);
        let requests = peer.take_requests();
        let signers = requests
            .iter()
            .map(|sent| sent.header("authorization").unwrap());
        let signers: Vec<_> = signers.map(|it| it.contains("=ASIAOTHER/")).collect();
        // the keys that have ended are not sent
        let expected: &[bool] = if then.is_some() {
            &[false, true]
        } else {
            &[false]
        };
        assert_eq!(signers, expected);
    }
}

/// The service takes the keys for none: there may be new ones, and the call is made once more with them.
#[test]
fn rejected_keys_are_asked_for_again() {
    for (id, token, code) in [
        ("ASIAUNKNOWN", "token", "InvalidAccessKeyId"),
        ("ASIAEXAMPLE", "old", "InvalidToken"),
    ] {
        let (peer, good) = with_keys();
        let bad = printed(id, token, Some("2999-01-01T00:00:00Z"));
        let provider = Provider::new(&bad, Some(&good));
        let output = provider.run(&peer, "list-directory-buckets");
        assert!(output.status.success(), "{code}: {output:?}");
        assert_eq!(provider.runs(), 2, "{code}");
        assert_eq!(count(&peer, Operation::ListDirectoryBuckets), 2, "{code}");
        // once, and where there are no others the refusal is what counts
        for then in [Some(&*bad), None] {
            let provider = Provider::new(&bad, then);
            let output = provider.run(&peer, "list-directory-buckets");
            assert_eq!(output.status.code(), Some(255), "{output:?}");
            let said = text(&output.stderr);
            assert!(said.contains(&format!("({code})")), "{said}");
            assert_eq!(provider.runs(), 2, "{code}");
        }
    }
}
