//! `zonal exec`: programs that do not support sessions, on a server that verifies each. The real AWS CLI and boto3 are
//! skipped where they are not installed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use support::{BUCKET, SECRET, peer, text};
use zonal_peer::{Operation, Peer};

/// `zonal exec` with a command, the program itself among those that it finds.
fn exec(peer: &Peer, words: &[&str]) -> Command {
    let mut command = support::zonal(peer);
    let zonal = std::path::Path::new(env!("CARGO_BIN_EXE_zonal"));
    let path = std::env::var("PATH").unwrap_or_default();
    command.env(
        "PATH",
        format!("{}:{path}", zonal.parent().unwrap().display()),
    );
    command.args(["exec", "--"]).args(words);
    command
}

fn run(peer: &Peer, words: &[&str]) -> Output {
    exec(peer, words).output().unwrap()
}

fn shell(peer: &Peer, script: &str) -> String {
    let output = run(peer, &["sh", "-ec", script]);
    assert!(output.status.success(), "{script}: {output:?}");
    assert_eq!(text(&output.stderr), "", "{script}");
    text(&output.stdout)
}

#[test]
fn the_command_gets_throw_away_keys_and_not_those_of_the_account() {
    let peer = peer();
    let output = exec(&peer, &["env"])
        .env("AWS_SESSION_TOKEN", "MARKER-TOKEN")
        .env("AWS_DEFAULT_REGION", "us-west-2")
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("NO_PROXY", "example.com")
        .output()
        .unwrap();
    let env = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    for absent in [
        "AKIAEXAMPLE",
        "MARKER",
        "AWS_SESSION_TOKEN",
        &peer.endpoint_url(),
    ] {
        assert!(!env.contains(absent), "{absent}: {env}");
    }
    for there in [
        "AWS_ENDPOINT_URL_S3=http://127.0.0.1:",
        "AWS_ACCESS_KEY_ID=AKIA",
        "AWS_REGION=us-west-2",
        "NO_PROXY=example.com,127.0.0.1,localhost",
    ] {
        assert!(env.contains(there), "{there}: {env}");
    }
    let other = text(&run(&peer, &["printenv", "AWS_SECRET_ACCESS_KEY"]).stdout);
    assert!(!env.contains(other.trim()), "each run has keys of its own");
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    let peer = peer();
    for (words, code) in [
        (&["sh", "-c", "exit 7"][..], 7),
        (&["sh", "-c", "kill -9 $$"], 137),
        (&["/nowhere/program"], 127),
        (&["/dev/null"], 126),
    ] {
        assert_eq!(run(&peer, words).status.code(), Some(code), "{words:?}");
    }
    for words in [
        &["exec"][..],
        &["exec", "ls"],
        &["exec", "--bucket", "b", "--", "ls"],
    ] {
        let output = support::zonal(&peer).args(words).output().unwrap();
        assert!(
            matches!(output.status.code(), Some(2 | 255)),
            "{words:?}: {output:?}"
        );
    }
}

