//! Which bucket, which key and which operation a request is about.

use crate::http::{Request, Target};
use std::fmt;

/// What ends the name of every directory bucket.
const BUCKET_SUFFIX: &str = "--x-s3";

/// Query parameters that make another operation of a request about an object, one that directory buckets lack.
const OTHER_RESOURCES: [&str; 9] = [
    "acl",
    "encryption",
    "legal-hold",
    "restore",
    "retention",
    "select",
    "select-type",
    "tagging",
    "torrent",
];

/// Query parameters that make a request about a bucket one about a setting of it.
const SETTINGS: [&str; 5] = ["policy", "encryption", "lifecycle", "inventory", "metrics"];

/// The operations of S3 Express One Zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are S3's")]
pub enum Operation {
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateMultipartUpload,
    CreateSession,
    DeleteBucket,
    DeleteBucketEncryption,
    DeleteBucketInventoryConfiguration,
    DeleteBucketLifecycle,
    DeleteBucketMetricsConfiguration,
    DeleteBucketPolicy,
    DeleteObject,
    DeleteObjects,
    GetBucketEncryption,
    GetBucketInventoryConfiguration,
    GetBucketLifecycleConfiguration,
    GetBucketMetricsConfiguration,
    GetBucketPolicy,
    GetObject,
    GetObjectAttributes,
    HeadBucket,
    HeadObject,
    ListBucketInventoryConfigurations,
    ListBucketMetricsConfigurations,
    ListDirectoryBuckets,
    ListMultipartUploads,
    ListObjectsV2,
    ListParts,
    PutBucketEncryption,
    PutBucketInventoryConfiguration,
    PutBucketLifecycleConfiguration,
    PutBucketMetricsConfiguration,
    PutBucketPolicy,
    PutObject,
    RenameObject,
    UploadPart,
    UploadPartCopy,
    /// None of them.
    Unknown,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 38] = [
        Self::AbortMultipartUpload,
        Self::CompleteMultipartUpload,
        Self::CopyObject,
        Self::CreateBucket,
        Self::CreateMultipartUpload,
        Self::CreateSession,
        Self::DeleteBucket,
        Self::DeleteBucketEncryption,
        Self::DeleteBucketInventoryConfiguration,
        Self::DeleteBucketLifecycle,
        Self::DeleteBucketMetricsConfiguration,
        Self::DeleteBucketPolicy,
        Self::DeleteObject,
        Self::DeleteObjects,
        Self::GetBucketEncryption,
        Self::GetBucketInventoryConfiguration,
        Self::GetBucketLifecycleConfiguration,
        Self::GetBucketMetricsConfiguration,
        Self::GetBucketPolicy,
        Self::GetObject,
        Self::GetObjectAttributes,
        Self::HeadBucket,
        Self::HeadObject,
        Self::ListBucketInventoryConfigurations,
        Self::ListBucketMetricsConfigurations,
        Self::ListDirectoryBuckets,
        Self::ListMultipartUploads,
        Self::ListObjectsV2,
        Self::ListParts,
        Self::PutBucketEncryption,
        Self::PutBucketInventoryConfiguration,
        Self::PutBucketLifecycleConfiguration,
        Self::PutBucketMetricsConfiguration,
        Self::PutBucketPolicy,
        Self::PutObject,
        Self::RenameObject,
        Self::UploadPart,
        Self::UploadPartCopy,
    ];

    /// Whether session credentials are accepted; the others take base credentials alone.
    pub(crate) fn accepts_session(self) -> bool {
        self.is_zonal()
            && !matches!(
                self,
                Self::CreateSession | Self::CopyObject | Self::UploadPartCopy
            )
    }

    /// Whether it goes to the zone of a bucket; the others are Regional.
    pub(crate) fn is_zonal(self) -> bool {
        !self.is_setting()
            && !matches!(
                self,
                Self::CreateBucket
                    | Self::DeleteBucket
                    | Self::ListDirectoryBuckets
                    | Self::Unknown
            )
    }

    /// Whether it reads or changes a setting of a bucket: its policy, encryption, lifecycle, inventory or metrics.
    pub(crate) fn is_setting(self) -> bool {
        matches!(
            self,
            Self::DeleteBucketEncryption
                | Self::DeleteBucketInventoryConfiguration
                | Self::DeleteBucketLifecycle
                | Self::DeleteBucketMetricsConfiguration
                | Self::DeleteBucketPolicy
                | Self::GetBucketEncryption
                | Self::GetBucketInventoryConfiguration
                | Self::GetBucketLifecycleConfiguration
                | Self::GetBucketMetricsConfiguration
                | Self::GetBucketPolicy
                | Self::ListBucketInventoryConfigurations
                | Self::ListBucketMetricsConfigurations
                | Self::PutBucketEncryption
                | Self::PutBucketInventoryConfiguration
                | Self::PutBucketLifecycleConfiguration
                | Self::PutBucketMetricsConfiguration
                | Self::PutBucketPolicy
        )
    }

    /// How long a request's body may be.
    pub(crate) fn body_limit(self) -> u64 {
        const MIB: u64 = 1024 * 1024;
        match self {
            Self::PutObject | Self::UploadPart => u64::MAX,
            Self::CompleteMultipartUpload | Self::DeleteObjects => 8 * MIB,
            _ => MIB,
        }
    }

    /// Whether a `ReadOnly` session is enough.
    pub(crate) fn only_reads(self) -> bool {
        matches!(
            self,
            Self::GetObject
                | Self::GetObjectAttributes
                | Self::HeadBucket
                | Self::HeadObject
                | Self::ListMultipartUploads
                | Self::ListObjectsV2
                | Self::ListParts
        )
    }
}

