//! The command line: options, files, pages and errors.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::process::{Output, Stdio};

use support::{BUCKET, SECRET, count, peer, run, text, words, zonal};
use zonal_peer::{Fault, Operation, Peer};

fn output(peer: &Peer, line: &str) -> Output {
    zonal(peer).args(words(line)).output().unwrap()
}

/// Commands that fail before anything is sent: the line, the exit code, and what is said.
#[track_caller]
fn refused(peer: &Peer, table: &[(&str, i32, &[&str])]) {
    for (line, code, says) in table {
        let output = output(peer, line);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{line}: {said}");
        assert_eq!(text(&output.stdout), "", "{line}");
        for words in *says {
            assert!(said.contains(words), "{line}: {said}");
        }
    }
    assert!(peer.take_requests().is_empty());
}

#[test]
fn all_pages_of_a_list_come_in_one_session() {
    let peer = peer();
    for key in ["a", "b", "c", "d", "e"] {
        peer.put(BUCKET, key, "x");
    }
    let keys = run(
        &peer,
        &[
            "list-objects-v2",
            "--bucket",
            BUCKET,
            "--page-size",
            "1",
            "--query",
            "length(Contents)",
        ],
    );
    assert_eq!(keys, "5\n");
    let requests = peer.take_requests();
    let of = |operation| {
        requests
            .iter()
            .filter(|it| it.operation == operation)
            .count()
    };
    assert_eq!(of(Operation::CreateSession), 1);
    assert_eq!(of(Operation::ListObjectsV2), 5);
}