#[test]
fn signals_reach_the_command() {
    let peer = peer();
    let script = "trap 'echo ended; exit 5' TERM; echo ready; while :; do sleep 0.05; done";
    let mut command = exec(&peer, &["sh", "-c", script]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "ended");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

#[test]
fn objects_and_buckets_are_reached_in_the_way_that_each_needs() {
    let peer = peer();
    let script = format!(
        "zonal put-object --bucket {BUCKET} --key 'a b/(c)+é' --body - <<E >/dev/null\nhello\nE\n\
         zonal copy-object --bucket {BUCKET} --key copy --copy-source '{BUCKET}/a b/(c)+é' >/dev/null\n\
         zonal get-object --bucket {BUCKET} --key copy -\n\
         zonal list-objects-v2 --bucket {BUCKET} --query 'sort(Contents[].Key)' --output text\n\
         zonal head-bucket --bucket {BUCKET} >/dev/null\n\
         zonal create-bucket --bucket other--usw2-az1--x-s3 --create-bucket-configuration \
         'Location={{Type=AvailabilityZone,Name=usw2-az1}},Bucket={{Type=Directory,DataRedundancy=SingleAvailabilityZone}}' >/dev/null\n\
         zonal list-directory-buckets --query 'length(Buckets)'\n\
         zonal delete-objects --bucket {BUCKET} --delete 'Objects=[{{Key=copy}}]' >/dev/null\n\
         zonal list-objects-v2 --bucket {BUCKET} --query 'length(Contents)'"
    );
    let printed = shell(&peer, &script);
    assert_eq!(printed, "hello\na b/(c)+é\tcopy\n2\n1\n");
    // what the command signed with its keys arrived signed with those of the account and of sessions
    for request in peer.take_requests() {
        let is_session = matches!(
            request.operation,
            Operation::PutObject
                | Operation::GetObject
                | Operation::ListObjectsV2
                | Operation::DeleteObjects
        );
        let token = request.header("x-amz-s3session-token").is_some();
        assert_eq!(token, is_session, "{:?}", request.operation);
    }
}

#[test]
fn one_session_serves_all_requests_and_is_replaced_where_it_is_rejected() {
    let peer = peer();
    let put = format!("zonal put-object --bucket {BUCKET} --key k --body /dev/null >/dev/null; ");
    shell(&peer, &put.repeat(5));
    assert_eq!(support::count(&peer, Operation::CreateSession), 1);
    peer.expire_sessions();
    shell(&peer, &put);
}

#[test]
fn errors_are_those_of_the_service() {
    let peer = peer();
    for (command, code) in [
        (
            format!("get-object --bucket {BUCKET} --key none -"),
            "NoSuchKey",
        ),
        (
            "list-objects-v2 --bucket none--usw2-az1--x-s3".to_owned(),
            "NoSuchBucket",
        ),
        (format!("head-object --bucket {BUCKET} --key none"), "404"),
        (
            format!("put-object --bucket {BUCKET} --key k --if-none-match '*' --body /dev/null"),
            "PreconditionFailed",
        ),
    ] {
        support::run(&peer, &["put-object", "--bucket", BUCKET, "--key", "k"]);
        let output = run(&peer, &["sh", "-c", &format!("zonal {command}")]);
        let told = text(&output.stderr);
        assert!(told.contains(&format!("({code})")), "{command}: {told}");
    }
}

#[test]
fn who_has_other_keys_is_refused() {
    let peer = peer();
    for (set, code) in [
        ("AWS_SECRET_ACCESS_KEY=wrong", "SignatureDoesNotMatch"),
        ("AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "InvalidAccessKeyId"),
        ("AWS_SESSION_TOKEN=token", "InvalidAccessKeyId"),
        (
            "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH=true AWS_SECRET_ACCESS_KEY=wrong",
            "SignatureDoesNotMatch",
        ),
    ] {
        let script = format!("{set} zonal list-objects-v2 --bucket {BUCKET}");
        let output = run(&peer, &["sh", "-c", &script]);
        assert!(text(&output.stderr).contains(code), "{set}: {output:?}");
    }
    let output = run(
        &peer,
        &[
            "sh",
            "-c",
            &format!("zonal list-objects-v2 --no-sign-request --bucket {BUCKET}"),
        ],
    );
    assert!(text(&output.stderr).contains("AccessDenied"), "{output:?}");
    assert!(peer.take_requests().is_empty());
}

#[test]
fn clients_without_sessions_work() {
    let peer = peer();
    let script = format!(
        "export AWS_S3_DISABLE_EXPRESS_SESSION_AUTH=true\n\
         printf hello | zonal put-object --bucket {BUCKET} --key k --body - >/dev/null\n\
         zonal get-object --bucket {BUCKET} --key k -"
    );
    assert_eq!(shell(&peer, &script), "hello");
}

#[test]
fn long_bodies_stream_through_in_signed_chunks() {
    let peer = peer();
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("file"), folder.path().join("copy"));
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    fs::write(&file, &bytes).unwrap();
    // over plain http the library signs each chunk, with a checksum behind them or without
    for checksums in ["when_supported", "when_required"] {
        let script = format!(
            "AWS_REQUEST_CHECKSUM_CALCULATION={checksums} zonal put-object --bucket {BUCKET} --key k --body {} >/dev/null\n\
             zonal get-object --bucket {BUCKET} --key k {} >/dev/null",
            file.display(),
            copy.display()
        );
        shell(&peer, &script);
        assert!(fs::read(&copy).unwrap() == bytes, "{checksums}");
        let requests = peer.take_requests();
        let put = requests
            .iter()
            .find(|it| it.operation == Operation::PutObject)
            .unwrap();
        let trailer = put.header("x-amz-trailer");
        assert_eq!(trailer.is_some(), checksums == "when_supported");
    }
}

#[test]
fn presigned_urls_are_verified() {
    if Command::new("curl").arg("--version").output().is_err() {
        skipped("curl");
        return;
    }
    let peer = peer();
    let script = format!(
        "printf hello | zonal put-object --bucket {BUCKET} --key 'a b' --body - >/dev/null\n\
         url=$(zonal presign 's3://{BUCKET}/a b')\n\
         curl -sS \"$url\"; echo; curl -sS \"${{url}}0\" | grep -o SignatureDoesNotMatch\n\
         curl -sS -o /dev/null -w '%{{http_code}}\\n' \"$AWS_ENDPOINT_URL/{BUCKET}/a%20b\""
    );
    assert_eq!(shell(&peer, &script), "hello\nSignatureDoesNotMatch\n403\n");
}

fn skipped(program: &str) {
    #[allow(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: there is no `{program}` on the PATH");
    }
}

