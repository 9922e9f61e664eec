//! Partition data, with the region patterns taken apart.

use super::Fault;
use crate::api::endpoint::Partition;
use crate::model::{self, Region, RegionOverrides};

/// The partitions of a model's partition data. A region that is not like its partition becomes one of its own.
pub(super) fn lower(data: &[model::Partition]) -> Result<Vec<Partition>, Fault> {
    let mut partitions = Vec::new();
    for partition in data {
        let is_like = |region: &&Region| region.overrides == RegionOverrides::default();
        let (like, other): (Vec<_>, Vec<_>) = partition.regions.iter().partition(is_like);
        partitions.push(Partition {
            name: partition.name.clone(),
            regions: like.iter().map(|region| region.name.clone()).collect(),
            region_prefixes: prefixes(&partition.region_regex)?,
            dns_suffix: partition.dns_suffix.clone(),
            dual_stack_dns_suffix: partition.dual_stack_dns_suffix.clone(),
            implicit_global_region: partition.implicit_global_region.clone(),
            supports_fips: partition.supports_fips,
            supports_dual_stack: partition.supports_dual_stack,
        });
        partitions.extend(other.iter().map(|region| of_region(partition, region)));
    }
    Ok(partitions)
}

/// The partition as it is in one region; no other region belongs to it.
fn of_region(partition: &model::Partition, region: &Region) -> Partition {
    let overrides = region.overrides.clone();
    let text = |own: Option<String>, other: &String| own.unwrap_or_else(|| other.clone());
    Partition {
        name: text(overrides.name, &partition.name),
        regions: vec![region.name.clone()],
        region_prefixes: Vec::new(),
        dns_suffix: text(overrides.dns_suffix, &partition.dns_suffix),
        dual_stack_dns_suffix: text(
            overrides.dual_stack_dns_suffix,
            &partition.dual_stack_dns_suffix,
        ),
        implicit_global_region: text(
            overrides.implicit_global_region,
            &partition.implicit_global_region,
        ),
        supports_fips: overrides.supports_fips.unwrap_or(partition.supports_fips),
        supports_dual_stack: overrides
            .supports_dual_stack
            .unwrap_or(partition.supports_dual_stack),
    }
}

/// `^(us|eu)\-\w+\-\d+$` → `us`, `eu`; `^us\-gov\-\w+\-\d+$` → `us-gov`; `^eusc\-(de)\-\w+\-\d+$` → `eusc-de`.
///
/// AWS writes all its region patterns in this form, so the client needs no regular expressions.
fn prefixes(pattern: &str) -> Result<Vec<String>, Fault> {
    let unknown =
        || format!("the region pattern {pattern:?} is not of the form `^PREFIX\\-\\w+\\-\\d+$`");
    let inner = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix(r"\-\w+\-\d+$"))
        .ok_or_else(unknown)?;
    let (start, group) = match inner.split_once('(') {
        Some((start, group)) => (start, group.strip_suffix(')').ok_or_else(unknown)?),
        None => ("", inner),
    };
    let prefixes: Vec<_> = group
        .split('|')
        .map(|prefix| format!("{start}{prefix}").replace(r"\-", "-"))
        .collect();
    let plain = |prefix: &String| {
        prefix
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if prefixes
        .iter()
        .all(|prefix| !prefix.is_empty() && plain(prefix))
    {
        Ok(prefixes)
    } else {
        Err(unknown())
    }
}

#[cfg(test)]
mod tests {
    use super::prefixes;

    #[test]
    fn a_region_that_is_different_is_a_partition_of_its_own() {
        let json = r#"{ "version": "1.1", "partitions": [{
            "id": "aws", "regionRegex": "^(us)\\-\\w+\\-\\d+$",
            "regions": { "us-1": { "description": "here" }, "us-2": { "supportsFIPS": false, "dnsSuffix": "b" } },
            "outputs": {
                "name": "aws", "dnsSuffix": "a", "dualStackDnsSuffix": "d", "implicitGlobalRegion": "us-1",
                "supportsFIPS": true, "supportsDualStack": true
            }
        }] }"#;
        let data: crate::model::Partitions =
            serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}"));
        let partitions = super::lower(&data.partitions).unwrap_or_default();
        let facts = partitions.iter().map(|partition| {
            (
                &*partition.name,
                &*partition.regions[0],
                &*partition.dns_suffix,
                partition.supports_fips,
            )
        });
        let facts: Vec<_> = facts.collect();
        assert_eq!(
            facts,
            [("aws", "us-1", "a", true), ("aws", "us-2", "b", false)]
        );
        assert!(partitions[1].region_prefixes.is_empty() && partitions[1].supports_dual_stack);
    }

    #[test]
    fn region_patterns_are_prefixes() {
        let parsed = |pattern| prefixes(pattern).unwrap_or_default();
        assert_eq!(parsed(r"^(us|eu|ap)\-\w+\-\d+$"), ["us", "eu", "ap"]);
        assert_eq!(parsed(r"^us\-gov\-\w+\-\d+$"), ["us-gov"]);
        assert_eq!(parsed(r"^eusc\-(de)\-\w+\-\d+$"), ["eusc-de"]);
        assert!(prefixes(r"^us.*$").is_err());
    }
}
