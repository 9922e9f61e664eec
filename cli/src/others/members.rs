//! Members that S3 has and directory buckets lack: their names, what they hold and where they stand on the wire.

use zonal_commands::{Kind, Member, Place, Structure, Time};

use super::values;

const fn member(name: &'static str, flag: &'static str, kind: Kind, place: Place) -> Member {
    Member {
        name,
        flag,
        required: false,
        kind,
        place,
        docs: &[],
        type_docs: &[],
        constraints: "",
    }
}

const fn header(
    name: &'static str,
    flag: &'static str,
    header: &'static str,
    kind: Kind,
) -> Member {
    member(name, flag, kind, Place::Header(header))
}

const fn text(name: &'static str, flag: &'static str, header: &'static str) -> Member {
    member(name, flag, Kind::String, Place::Header(header))
}

const fn query(name: &'static str, flag: &'static str, parameter: &'static str) -> Member {
    member(name, flag, Kind::String, Place::Query(parameter))
}

const fn element(name: &'static str, kind: Kind) -> Member {
    let place = Place::Element {
        name,
        flattened: false,
    };
    member(name, "", kind, place)
}

const fn flat(name: &'static str, element: &'static str, kind: Kind) -> Member {
    let place = Place::Element {
        name: element,
        flattened: true,
    };
    member(name, "", kind, place)
}

const fn structure(name: &'static str, members: &'static [Member]) -> Structure {
    Structure {
        name,
        union: false,
        members,
    }
}