/// A peer whose sessions end soon, as its own clock has it.
fn short_sessions() -> Peer {
    let peer = Peer::builder()
        .bucket(BUCKET)
        .region("us-west-2")
        .credentials("AKIAEXAMPLE", SECRET)
        .session_lifetime(Duration::from_secs(20));
    peer.start_blocking().unwrap()
}

#[test]
fn the_real_aws_cli_works() {
    if Command::new("aws").arg("--version").output().is_err() {
        skipped("aws");
        return;
    }
    let peer = short_sessions();
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 241) as u8).collect();
    fs::write(folder.path().join("large"), &bytes).unwrap();
    let script = format!(
        "cd {}; export HOME=$PWD AWS_MAX_ATTEMPTS=2\n\
         echo hello >small\n\
         aws s3 cp --quiet small s3://{BUCKET}/a/small\n\
         aws s3 cp --quiet large s3://{BUCKET}/a/large\n\
         aws s3 ls --recursive s3://{BUCKET}/ | awk '{{print $3, $4}}' | sort\n\
         aws s3 cp --quiet s3://{BUCKET}/a/large copy; cmp large copy\n\
         aws s3 cp --quiet s3://{BUCKET}/a/small -\n\
         aws s3 ls | awk '{{print $3}}'\n\
         aws s3api head-object --bucket {BUCKET} --key a/small --query ContentLength\n\
         aws s3 rm --quiet --recursive s3://{BUCKET}/a/\n\
         aws s3api list-objects-v2 --bucket {BUCKET} --query 'length(Contents || `[]`)'",
        folder.path().display()
    );
    let expected = format!("20000000 a/large\n6 a/small\nhello\n{BUCKET}\n6\n0\n");
    assert_eq!(shell(&peer, &script), expected);
}

