//! The values of members that directory buckets lack.

use zonal_commands::{Enum, Value};

const fn one(name: &'static str, values: &'static [Value]) -> Enum {
    Enum { name, values }
}

const fn value(value: &'static str) -> Value {
    Value { value, docs: &[] }
}

pub(super) static REQUEST_PAYER: Enum = one("RequestPayer", &[value("requester")]);
pub(super) static REQUEST_CHARGED: Enum = one("RequestCharged", &[value("requester")]);
pub(super) static REPLICATION_STATUS: Enum = one(
    "ReplicationStatus",
    &[
        value("COMPLETE"),
        value("PENDING"),
        value("FAILED"),
        value("REPLICA"),
        value("COMPLETED"),
    ],
);
pub(super) static OBJECT_LOCK_MODE: Enum = one(
    "ObjectLockMode",
    &[value("GOVERNANCE"), value("COMPLIANCE")],
);
pub(super) static OBJECT_LOCK_LEGAL_HOLD_STATUS: Enum =
    one("ObjectLockLegalHoldStatus", &[value("ON"), value("OFF")]);
pub(super) static ARCHIVE_STATUS: Enum = one(
    "ArchiveStatus",
    &[value("ARCHIVE_ACCESS"), value("DEEP_ARCHIVE_ACCESS")],
);
pub(super) static OBJECT_CANNED_ACL: Enum = one(
    "ObjectCannedACL",
    &[
        value("private"),
        value("public-read"),
        value("public-read-write"),
        value("authenticated-read"),
        value("aws-exec-read"),
        value("bucket-owner-read"),
        value("bucket-owner-full-control"),
    ],
);
pub(super) static OPTIONAL_OBJECT_ATTRIBUTES: Enum =
    one("OptionalObjectAttributes", &[value("RestoreStatus")]);
pub(super) static BUCKET_CANNED_ACL: Enum = one(
    "BucketCannedACL",
    &[
        value("private"),
        value("public-read"),
        value("public-read-write"),
        value("authenticated-read"),
    ],
);
pub(super) static OBJECT_OWNERSHIP: Enum = one(
    "ObjectOwnership",
    &[
        value("BucketOwnerPreferred"),
        value("ObjectWriter"),
        value("BucketOwnerEnforced"),
    ],
);
pub(super) static BUCKET_NAMESPACE: Enum = one(
    "BucketNamespace",
    &[value("account-regional"), value("global")],
);
pub(super) static BUCKET_LOCATION_CONSTRAINT: Enum = one(
    "BucketLocationConstraint",
    &[
        value("af-south-1"),
        value("ap-east-1"),
        value("ap-east-2"),
        value("ap-northeast-1"),
        value("ap-northeast-2"),
        value("ap-northeast-3"),
        value("ap-south-1"),
        value("ap-south-2"),
        value("ap-southeast-1"),
        value("ap-southeast-2"),
        value("ap-southeast-3"),
        value("ap-southeast-4"),
        value("ap-southeast-5"),
        value("ap-southeast-6"),
        value("ap-southeast-7"),
        value("ca-central-1"),
        value("ca-west-1"),
        value("cn-north-1"),
        value("cn-northwest-1"),
        value("EU"),
        value("eu-central-1"),
        value("eu-central-2"),
        value("eu-north-1"),
        value("eu-south-1"),
        value("eu-south-2"),
        value("eu-west-1"),
        value("eu-west-2"),
        value("eu-west-3"),
        value("il-central-1"),
        value("me-central-1"),
        value("me-south-1"),
        value("mx-central-1"),
        value("sa-east-1"),
        value("us-east-2"),
        value("us-gov-east-1"),
        value("us-gov-west-1"),
        value("us-west-1"),
        value("us-west-2"),
    ],
);
pub(super) static TRANSITION_DEFAULT_MINIMUM_OBJECT_SIZE: Enum = one(
    "TransitionDefaultMinimumObjectSize",
    &[
        value("varies_by_storage_class"),
        value("all_storage_classes_128K"),
    ],
);
pub(super) static TRANSITION_STORAGE_CLASS: Enum = one(
    "TransitionStorageClass",
    &[
        value("GLACIER"),
        value("STANDARD_IA"),
        value("ONEZONE_IA"),
        value("INTELLIGENT_TIERING"),
        value("DEEP_ARCHIVE"),
        value("GLACIER_IR"),
    ],
);
pub(super) static ENCRYPTION_TYPE: Enum = one("EncryptionType", &[value("NONE"), value("SSE-C")]);
