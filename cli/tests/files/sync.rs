//! `sync`, in all directions.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::desk::{Desk, check};

#[test]
fn sync_sends_what_differs_and_nothing_twice() {
    let desk = Desk::new();
    for at in 0..30 {
        desk.write(&format!("d/{}/{at}.txt", at % 3), &format!("number {at}"));
    }
    let first = desk.run("sync d s3://B/s");
    assert_eq!(
        (first.code, first.out.lines().count()),
        (0, 30),
        "{}",
        first.err
    );
    check(
        &desk,
        &[
            ("sync d s3://B/s", 0, ""),
            ("sync d s3://B/s --delete", 0, ""),
        ],
    );
    let future = SystemTime::now() + Duration::from_secs(3600);
    let touch = |name: &str, time| {
        let file = fs::File::options()
            .write(true)
            .open(desk.path().join(name))
            .unwrap();
        file.set_modified(time).unwrap();
    };
    touch("d/0/3.txt", future);
    desk.write("d/1/4.txt", "of another size");
    fs::remove_file(desk.path().join("d/2/5.txt")).unwrap();
    check(
        &desk,
        &[
            (
                "sync d s3://B/s --size-only --dryrun",
                0,
                "(dryrun) upload: d/1/4.txt to s3://B/s/1/4.txt",
            ),
            (
                "sync d s3://B/s",
                0,
                "upload: d/0/3.txt to s3://B/s/0/3.txt\nupload: d/1/4.txt to s3://B/s/1/4.txt",
            ),
            ("sync d s3://B/s --delete --exclude 2/* --size-only", 0, ""),
            (
                "sync d s3://B/s --delete --size-only --dryrun",
                0,
                "(dryrun) delete: s3://B/s/2/5.txt",
            ),
            (
                "sync d s3://B/s --delete --size-only",
                0,
                "delete: s3://B/s/2/5.txt",
            ),
        ],
    );
    // and back
    let back = desk.run("sync s3://B/s back");
    assert_eq!(
        (back.code, back.out.lines().count()),
        (0, 29),
        "{}",
        back.err
    );
    check(
        &desk,
        &[
            ("sync s3://B/s back", 0, ""),
            ("sync s3://B/s back --exact-timestamps", 0, ""),
        ],
    );
    touch("back/0/0.txt", future);
    touch("back/0/6.txt", SystemTime::UNIX_EPOCH);
    desk.write("back/extra", "x");
    check(
        &desk,
        &[
            (
                "sync s3://B/s back --exact-timestamps --dryrun",
                0,
                "(dryrun) download: s3://B/s/0/0.txt to back/0/0.txt\n(dryrun) download: s3://B/s/0/6.txt to back/0/6.txt",
            ),
            (
                "sync s3://B/s back",
                0,
                "download: s3://B/s/0/0.txt to back/0/0.txt",
            ),
            ("sync s3://B/s back --delete", 0, "delete: back/extra"),
            (
                "sync s3://B/s s3://B/s2 --dryrun --exclude * --include 0/0.txt",
                0,
                "(dryrun) copy: s3://B/s/0/0.txt to s3://B/s2/0/0.txt",
            ),
        ],
    );
    assert_eq!(desk.run("sync s3://B/s s3://B/s2").out.lines().count(), 29);
    assert_eq!(desk.run("sync s3://B/s s3://B/s2").out, "");
    assert_eq!(desk.data("s2/0/3.txt"), "number 3");
}

#[test]
fn sync_deletes_nothing_where_the_source_is_not_known_whole() {
    let desk = Desk::new();
    desk.write("d/a", "a");
    std::os::unix::fs::symlink("nowhere", desk.path().join("d/b")).unwrap();
    desk.put(&["s/b", "s/c"]);
    let ended = desk.run("sync d s3://B/s --delete");
    assert_eq!((ended.code, &*ended.out), (2, "upload: d/a to s3://B/s/a"));
    assert!(ended.err.contains("Nothing is deleted"), "{}", ended.err);
    assert_eq!(desk.keys(), ["s/a", "s/b", "s/c"]);
    // the listing of the source fails
    desk.write("kept/x", "x");
    let ended = desk.run("sync s3://none--usw2-az1--x-s3/ kept --delete");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert_eq!(desk.read("kept/x").unwrap(), "x");
}

/// One place within the other: the second run has nothing to do, and no source is replaced or deleted.
#[test]
fn sync_leaves_the_inner_of_two_prefixes_out_of_the_outer_one() {
    let desk = Desk::new();
    desk.put(&["a", "d/b", "x/old", "x/x/older", "xy"]);
    let ended = desk.run("sync s3://B s3://B/x --delete");
    assert_eq!(
        (ended.code, &*ended.out),
        (
            0,
            "copy: s3://B/a to s3://B/x/a\ncopy: s3://B/d/b to s3://B/x/d/b\n\
             copy: s3://B/xy to s3://B/x/xy\ndelete: s3://B/x/old"
        ),
        "{}",
        ended.err
    );
    let copied = ["a", "d/b", "x/a", "x/d/b", "x/x/older", "x/xy", "xy"];
    assert_eq!(desk.keys(), copied);
    check(&desk, &[("sync s3://B/ s3://B/x/ --delete", 0, "")]);

    desk.put(&["x/new"]);
    let lines = [
        (
            "sync s3://B/x s3://B --delete",
            0,
            "copy: s3://B/x/new to s3://B/new",
        ),
        ("sync s3://B/x s3://B --delete", 0, ""),
    ];
    check(&desk, &lines);
    assert_eq!(desk.data("x/x/older"), "data of x/x/older");
    assert_eq!(desk.data("x/a"), "data of a");
    // patterns mean nothing in a prefix, and xy/ is not within x/
    desk.put(&["[x]/k", "xy/k"]);
    let lines = [
        (
            "sync s3://B/xy s3://B/x/xy",
            0,
            "copy: s3://B/xy/k to s3://B/x/xy/k",
        ),
        (
            "sync s3://B/[x] s3://B --delete --exclude * --include x --include k",
            0,
            "copy: s3://B/[x]/k to s3://B/k",
        ),
        (
            "sync s3://B/x/xy s3://B/x --exclude * --include k",
            0,
            "copy: s3://B/x/xy/k to s3://B/x/k",
        ),
        (
            "sync s3://B/x/xy s3://B/x --delete --exclude * --include xy/*",
            0,
            "",
        ),
    ];
    check(&desk, &lines);
    assert_eq!(desk.data("x/xy/k"), "data of xy/k");
}