#[test]
fn boto3_works() {
    let python = ["python3", "python"].into_iter().find(|python| {
        let boto3 = Command::new(python).args(["-c", "import boto3"]).output();
        boto3.is_ok_and(|output| output.status.success())
    });
    let Some(python) = python else {
        skipped("python3 with boto3");
        return;
    };
    let peer = short_sessions();
    let program = format!(
        "import boto3, io, urllib.request\n\
         s3, b = boto3.client('s3'), '{BUCKET}'\n\
         s3.put_object(Bucket=b, Key='k', Body=b'hello')\n\
         s3.upload_fileobj(io.BytesIO(b'x' * 9_000_000), b, 'large')\n\
         print(s3.get_object(Bucket=b, Key='k')['Body'].read().decode())\n\
         print(len(s3.get_object(Bucket=b, Key='large')['Body'].read()))\n\
         url = s3.generate_presigned_url('get_object', Params={{'Bucket': b, 'Key': 'k'}}, ExpiresIn=60)\n\
         print(urllib.request.urlopen(url).read().decode())\n\
         s3.copy_object(Bucket=b, Key='copy', CopySource={{'Bucket': b, 'Key': 'k'}})\n\
         print([o['Key'] for p in s3.get_paginator('list_objects_v2').paginate(Bucket=b) for o in p['Contents']].__len__())\n\
         s3.delete_objects(Bucket=b, Delete={{'Objects': [{{'Key': k}} for k in ['k', 'large', 'copy']]}})\n\
         print(s3.list_objects_v2(Bucket=b)['KeyCount'])\n"
    );
    let output = exec(&peer, &[python, "-c", &program]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout), "hello\n9000000\nhello\n3\n0\n");
}

/// One client of boto3 for all of the time, and a new process of `aws` and `s5cmd` again and again. Sessions last for a
/// minute.
#[test]
fn tools_go_on_for_as_long_as_the_soak_lasts() {
    let has = |program: &str| Command::new(program).arg("--help").output().is_ok();
    let seconds = std::env::var("ZONAL_SOAK").ok();
    let (Some(seconds), true, true) = (seconds, has("aws"), has("python3")) else {
        skipped("aws and python3, or there is no ZONAL_SOAK");
        return;
    };
    let minute = Duration::from_secs(60);
    let peer = Peer::builder()
        .bucket(BUCKET)
        .region("us-west-2")
        .credentials("AKIAEXAMPLE", SECRET)
        .session_lifetime(minute);
    let peer = peer.start_blocking().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = "import boto3, sys, time\n\
        s3, b, n, end = boto3.client('s3'), sys.argv[1], 0, time.time() + float(sys.argv[2])\n\
        while time.time() < end:\n    \
            n += 1\n    \
            s3.put_object(Bucket=b, Key='boto3', Body=b'%d' % n)\n    \
            assert s3.get_object(Bucket=b, Key='boto3')['Body'].read() == b'%d' % n\n    \
            time.sleep(0.5)\n\
        print(n, 'rounds of boto3')\n";
    fs::write(folder.path().join("program.py"), program).unwrap();
    let s5cmd = if has("s5cmd") { "s5cmd" } else { "true" };
    let script = format!(
        "cd {}; export HOME=$PWD; head -c 12000000 /dev/urandom >file\n\
         python3 program.py {BUCKET} {seconds} & python=$!\n\
         end=$(($(date +%s) + {seconds})); n=0\n\
         while [ $(date +%s) -lt $end ]; do\n\
           aws s3 cp --quiet file s3://{BUCKET}/aws/file; aws s3 ls s3://{BUCKET}/aws/ >/dev/null\n\
           aws s3 cp --quiet s3://{BUCKET}/aws/file copy; cmp file copy; aws s3 rm --quiet s3://{BUCKET}/aws/file\n\
           {s5cmd} cp file s3://{BUCKET}/s5/file >/dev/null; {s5cmd} cat s3://{BUCKET}/s5/file >copy\n\
           {s5cmd} ls s3://{BUCKET}/s5/ >/dev/null; n=$((n + 1))\n\
         done\n\
         wait $python; echo $n rounds of aws and {s5cmd}",
        folder.path().display()
    );
    let printed = shell(&peer, &script);
    let rounds = printed.replace('\n', ", ");
    #[allow(clippy::print_stdout, reason = "what a soak tells of itself")]
    {
        println!(
            "{rounds}{} sessions opened in {seconds} s",
            peer.issued_sessions().len()
        );
    }
}
