//! [`RetryRules`]: which answers of a service are worth another attempt.

/// Which answers of a service are worth another attempt. The ways to retry that AWS has differ in these.
///
/// Connections that cannot be opened, that break, or that take too long are worth another attempt in any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryRules {
    /// Refusals with one of these statuses.
    pub statuses: &'static [u16],
    /// Refusals with one of these codes, whatever their status is: S3 says `RequestTimeout` with 400.
    pub codes: &'static [&'static str],
    /// The same, but the service asks for fewer requests.
    pub throttled: &'static [&'static str],
    /// Refusals with one of these codes under the status 400.
    pub bad_requests: &'static [&'static str],
    /// Errors under the status 200, whatever their code is: S3 says so in the middle of a copy.
    pub late_errors: bool,
    /// Answers that are no XML where a document is expected.
    pub malformed: bool,
    /// Whatever else cannot be read of an answer, or contradicts the request.
    pub unreadable: bool,
    /// A session that the service rejects again, after it was replaced once: it is replaced once more.
    pub rejected_sessions: bool,
    /// A refusal because of the time: the clock is corrected, and the request signed anew.
    pub skewed_clock: bool,
    /// A request that the service may have carried out, though its answer did not come or was an error of the service.
    pub in_doubt: bool,
    /// A session that could not be opened, with all the attempts at that: the call tries to open another.
    pub unopened_sessions: bool,
    /// Whether retries draw on the quota that all calls of a client share. Leave it out only where something else slows
    /// the calls down while the service is in trouble.
    pub quota: bool,
}

/// Another write to the same key or bucket was under way.
const COLLIDED: [&str; 2] = ["ConditionalRequestConflict", "OperationAborted"];

impl RetryRules {
    /// Those of a client that was given no others: the *standard* mode of AWS, and codes of S3 that mean the same.
    pub const CLIENT: Self = Self {
        statuses: &[408, 429, 500, 502, 503, 504],
        codes: &[
            "RequestTimeout",
            "RequestTimeoutException",
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "ServiceUnavailable",
            COLLIDED[0],
            COLLIDED[1],
        ],
        throttled: &[
            "BandwidthLimitExceeded",
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
            "TooManyRequests",
            "TooManyRequestsException",
            "TransactionInProgressException",
        ],
        bad_requests: &[],
        late_errors: false,
        malformed: false,
        unreadable: false,
        rejected_sessions: true,
        skewed_clock: true,
        in_doubt: true,
        unopened_sessions: false,
        quota: true,
    };

    /// Those of the AWS CLI and of `botocore` in the mode *standard*.
    pub const AWS_STANDARD: Self = Self {
        statuses: &[500, 502, 503, 504],
        codes: &[
            "RequestTimeout",
            "RequestTimeoutException",
            COLLIDED[0],
            COLLIDED[1],
        ],
        throttled: &[
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
        ],
        bad_requests: &[],
        late_errors: true,
        malformed: true,
        unreadable: false,
        rejected_sessions: false,
        skewed_clock: false,
        in_doubt: true,
        unopened_sessions: false,
        quota: true,
    };

    /// Those of the AWS CLI and of `botocore` in the mode *legacy*.
    pub const AWS_LEGACY: Self = Self {
        statuses: &[429, 500, 502, 503, 504, 509],
        codes: &COLLIDED,
        throttled: &[],
        bad_requests: &[
            "BadDigest",
            "ProvisionedThroughputExceededException",
            "RequestThrottledException",
            "RequestTimeout",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
        ],
        late_errors: true,
        malformed: true,
        unreadable: false,
        rejected_sessions: false,
        skewed_clock: false,
        in_doubt: true,
        unopened_sessions: false,
        quota: true,
    };
}