/// A request's place in S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    pub(crate) bucket: Option<String>,
    /// The key as the target says it; empty if there is none.
    pub(crate) key: String,
    /// `/BUCKET/KEY` as error answers name it.
    pub(crate) resource: String,
}

impl Route {
    pub(crate) fn of(request: &Request, target: &Target) -> Self {
        let path = String::from_utf8_lossy(&target.path[1..]).into_owned();
        let (bucket, key) = match bucket_from_host(request) {
            Some(bucket) => (Some(bucket), path),
            None => match path.split_once('/') {
                Some((bucket, key)) => (Some(bucket.to_owned()), key.to_owned()),
                None => (Some(path), String::new()),
            },
        };
        let bucket = bucket.filter(|bucket| !bucket.is_empty());
        let operation = match (&bucket, key.is_empty()) {
            (None, true) => service_operation(request, target),
            (None, false) => Operation::Unknown,
            (Some(_), true) => bucket_operation(request, target),
            (Some(_), false) => object_operation(request, target),
        };
        let resource = match &bucket {
            Some(bucket) => format!("/{bucket}/{key}"),
            None => format!("/{key}"),
        };
        Self {
            operation,
            bucket,
            key,
            resource,
        }
    }
}

/// The bucket of a virtual host: a first label that ends like a directory bucket's name.
fn bucket_from_host(request: &Request) -> Option<String> {
    let host = request.headers.single_text("host").ok()??;
    let label = host.split(['.', ':']).next()?.to_ascii_lowercase();
    (label.ends_with(BUCKET_SUFFIX) && label.len() > BUCKET_SUFFIX.len()).then_some(label)
}

fn service_operation(request: &Request, target: &Target) -> Operation {
    match request.method.as_str() {
        "GET" if only_known(target, &["continuation-token", "max-directory-buckets"]) => {
            Operation::ListDirectoryBuckets
        }
        _ => Operation::Unknown,
    }
}

fn bucket_operation(request: &Request, target: &Target) -> Operation {
    if let Some(operation) = setting_operation(request, target) {
        return operation;
    }
    match request.method.as_str() {
        "GET" if target.has("session") => Operation::CreateSession,
        "GET" if target.has("uploads") => Operation::ListMultipartUploads,
        "GET" if target.parameter("list-type").as_deref() == Some("2") => Operation::ListObjectsV2,
        "HEAD" => Operation::HeadBucket,
        "POST" if target.has("delete") => Operation::DeleteObjects,
        "PUT" if only_known(target, &[]) => Operation::CreateBucket,
        "DELETE" if only_known(target, &[]) => Operation::DeleteBucket,
        _ => Operation::Unknown,
    }
}

