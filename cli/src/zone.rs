//! The region of a zone. A bucket's name ends in the id of its zone, and that begins with an abbreviation of the
//! region: `usw2-az1` is in `us-west-2`.

use serde_json::{Value, json};
use zonal_config::Values;

use crate::failure::Failure;

/// The region of a call. On AWS it must be that of the bucket's zone; a server of one's own may differ.
pub(crate) fn region(settings: &Values, input: &Value, unsigned: bool) -> Result<String, Failure> {
    let bucket = input
        .get("Bucket")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let zone = zone(bucket);
    let of_zone = zone.and_then(region_of);
    let Some(region) = &settings.region else {
        if settings.endpoint_url.is_some() {
            if !unsigned {
                crate::console::warn("no Region is set; requests are signed for us-east-1");
            }
            return Ok("us-east-1".to_owned());
        }
        let hint = of_zone.map_or_else(String::new, |region| {
            format!(" The zone of {bucket} is in {region}: add --region {region}, or once for all commands:\n\n  export AWS_REGION={region}")
        });
        return Err(Failure::new(format!(
            "There is no region. Give one with --region, AWS_DEFAULT_REGION, AWS_REGION or the setting region \
             of the profile.{hint}"
        ))
        .missing("NoRegion"));
    };
    match (of_zone, zone) {
        (Some(other), Some(zone)) if settings.endpoint_url.is_none() && other != *region => {
            Err(Failure::new(format!(
                "The zone {zone} of {bucket} is in {other}, not in {region}: use --region {other}."
            )))
        }
        _ => Ok(region.clone()),
    }
}

/// The region of a command that is about several buckets. One client serves them all, and the service copies within a
/// region only.
pub(crate) fn region_of_all(
    settings: &Values,
    buckets: &[String],
    unsigned: bool,
) -> Result<String, Failure> {
    let known = |bucket: &String| zone(bucket).and_then(region_of);
    let mut named = buckets
        .iter()
        .filter_map(|bucket| Some((bucket, known(bucket)?)));
    let first = named.next();
    let other = first
        .as_ref()
        .and_then(|(_, region)| named.find(|(_, other)| other != region));
    if let (Some((one, region)), Some((two, other)), None) = (&first, other, &settings.endpoint_url)
    {
        return Err(Failure::new(format!(
            "{one} is in {region}, and {two} in {other}: a command reaches one region. Copy to a file or to standard \
             output first, and from there to the other bucket"
        )));
    }
    let bucket = first.map(|(bucket, _)| bucket).or(buckets.first());
    region(settings, &json!({ "Bucket": bucket }), unsigned)
}

/// The zone in the name of a directory bucket or of an access point to one.
fn zone(bucket: &str) -> Option<&str> {
    let name = bucket
        .strip_suffix("--x-s3")
        .or_else(|| bucket.strip_suffix("--xa-s3"))?;
    name.rsplit_once("--").map(|(_, zone)| zone)
}

/// The region that a zone's id names, as far as its parts are known.
fn region_of(zone: &str) -> Option<String> {
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
            assert_eq!(region_of(zone).as_deref(), region, "{zone}");
        }
        assert_eq!(zone("a--b--usw2-az1--x-s3"), Some("usw2-az1"));
    }
}