pub(super) static SSE_C: &[Member] = &[
    text(
        "SSECustomerAlgorithm",
        "sse-customer-algorithm",
        "x-amz-server-side-encryption-customer-algorithm",
    ),
    header(
        "SSECustomerKey",
        "sse-customer-key",
        "x-amz-server-side-encryption-customer-key",
        Kind::Secret,
    ),
    text(
        "SSECustomerKeyMD5",
        "sse-customer-key-md5",
        "x-amz-server-side-encryption-customer-key-md5",
    ),
];
pub(super) static REQUEST_PAYER: &[Member] = &[header(
    "RequestPayer",
    "request-payer",
    "x-amz-request-payer",
    Kind::Enum(&values::REQUEST_PAYER),
)];
pub(super) static DELETE_MARKER: &[Member] = &[header(
    "DeleteMarker",
    "delete-marker",
    "x-amz-delete-marker",
    Kind::Boolean,
)];
pub(super) static RESTORE: &[Member] = &[text("Restore", "restore", "x-amz-restore")];
pub(super) static SUMS: &[Member] = &[
    text("ChecksumSHA512", "checksum-sha512", "x-amz-checksum-sha512"),
    text("ChecksumMD5", "checksum-md5", "x-amz-checksum-md5"),
    text(
        "ChecksumXXHASH64",
        "checksum-xxhash64",
        "x-amz-checksum-xxhash64",
    ),
    text(
        "ChecksumXXHASH3",
        "checksum-xxhash3",
        "x-amz-checksum-xxhash3",
    ),
    text(
        "ChecksumXXHASH128",
        "checksum-xxhash128",
        "x-amz-checksum-xxhash128",
    ),
];
pub(super) static MISSING_META: &[Member] = &[header(
    "MissingMeta",
    "missing-meta",
    "x-amz-missing-meta",
    Kind::Integer,
)];
pub(super) static VERSION_ID: &[Member] = &[text("VersionId", "version-id", "x-amz-version-id")];
pub(super) static WEBSITE_REDIRECT_LOCATION: &[Member] = &[text(
    "WebsiteRedirectLocation",
    "website-redirect-location",
    "x-amz-website-redirect-location",
)];
pub(super) static SSE_C_ANSWER: &[Member] = &[
    text(
        "SSECustomerAlgorithm",
        "sse-customer-algorithm",
        "x-amz-server-side-encryption-customer-algorithm",
    ),
    text(
        "SSECustomerKeyMD5",
        "sse-customer-key-md5",
        "x-amz-server-side-encryption-customer-key-md5",
    ),
];
pub(super) static REQUEST_CHARGED: &[Member] = &[header(
    "RequestCharged",
    "request-charged",
    "x-amz-request-charged",
    Kind::Enum(&values::REQUEST_CHARGED),
)];
pub(super) static REPLICATION_STATUS: &[Member] = &[header(
    "ReplicationStatus",
    "replication-status",
    "x-amz-replication-status",
    Kind::Enum(&values::REPLICATION_STATUS),
)];
pub(super) static TAG_COUNT: &[Member] = &[header(
    "TagCount",
    "tag-count",
    "x-amz-tagging-count",
    Kind::Integer,
)];
pub(super) static LOCKS: &[Member] = &[
    header(
        "ObjectLockMode",
        "object-lock-mode",
        "x-amz-object-lock-mode",
        Kind::Enum(&values::OBJECT_LOCK_MODE),
    ),
    header(
        "ObjectLockRetainUntilDate",
        "object-lock-retain-until-date",
        "x-amz-object-lock-retain-until-date",
        Kind::Timestamp(Time::DateTime),
    ),
    header(
        "ObjectLockLegalHoldStatus",
        "object-lock-legal-hold-status",
        "x-amz-object-lock-legal-hold",
        Kind::Enum(&values::OBJECT_LOCK_LEGAL_HOLD_STATUS),
    ),
];
pub(super) static ARCHIVE_STATUS: &[Member] = &[header(
    "ArchiveStatus",
    "archive-status",
    "x-amz-archive-status",
    Kind::Enum(&values::ARCHIVE_STATUS),
)];
pub(super) static OBJECT_ACL: &[Member] = &[header(
    "ACL",
    "acl",
    "x-amz-acl",
    Kind::Enum(&values::OBJECT_CANNED_ACL),
)];
pub(super) static CONTENT_MD5: &[Member] = &[text("ContentMD5", "content-md5", "content-md5")];
pub(super) static GRANTS: &[Member] = &[
    text(
        "GrantFullControl",
        "grant-full-control",
        "x-amz-grant-full-control",
    ),
    text("GrantRead", "grant-read", "x-amz-grant-read"),
    text("GrantReadACP", "grant-read-acp", "x-amz-grant-read-acp"),
    text("GrantWriteACP", "grant-write-acp", "x-amz-grant-write-acp"),
];
pub(super) static TAGGING: &[Member] = &[text("Tagging", "tagging", "x-amz-tagging")];
pub(super) static MFA: &[Member] = &[text("MFA", "mfa", "x-amz-mfa")];
pub(super) static BYPASS_GOVERNANCE_RETENTION: &[Member] = &[header(
    "BypassGovernanceRetention",
    "bypass-governance-retention",
    "x-amz-bypass-governance-retention",
    Kind::Boolean,
)];
pub(super) static SSE_C_OF_SOURCE: &[Member] = &[
    text(
        "CopySourceSSECustomerAlgorithm",
        "copy-source-sse-customer-algorithm",
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
    ),
    header(
        "CopySourceSSECustomerKey",
        "copy-source-sse-customer-key",
        "x-amz-copy-source-server-side-encryption-customer-key",
        Kind::Secret,
    ),
    text(
        "CopySourceSSECustomerKeyMD5",
        "copy-source-sse-customer-key-md5",
        "x-amz-copy-source-server-side-encryption-customer-key-md5",
    ),
];
pub(super) static COPY_SOURCE_VERSION_ID: &[Member] = &[text(
    "CopySourceVersionId",
    "copy-source-version-id",
    "x-amz-copy-source-version-id",
)];
pub(super) static VERSION_ID_ELEMENT: &[Member] = &[element("VersionId", Kind::String)];
pub(super) static DELETE_MARKER_ELEMENT: &[Member] = &[element("DeleteMarker", Kind::Boolean)];
pub(super) static DELETE_MARKER_VERSION_ID_ELEMENT: &[Member] =
    &[element("DeleteMarkerVersionId", Kind::String)];
pub(super) static ABORT_DATE: &[Member] = &[header(
    "AbortDate",
    "abort-date",
    "x-amz-abort-date",
    Kind::Timestamp(Time::DateTime),
)];
pub(super) static ABORT_RULE_ID: &[Member] =
    &[text("AbortRuleId", "abort-rule-id", "x-amz-abort-rule-id")];
