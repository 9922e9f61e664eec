//! Programs that copy files, measured by GNU time with the time that they take to start.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{BUCKET, Error, ID, Measured, SECRET};

/// The program with other libraries, if it has been built.
pub(crate) fn rivals(endpoint: &str) -> Option<Command> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("rivals/target/release/zonal-bench-rivals");
    path.is_file().then(|| {
        let mut command = Command::new(path);
        settings(&mut command, endpoint);
        command
    })
}

/// Runs the command of a program; `None` where it is not installed or fails, and for small files that rclone would send
/// in parts.
pub(crate) fn run(
    zonal: &Path,
    side: &str,
    case: &str,
    endpoint: &str,
    directory: &Path,
) -> Result<Option<Measured>, Error> {
    let zonal = zonal.to_string_lossy();
    let program = if side == "zonal" { &*zonal } else { side };
    let is_there = |name: &str| {
        let found = Command::new("/usr/bin/env").args(["which", name]).output();
        found.is_ok_and(|output| output.status.success())
    };
    if (side, case) == ("rclone", "small-up") || !is_there(program) || !is_there("/usr/bin/time") {
        return Ok(None);
    }
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%U %S %M"]);
    if side == "s5cmd" {
        command.args([&*zonal, "exec", "--"]);
    }
    command.arg(program).args(words(side, case, directory));
    settings(&mut command, endpoint);
    let start = Instant::now();
    let output = command.output()?;
    let wall = start.elapsed();
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().last().unwrap_or_default();
    if !output.status.success() {
        if side == "zonal" {
            return Err(format!("{side} {case}: {errors}").into());
        }
        // `time` says last what it measured
        let reason = errors.lines().rev().nth(2).unwrap_or(last);
        println!("{case:12} {side:14} left out: {reason}");
        return Ok(None);
    }
    let numbers: Result<Vec<f64>, _> = last.split_whitespace().map(str::parse).collect();
    let [user, system, kibibytes] = numbers?[..] else {
        return Err(format!("{side} {case}: time said {last:?}").into());
    };
    Ok(Some(Measured {
        wall,
        cpu: Duration::from_secs_f64(user + system),
        memory: kibibytes as u64 * 1024,
    }))
}

/// The arguments of a program for a case.
fn words(side: &str, case: &str, directory: &Path) -> Vec<String> {
    let is_small = case.starts_with("small");
    let file = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let remote = |key: &str| match side {
        "rclone" => format!(":s3:{BUCKET}/{key}"),
        _ => format!("s3://{BUCKET}/{key}"),
    };
    // s5cmd takes all that is below a place by a pattern
    let all = |place: String| match side {
        "s5cmd" => place + "/*",
        _ => place,
    };
    let places = match case {
        "up" => vec![file("source"), remote("up")],
        "down" => vec![remote("object"), file("copy")],
        "small-up" => vec![all(file("small")), remote("small/")],
        "small-down" => vec![all(remote("small")), file("back") + "/"],
        _ => vec![all(remote("small"))],
    };
    let verb: &[&str] = match (side, case) {
        ("aws", "small-delete") => &["s3", "rm", "--recursive", "--only-show-errors"],
        ("aws", _) if is_small => &["s3", "cp", "--recursive", "--only-show-errors"],
        ("aws", _) => &["s3", "cp", "--only-show-errors"],
        ("rclone", "small-delete") => &["delete"],
        // it leaves out what is there already
        ("rclone", _) if is_small => &["copy", "--ignore-times"],
        ("rclone", _) => &["copyto", "--ignore-times"],
        ("s5cmd", "small-delete") => &["--log", "error", "rm"],
        ("s5cmd", _) => &["--log", "error", "cp"],
        (_, "small-delete") => &["rm", "--recursive", "--only-show-errors"],
        _ if is_small => &["cp", "--recursive", "--only-show-errors"],
        _ => &["cp", "--only-show-errors"],
    };
    verb.iter()
        .map(|word| (*word).to_owned())
        .chain(places)
        .collect()
}

/// Where the server is, and who asks, for every program.
fn settings(command: &mut Command, endpoint: &str) {
    for (name, value) in [
        ("BUCKET", BUCKET),
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ENDPOINT_URL_S3", endpoint),
        ("AWS_ACCESS_KEY_ID", ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_REGION", "us-west-2"),
        ("AWS_DEFAULT_REGION", "us-west-2"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("NO_PROXY", "127.0.0.1"),
        ("LC_ALL", "C"),
        ("RCLONE_CONFIG", "/dev/null"),
        ("RCLONE_S3_PROVIDER", "AWS"),
        ("RCLONE_S3_ENV_AUTH", "true"),
        ("RCLONE_S3_DIRECTORY_BUCKET", "true"),
        ("RCLONE_S3_FORCE_PATH_STYLE", "true"),
        ("RCLONE_S3_ENDPOINT", endpoint),
        ("RCLONE_S3_REGION", "us-west-2"),
        // a body in one piece is sent over TLS only
        ("RCLONE_S3_UPLOAD_CUTOFF", "0"),
    ] {
        command.env(name, value);
    }
    command.env_remove("AWS_CA_BUNDLE");
}
