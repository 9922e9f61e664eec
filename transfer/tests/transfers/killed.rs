//! Transfers whose process is killed.
//!
//! The test starts itself again as the process that is killed: `ZONAL_KILLED` says what that is to do. `ZONAL_KILLS`
//! sets how often; `.ci/long` takes 50.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use zonal_peer::{Fault, Operation};
use zonal_transfer::{Limit, Source, Transfers};

use crate::lab::{BUCKET, KEY, Lab, PART, data, read, settings, until};

const LENGTH: usize = 60 * PART + 1;
const WORKERS: usize = 4;

fn transfers(endpoint: &str) -> Transfers {
    let settings = settings(crate::lab::client(endpoint));
    settings.limit(Limit::fixed(WORKERS)).build().unwrap()
}

/// What the process does that is killed.
#[tokio::test]
async fn child() {
    let Ok(task) = std::env::var("ZONAL_KILLED") else {
        return;
    };
    let mut words = task.split('|');
    let (what, endpoint, path) = (
        words.next().unwrap(),
        words.next().unwrap(),
        words.next().unwrap(),
    );
    let transfers = transfers(endpoint);
    match what {
        "upload" => {
            let upload = transfers.upload(BUCKET, KEY, Source::from_path(path));
            upload.resumable().await.map(drop).unwrap();
        }
        _ => {
            let download = transfers.download(BUCKET, KEY).resumable();
            download.to_file(path).await.map(drop).unwrap();
        }
    }
}

fn start(what: &str, endpoint: &str, path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "killed::child", "--quiet"]);
    child.env(
        "ZONAL_KILLED",
        format!("{what}|{endpoint}|{}", path.display()),
    );
    child
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    child.spawn().unwrap()
}

fn rounds() -> u32 {
    let given = std::env::var("ZONAL_KILLS").ok();
    given.map_or(3, |number| number.parse().unwrap())
}

/// Where in a transfer of so many requests the process is killed: anywhere.
fn point(round: u32, of: usize) -> usize {
    let mut number =
        u64::from(round).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(std::process::id());
    number ^= number >> 29;
    number = number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (number >> 33) as usize % of
}

#[tokio::test]
async fn uploads_of_killed_processes_are_gone_on_with() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    let path = lab.file(&bytes);
    let most = LENGTH.div_ceil(PART);
    let mut worst = 0;
    for round in 0..rounds() {
        lab.peer.take_requests();
        lab.peer.fault(
            Fault::genuine()
                .delay(Duration::from_millis(2))
                .on(Operation::UploadPart)
                .always(),
        );
        let at = point(round, most + 2);
        let mut child = start("upload", &lab.peer.endpoint_url(), &path);
        let reached = || lab.peer.requests().len() >= at || lab.peer.object(BUCKET, KEY).is_some();
        until("the point is reached", reached).await;
        child.kill().unwrap();
        child.wait().unwrap();
        lab.peer.clear_faults();
        if lab.peer.object(BUCKET, KEY).is_some() && lab.files() == ["source"] {
            // it had come to its end
            lab.client.delete_object(BUCKET, KEY).await.unwrap();
            continue;
        }
        // what was under way has come in or not
        tokio::time::sleep(Duration::from_millis(20)).await;
        let before = lab.count(Operation::UploadPart);
        let upload =
            transfers(&lab.peer.endpoint_url()).upload(BUCKET, KEY, Source::from_path(&path));
        upload.resumable().await.unwrap();
        assert_eq!(lab.object(KEY), bytes, "round {round}, killed at {at}");
        let sent = lab.count(Operation::UploadPart);
        // those that were under way, one for each worker
        assert!(
            sent <= most + WORKERS,
            "round {round}: {sent}, {before} before"
        );
        worst = worst.max(sent.saturating_sub(most));
        assert_eq!(lab.files(), ["source"]);
        let uploads = lab
            .transfers
            .unfinished_uploads(BUCKET)
            .older_than(Duration::ZERO);
        assert_eq!(uploads.abort().await.unwrap().failed.len(), 0);
        lab.assert_no_uploads();
        lab.client.delete_object(BUCKET, KEY).await.unwrap();
    }
    println!("{} kills, {worst} parts resent at most of {most}", rounds());
}

#[tokio::test]
async fn downloads_of_killed_processes_are_gone_on_with() {
    let lab = Lab::new();
    let bytes = data(LENGTH);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    let path = lab.path("copy");
    let most = LENGTH.div_ceil(PART);
    let mut worst = 0;
    for round in 0..rounds() {
        lab.peer.take_requests();
        lab.peer.fault(
            Fault::genuine()
                .delay(Duration::from_millis(2))
                .on(Operation::GetObject)
                .always(),
        );
        let at = point(round, most);
        let mut child = start("download", &lab.peer.endpoint_url(), &path);
        let reached = || lab.peer.requests().len() >= at || path.exists();
        until("the point is reached", reached).await;
        child.kill().unwrap();
        child.wait().unwrap();
        lab.peer.clear_faults();
        let download = transfers(&lab.peer.endpoint_url())
            .download(BUCKET, KEY)
            .resumable();
        download.to_file(&path).await.unwrap();
        assert_eq!(read(&path), bytes, "round {round}, killed at {at}");
        // a process that is killed between its draft and its state file leaves the draft
        let mut files = lab.files();
        files.retain(|name| !name.ends_with(".part"));
        assert_eq!(files, ["copy"]);
        // what was asked for twice: those ranges that were under way, one for each worker, and the object as it was
        // opened, whose first piece is there already or is read from that
        let asked = lab.count(Operation::GetObject);
        assert!(asked <= most + WORKERS + 1, "round {round}: {asked}");
        worst = worst.max(asked.saturating_sub(most));
        std::fs::remove_file(&path).unwrap();
    }
    println!(
        "{} kills, {worst} ranges reread at most of {most}",
        rounds()
    );
}
