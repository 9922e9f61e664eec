//! Which structures have members beyond those of directory buckets, and before which of those they stand.

use zonal_commands::Member;

use super::members::*;

/// Members, behind the name of the one before which they stand.
pub(super) type Group = (&'static str, &'static [Member]);

/// Structures by name. Members stand before the one with the name in front of them, or at the end.
pub(super) static TABLE: &[(&str, &[Group])] = &[
    (
        "GetObjectRequest",
        &[("PartNumber", SSE_C), ("PartNumber", REQUEST_PAYER)],
    ),
    (
        "GetObjectOutput",
        &[
            ("AcceptRanges", DELETE_MARKER),
            ("LastModified", RESTORE),
            ("ChecksumType", SUMS),
            ("CacheControl", MISSING_META),
            ("CacheControl", VERSION_ID),
            ("ServerSideEncryption", WEBSITE_REDIRECT_LOCATION),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("PartsCount", REQUEST_CHARGED),
            ("PartsCount", REPLICATION_STATUS),
            ("", TAG_COUNT),
            ("", LOCKS),
        ],
    ),
    (
        "HeadObjectRequest",
        &[("PartNumber", SSE_C), ("PartNumber", REQUEST_PAYER)],
    ),
    (
        "HeadObjectOutput",
        &[
            ("AcceptRanges", DELETE_MARKER),
            ("LastModified", RESTORE),
            ("LastModified", ARCHIVE_STATUS),
            ("ChecksumType", SUMS),
            ("CacheControl", MISSING_META),
            ("CacheControl", VERSION_ID),
            ("ServerSideEncryption", WEBSITE_REDIRECT_LOCATION),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("PartsCount", REQUEST_CHARGED),
            ("PartsCount", REPLICATION_STATUS),
            ("", TAG_COUNT),
            ("", LOCKS),
        ],
    ),
    (
        "PutObjectRequest",
        &[
            ("Body", OBJECT_ACL),
            ("ContentType", CONTENT_MD5),
            ("Expires", SUMS),
            ("Key", GRANTS),
            ("SSEKMSKeyId", WEBSITE_REDIRECT_LOCATION),
            ("SSEKMSKeyId", SSE_C),
            ("ExpectedBucketOwner", REQUEST_PAYER),
            ("ExpectedBucketOwner", TAGGING),
            ("ExpectedBucketOwner", LOCKS),
        ],
    ),
    (
        "PutObjectOutput",
        &[
            ("ChecksumType", SUMS),
            ("SSEKMSKeyId", VERSION_ID),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("", REQUEST_CHARGED),
        ],
    ),
    (
        "DeleteObjectRequest",
        &[
            ("VersionId", MFA),
            ("ExpectedBucketOwner", REQUEST_PAYER),
            ("ExpectedBucketOwner", BYPASS_GOVERNANCE_RETENTION),
        ],
    ),
    (
        "DeleteObjectOutput",
        &[("", DELETE_MARKER), ("", VERSION_ID), ("", REQUEST_CHARGED)],
    ),
    (
        "DeleteObjectsRequest",
        &[
            ("ExpectedBucketOwner", MFA),
            ("ExpectedBucketOwner", REQUEST_PAYER),
            ("ExpectedBucketOwner", BYPASS_GOVERNANCE_RETENTION),
        ],
    ),
    ("DeleteObjectsOutput", &[("Errors", REQUEST_CHARGED)]),
    (
        "CopyObjectRequest",
        &[
            ("Bucket", OBJECT_ACL),
            ("IfMatch", GRANTS),
            ("SSEKMSKeyId", WEBSITE_REDIRECT_LOCATION),
            ("SSEKMSKeyId", SSE_C),
            ("Tagging", SSE_C_OF_SOURCE),
            ("Tagging", REQUEST_PAYER),
            ("ExpectedBucketOwner", LOCKS),
        ],
    ),
    (
        "CopyObjectOutput",
        &[
            ("ServerSideEncryption", COPY_SOURCE_VERSION_ID),
            ("ServerSideEncryption", VERSION_ID),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("", REQUEST_CHARGED),
        ],
    ),
    (
        "GetObjectAttributesRequest",
        &[
            ("ExpectedBucketOwner", SSE_C),
            ("ExpectedBucketOwner", REQUEST_PAYER),
        ],
    ),
    (
        "GetObjectAttributesOutput",
        &[
            ("LastModified", DELETE_MARKER),
            ("ETag", VERSION_ID),
            ("ETag", REQUEST_CHARGED),
        ],
    ),
    (
        "DeletedObject",
        &[
            ("", VERSION_ID_ELEMENT),
            ("", DELETE_MARKER_ELEMENT),
            ("", DELETE_MARKER_VERSION_ID_ELEMENT),
        ],
    ),
    ("Error", &[("Code", VERSION_ID_ELEMENT)]),
    ("ObjectIdentifier", &[("ETag", VERSION_ID_ELEMENT)]),
    (
        "CreateMultipartUploadRequest",
        &[
            ("Bucket", OBJECT_ACL),
            ("Key", GRANTS),
            ("SSEKMSKeyId", WEBSITE_REDIRECT_LOCATION),
            ("SSEKMSKeyId", SSE_C),
            ("ExpectedBucketOwner", REQUEST_PAYER),
            ("ExpectedBucketOwner", TAGGING),
            ("ExpectedBucketOwner", LOCKS),
        ],
    ),
    (
        "CreateMultipartUploadOutput",
        &[
            ("Bucket", ABORT_DATE),
            ("Bucket", ABORT_RULE_ID),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("ChecksumAlgorithm", REQUEST_CHARGED),
        ],
    ),
    (
        "UploadPartRequest",
        &[
            ("ChecksumAlgorithm", CONTENT_MD5),
            ("Key", SUMS),
            ("ExpectedBucketOwner", SSE_C),
            ("ExpectedBucketOwner", REQUEST_PAYER),
        ],
    ),
    (
        "UploadPartOutput",
        &[
            ("SSEKMSKeyId", SUMS),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("", REQUEST_CHARGED),
        ],
    ),
    (
        "UploadPartCopyRequest",
        &[
            ("ExpectedBucketOwner", SSE_C),
            ("ExpectedBucketOwner", SSE_C_OF_SOURCE),
            ("ExpectedBucketOwner", REQUEST_PAYER),
        ],
    ),
    (
        "UploadPartCopyOutput",
        &[
            ("CopyPartResult", COPY_SOURCE_VERSION_ID),
            ("SSEKMSKeyId", SSE_C_ANSWER),
            ("", REQUEST_CHARGED),
        ],
    ),
    (
        "CompleteMultipartUploadRequest",
        &[
            ("ChecksumType", SUMS),
            ("ExpectedBucketOwner", REQUEST_PAYER),
            ("", SSE_C),
        ],
    ),
    (
        "CompleteMultipartUploadOutput",
        &[
            ("ETag", EXPIRATION),
            ("ChecksumType", SUMS_ELEMENTS),
            ("SSEKMSKeyId", VERSION_ID),
            ("", REQUEST_CHARGED),
        ],
    ),
    (
        "AbortMultipartUploadRequest",
        &[("ExpectedBucketOwner", REQUEST_PAYER)],
    ),
    ("AbortMultipartUploadOutput", &[("", REQUEST_CHARGED)]),
    (
        "ListPartsRequest",
        &[("ExpectedBucketOwner", REQUEST_PAYER), ("", SSE_C)],
    ),
    (
        "ListPartsOutput",
        &[
            ("Bucket", ABORT_DATE),
            ("Bucket", ABORT_RULE_ID),
            ("ChecksumAlgorithm", REQUEST_CHARGED),
        ],
    ),
    (
        "ListObjectsV2Request",
        &[
            ("ExpectedBucketOwner", START_AFTER),
            ("ExpectedBucketOwner", REQUEST_PAYER),
            ("", OPTIONAL_OBJECT_ATTRIBUTES),
        ],
    ),
    (
        "ListObjectsV2Output",
        &[("", START_AFTER_ELEMENT), ("", REQUEST_CHARGED)],
    ),
    (
        "ListMultipartUploadsRequest",
        &[
            ("ExpectedBucketOwner", UPLOAD_ID_MARKER),
            ("", REQUEST_PAYER),
        ],
    ),
    (
        "ListMultipartUploadsOutput",
        &[
            ("NextKeyMarker", UPLOAD_ID_MARKER_ELEMENT),
            ("MaxUploads", NEXT_UPLOAD_ID_MARKER_ELEMENT),
            ("", REQUEST_CHARGED),
        ],
    ),
    ("Object", &[("", RESTORE_STATUS_ELEMENT)]),
    (
        "CreateBucketRequest",
        &[
            ("Bucket", BUCKET_ACL),
            ("", GRANT_FULL_CONTROL),
            ("", GRANT_READ),
            ("", GRANT_READ_ACP),
            ("", GRANT_WRITE),
            ("", GRANT_WRITE_ACP),
            ("", OBJECT_LOCK_ENABLED_FOR_BUCKET),
            ("", OBJECT_OWNERSHIP),
            ("", BUCKET_NAMESPACE),
        ],
    ),
    ("DeleteBucketRequest", &[("", EXPECTED_BUCKET_OWNER)]),
    (
        "CreateBucketConfiguration",
        &[("Location", LOCATION_CONSTRAINT_ELEMENT)],
    ),
    ("Initiator", &[("", DISPLAY_NAME_ELEMENT)]),
    ("Checksum", &[("ChecksumType", SUMS_ELEMENTS)]),
    ("CompletedPart", &[("PartNumber", SUMS_ELEMENTS)]),
    ("CopyObjectResult", &[("", SUMS_ELEMENTS)]),
    ("CopyPartResult", &[("", SUMS_ELEMENTS)]),
    ("ObjectPart", &[("", SUMS_ELEMENTS)]),
    ("Part", &[("", SUMS_ELEMENTS)]),
    ("GetBucketPolicyRequest", &[("", EXPECTED_BUCKET_OWNER)]),
    (
        "PutBucketPolicyRequest",
        &[
            ("ChecksumAlgorithm", CONTENT_MD5),
            ("Policy", CONFIRM_REMOVE_SELF_BUCKET_ACCESS),
            ("", EXPECTED_BUCKET_OWNER),
        ],
    ),
    ("DeleteBucketPolicyRequest", &[("", EXPECTED_BUCKET_OWNER)]),
    ("GetBucketEncryptionRequest", &[("", EXPECTED_BUCKET_OWNER)]),
    (
        "ServerSideEncryptionRule",
        &[("", BLOCKED_ENCRYPTION_TYPES_ELEMENT)],
    ),
    (
        "PutBucketEncryptionRequest",
        &[
            ("ChecksumAlgorithm", CONTENT_MD5),
            ("", EXPECTED_BUCKET_OWNER),
        ],
    ),
    (
        "DeleteBucketEncryptionRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "GetBucketLifecycleConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "GetBucketLifecycleConfigurationOutput",
        &[("", TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE)],
    ),
    (
        "LifecycleRule",
        &[
            ("Filter", PREFIX_ELEMENT),
            ("AbortIncompleteMultipartUpload", TRANSITIONS_ELEMENT),
            (
                "AbortIncompleteMultipartUpload",
                NONCURRENT_VERSION_TRANSITIONS_ELEMENT,
            ),
            (
                "AbortIncompleteMultipartUpload",
                NONCURRENT_VERSION_EXPIRATION_ELEMENT,
            ),
        ],
    ),
    (
        "LifecycleExpiration",
        &[
            ("Days", DATE_ELEMENT),
            ("", EXPIRED_OBJECT_DELETE_MARKER_ELEMENT),
        ],
    ),
    (
        "LifecycleRuleFilter",
        &[("ObjectSizeGreaterThan", TAG_ELEMENT)],
    ),
    (
        "LifecycleRuleAndOperator",
        &[("ObjectSizeGreaterThan", TAGS_ELEMENT)],
    ),
    (
        "PutBucketLifecycleConfigurationRequest",
        &[
            ("", EXPECTED_BUCKET_OWNER),
            ("", TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE),
        ],
    ),
    (
        "PutBucketLifecycleConfigurationOutput",
        &[("", TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE)],
    ),
    (
        "DeleteBucketLifecycleRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "GetBucketInventoryConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "PutBucketInventoryConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "DeleteBucketInventoryConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "ListBucketInventoryConfigurationsRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "GetBucketMetricsConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    ("MetricsFilter", &[("AccessPointArn", TAG_ELEMENT)]),
    ("MetricsAndOperator", &[("AccessPointArn", TAGS_ELEMENT)]),
    (
        "PutBucketMetricsConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "DeleteBucketMetricsConfigurationRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
    (
        "ListBucketMetricsConfigurationsRequest",
        &[("", EXPECTED_BUCKET_OWNER)],
    ),
];

/// Members of errors beside the code and the message.
pub(super) static ERRORS: &[(&str, &[&str])] =
    &[("InvalidObjectState", &["StorageClass", "AccessTier"])];

/// Members that hold a key for encryption, and those with its MD5 sum.
pub(super) static KEYS: &[(&str, &str)] = &[
    ("SSECustomerKey", "SSECustomerKeyMD5"),
    ("CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5"),
];

/// Structures whose keys are sent as they are.
pub(super) static PLAIN_KEYS: &[&str] = &["GetObjectAttributesRequest", "ListPartsRequest"];

/// Structures that are documents by themselves, of texts and structures only.
pub(super) static DOCUMENTS: &[&str] = &["CreateBucketConfiguration"];
