//! The settings below `s3 =` in a profile.

use zonal_runtime::Secret;

use crate::checked;
use crate::error::Error;
use crate::ini::{self, Section};
use crate::profiles::Profile;

/// The settings of a profile for S3 only.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct S3 {
    pub(crate) use_dual_stack: bool,
}

impl S3 {
    /// Reads the settings. `custom` is whether an endpoint is set.
    pub(crate) fn of(profile: Profile<'_>, custom: bool) -> Result<Self, Error> {
        let Some(text) = profile.get("s3") else {
            return Ok(Self::default());
        };
        let Some(settings) = ini::nested(text) else {
            let text = "The setting s3 has a value. Write its settings below it, each on an indented line.";
            return Err(Error::invalid(text));
        };
        addressing(&settings)?;
        let name = "us_east_1_regional_endpoint";
        if let Some(text) = settings.get(name) {
            checked::regional(name, text.expose())?;
        }
        let is_true = |name: &str| {
            let value = settings.get(name);
            value.is_some_and(|value| value.expose().eq_ignore_ascii_case("true"))
        };
        match (is_true("use_accelerate_endpoint"), custom) {
            (true, true) => Err(Error::invalid(
                "A custom endpoint cannot be combined with S3 Accelerate",
            )),
            (true, false) => Err(Error::invalid("S3Express does not support S3 Accelerate.")),
            _ => Ok(Self {
                use_dual_stack: is_true("use_dualstack_endpoint"),
            }),
        }
    }
}

/// It has no effect for directory buckets, but it must be valid.
fn addressing(settings: &Section) -> Result<(), Error> {
    match settings.get("addressing_style").map(Secret::expose) {
        None | Some("auto" | "virtual" | "path") => Ok(()),
        Some(other) => Err(Error::invalid(format!(
            "S3 addressing style {other} is invalid. Valid options are: 'auto', 'virtual', and 'path'"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::Profiles;

    #[test]
    fn what_directory_buckets_cannot_have_is_refused() {
        let read = |text: &str, custom| {
            let config = ini::parse(&format!("[default]\ns3 ={text}\n")).unwrap();
            let profiles = Profiles::new(config, ini::File::new());
            S3::of(profiles.get("default"), custom)
        };
        let found = read(
            "\n  use_dualstack_endpoint = True\n  addressing_style = path",
            false,
        );
        assert!(found.unwrap().use_dual_stack);
        let express = read("\n  use_accelerate_endpoint = true", false).unwrap_err();
        assert!(
            express
                .to_string()
                .contains("does not support S3 Accelerate")
        );
        for wrong in [
            "\n  use_accelerate_endpoint = true",
            " x",
            "\n  addressing_style = x",
        ] {
            assert!(read(wrong, true).is_err(), "{wrong}");
        }
    }
}
