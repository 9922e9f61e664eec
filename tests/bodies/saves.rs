//! What becomes of the file that a body is saved to, and of all that has its name.

use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use zonal::runtime::{BodyError, ByteStream};

use crate::support::bytes;

const LENGTH: usize = 2_500_007;

/// Saves a body to `path`, which then holds it.
async fn save(path: &Path) {
    let data = bytes(LENGTH);
    let saved = ByteStream::from(data.clone()).to_file(path).await;
    assert_eq!(saved.unwrap(), LENGTH as u64, "{path:?}");
    assert!(fs::read(path).unwrap() == data, "{path:?}");
}

/// Why a body cannot be saved to `path`.
async fn refused(path: &Path) -> std::io::Error {
    refused_by(path, 5).await
}

async fn refused_by(path: &Path, length: usize) -> std::io::Error {
    let body = ByteStream::from(bytes(length));
    let error = body.to_file(path).await.unwrap_err();
    let BodyError::Write { path: named, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(named.as_deref(), Some(path));
    error.into()
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

fn old(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, vec![b'o'; LENGTH + 1]).unwrap();
    path
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

#[tokio::test]
async fn a_file_that_is_replaced_keeps_its_permissions() {
    let folder = TempDir::new().unwrap();
    for mode in [0o600, 0o640, 0o666, 0o777, 0o200] {
        let path = old(&folder, "file");
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let before = inode(&path);
        let saved = ByteStream::from(bytes(LENGTH)).to_file(&path).await;
        saved.unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.mode() & 0o7777, mode);
        assert_eq!(after.len(), LENGTH as u64);
        assert_ne!(before, after.ino(), "the file was written in place");
        fs::remove_file(&path).unwrap();
    }
    assert!(names(&folder).is_empty());
}

#[tokio::test]
async fn a_new_file_has_the_permissions_of_any_new_file() {
    let folder = TempDir::new().unwrap();
    let long = "n".repeat(255);
    for name in ["new", &long, " ", "-", "ä.part"] {
        save(&folder.path().join(name)).await;
        let other = folder.path().join("other");
        File::create(&other).unwrap();
        let mode = |path| fs::metadata(path).unwrap().mode();
        assert_eq!(mode(folder.path().join(name)), mode(other));
    }
    assert_eq!(names(&folder).len(), 6);
}

#[tokio::test]
async fn links_are_followed_and_stay() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("d")).unwrap();
    fs::set_permissions(old(&folder, "d/file"), Permissions::from_mode(0o600)).unwrap();
    for (link, target) in [
        ("d/relative", Path::new("file")),
        ("chain", Path::new("d/relative")),
        ("up", Path::new("d/../d/file")),
        ("absolute", &at("chain")),
        // nothing is there yet
        ("dangling", Path::new("d/new")),
        ("twice", Path::new("dangling")),
    ] {
        symlink(target, at(link)).unwrap();
        save(&at(link)).await;
        assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink());
        assert_eq!(fs::read_link(at(link)).unwrap(), target);
    }
    assert_eq!(fs::metadata(at("d/file")).unwrap().mode() & 0o777, 0o600);
    assert!(fs::symlink_metadata(at("d/new")).unwrap().is_file());
    symlink("b", at("a")).unwrap();
    symlink("a", at("b")).unwrap();
    symlink("nowhere/x", at("lost")).unwrap();
    symlink("d", at("folder")).unwrap();
    let before = names(&folder);
    assert!(refused(&at("a")).await.to_string().contains("symbolic"));
    assert_eq!(refused(&at("lost")).await.kind(), ErrorKind::NotFound);
    let folder_link = refused(&at("folder")).await;
    assert_eq!(folder_link.kind(), ErrorKind::IsADirectory);
    assert_eq!(names(&folder), before);
}