/// Which setting of a bucket the query names, and what the method does to it. A request that says more than that
/// is none of them, and never one about the bucket itself.
fn setting_operation(request: &Request, target: &Target) -> Option<Operation> {
    let name = SETTINGS.iter().find(|name| target.has(name))?;
    let reports = matches!(*name, "inventory" | "metrics");
    let known: &[&str] = match (reports, request.method.as_str()) {
        (true, "GET") => &[name, "id", "continuation-token"],
        (true, _) => &[name, "id"],
        (false, _) => &[name],
    };
    if !only_known(target, known) {
        return Some(Operation::Unknown);
    }
    Some(match (*name, request.method.as_str()) {
        ("policy", "GET") => Operation::GetBucketPolicy,
        ("policy", "PUT") => Operation::PutBucketPolicy,
        ("policy", "DELETE") => Operation::DeleteBucketPolicy,
        ("encryption", "GET") => Operation::GetBucketEncryption,
        ("encryption", "PUT") => Operation::PutBucketEncryption,
        ("encryption", "DELETE") => Operation::DeleteBucketEncryption,
        ("lifecycle", "GET") => Operation::GetBucketLifecycleConfiguration,
        ("lifecycle", "PUT") => Operation::PutBucketLifecycleConfiguration,
        ("lifecycle", "DELETE") => Operation::DeleteBucketLifecycle,
        ("inventory", "GET") if target.has("id") => Operation::GetBucketInventoryConfiguration,
        ("inventory", "GET") => Operation::ListBucketInventoryConfigurations,
        ("inventory", "PUT") => Operation::PutBucketInventoryConfiguration,
        ("inventory", "DELETE") => Operation::DeleteBucketInventoryConfiguration,
        ("metrics", "GET") if target.has("id") => Operation::GetBucketMetricsConfiguration,
        ("metrics", "GET") => Operation::ListBucketMetricsConfigurations,
        ("metrics", "PUT") => Operation::PutBucketMetricsConfiguration,
        ("metrics", "DELETE") => Operation::DeleteBucketMetricsConfiguration,
        _ => Operation::Unknown,
    })
}

fn object_operation(request: &Request, target: &Target) -> Operation {
    let copies = request.headers.contains("x-amz-copy-source");
    let of_upload = target.has("uploadId");
    if OTHER_RESOURCES.iter().any(|name| target.has(name)) {
        return Operation::Unknown;
    }
    match request.method.as_str() {
        "GET" if target.has("attributes") => Operation::GetObjectAttributes,
        "GET" if of_upload => Operation::ListParts,
        "GET" => Operation::GetObject,
        "HEAD" => Operation::HeadObject,
        "PUT" if target.has("renameObject") => Operation::RenameObject,
        "PUT" if of_upload && copies => Operation::UploadPartCopy,
        "PUT" if of_upload => Operation::UploadPart,
        "PUT" if copies => Operation::CopyObject,
        "PUT" => Operation::PutObject,
        "DELETE" if of_upload => Operation::AbortMultipartUpload,
        "DELETE" => Operation::DeleteObject,
        "POST" if target.has("uploads") => Operation::CreateMultipartUpload,
        "POST" if of_upload => Operation::CompleteMultipartUpload,
        _ => Operation::Unknown,
    }
}