pub(super) static EXPIRATION: &[Member] = &[text("Expiration", "expiration", "x-amz-expiration")];
pub(super) static SUMS_ELEMENTS: &[Member] = &[
    element("ChecksumSHA512", Kind::String),
    element("ChecksumMD5", Kind::String),
    element("ChecksumXXHASH64", Kind::String),
    element("ChecksumXXHASH3", Kind::String),
    element("ChecksumXXHASH128", Kind::String),
];
pub(super) static START_AFTER: &[Member] = &[query("StartAfter", "start-after", "start-after")];
pub(super) static OPTIONAL_OBJECT_ATTRIBUTES: &[Member] = &[header(
    "OptionalObjectAttributes",
    "optional-object-attributes",
    "x-amz-optional-object-attributes",
    Kind::List {
        item: &Kind::Enum(&values::OPTIONAL_OBJECT_ATTRIBUTES),
        element: "member",
    },
)];
pub(super) static START_AFTER_ELEMENT: &[Member] = &[element("StartAfter", Kind::String)];
pub(super) static UPLOAD_ID_MARKER: &[Member] = &[query(
    "UploadIdMarker",
    "upload-id-marker",
    "upload-id-marker",
)];
pub(super) static UPLOAD_ID_MARKER_ELEMENT: &[Member] = &[element("UploadIdMarker", Kind::String)];
pub(super) static NEXT_UPLOAD_ID_MARKER_ELEMENT: &[Member] =
    &[element("NextUploadIdMarker", Kind::String)];
pub(super) static RESTORE_STATUS_ELEMENT: &[Member] =
    &[element("RestoreStatus", Kind::Structure(&RESTORE_STATUS))];
pub(super) static BUCKET_ACL: &[Member] = &[header(
    "ACL",
    "acl",
    "x-amz-acl",
    Kind::Enum(&values::BUCKET_CANNED_ACL),
)];
pub(super) static GRANT_FULL_CONTROL: &[Member] = &[text(
    "GrantFullControl",
    "grant-full-control",
    "x-amz-grant-full-control",
)];
pub(super) static GRANT_READ: &[Member] = &[text("GrantRead", "grant-read", "x-amz-grant-read")];
pub(super) static GRANT_READ_ACP: &[Member] = &[text(
    "GrantReadACP",
    "grant-read-acp",
    "x-amz-grant-read-acp",
)];
pub(super) static GRANT_WRITE: &[Member] =
    &[text("GrantWrite", "grant-write", "x-amz-grant-write")];