#[test]
fn json_may_say_where_a_list_begins_and_ends() {
    let peer = peer();
    for key in ["a", "b", "c", "d", "e"] {
        peer.put(BUCKET, key, "x");
    }
    let list = |json: String| {
        let line = [
            "list-objects-v2",
            "--cli-input-json",
            &json,
            "--query",
            "[sort(Contents[].Key),NextToken]",
        ];
        let answer: serde_json::Value = serde_json::from_str(&run(&peer, &line)).unwrap();
        answer
    };
    let first = run(
        &peer,
        &[
            "list-objects-v2",
            "--bucket",
            BUCKET,
            "--max-keys",
            "2",
            "--query",
            "NextContinuationToken",
        ],
    );
    let token = first.trim();
    let found = list(format!(
        r#"{{"Bucket":"{BUCKET}","ContinuationToken":{token}}}"#
    ));
    let whole = found[0].clone();
    assert_eq!(whole.as_array().unwrap().len(), 3);
    // a part of what follows, and the rest of it
    let part = format!(
        r#"{{"Bucket":"{BUCKET}","ContinuationToken":{token},"PaginationConfig":{{"MaxItems":"1","PageSize":2}}}}"#
    );
    let found = list(part);
    let part = found[0].clone();
    let next = &found[1];
    let rest = format!(r#"{{"Bucket":"{BUCKET}","PaginationConfig":{{"StartingToken":{next}}}}}"#);
    let mut all = part.as_array().unwrap().clone();
    assert_eq!(all.len(), 1);
    all.extend(list(rest)[0].as_array().unwrap().clone());
    all.sort_by_key(ToString::to_string);
    assert_eq!(serde_json::Value::from(all), whole);
    let odd = format!(r#"{{"Bucket":"{BUCKET}","PaginationConfig":{{"MaxItems":"many"}}}}"#);
    peer.take_requests();
    let output = zonal(&peer)
        .args(["list-objects-v2", "--cli-input-json", &odd])
        .output()
        .unwrap();
    assert!(text(&output.stderr).contains("MaxItems"), "{output:?}");
    assert!(peer.take_requests().is_empty());
}

#[test]
fn numbers_may_stand_in_files_and_part_numbers_are_numbers() {
    let peer = peer();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("n"), "1\n").unwrap();
    peer.put(BUCKET, "a", "x");
    let mut list = zonal(&peer);
    list.current_dir(&folder).args(words(
        "list-objects-v2 --bucket B --max-keys file://n --query KeyCount",
    ));
    assert_eq!(text(&list.output().unwrap().stdout), "1\n");
    let id = "--query UploadId --output text";
    let id = output(
        &peer,
        &format!("create-multipart-upload --bucket B --key k {id}"),
    );
    let id = text(&id.stdout);
    let line = format!(
        "list-parts --bucket B --key k --upload-id {} --no-paginate",
        id.trim()
    );
    for marker in ["", " --part-number-marker 0"] {
        let parts = output(&peer, &format!("{line}{marker} --query PartNumberMarker"));
        assert!(
            matches!(text(&parts.stdout).trim(), "0" | "null"),
            "{parts:?}"
        );
    }
}

#[test]
fn times_are_read_and_what_is_no_time_is_refused() {
    let peer = peer();
    let head = "head-object --bucket B --key k --query Expires --output text";
    for (given, sent) in [
        ("2030-01-01", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ("1893456000", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ("2030-01-01T02:00:00+02:00", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ("2030-01-01T10:30", "Tue, 01 Jan 2030 10:30:00 GMT"),
    ] {
        let put = output(
            &peer,
            &format!("put-object --bucket B --key k --expires {given}"),
        );
        assert!(put.status.success(), "{put:?}");
        assert_eq!(text(&output(&peer, head).stdout).trim(), sent, "{given}");
    }
    peer.take_requests();
    refused(
        &peer,
        &[
            (
                "put-object --bucket B --key k --expires tomorrow",
                255,
                &["Expires", "tomorrow"],
            ),
            (
                "get-object --bucket B --key k --if-modified-since nope out",
                255,
                &["IfModifiedSince"],
            ),
            (
                "copy-object --bucket B --key k --copy-source B/a --expires soon",
                255,
                &["Expires"],
            ),
        ],
    );
}

#[test]
fn errors_say_what_was_asked_and_who_refused() {
    let peer = peer();
    let open = Operation::CreateSession;
    for (code, status) in [("NoSuchBucket", 404), ("AccessDenied", 403)] {
        peer.fault(Fault::error(status, code, "not here").on(open));
        let output = output(&peer, "put-object --bucket B --key k");
        let words = format!(
            "An error occurred ({code}) when calling the CreateSession operation: not here"
        );
        assert!(text(&output.stderr).contains(&words), "{output:?}");
        assert_eq!(output.status.code(), Some(255));
    }
    peer.put(BUCKET, "a", "x");
    let mut list = zonal(&peer);
    list.env("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9");
    let output = list
        .args(words("get-object --bucket B --key k out"))
        .output()
        .unwrap();
    let words =
        format!("Could not connect to the endpoint URL: \"http://127.0.0.1:9/{BUCKET}?session\"");
    assert!(text(&output.stderr).contains(&words), "{output:?}");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    let peer = peer();
    let deep = format!(
        "delete-objects --bucket B --delete Objects={}",
        "[".repeat(20_000)
    );
    refused(
        &peer,
        &[
            (
                "get-object --cli-input-json {\"Bucket\":\"b\",\"Key\":\"k\"}",
                2,
                &["required: outfile"],
            ),
            (
                "create-session --bucket B --exec --query x -- env",
                255,
                &["--query", "--exec"],
            ),
            (
                "create-session --bucket B --output env --query x",
                255,
                &["--query", "--output env"],
            ),
            (
                "get-object --bucket B --key k - --query ContentLength",
                255,
                &["--query", "only the body"],
            ),
            (
                "list-objects-v2 --bucket B --max-keys x",
                255,
                &["--max-keys", "'x' is not a whole number"],
            ),
            (
                "list-objects-v2 --bucket B --cli-read-timeout x",
                255,
                &["--cli-read-timeout", "'x'"],
            ),
            (
                "put-object --bucket B --key k --metadata {\"a\":1}",
                255,
                &["Metadata.a", "expected a string"],
            ),
            (
                "list-objects-v2 --bucket plain",
                255,
                &["plain", "demo--usw2-az1--x-s3"],
            ),
            (&deep, 255, &["nested more than 128 deep"]),
        ],
    );
    let zero = output(&peer, "put-object --bucket B --key k --body /dev/zero");
    assert!(
        text(&zero.stderr).contains("does not end within 8 MiB"),
        "{zero:?}"
    );
    assert_eq!(count(&peer, Operation::PutObject), 0);
}

#[test]
fn unknown_options_do_not_repeat_what_stands_behind_them() {
    let peer = peer();
    for line in [
        format!("put-object --bucket B --key k --secret-key {SECRET} --body b"),
        format!("put-object --bucket B --key k --secret-key={SECRET}"),
        format!("--secret-key {SECRET} put-object --bucket B --key k"),
        format!("put-object --bucket B --key k -s {SECRET}"),
    ] {
        let output = output(&peer, &line);
        let said = text(&output.stderr);
        assert!(
            !output.status.success() && !said.contains(SECRET),
            "{line}: {said}"
        );
        assert!(said.contains("Unknown options: -"), "{line}: {said}");
    }
    refused(
        &peer,
        &[(
            "list-objects-v2 --bucket B --max_keys 3",
            255,
            &["--max_keys", "--max-keys"],
        )],
    );
}

#[test]
fn options_for_what_directory_buckets_lack_are_refused_with_the_reason() {
    let peer = peer();
    let leave = "Leave the option out";
    refused(
        &peer,
        &[
            (
                "put-object --bucket B --key k --content-md5 x",
                255,
                &["--content-md5", leave],
            ),
            (
                "put-object --bucket B --key k --acl private",
                255,
                &["access control lists", leave],
            ),
            (
                "put-object --bucket B --key k --tagging a=b",
                255,
                &["no tags", leave],
            ),
            (
                "get-object --bucket B --key k --sse-customer-key k out",
                255,
                &["SSE-C", leave],
            ),
            (
                "list-objects-v2 --bucket B --start-after k",
                255,
                &["unordered", leave],
            ),
            (
                "delete-object --bucket B --key k --mfa x",
                255,
                &["MFA", leave],
            ),
            (
                "put-object --cli-input-json {\"Bucket\":\"b\",\"Key\":\"k\",\"ACL\":\"private\"}",
                255,
                &["ACL", "Leave it out"],
            ),
        ],
    );
    // what asks for nothing
    for line in [
        "list-objects-v2 --bucket B --request-payer requester --optional-object-attributes RestoreStatus",
        "delete-object --bucket B --key k --no-bypass-governance-retention",
        "delete-object --cli-input-json {\"Bucket\":\"demo--usw2-az1--x-s3\",\"Key\":\"k\",\"BypassGovernanceRetention\":false}",
    ] {
        let output = output(&peer, line);
        assert!(output.status.success(), "{line}: {output:?}");
    }
}

#[test]
fn keys_with_dots_are_reached_as_they_are() {
    let peer = peer();
    for key in ["../up", "a/./b", ".."] {
        peer.put(BUCKET, key, "x");
        let head = output(
            &peer,
            &format!("head-object --bucket B --key {key} --query ContentLength"),
        );
        assert_eq!(text(&head.stdout), "1\n", "{key}: {head:?}");
        assert!(
            output(&peer, &format!("delete-object --bucket B --key {key}"))
                .status
                .success()
        );
        assert!(peer.object(BUCKET, key).is_none(), "{key}");
    }
}

#[test]
fn waiting_ends_when_it_is_so() {
    let peer = peer();
    peer.put(BUCKET, "k", "x");
    for (line, is_so) in [
        ("wait bucket-exists --bucket B", true),
        ("wait object-exists --bucket B --key k", true),
        ("wait object-not-exists --bucket B --key gone", true),
        ("wait bucket-not-exists --bucket none--usw2-az1--x-s3", true),
    ] {
        let output = output(&peer, line);
        assert_eq!(output.status.success(), is_so, "{line}: {output:?}");
        assert_eq!(text(&output.stdout), "");
    }
    peer.fault(
        Fault::error(400, "BadRequest", "no")
            .on(Operation::HeadObject)
            .times(3),
    );
    let output = output(&peer, "wait object-exists --bucket B --key k");
    let said = text(&output.stderr);
    assert!(
        said.contains("Waiter ObjectExists failed: An error occurred"),
        "{said}"
    );
    peer.take_requests();
    refused(
        &peer,
        &[
            ("wait nothing --bucket B", 2, &["object-exists"]),
            ("wait", 255, &["one of these has to follow: bucket-exists"]),
        ],
    );
}

#[test]
fn every_command_has_help_and_a_manual_page() {
    let peer = peer();
    for name in ["help", "completions", "man", "wait", "put-object"] {
        for line in [
            format!("help {name}"),
            format!("{name} help"),
            format!("man {}", name.replace("help", "wait")),
        ] {
            let output = output(&peer, &line);
            assert!(output.status.success(), "{line}: {output:?}");
            assert!(text(&output.stdout).len() > 60, "{line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_proxy_that_cannot_be_read_is_not_passed_by() {
    use std::os::unix::ffi::OsStrExt as _;
    let peer = peer();
    for name in ["HTTPS_PROXY", "http_proxy", "NO_PROXY"] {
        let mut list = zonal(&peer);
        list.env(name, std::ffi::OsStr::from_bytes(b"http://\xff:1"))
            .stdin(Stdio::null());
        let output = list
            .args(words("list-objects-v2 --bucket B"))
            .output()
            .unwrap();
        assert!(text(&output.stderr).contains(name), "{output:?}");
    }
    assert!(peer.take_requests().is_empty());
}

#[test]
fn version_2_has_exit_codes_times_and_words_of_its_own() {
    let peer = peer();
    peer.put(BUCKET, "k", "x");
    let two = |line: &str| {
        zonal(&peer)
            .args(words(line))
            .env("ZONAL_AWS_CLI", "2")
            .output()
            .unwrap()
    };
    for (line, code, says) in [
        (
            "get-object --bucket B --key gone out",
            254,
            "zonal: [ERROR]: An error occurred (NoSuchKey)",
        ),
        ("head-object --bucket B --key gone", 254, "(404)"),
        (
            "list-objects-v2",
            252,
            "(ParamValidation): the following arguments are required: --bucket",
        ),
        (
            "list-objects-v2 --bucket B --nope",
            252,
            "Unknown options: --nope",
        ),
        (
            "put-object --bucket B --key k --metadata a",
            252,
            "(ParamValidation): Error parsing parameter",
        ),
        (
            "list-objects-v2 --bucket B --query [",
            252,
            "Bad value for --query",
        ),
        (
            "list-objects-v2 --bucket B --no-paginate --max-items 1",
            252,
            "Cannot specify --no-paginate",
        ),
        (
            "list-objects-v2 --bucket B --profile none",
            255,
            "could not be found",
        ),
    ] {
        let output = two(line);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {said}");
        assert!(
            said.contains(says) && said.contains("[ERROR]"),
            "{line}: {said}"
        );
    }
    let head = two("head-object --bucket B --key k --query LastModified --output text");
    assert!(text(&head.stdout).trim().ends_with("+00:00"), "{head:?}");
    let put = two("put-object --bucket B --key k --query ChecksumCRC64NVME --output text");
    assert_eq!(text(&put.stdout).trim(), "AAAAAAAAAAA=");
    // the option counts more than the variable, and may be last
    let one = two("get-object --bucket B --key gone out --aws-cli 1");
    assert_eq!(one.status.code(), Some(255), "{one:?}");
    let wrong = zonal(&peer)
        .args(["help"])
        .env("ZONAL_AWS_CLI", "3")
        .output()
        .unwrap();
    assert!(
        text(&wrong.stderr).contains("ZONAL_AWS_CLI is '3'"),
        "{wrong:?}"
    );
}

#[test]
fn version_2_may_be_chosen_by_the_profile_and_looks_at_other_variables_first() {
    let peer = peer();
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    let config = "[default]\nzonal_aws_cli = 2\noutput = yaml\n[profile other]\n";
    fs::write(home.path().join(".aws/config"), config).unwrap();
    let run = |line: &str| {
        let mut command = zonal(&peer);
        command
            .env("HOME", home.path())
            .env("AWS_DEFAULT_REGION", "eu-west-1");
        command.args(words(line)).output().unwrap()
    };
    // AWS_REGION is that of the peer
    let list =
        run("list-objects-v2 --bucket B --no-cli-pager --cli-binary-format raw-in-base64-out");
    assert!(
        text(&list.stdout).contains("RequestCharged: null"),
        "{list:?}"
    );
    assert_eq!(
        run("head-object --bucket B --key gone").status.code(),
        Some(254)
    );
    let other = run("head-object --bucket B --key gone --profile other");
    assert_eq!(other.status.code(), Some(255));
}

#[test]
fn yaml_is_printed_whole_or_page_by_page() {
    let peer = peer();
    peer.put(BUCKET, "1", "x");
    let keys = |output: &str| {
        let line = [
            "list-objects-v2",
            "--bucket",
            BUCKET,
            "--query",
            "Contents[].Key",
            "--output",
            output,
        ];
        run(&peer, &line)
    };
    assert_eq!(keys("yaml"), "- '1'\n");
    assert_eq!(keys("yaml-stream"), "- - '1'\n");
    assert_eq!(keys("off"), "");
    let line = [
        "list-objects-v2",
        "--bucket",
        BUCKET,
        "--output",
        "yaml-stream",
    ];
    assert!(run(&peer, &line).starts_with("- Contents:\n  - ChecksumAlgorithm:\n    - CRC32\n"));
}
