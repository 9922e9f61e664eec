//! The region of a zone. A bucket's name ends in the id of its zone, and that begins with an abbreviation of the
//! region: `usw2-az1` is in `us-west-2`.

/// The zone in the name of a directory bucket or of an access point to one.
pub fn zone_of_bucket(bucket: &str) -> Option<&str> {
    let name = bucket
        .strip_suffix("--x-s3")
        .or_else(|| bucket.strip_suffix("--xa-s3"))?;
    name.rsplit_once("--").map(|(_, zone)| zone)
}

/// The region that a zone's id names, as far as its parts are known.
pub fn region_of_zone(zone: &str) -> Option<String> {
    const PLACES: [(&str, &str); 12] = [
        ("usg", "us-gov"),
        ("us", "us"),
        ("eu", "eu"),
        ("ap", "ap"),
        ("sa", "sa"),
        ("ca", "ca"),
        ("me", "me"),
        ("af", "af"),
        ("il", "il"),
        ("mx", "mx"),
        ("cn", "cn"),
        ("ta", "ta"),
    ];
    const DIRECTIONS: [(&str, &str); 9] = [
        ("ne", "northeast"),
        ("nw", "northwest"),
        ("se", "southeast"),
        ("sw", "southwest"),
        ("n", "north"),
        ("s", "south"),
        ("e", "east"),
        ("w", "west"),
        ("c", "central"),
    ];
    let abbreviation = zone.split('-').next()?;
    PLACES.iter().find_map(|(short, place)| {
        let rest = abbreviation.strip_prefix(short)?;
        DIRECTIONS.iter().find_map(|(short, direction)| {
            let number = rest.strip_prefix(short)?;
            let good = number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit());
            good.then(|| format!("{place}-{direction}-{number}"))
        })
    })
}

/// Of a host of AWS for a zone, such as `b.s3express-use1-az4.us-west-2.amazonaws.com`, which does not exist because the
/// zone is in another region: the zone, its region, and the region in the host. `None` for all other hosts.
pub(crate) fn misplaced(host: &str) -> Option<(&str, String, &str)> {
    let (_, rest) = host.rsplit_once("s3express-")?;
    let (zone, rest) = rest.split_once('.')?;
    let zone = zone.strip_prefix("fips-").unwrap_or(zone);
    let rest = rest.strip_prefix("dualstack.").unwrap_or(rest);
    let (region, _) = rest.split_once(".amazonaws.com")?;
    let of_zone = region_of_zone(zone)?;
    (of_zone != region).then_some((zone, of_zone, region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_names_its_region() {
        for (zone, region) in [
            ("usw2-az1", Some("us-west-2")),
            ("use1-az4", Some("us-east-1")),
            ("apne1-az4", Some("ap-northeast-1")),
            ("usw2-lax1-az1", Some("us-west-2")),
            ("usgw1-az1", Some("us-gov-west-1")),
            ("zzz9-az9", None),
            ("x", None),
        ] {
            assert_eq!(region_of_zone(zone).as_deref(), region, "{zone}");
        }
        assert_eq!(zone_of_bucket("a--b--usw2-az1--x-s3"), Some("usw2-az1"));
    }

    #[test]
    fn a_host_in_the_wrong_region_is_found() {
        for host in [
            "b--use1-az4--x-s3.s3express-use1-az4.us-west-2.amazonaws.com",
            "b--use1-az4--x-s3.s3express-fips-use1-az4.dualstack.us-west-2.amazonaws.com",
            "my-s3express-b--use1-az4--x-s3.s3express-use1-az4.us-west-2.amazonaws.com",
        ] {
            let expected = ("use1-az4", "us-east-1".to_owned(), "us-west-2");
            assert_eq!(misplaced(host), Some(expected), "{host}");
        }
        for host in [
            "b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
            "b--zzz9-az9--x-s3.s3express-zzz9-az9.us-west-2.amazonaws.com",
            "s3express-control.us-west-2.amazonaws.com",
            "s3.example.com",
            "b--use1-az4--x-s3.s3express-use1-az4.example.com",
            "127.0.0.1:9000",
        ] {
            assert_eq!(misplaced(host), None, "{host}");
        }
    }
}
