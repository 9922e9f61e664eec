//! AWS partitions: which regions there are, and what their host names end in.

use indexmap::IndexMap;
use serde::Deserialize;

/// The partitions, in the order in which they are searched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partitions {
    /// The version of the format.
    pub version: String,
    /// The partitions.
    pub partitions: Vec<Partition>,
}

/// A partition, such as `aws` or `aws-cn`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Raw")]
pub struct Partition {
    /// Its id.
    pub id: String,
    /// What the names of its regions look like.
    pub region_regex: String,
    /// Its regions.
    pub regions: Vec<Region>,
    /// Its name in rules, in practice the same as its id.
    pub name: String,
    /// What host names end in.
    pub dns_suffix: String,
    /// What dual-stack host names end in.
    pub dual_stack_dns_suffix: String,
    /// The region that signs for its global services.
    pub implicit_global_region: String,
    /// Whether it has FIPS endpoints.
    pub supports_fips: bool,
    /// Whether it has dual-stack endpoints.
    pub supports_dual_stack: bool,
}

/// A region, and where it is not like its partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// What is different there.
    pub overrides: RegionOverrides,
}

/// What a region says instead of its partition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionOverrides {
    /// Instead of [`Partition::name`].
    pub name: Option<String>,
    /// Instead of [`Partition::dns_suffix`].
    pub dns_suffix: Option<String>,
    /// Instead of [`Partition::dual_stack_dns_suffix`].
    pub dual_stack_dns_suffix: Option<String>,
    /// Instead of [`Partition::implicit_global_region`].
    pub implicit_global_region: Option<String>,
    /// Instead of [`Partition::supports_fips`].
    #[serde(rename = "supportsFIPS")]
    pub supports_fips: Option<bool>,
    /// Instead of [`Partition::supports_dual_stack`].
    pub supports_dual_stack: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Raw {
    id: String,
    outputs: Outputs,
    region_regex: String,
    /// Their values hold a description too, which nothing needs.
    regions: IndexMap<String, RegionOverrides>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outputs {
    name: String,
    dns_suffix: String,
    dual_stack_dns_suffix: String,
    implicit_global_region: String,
    #[serde(rename = "supportsFIPS")]
    supports_fips: bool,
    supports_dual_stack: bool,
}

impl From<Raw> for Partition {
    fn from(raw: Raw) -> Self {
        Self {
            id: raw.id,
            region_regex: raw.region_regex,
            regions: raw
                .regions
                .into_iter()
                .map(|(name, overrides)| Region { name, overrides })
                .collect(),
            name: raw.outputs.name,
            dns_suffix: raw.outputs.dns_suffix,
            dual_stack_dns_suffix: raw.outputs.dual_stack_dns_suffix,
            implicit_global_region: raw.outputs.implicit_global_region,
            supports_fips: raw.outputs.supports_fips,
            supports_dual_stack: raw.outputs.supports_dual_stack,
        }
    }
}
