//! Whether asking again may help: the rules of the two ways to retry that the AWS CLI has.

use zonal::{Error, ErrorKind};
use zonal_config::Retries;

/// Codes that stand for too many requests, in the standard way.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Lost connections and certificates that are not trusted, a service that is overloaded or broken, an answer that
/// makes no sense.
pub(super) fn is_retryable<E>(error: &Error<E>, retries: Retries) -> bool {
    let status = error.status().map_or(0, |status| status.as_u16());
    let code = error.code().filter(|_| error.has_document());
    match error.kind() {
        // a session that could not be opened; the client was told not to try again by itself
        ErrorKind::Session if error.has_document() => {
            refused(status, code.unwrap_or_default(), retries)
        }
        ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Session => error.is_retryable(),
        ErrorKind::Decode => error.is_malformed() || error.is_retryable(),
        ErrorKind::Service => refused(status, code.unwrap_or_default(), retries),
        _ => false,
    }
}

/// An error behind status 200 counts as one of the server.
fn refused(status: u16, code: &str, retries: Retries) -> bool {
    let is_broken = matches!(status, 200 | 500 | 502 | 503 | 504);
    let by_code = match retries {
        Retries::Legacy => {
            let known = matches!(
                code,
                "BadDigest"
                    | "ProvisionedThroughputExceededException"
                    | "RequestThrottledException"
                    | "RequestTimeout"
                    | "ThrottledException"
                    | "Throttling"
                    | "ThrottlingException"
            );
            status == 400 && known || matches!(status, 429 | 509)
        }
        Retries::Standard => {
            matches!(code, "RequestTimeout" | "RequestTimeoutException")
                || THROTTLED.contains(&code)
        }
    };
    // the AWS CLI gives up on these, which say themselves that another write was under way
    let has_collided =
        status == 409 && matches!(code, "ConditionalRequestConflict" | "OperationAborted");
    is_broken || by_code || has_collided
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_retry_has_rules_of_its_own() {
        for (status, code, legacy, standard) in [
            (503, "", true, true),
            (501, "NotImplemented", false, false),
            (200, "InternalError", true, true),
            (429, "TooManyRequests", true, false),
            (429, "SlowDown", true, true),
            (509, "", true, false),
            (400, "SlowDown", false, true),
            (400, "BadDigest", true, false),
            (400, "RequestTimeout", true, true),
            (408, "RequestTimeout", false, true),
            (403, "AccessDenied", false, false),
            (409, "ConditionalRequestConflict", true, true),
            (409, "OperationAborted", true, true),
            (409, "BucketNotEmpty", false, false),
        ] {
            let found = [Retries::Legacy, Retries::Standard].map(|way| refused(status, code, way));
            assert_eq!(found, [legacy, standard], "{status} {code}");
        }
    }
}