pub(super) static GRANT_WRITE_ACP: &[Member] = &[text(
    "GrantWriteACP",
    "grant-write-acp",
    "x-amz-grant-write-acp",
)];
pub(super) static OBJECT_LOCK_ENABLED_FOR_BUCKET: &[Member] = &[header(
    "ObjectLockEnabledForBucket",
    "object-lock-enabled-for-bucket",
    "x-amz-bucket-object-lock-enabled",
    Kind::Boolean,
)];
pub(super) static OBJECT_OWNERSHIP: &[Member] = &[header(
    "ObjectOwnership",
    "object-ownership",
    "x-amz-object-ownership",
    Kind::Enum(&values::OBJECT_OWNERSHIP),
)];
pub(super) static BUCKET_NAMESPACE: &[Member] = &[header(
    "BucketNamespace",
    "bucket-namespace",
    "x-amz-bucket-namespace",
    Kind::Enum(&values::BUCKET_NAMESPACE),
)];
pub(super) static EXPECTED_BUCKET_OWNER: &[Member] = &[text(
    "ExpectedBucketOwner",
    "expected-bucket-owner",
    "x-amz-expected-bucket-owner",
)];
pub(super) static LOCATION_CONSTRAINT_ELEMENT: &[Member] = &[element(
    "LocationConstraint",
    Kind::Enum(&values::BUCKET_LOCATION_CONSTRAINT),
)];
pub(super) static DISPLAY_NAME_ELEMENT: &[Member] = &[element("DisplayName", Kind::String)];
pub(super) static CONFIRM_REMOVE_SELF_BUCKET_ACCESS: &[Member] = &[header(
    "ConfirmRemoveSelfBucketAccess",
    "confirm-remove-self-bucket-access",
    "x-amz-confirm-remove-self-bucket-access",
    Kind::Boolean,
)];
pub(super) static BLOCKED_ENCRYPTION_TYPES_ELEMENT: &[Member] = &[element(
    "BlockedEncryptionTypes",
    Kind::Structure(&BLOCKED_ENCRYPTION_TYPES),
)];
pub(super) static TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE: &[Member] = &[header(
    "TransitionDefaultMinimumObjectSize",
    "transition-default-minimum-object-size",
    "x-amz-transition-default-minimum-object-size",
    Kind::Enum(&values::TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE),
)];
pub(super) static PREFIX_ELEMENT: &[Member] = &[element("Prefix", Kind::String)];
pub(super) static TRANSITIONS_ELEMENT: &[Member] = &[flat(
    "Transitions",
    "Transition",
    Kind::List {
        item: &Kind::Structure(&TRANSITION),
        element: "member",
    },
)];
pub(super) static NONCURRENT_VERSION_TRANSITIONS_ELEMENT: &[Member] = &[flat(
    "NoncurrentVersionTransitions",
    "NoncurrentVersionTransition",
    Kind::List {
        item: &Kind::Structure(&NONCURRENT_VERSION_TRANSITION),
        element: "member",
    },
)];
pub(super) static NONCURRENT_VERSION_EXPIRATION_ELEMENT: &[Member] = &[element(
    "NoncurrentVersionExpiration",
    Kind::Structure(&NONCURRENT_VERSION_EXPIRATION),
)];
pub(super) static DATE_ELEMENT: &[Member] = &[element("Date", Kind::Timestamp(Time::DateTime))];
pub(super) static EXPIRED_OBJECT_DELETE_MARKER_ELEMENT: &[Member] =
    &[element("ExpiredObjectDeleteMarker", Kind::Boolean)];
pub(super) static TAG_ELEMENT: &[Member] = &[element("Tag", Kind::Structure(&TAG))];
pub(super) static TAGS_ELEMENT: &[Member] = &[flat(
    "Tags",
    "Tag",
    Kind::List {
        item: &Kind::Structure(&TAG),
        element: "Tag",
    },
)];
static RESTORE_STATUS: Structure = structure(
    "RestoreStatus",
    &[
        element("IsRestoreInProgress", Kind::Boolean),
        element("RestoreExpiryDate", Kind::Timestamp(Time::DateTime)),
    ],
);
static BLOCKED_ENCRYPTION_TYPES: Structure = structure(
    "BlockedEncryptionTypes",
    &[flat(
        "EncryptionType",
        "EncryptionType",
        Kind::List {
            item: &Kind::Enum(&values::ENCRYPTION_TYPE),
            element: "EncryptionType",
        },
    )],
);
static TRANSITION: Structure = structure(
    "Transition",
    &[
        element("Date", Kind::Timestamp(Time::DateTime)),
        element("Days", Kind::Integer),
        element(
            "StorageClass",
            Kind::Enum(&values::TRANSITION_STORAGE_CLASS),
        ),
    ],
);
static NONCURRENT_VERSION_TRANSITION: Structure = structure(
    "NoncurrentVersionTransition",
    &[
        element("NoncurrentDays", Kind::Integer),
        element(
            "StorageClass",
            Kind::Enum(&values::TRANSITION_STORAGE_CLASS),
        ),
        element("NewerNoncurrentVersions", Kind::Integer),
    ],
);
static NONCURRENT_VERSION_EXPIRATION: Structure = structure(
    "NoncurrentVersionExpiration",
    &[
        element("NoncurrentDays", Kind::Integer),
        element("NewerNoncurrentVersions", Kind::Integer),
    ],
);
static TAG: Structure = structure(
    "Tag",
    &[element("Key", Kind::String), element("Value", Kind::String)],
);
