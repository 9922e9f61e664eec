//! The number of attempts of a call, and the rules for retries.

use zonal_runtime::retry::RetryRules;

use crate::checked::DEFAULTS;
use crate::error::Error;
use crate::number::number;
use crate::sources::Sources;

/// The retry modes of AWS; `adaptive` is `standard` for a single call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// The mode of version 1 of the AWS CLI: five attempts.
    Legacy,
    /// The mode of all SDKs: three attempts.
    Standard,
}

impl Retries {
    /// Which answers are retried, by the rules of the AWS CLI.
    pub fn rules(self) -> &'static RetryRules {
        match self {
            Self::Legacy => &RetryRules::AWS_LEGACY,
            Self::Standard => &RetryRules::AWS_STANDARD,
        }
    }

    fn attempts(self) -> u32 {
        match self {
            Self::Legacy => 5,
            Self::Standard => 3,
        }
    }
}

/// The mode and the number of attempts. `AWS_DEFAULTS_MODE` chooses *standard*, unless it is `legacy` itself.
pub(crate) fn attempts(sources: Sources<'_>) -> Result<(Retries, u32), Error> {
    let new = sources
        .env
        .get("AWS_NEW_RETRIES_2026")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let defaults = DEFAULTS.value(sources)?;
    let retries = match sources.get("AWS_RETRY_MODE", "retry_mode") {
        None if new || defaults.is_some_and(|mode| mode != "legacy") => Retries::Standard,
        None => sources.rules.retries,
        Some("legacy") if new && !sources.rules.legacy_with_new_retries => {
            return Err(Error::invalid(
                "Invalid value provided to \"mode\": \"legacy\" must be one of: standard, adaptive"
                    .to_owned(),
            ));
        }
        Some("legacy") => Retries::Legacy,
        Some("standard" | "adaptive") => Retries::Standard,
        Some(other) => {
            return Err(Error::invalid(format!(
                "Invalid value provided to \"mode\": \"{other}\" must be one of: legacy, standard, adaptive"
            )));
        }
    };
    let Some(text) = sources.get("AWS_MAX_ATTEMPTS", "max_attempts") else {
        return Ok((retries, retries.attempts()));
    };
    match number("max_attempts", text)? {
        attempts if attempts > 0 => Ok((retries, attempts.try_into().unwrap_or(u32::MAX))),
        _ => Err(Error::invalid(format!(
            "Value provided to \"max_attempts\": {text} must be an integer greater than or equal to 1."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::tests::with;
    use crate::{Env, Rules};

    #[test]
    fn the_mode_says_how_often() {
        let of = |variables: [(&str, &str); 2]| with(&Env::from(variables), "", attempts);
        let (mode, number) = ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS");
        let many = of([(mode, "adaptive"), (number, "99999999999999999999")]);
        assert_eq!(many, Ok((Retries::Standard, u32::MAX)));
        assert_eq!(of([(mode, "legacy"), ("", "")]), Ok((Retries::Legacy, 5)));
        for wrong in [(mode, "Standard"), (number, "0"), (number, "x")] {
            assert!(of([wrong, ("", "")]).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn modes_of_defaults_choose_the_standard_mode() {
        let rules = Rules {
            retries: Retries::Legacy,
            ..Rules::SDK
        };
        let name = "AWS_DEFAULTS_MODE";
        for (variables, config, found) in [
            ([(name, "In-Region"), ("", "")], "", Retries::Standard),
            ([(name, "legacy"), ("", "")], "", Retries::Legacy),
            (
                [(name, "auto"), ("AWS_RETRY_MODE", "legacy")],
                "",
                Retries::Legacy,
            ),
            (
                [("", ""), ("", "")],
                "defaults_mode = mobile",
                Retries::Standard,
            ),
            ([("", ""), ("", "")], "", Retries::Legacy),
        ] {
            let read = |sources: Sources<'_>| {
                attempts(Sources {
                    rules: &rules,
                    ..sources
                })
            };
            let result = with(&Env::from(variables), config, read);
            assert_eq!(
                result,
                Ok((found, found.attempts())),
                "{variables:?} {config}"
            );
        }
    }
}
