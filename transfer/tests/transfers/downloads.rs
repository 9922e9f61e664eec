//! Objects of every length to every target, and answers that break off.

use zonal_peer::{Fault, Operation};
use zonal_transfer::{Algorithm, ErrorKind, Source};

use crate::lab::{BUCKET, KEY, Lab, PART, data, read};

const LENGTHS: [usize; 7] = [0, 1, PART, PART + 1, 3 * PART, 10 * PART, 10 * PART + 7];

#[tokio::test]
async fn every_length_comes_to_every_target() {
    let lab = Lab::new();
    for length in LENGTHS {
        let bytes = data(length);
        lab.peer.put(BUCKET, KEY, bytes.clone());
        lab.peer.take_requests();
        let download = || lab.transfers.download(BUCKET, KEY);
        let copy = lab.path("copy");
        let downloaded = download().to_file(&copy).await.unwrap();
        assert_eq!(read(&copy), bytes, "{length}");
        assert_eq!(downloaded.length, length as u64);
        let sum = Algorithm::Crc32.checksum(&bytes);
        assert_eq!(downloaded.verified, Some((Algorithm::Crc32, sum)));
        let asked = length.div_ceil(PART).max(1);
        assert_eq!(lab.count(Operation::GetObject), asked, "{length}");
        assert_eq!(download().to_bytes().await.unwrap(), bytes, "{length}");
        let mut stream = download().stream().await.unwrap();
        assert_eq!(stream.length(), length as u64);
        let mut read = Vec::new();
        while let Some(piece) = stream.next().await {
            read.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(read, bytes, "{length}");
        assert_eq!(lab.files(), ["copy"]);
    }
}

#[tokio::test]
async fn ranges_are_what_was_asked_for() {
    let lab = Lab::new();
    let bytes = data(5 * PART);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    let download = || lab.transfers.download(BUCKET, KEY);
    let end = bytes.len() as u64;
    for (start, to) in [
        (0, 1),
        (0, end),
        (7, 1007),
        (7, 1008),
        (999, 4321),
        (end - 1, end),
    ] {
        let part = &bytes[start as usize..to as usize];
        assert_eq!(download().range(start..to).to_bytes().await.unwrap(), part);
        let copy = lab.path("copy");
        let downloaded = download().range(start..to).to_file(&copy).await.unwrap();
        assert_eq!(read(&copy), part);
        assert_eq!(downloaded.verified, None);
    }
    assert_eq!(
        download().range(4000..).to_bytes().await.unwrap(),
        &bytes[4000..]
    );
    assert_eq!(
        download().range(4990..9999).to_bytes().await.unwrap(),
        &bytes[4990..]
    );
    assert_eq!(
        download().range(..=9).to_bytes().await.unwrap(),
        &bytes[..10]
    );
    assert_eq!(download().range(..).to_bytes().await.unwrap(), bytes);
    let beyond = download().range(5000..).to_bytes().await.unwrap_err();
    assert_eq!(beyond.code(), Some("InvalidRange"));
    let empty = download().range(3..3).to_bytes().await.unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn every_checksum_is_verified_of_the_whole_and_of_the_parts() {
    let lab = Lab::new();
    let bytes = data(7 * PART + 3);
    for algorithm in [
        Algorithm::Crc32c,
        Algorithm::Crc64Nvme,
        Algorithm::Sha1,
        Algorithm::Sha256,
    ] {
        let upload = lab
            .transfers
            .upload(BUCKET, KEY, Source::from_path(lab.file(&bytes)));
        let uploaded = upload.checksum_algorithm(algorithm).await.unwrap();
        let download = || lab.transfers.download(BUCKET, KEY);
        let downloaded = download().to_file(lab.path("copy")).await.unwrap();
        assert_eq!(downloaded.verified, uploaded.checksum);
        assert_eq!(read(lab.path("copy")), bytes);
        assert_eq!(download().to_bytes().await.unwrap(), bytes);
        // one byte is another, in the last part but one
        for target in ["file", "bytes", "stream"] {
            let wrong = Fault::edit_reply(|reply| {
                let mut body = reply.body_bytes();
                if let Some(byte) = body.last_mut() {
                    *byte ^= 1;
                }
                reply.body(body)
            });
            lab.peer.fault(wrong.on(Operation::GetObject).skip(3));
            let result = match target {
                "file" => download().to_file(lab.path("wrong")).await.map(drop),
                "bytes" => download().to_bytes().await.map(drop),
                _ => {
                    let mut stream = download().stream().await.unwrap();
                    let mut result = Ok(());
                    while let Some(piece) = stream.next().await {
                        result = piece.map(drop);
                    }
                    result
                }
            };
            let error = result.unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::Checksum,
                "{algorithm} {target}: {error}"
            );
            assert!(!lab.path("wrong").exists());
            lab.peer.clear_faults();
        }
    }
    assert_eq!(lab.files(), ["copy", "source"]);
}

#[tokio::test]
async fn a_broken_range_goes_on_where_it_stopped() {
    let lab = Lab::new();
    let bytes = data(6 * PART);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    for cut in [
        Fault::genuine().close_after(600),
        Fault::genuine().declared_length(1000).close_after(600),
    ] {
        lab.peer.take_requests();
        lab.peer
            .fault(cut.on(Operation::GetObject).skip(1).times(3));
        assert_eq!(
            lab.transfers
                .download(BUCKET, KEY)
                .to_bytes()
                .await
                .unwrap(),
            bytes
        );
        let asked = lab.requests(Operation::GetObject);
        let ranges = asked.iter().filter_map(|request| request.header("range"));
        let inner = ranges.filter(|range| {
            let start: u64 = range["bytes=".len()..]
                .split('-')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            start % PART as u64 == 600
        });
        assert!(inner.count() > 0);
    }
}

#[tokio::test]
async fn an_object_that_breaks_off_for_ever_is_an_error() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(6 * PART));
    std::fs::write(lab.path("copy"), "precious").unwrap();
    lab.peer.fault(
        Fault::genuine()
            .close_after(0)
            .on(Operation::GetObject)
            .always(),
    );
    let error = lab
        .transfers
        .download(BUCKET, KEY)
        .to_file(lab.path("copy"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body, "{error}");
    assert_eq!(read(lab.path("copy")), b"precious");
    assert_eq!(lab.files(), ["copy"]);
}

