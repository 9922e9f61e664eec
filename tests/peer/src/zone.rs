//! Parses the names of directory buckets.

/// The zone in a bucket's name: the part before `--x-s3`.
pub(crate) fn zone_of(bucket: &str) -> &str {
    bucket.rsplit("--").nth(1).unwrap_or_default()
}

/// Whether the bucket lies in a Local Zone: its zone is named like `usw2-lax1-az1`.
pub(crate) fn is_local(bucket: &str) -> bool {
    zone_of(bucket).matches('-').count() > 1
}

/// The one storage class of a bucket.
pub(crate) fn storage_class(bucket: &str) -> &'static str {
    if is_local(bucket) {
        "ONEZONE_IA"
    } else {
        "EXPRESS_ONEZONE"
    }
}

/// Whether a bucket may be created under this name.
pub(crate) fn is_valid_name(bucket: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let base = bucket
        .strip_suffix("--x-s3")
        .and_then(|name| name.rsplit_once("--"));
    (3..=63).contains(&bucket.len())
        && bucket.bytes().all(|byte| is_plain(byte) || byte == b'-')
        && bucket.bytes().next().is_some_and(is_plain)
        && base.is_some_and(|(base, zone)| !base.is_empty() && zone.contains("-az"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_zone() {
        assert_eq!(zone_of("my--s3--b--usw2-az1--x-s3"), "usw2-az1");
        assert_eq!(storage_class("b--usw2-az1--x-s3"), "EXPRESS_ONEZONE");
        assert_eq!(storage_class("b--usw2-lax1-az1--x-s3"), "ONEZONE_IA");
        assert!(is_valid_name("b--usw2-az1--x-s3"));
        for bad in [
            "b",
            "b--x-s3",
            "--usw2-az1--x-s3",
            "B--usw2-az1--x-s3",
            "b.c--usw2-az1--x-s3",
        ] {
            assert!(!is_valid_name(bad), "{bad}");
        }
    }
}
