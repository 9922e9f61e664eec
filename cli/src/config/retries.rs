//! How often a call is tried, and which rules say when.

use super::profiles::Profile;
use crate::env::Env;
use crate::failure::Failure;
use crate::number::integer;

/// The ways to retry that the AWS CLI has; `adaptive` is `standard` for a single call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retries {
    Legacy,
    Standard,
}

/// Five attempts in the legacy way, three in the others, unless they are set.
pub(super) fn attempts(env: &Env, profile: Profile<'_>) -> Result<(Retries, u32), Failure> {
    let mode = env
        .get("AWS_RETRY_MODE")
        .or_else(|| profile.get("retry_mode"));
    let new = env
        .get("AWS_NEW_RETRIES_2026")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let (retries, default) = match mode {
        None if new => (Retries::Standard, 3),
        None | Some("legacy") => (Retries::Legacy, 5),
        Some("standard" | "adaptive") => (Retries::Standard, 3),
        Some(other) => {
            return Err(Failure::new(format!(
                "Invalid value provided to \"mode\": \"{other}\" must be one of: legacy, standard, adaptive"
            )));
        }
    };
    let configured = env
        .get("AWS_MAX_ATTEMPTS")
        .or_else(|| profile.get("max_attempts"));
    let Some(text) = configured else {
        return Ok((retries, default));
    };
    match integer(text)? {
        attempts if attempts > 0 => Ok((retries, attempts.try_into().unwrap_or(u32::MAX))),
        _ => Err(Failure::new(format!(
            "Value provided to \"max_attempts\": {text} must be an integer greater than or equal to 1."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_says_how_often() {
        let of = |variables: [(&str, &str); 2]| attempts(&Env::from(variables), Profile::none());
        let (mode, number) = ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS");
        let many = of([(mode, "adaptive"), (number, "99999999999999999999")]);
        assert_eq!(many, Ok((Retries::Standard, u32::MAX)));
        assert_eq!(of([(mode, "legacy"), ("", "")]), Ok((Retries::Legacy, 5)));
        for wrong in [(mode, "Standard"), (number, "0"), (number, "x")] {
            assert!(of([wrong, ("", "")]).is_err(), "{wrong:?}");
        }
    }
}
