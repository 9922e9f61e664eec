use super::*;

/// What another client sent for this text, but MD5, which is Python's.
const TEXT: &[u8] = b"hello zonal world\n";
const VALUES: [(Algorithm, &str); 10] = [
    (Algorithm::Crc32, "TTE23Q=="),
    (Algorithm::Crc32c, "FGRyMA=="),
    (Algorithm::Crc64Nvme, "RQsqoVXZdug="),
    (Algorithm::Sha1, "3pvr6jbDT18ki3SwKhZ+C2PJdj4="),
    (
        Algorithm::Sha256,
        "06lBOQPTD4jRAHv5+QfBu7eVUrui7pNVh8rhunep/XI=",
    ),
    (
        Algorithm::Sha512,
        "1dhnPDzC/KwvB81KWJdJhtaYvRo5RwNTey8qOyXcknMDQujQXj8njVjglrlgVDoITB6RdYbJEyRxWfYnDWXTMQ==",
    ),
    (Algorithm::Md5, "v8Uu8MHW28midlN1BcEUaQ=="),
    (Algorithm::Xxhash64, "AYntD20msd0="),
    (Algorithm::Xxhash3, "q11vH9pMjV8="),
    (Algorithm::Xxhash128, "KZ6YVcpscSkKRv+IjtIteQ=="),
];

fn in_pieces(algorithm: Algorithm, bytes: &[u8], size: usize) -> Sum {
    let mut hasher = Hasher::new(algorithm);
    for piece in bytes.chunks(size) {
        hasher.update(piece);
    }
    hasher.finish()
}

#[test]
fn every_algorithm_computes_what_others_compute() {
    for (algorithm, value) in VALUES {
        assert_eq!(algorithm.checksum(TEXT), value, "{algorithm}");
        let sum = in_pieces(algorithm, TEXT, 5);
        assert_eq!(sum.to_header(), value, "{algorithm}");
        let length = algorithm.digest_length().div_ceil(3) * 4;
        assert_eq!(sum.to_string().len(), length, "{algorithm}");
        assert_eq!(format!("{sum:?}"), value);
        assert!(sum.is(value) && !sum.is(&value[1..]), "{algorithm}");
        assert_eq!(algorithm.to_string(), algorithm.name());
    }
    assert!(
        Algorithm::ALL
            .iter()
            .all(|one| VALUES.iter().any(|(a, _)| a == one))
    );
}

/// Long inputs take other paths through the SIMD code than short ones.
#[test]
fn pieces_and_whole_agree_whatever_their_size() {
    let bytes: Vec<u8> = (0..300_000_u32)
        .map(|i| (i.wrapping_mul(i) >> 7) as u8)
        .collect();
    for algorithm in Algorithm::ALL.iter().copied() {
        for length in [0, 1, 255, 256, 4097, bytes.len()] {
            let whole = Sum::of(algorithm, &bytes[..length]);
            for size in [1000, 8192, 65_537] {
                let pieces = in_pieces(algorithm, &bytes[..length], size);
                assert_eq!(pieces, whole, "{algorithm} {length} {size}");
            }
        }
    }
}

#[test]
fn names_and_headers_are_found() {
    for algorithm in Algorithm::ALL.iter().copied() {
        let name = algorithm.name().to_lowercase();
        assert_eq!(Algorithm::from_name(&name), Some(algorithm));
        assert_eq!(algorithm.header(), format!("x-amz-checksum-{name}"));
        assert_eq!(Algorithm::of_header(&name), Some(algorithm));
    }
    assert_eq!(Algorithm::from_name("CRC33"), None);
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-checksum-mode", "ENABLED".parse().unwrap());
    assert!(find(&headers).is_none());
    for name in ["x-amz-checksum-sha256", "x-amz-checksum-crc32"] {
        headers.insert(name, "v".parse().unwrap());
    }
    assert_eq!(find(&headers).unwrap().0, Algorithm::Crc32);
}

#[test]
fn what_is_no_checksum_is_left_out_of_an_answer() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("x-amz-checksum-crc32", "no base64!"),
        ("x-amz-checksum-crc32c", "AAAA"),
        ("x-amz-checksum-sha1", ""),
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=-x"),
        (
            "x-amz-checksum-sha256",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=-12",
        ),
        ("x-amz-checksum-xxhash64", "AAAAAAAAAAA="),
        ("x-amz-checksum-type", "COMPOSITE"),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    let found = Carried::find(&mut headers);
    assert!(
        found
            .algorithms()
            .any(|algorithm| algorithm == Algorithm::Sha256)
    );
    assert!(
        !found
            .algorithms()
            .any(|algorithm| algorithm == Algorithm::Sha1)
    );
    assert!(found.is_composite);
    let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    left.sort_unstable();
    let kept = [
        "x-amz-checksum-sha256",
        "x-amz-checksum-type",
        "x-amz-checksum-xxhash64",
    ];
    assert_eq!(left, kept);
}

#[test]
fn the_cheapest_checksum_of_an_answer_is_the_first() {
    let mut headers = HeaderMap::new();
    for algorithm in [Algorithm::Sha256, Algorithm::Crc32, Algorithm::Sha1] {
        let value = algorithm.checksum(b"123456789").parse().unwrap();
        headers.insert(algorithm.header_name(), value);
    }
    let found = Carried::find(&mut headers);
    let (first, value) = found.first.as_ref().unwrap();
    assert_eq!(
        (*first, value.to_str().unwrap()),
        (Algorithm::Crc32, "y/Q5Jg==")
    );
    let all = [Algorithm::Crc32, Algorithm::Sha1, Algorithm::Sha256];
    assert_eq!(found.algorithms().collect::<Vec<_>>(), all);
    assert!(!found.is_composite);
    for (name, value) in [
        ("x-amz-checksum-type", "FULL_OBJECT"),
        ("x-amz-checksum-mode", "COMPOSITE"),
    ] {
        headers.insert(name, value.parse().unwrap());
        assert!(!Carried::find(&mut headers).is_composite, "{name}");
    }
    let none = Carried::by(Marks::default());
    assert!(none.first.is_none() && none.algorithms().next().is_none());
}

#[test]
fn checksums_of_pieces_are_joined() {
    let text = b"a text that is cut at every place, and comes whole again".as_slice();
    for algorithm in Algorithm::ALL.iter().copied() {
        let whole = Sum::of(algorithm, text);
        for (index, _) in text.iter().enumerate() {
            let (first, rest) = text.split_at(index);
            let joined = Sum::of(algorithm, first).join(
                algorithm,
                Sum::of(algorithm, rest),
                rest.len() as u64,
            );
            let expected = algorithm.can_be_joined().then_some(whole);
            assert_eq!(joined, expected, "{algorithm}, {index}");
        }
        let nothing = Sum::of(algorithm, b"");
        let same = whole.join(algorithm, nothing, 0);
        assert!(same.is_none_or(|same| same == whole), "{algorithm}");
        assert_eq!(Sum::parse(algorithm, &whole.to_string()), Some(whole));
        assert_eq!(Sum::parse(algorithm, "no base64!"), None);
    }
    assert_eq!(Sum::parse(Algorithm::Crc64Nvme, "NhCmhg=="), None);
}

#[test]
fn the_words_of_the_settings_are_known() {
    use Checksums::{WhenRequired, WhenSupported};
    assert_eq!(Checksums::from_text("when_supported"), Some(WhenSupported));
    assert_eq!(Checksums::from_text("WHEN_REQUIRED"), Some(WhenRequired));
    assert_eq!(Checksums::from_text("WHEN"), None);
}
