//! [`RetryRules`]: which answers of a service are retried.

/// Which answers of a service are retried. The retry modes of AWS differ in these rules.
///
/// All of them retry connections that cannot be opened, that break, or that time out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryRules {
    /// Refusals with one of these statuses.
    pub statuses: &'static [u16],
    /// Refusals with one of these codes, under any status: S3 sends `RequestTimeout` with 400.
    pub codes: &'static [&'static str],
    /// Refusals with one of these codes because of throttling.
    pub throttled: &'static [&'static str],
    /// Refusals with one of these codes under the status 400.
    pub bad_requests: &'static [&'static str],
    /// Errors under the status 200, with any code: S3 sends them in the middle of a copy.
    pub late_errors: bool,
    /// Answers that are not XML although a document is expected.
    pub malformed: bool,
    /// Other answers that cannot be read, or that contradict the request.
    pub unreadable: bool,
    /// Rejections of a session or of credentials: the call goes on in another session, or with others.
    pub new_signers: bool,
    /// Rejections of a session that has replaced a rejected one.
    pub rejected_sessions: bool,
    /// Refusals because of the time: the client corrects its clock and signs the request again.
    pub skewed_clock: bool,
    /// Requests that the service may have carried out although the answer was lost or was an error of the service.
    pub in_doubt: bool,
    /// Failures to open a session, after all attempts for it.
    pub unopened_sessions: bool,
    /// Whether retries use the quota that all calls of a client share. Turn it off only if something else slows the
    /// calls down while the service is overloaded.
    pub quota: bool,
}

/// Another write to the same key or bucket was under way.
const COLLIDED: [&str; 2] = ["ConditionalRequestConflict", "OperationAborted"];

impl RetryRules {
    /// The default rules of a client: the *standard* mode of AWS, and codes of S3 with the same meaning.
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
        new_signers: true,
        rejected_sessions: true,
        skewed_clock: true,
        in_doubt: true,
        unopened_sessions: false,
        quota: true,
    };

    /// The rules of the AWS CLI and of `botocore` in the mode *standard*.
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
        new_signers: true,
        rejected_sessions: false,
        skewed_clock: false,
        in_doubt: true,
        unopened_sessions: false,
        quota: true,
    };

    /// The rules of the AWS CLI and of `botocore` in the mode *legacy*.
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
        new_signers: true,
        rejected_sessions: false,
        skewed_clock: false,
        in_doubt: true,
        unopened_sessions: false,
        quota: true,
    };
}
