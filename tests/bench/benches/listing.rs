//! Decoding a listing of 1,000 keys, next to a bare event loop of the XML parser over the same body.
//!
//! `cargo bench -p zonal-bench --bench listing` measures both and prints the ratio; with `decode` or `bare` as its
//! only argument the program does one of them 100 times, for callgrind:
//! `valgrind --tool=callgrind target/release/deps/listing-… decode`.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::events::Event;
use zonal::operation::{ListObjectsV2, ListObjectsV2Output};
use zonal_runtime::protocol_test;

fn main() {
    let body = listing();
    match std::env::args().nth(1).as_deref() {
        Some("decode") => (0..100).for_each(|_| drop(decode(&body))),
        Some("bare") => (0..100).for_each(|_| bare(&body)),
        _ => compare(&body),
    }
}

/// Takes turns, so that a busy machine slows both alike, and prints medians.
#[expect(clippy::print_stdout, reason = "a benchmark")]
fn compare(body: &Bytes) {
    let (mut ours, mut bares) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        bares.push(time(|| bare(body)));
        ours.push(time(|| decode(body)));
    }
    let (ours, bare) = (median(ours), median(bares));
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "1,000 keys, {} bytes: decoded in {ours:.1?}, events alone {bare:.1?}: {ratio:.2} x",
        body.len()
    );
}

/// The time until the work is done; its result is dropped after.
fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = work();
    let time = start.elapsed();
    drop(black_box(result));
    time
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn decode(body: &Bytes) -> ListObjectsV2Output {
    let output = protocol_test::decode::<ListObjectsV2>(200, &[], body.clone());
    let output = output.expect("a listing");
    assert_eq!(output.contents.len(), 1000);
    output
}

fn bare(body: &Bytes) {
    let text = std::str::from_utf8(body).expect("UTF-8");
    let mut reader = Reader::from_str(text);
    let mut count = 0;
    loop {
        match black_box(reader.read_event().expect("XML")) {
            Event::Eof => break,
            _ => count += 1,
        }
    }
    assert!(black_box(count) > 1000);
}

/// As a directory bucket answers.
fn listing() -> Bytes {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>demo--usw2-az1--x-s3</Name>\
         <Prefix>logs/</Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>",
    );
    for index in 0..1000 {
        write!(
            xml,
            "<Contents><Key>logs/2026/11/22/part-{index:05}.parquet</Key>\
             <LastModified>2026-11-22T10:{:02}:{:02}.000Z</LastModified>\
             <ETag>&quot;{index:032x}&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>\
             <ChecksumType>FULL_OBJECT</ChecksumType><Size>{}</Size>\
             <StorageClass>EXPRESS_ONEZONE</StorageClass></Contents>",
            index / 60 % 60,
            index % 60,
            index * 1021,
        )
        .expect("a String takes everything");
    }
    xml.push_str("</ListBucketResult>");
    Bytes::from(xml)
}