/// Whether the query has only these parameters, `x-id`, and those of a presigned URL.
fn only_known(target: &Target, names: &[&str]) -> bool {
    target.query.iter().all(|(name, _)| {
        name == b"x-id"
            || name.starts_with(b"X-Amz-")
            || names.iter().any(|known| name == known.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Limits;

    fn route(method: &str, host: &str, target: &str, fields: &str) -> Route {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        let parsed = Request::parse_head(head.as_bytes(), &Limits::default());
        let (request, _) = parsed.expect("head").expect("complete");
        Route::of(&request, &Target::parse(&request.target).expect("target"))
    }

    #[test]
    fn bucket_from_virtual_host_or_path() {
        let hosted = route("GET", "Demo--usw2-az1--x-s3.localhost:1", "/?session", "");
        assert_eq!(hosted.operation, Operation::CreateSession);
        assert_eq!(hosted.bucket.as_deref(), Some("demo--usw2-az1--x-s3"));
        let in_path = route("GET", "127.0.0.1:1", "/demo--usw2-az1--x-s3/?session=", "");
        assert_eq!(in_path, hosted);
        assert_eq!(route("GET", "127.0.0.1:1", "/", "").bucket, None);
        assert_eq!(
            route("GET", "--x-s3.localhost", "/b/k", "")
                .bucket
                .as_deref(),
            Some("b")
        );
    }

    const COPY: &str = "x-amz-copy-source: b/k\r\n";
    const CASES: [(&str, &str, &str, Operation); 31] = [
        (
            "GET",
            "/?x-id=ListDirectoryBuckets",
            "",
            Operation::ListDirectoryBuckets,
        ),
        ("GET", "/b?session", "", Operation::CreateSession),
        ("HEAD", "/b", "", Operation::HeadBucket),
        ("PUT", "/b", "", Operation::CreateBucket),
        ("DELETE", "/b", "", Operation::DeleteBucket),
        (
            "GET",
            "/b?list-type=2&prefix=a",
            "",
            Operation::ListObjectsV2,
        ),
        ("GET", "/b?uploads", "", Operation::ListMultipartUploads),
        ("POST", "/b?delete", "", Operation::DeleteObjects),
        ("GET", "/b/k?x-id=GetObject", "", Operation::GetObject),
        ("HEAD", "/b/k", "", Operation::HeadObject),
        ("GET", "/b/k?attributes", "", Operation::GetObjectAttributes),
        (
            "GET",
            "/b/k?uploadId=1&x-id=ListParts",
            "",
            Operation::ListParts,
        ),
        ("PUT", "/b/k", "", Operation::PutObject),
        ("PUT", "/b/k", COPY, Operation::CopyObject),
        ("PUT", "/b/k?renameObject", "", Operation::RenameObject),
        (
            "PUT",
            "/b/k?uploadId=1&partNumber=1",
            "",
            Operation::UploadPart,
        ),
        (
            "PUT",
            "/b/k?uploadId=1&partNumber=1",
            COPY,
            Operation::UploadPartCopy,
        ),
        ("DELETE", "/b/k", "", Operation::DeleteObject),
        (
            "DELETE",
            "/b/k?uploadId=1",
            "",
            Operation::AbortMultipartUpload,
        ),
        ("POST", "/b/k?uploads", "", Operation::CreateMultipartUpload),
        (
            "POST",
            "/b/k?uploadId=1",
            "",
            Operation::CompleteMultipartUpload,
        ),
        ("GET", "/b", "", Operation::Unknown),
        ("GET", "/b/k?tagging", "", Operation::Unknown),
        ("PUT", "/b?policy", "", Operation::PutBucketPolicy),
        (
            "DELETE",
            "/b?lifecycle",
            "",
            Operation::DeleteBucketLifecycle,
        ),
        (
            "GET",
            "/b?metrics",
            "",
            Operation::ListBucketMetricsConfigurations,
        ),
        (
            "GET",
            "/b?metrics&id=",
            "",
            Operation::GetBucketMetricsConfiguration,
        ),
        (
            "DELETE",
            "/b?inventory",
            "",
            Operation::DeleteBucketInventoryConfiguration,
        ),
        ("DELETE", "/b?inventory&policy", "", Operation::Unknown),
        ("DELETE", "/b?cors", "", Operation::Unknown),
        ("POST", "/b?policy", "", Operation::Unknown),
    ];

    #[test]
    fn every_operation_is_recognised() {
        for (method, target, fields, operation) in CASES {
            assert_eq!(
                route(method, "h", target, fields).operation,
                operation,
                "{method} {target}"
            );
        }
    }
}
