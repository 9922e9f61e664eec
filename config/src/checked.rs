//! Checks settings that have little or no effect here, so that an invalid value is an error before the first request,
//! in the order and with the words of the AWS CLI.

use crate::error::Error;
use crate::number::{integer, number};
use crate::sources::Sources;

/// A setting with a list of values, in the environment and in the profile.
pub(crate) struct Choice {
    variable: &'static str,
    setting: &'static str,
    values: &'static [&'static str],
}

const MODES: &[&str] = &[
    "legacy",
    "auto",
    "standard",
    "in-region",
    "cross-region",
    "mobile",
];
const CHECKSUMS: &[&str] = &["when_supported", "when_required"];

pub(crate) const DEFAULTS: Choice = Choice {
    variable: "AWS_DEFAULTS_MODE",
    setting: "defaults_mode",
    values: MODES,
};
pub(crate) const REQUESTS: Choice = Choice {
    variable: "AWS_REQUEST_CHECKSUM_CALCULATION",
    setting: "request_checksum_calculation",
    values: CHECKSUMS,
};
pub(crate) const RESPONSES: Choice = Choice {
    variable: "AWS_RESPONSE_CHECKSUM_VALIDATION",
    setting: "response_checksum_validation",
    values: CHECKSUMS,
};
const ACCOUNT: Choice = Choice {
    variable: "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    setting: "account_id_endpoint_mode",
    values: &["preferred", "disabled", "required"],
};

/// Fails if one of these settings has an invalid value.
pub(crate) fn check(sources: Sources<'_>) -> Result<(), Error> {
    DEFAULTS.value(sources)?;
    compression(sources)?;
    for choice in [REQUESTS, RESPONSES, ACCOUNT] {
        choice.value(sources)?;
    }
    let sts = "sts_regional_endpoints";
    let s3 = "s3_us_east_1_regional_endpoint";
    let of_sts = sources.get("AWS_STS_REGIONAL_ENDPOINTS", sts);
    if let Some(text) = of_sts.filter(|text| !text.is_empty()) {
        regional(sts, text)?;
    }
    if let Some(text) = sources.env.get("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT") {
        regional(s3, text)?;
    }
    metadata(sources)
}

/// The endpoints of old services; in lower case only.
pub(crate) fn regional(name: &str, text: &str) -> Result<(), Error> {
    match text {
        "legacy" | "regional" => Ok(()),
        _ => Err(Error::invalid(format!(
            "The option {name} {text} is invalid. Valid options are: \"legacy\", \"regional\""
        ))),
    }
}

impl Choice {
    /// The value in lower case; `None` if the setting is absent.
    pub(crate) fn value(&self, sources: Sources<'_>) -> Result<Option<&'static str>, Error> {
        let Some(text) = sources.get(self.variable, self.setting) else {
            return Ok(None);
        };
        let lower = text.to_ascii_lowercase();
        match self.values.iter().find(|value| **value == lower) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::invalid(format!(
                "Unsupported configuration value for {}. Expected one of {} but got {text}.",
                self.setting,
                self.values.join(", ")
            ))),
        }
    }
}

/// The size from which bodies would be compressed.
fn compression(sources: Sources<'_>) -> Result<(), Error> {
    const NAME: &str = "request_min_compression_size_bytes";
    let Some(text) = sources.get("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", NAME) else {
        return Ok(());
    };
    match integer(text) {
        Ok(1..=1_048_576) => Ok(()),
        Ok(_) => Err(Error::invalid(format!(
            "Invalid value \"{text}\" for {NAME}. Value must be between 1 and 1048576."
        ))),
        Err(_) => Err(Error::invalid(format!(
            "Invalid value \"{text}\" for {NAME}. Value must be an integer. Received <class 'str'> instead."
        ))),
    }
}

/// How to reach the metadata service of EC2.
fn metadata(sources: Sources<'_>) -> Result<(), Error> {
    for (variable, setting) in [
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
        (
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "metadata_service_num_attempts",
        ),
    ] {
        if let Some(text) = sources.get(variable, setting) {
            number(setting, text)?;
        }
    }
    let mode = "ec2_metadata_service_endpoint_mode";
    if let Some(text) = sources.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", mode)
        && !["ipv4", "ipv6"].contains(&&*text.to_ascii_lowercase())
    {
        return Err(Error::invalid(format!(
            "Invalid EC2 Instance Metadata endpoint mode: {text} Valid endpoint modes (case-insensitive): ipv4, ipv6."
        )));
    }
    let setting = "ec2_metadata_service_endpoint";
    let url = sources.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", setting);
    match url.filter(|url| !url.is_empty() && !url.contains("//")) {
        Some(url) => Err(Error::invalid(format!(
            "Invalid endpoint EC2 Instance Metadata endpoint: {url}"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Env;
    use crate::sources::tests::with;

    #[test]
    fn values_that_mean_nothing_are_refused() {
        for (name, good, bad) in [
            ("AWS_DEFAULTS_MODE", "In-Region", "fast"),
            ("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED", ""),
            ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "1", "0"),
            ("AWS_METADATA_SERVICE_TIMEOUT", "3", "1.5"),
            ("AWS_STS_REGIONAL_ENDPOINTS", "legacy", "Legacy"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6", ""),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://a", "a"),
        ] {
            let result = |value| with(&Env::from([(name, value)]), "", check);
            assert!(result(good).is_ok() && result(bad).is_err(), "{name}");
        }
    }
}
