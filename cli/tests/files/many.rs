//! `sync` with many keys, in no order.
//!
//! `ZONAL_KEYS` sets how many; `.ci/long` takes a million.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use zonal_peer::Operation;

use crate::desk::Desk;
use crate::support::{BUCKET, count, text};

/// What the program may take, in KiB, whatever there is to compare.
const MEMORY: u64 = 200_000;

fn keys() -> u32 {
    let given = std::env::var("ZONAL_KEYS").ok();
    given.map_or(5000, |number| number.parse().unwrap())
}

/// The most memory that a process has had so far, in KiB.
fn memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Runs a line to its end; how many objects it put and deleted, and how much memory it took.
fn run(desk: &Desk, line: &str) -> (usize, usize, u64) {
    desk.peer.take_requests();
    let mut command = desk.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(memory(&child).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let requests = desk.peer.requests();
    let deletions = requests
        .iter()
        .filter(|request| request.operation == Operation::DeleteObjects);
    let deletions = deletions.count();
    (count(&desk.peer, Operation::PutObject), deletions, most)
}

#[test]
fn sync_of_many_keys_sends_what_differs_and_takes_little_memory() {
    let desk = Desk::new();
    let keys = keys();
    let name = |number: u32| {
        desk.path()
            .join(format!("d/{:03}/{number:07}", number % 1000))
    };
    for directory in 0..1000.min(keys) {
        fs::create_dir_all(name(directory).parent().unwrap()).unwrap();
    }
    for number in 0..keys {
        fs::File::create(name(number)).unwrap();
    }
    desk.peer.generate(BUCKET, "k/", keys, "");
    let changed = keys.min(1000);
    for number in 0..changed {
        fs::write(name(number * (keys / changed)), "changed").unwrap();
    }
    let (first, _, memory) = run(&desk, "sync d s3://B/k --delete");
    assert_eq!(first, changed as usize);
    let (second, deleted, again) = run(&desk, "sync d s3://B/k --delete");
    assert_eq!((second, deleted), (0, 0));
    let gone = name(keys / 2);
    fs::remove_file(&gone).unwrap();
    let (third, deleted, last) = run(&desk, "sync d s3://B/k --delete");
    assert_eq!((third, deleted), (0, 1));
    let key = format!("k/{:03}/{:07}", (keys / 2) % 1000, keys / 2);
    assert!(desk.peer.object(BUCKET, &key).is_none());
    let most = memory.max(again).max(last);
    println!("{keys} keys: {first} sent, then {second}; {most} KiB of memory at most");
    assert!(most < MEMORY, "{most} KiB");
}