#[tokio::test]
async fn what_cannot_be_replaced_is_written_in_place() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    // a file with two names
    let path = old(&folder, "one");
    fs::hard_link(&path, at("two")).unwrap();
    save(&path).await;
    assert_eq!(inode(&path), inode(&at("two")));
    // a device
    let null = Path::new("/dev/null");
    ByteStream::from(bytes(LENGTH)).to_file(null).await.unwrap();
    assert!(fs::metadata(null).unwrap().file_type().is_char_device());
    symlink(null, at("null")).unwrap();
    let written = ByteStream::from(bytes(5)).to_file(at("null")).await;
    assert_eq!(written.unwrap(), 5);
    // a named pipe, whose reader gets all
    let pipe = at("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let read = {
        let pipe = pipe.clone();
        tokio::task::spawn_blocking(move || fs::read(pipe).unwrap())
    };
    let written = ByteStream::from(bytes(LENGTH)).to_file(&pipe).await;
    assert_eq!(written.unwrap(), LENGTH as u64);
    assert!(read.await.unwrap() == bytes(LENGTH));
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(names(&folder), ["null", "one", "pipe", "two"]);
}

#[test]
fn a_pipe_that_nobody_reads_keeps_no_thread() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let save = async {
        let save = ByteStream::from(bytes(LENGTH)).to_file(&pipe);
        tokio::time::timeout(Duration::from_millis(50), save).await
    };
    assert!(runtime.block_on(save).is_err());
    // would wait for the thread
    drop(runtime);
    // a reader that goes away
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let reader = {
        let pipe = pipe.clone();
        std::thread::spawn(move || File::open(pipe).unwrap().read_exact(&mut [0; 10]))
    };
    let error = runtime.block_on(refused_by(&pipe, LENGTH));
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    reader.join().unwrap().unwrap();
}

#[tokio::test]
async fn files_of_others_stay_theirs() {
    let folder = TempDir::new().unwrap();
    let path = old(&folder, "file");
    let before = inode(&path);
    // a file of another group is replaced, and keeps its group
    if chown(&path, None, Some(12_345)).is_ok() {
        save(&path).await;
        assert_ne!(inode(&path), before);
        assert_eq!(fs::metadata(&path).unwrap().gid(), 12_345);
    }
    // only root can try this one
    if chown(&path, Some(12_345), None).is_ok() {
        let before = inode(&path);
        save(&path).await;
        assert_eq!(inode(&path), before);
        assert_eq!(fs::metadata(&path).unwrap().uid(), 12_345);
    }
    // and root can write to any directory
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    if File::create_new(folder.path().join("other")).is_err() {
        let before = inode(&path);
        save(&path).await;
        assert_eq!(inode(&path), before);
        let new = refused(&folder.path().join("new")).await;
        assert_eq!(new.kind(), ErrorKind::PermissionDenied);
    }
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
}