#[tokio::test]
async fn another_version_is_never_mixed_in() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, KEY, data(20 * PART));
    let peer = std::sync::Arc::new(lab.peer);
    let writer = std::sync::Arc::downgrade(&peer);
    peer.fault(
        Fault::edit_reply(move |reply| {
            writer.upgrade().unwrap().put(BUCKET, KEY, data(20 * PART));
            reply
        })
        .on(Operation::GetObject)
        .skip(2),
    );
    let download = lab.transfers.download(BUCKET, KEY);
    let error = download
        .to_file(lab.directory.path().join("copy"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectChanged, "{error}");
    assert_eq!(std::fs::read_dir(lab.directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_missing_object_is_an_error_at_once() {
    let lab = Lab::new();
    let error = lab
        .transfers
        .download(BUCKET, "none")
        .to_file(lab.path("copy"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("NoSuchKey"));
    assert!(
        lab.transfers
            .download(BUCKET, "none")
            .stream()
            .await
            .is_err()
    );
    assert_eq!(lab.files(), [""; 0]);
    lab.peer.put(BUCKET, KEY, "x");
    let nowhere = lab
        .transfers
        .download(BUCKET, KEY)
        .to_file("/nowhere/at all")
        .await
        .unwrap_err();
    assert_eq!(nowhere.kind(), ErrorKind::File, "{nowhere}");
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_replaced_is_written_in_order() {
    let lab = Lab::new();
    let bytes = data(9 * PART);
    lab.peer.put(BUCKET, KEY, bytes.clone());
    let (one, other) = (lab.path("one"), lab.path("other"));
    std::fs::write(&one, "longer than nothing").unwrap();
    std::fs::hard_link(&one, &other).unwrap();
    let downloaded = lab
        .transfers
        .download(BUCKET, KEY)
        .to_file(&one)
        .await
        .unwrap();
    assert_eq!(read(&other), bytes);
    assert!(downloaded.verified.is_some());
    lab.transfers
        .download(BUCKET, KEY)
        .to_file("/dev/null")
        .await
        .unwrap();
    let refused = lab
        .transfers
        .download(BUCKET, KEY)
        .resumable()
        .to_file(&one)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
}
