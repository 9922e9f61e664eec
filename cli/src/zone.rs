//! The region of a call, compared with the zone of its bucket.

use serde_json::{Value, json};
use zonal::__private::endpoint::{region_of_zone, zone_of_bucket};
use zonal_config::Values;

use crate::failure::Failure;
use crate::version::behaviour;

/// The region of a call. On AWS it must be that of the bucket's zone; a server of one's own may differ.
pub(crate) fn region(settings: &Values, input: &Value, unsigned: bool) -> Result<String, Failure> {
    let bucket = input
        .get("Bucket")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let zone = zone_of_bucket(bucket);
    let of_zone = zone.and_then(region_of_zone);
    let Some(region) = &settings.region else {
        if settings.endpoint_url.is_some() {
            let region = behaviour().no_region;
            if !unsigned {
                crate::console::warn(&format!(
                    "no Region is set; requests are signed for {region}"
                ));
            }
            return Ok(region.to_owned());
        }
        let hint = of_zone.map_or_else(String::new, |region| {
            format!(" The zone of {bucket} is in {region}: add --region {region}, or once for all commands:\n\n  export AWS_REGION={region}")
        });
        let failure = Failure::new(format!(
            "There is no region. Give one with --region, AWS_DEFAULT_REGION, AWS_REGION or the setting region \
             of the profile.{hint}"
        ));
        // version 2 asks a host that is not there
        return Err(if behaviour().any_region {
            failure
        } else {
            failure.missing("NoRegion")
        });
    };
    match (of_zone, zone) {
        _ if behaviour().any_region => Ok(region.clone()),
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
    let known = |bucket: &String| zone_of_bucket(bucket).and_then(region_of_zone);
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