/// Gives user 1234 access to a file, and its group less than the mode says; false where the file system
/// has no access control lists.
#[cfg(target_os = "linux")]
fn set_access_list(path: &Path) -> bool {
    const NOBODY: u32 = u32::MAX;
    let entries: [(u16, u16, u32); 5] = [
        (0x01, 6, NOBODY),
        (0x02, 6, 1234),
        (0x04, 4, NOBODY),
        (0x10, 6, NOBODY),
        (0x20, 0, NOBODY),
    ];
    let mut list = 2u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend(tag.to_le_bytes());
        list.extend(permissions.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    let flags = rustix::fs::XattrFlags::empty();
    rustix::fs::setxattr(path, "system.posix_acl_access", &list, flags).is_ok()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_access_control_list_stays() {
    let folder = TempDir::new().unwrap();
    let path = old(&folder, "file");
    if !set_access_list(&path) {
        println!("skipped: the file system has no access control lists");
        return;
    }
    let before = (inode(&path), fs::metadata(&path).unwrap().mode());
    save(&path).await;
    let after = (inode(&path), fs::metadata(&path).unwrap().mode());
    assert_eq!(before, after, "the file was replaced");
    let mut list = [0; 44];
    let length = rustix::fs::getxattr(&path, "system.posix_acl_access", &mut list);
    assert_eq!(length.unwrap(), 44);
    assert_eq!(names(&folder), ["file"]);
}

#[tokio::test]
async fn open_files_are_written_as_they_are() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    let mut log = File::create(&path).unwrap();
    log.write_all(b"before\n").unwrap();
    let before = inode(&path);
    let number = log.as_raw_fd();
    let link = folder.path().join("link");
    symlink(format!("/dev/fd/{number}"), &link).unwrap();
    for name in [
        format!("/dev/fd/{number}"),
        format!("/proc/self/fd/{number}"),
        format!("/proc/{}/fd/{number}", std::process::id()),
        link.to_str().unwrap().to_owned(),
    ] {
        let body = ByteStream::from(Bytes::from("line\n"));
        assert_eq!(body.to_file(&name).await.unwrap(), 5, "{name}");
    }
    assert_eq!(inode(&path), before);
    assert_eq!(
        fs::read(&path).unwrap(),
        b"before\nline\nline\nline\nline\n"
    );
    assert_eq!(names(&folder), ["link", "log"]);
    // a file without a name any more
    fs::remove_file(&path).unwrap();
    let body = ByteStream::from(Bytes::from("end\n"));
    body.to_file(format!("/dev/fd/{number}")).await.unwrap();
    assert_eq!(names(&folder), ["link"]);
    let mut rest = String::new();
    let mut again = File::open(format!("/dev/fd/{number}")).unwrap();
    again.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("line\nend\n"), "{rest}");
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("d")).unwrap();
    old(&folder, "file");
    for name in ["d", "d/", "new/", "d/.", "d/..", ".", "file/"] {
        let error = refused(&at(name)).await;
        assert_eq!(error.kind(), ErrorKind::IsADirectory, "{name}: {error}");
    }
    assert!(refused(Path::new("")).await.to_string().contains("empty"));
    let below_file = refused(&at("file/x")).await;
    assert_eq!(below_file.kind(), ErrorKind::NotADirectory);
    let too_long = refused(&at(&"n".repeat(256))).await;
    assert_eq!(too_long.kind(), ErrorKind::InvalidFilename);
    let text = refused(&at("a\nb/c")).await.to_string();
    assert!(!text.contains('\n'), "{text}");
    assert_eq!(names(&folder), ["d", "file"]);
    // nobody may write to these, root included
    for mode in [0o400, 0o444, 0o555, 0] {
        fs::set_permissions(at("file"), Permissions::from_mode(mode)).unwrap();
        let error = refused(&at("file")).await;
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
    }
    assert_eq!(fs::metadata(at("file")).unwrap().len(), LENGTH as u64 + 1);
    if Path::new("/dev/full").exists() {
        let error = refused(Path::new("/dev/full")).await;
        assert_eq!(error.kind(), ErrorKind::StorageFull, "{error}");
    }
}

#[tokio::test]
async fn of_many_at_once_one_is_left_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    let mut tasks = tokio::task::JoinSet::new();
    for byte in 0..20u8 {
        let body = ByteStream::from(Bytes::from(vec![byte; LENGTH + usize::from(byte)]));
        let path = path.clone();
        tasks.spawn(async move { body.to_file(path).await.unwrap() });
    }
    tasks.join_all().await;
    let data = fs::read(&path).unwrap();
    assert_eq!(data.len(), LENGTH + usize::from(data[0]));
    assert!(data.iter().all(|byte| *byte == data[0]));
    assert_eq!(names(&folder), ["file"]);
}

#[test]
fn no_runtime_is_needed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    let mut save = pin!(ByteStream::from(bytes(5)).to_file(&path));
    let saved = save.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(saved, Poll::Ready(Ok(5))), "{saved:?}");
    assert!(fs::read(&path).unwrap() == bytes(5));
}
