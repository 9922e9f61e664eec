//! Partitions of AWS: which one a region belongs to.

/// All partitions, in the order in which they are asked.
#[derive(Debug)]
pub struct Partitions(pub &'static [Partition]);

/// One partition and what the rules can ask of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name, such as `aws-cn`.
    pub name: &'static str,
    /// `dnsSuffix`
    pub dns_suffix: &'static str,
    /// `dualStackDnsSuffix`
    pub dual_stack_dns_suffix: &'static str,
    /// `supportsFIPS`
    pub supports_fips: bool,
    /// `supportsDualStack`
    pub supports_dual_stack: bool,
    /// `implicitGlobalRegion`
    pub implicit_global_region: &'static str,
    /// The regions it names.
    pub regions: &'static [&'static str],
    /// What the names of its other regions look like.
    pub pattern: RegionPattern,
}

/// Regions named `PREFIX-word-number`: what the regular expressions `^(us|eu)\-\w+\-\d+$` of the
/// partition data say.
#[derive(Debug, PartialEq, Eq)]
pub struct RegionPattern {
    /// The prefixes; one may have hyphens, such as `us-isob`.
    pub prefixes: &'static [&'static str],
}

impl RegionPattern {
    /// Whether a region's name has this form.
    pub fn matches(&self, region: &str) -> bool {
        self.prefixes.iter().any(|prefix| {
            let rest = region
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('-'));
            let Some((word, number)) = rest.and_then(|rest| rest.split_once('-')) else {
                return false;
            };
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !word.is_empty()
                && word.bytes().all(is_word)
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

impl Partitions {
    /// The partition of a region: the one that names it, or whose pattern fits, or `aws`.
    pub fn find(&self, region: &str) -> Option<&'static Partition> {
        let all = self.0;
        all.iter()
            .find(|partition| partition.regions.contains(&region))
            .or_else(|| {
                all.iter()
                    .find(|partition| partition.pattern.matches(region))
            })
            .or_else(|| all.iter().find(|partition| partition.name == "aws"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_prefix_word_number() {
        let aws = RegionPattern {
            prefixes: &["us", "eu", "me"],
        };
        let isob = RegionPattern {
            prefixes: &["us-isob"],
        };
        assert!(aws.matches("us-west-2") && aws.matches("eu-north_1-10"));
        for wrong in [
            "us-isob-east-1",
            "us-west-",
            "us--1",
            "us-west-2\n",
            "us-west-2x",
            "USA-west-2",
            "west-2",
            "",
        ] {
            assert!(!aws.matches(wrong), "{wrong:?}");
        }
        assert!(isob.matches("us-isob-east-1") && !isob.matches("us-iso-east-1"));
    }
}
