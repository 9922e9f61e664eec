//! Where we send something else on purpose.

use crate::recorded::Case;

/// A kind of difference and its reason.
pub(crate) struct Deliberate {
    pub(crate) reason: &'static str,
    fits: fn(&Case, &str) -> bool,
}

/// What is listed, and nothing else, may differ; what is listed must occur.
pub(crate) const DELIBERATE: &[Deliberate] = &[
    Deliberate {
        reason: "a body says what it is, as the protocol has it; they leave that to the service",
        fits: |_, difference| {
            difference.starts_with("content-type:") && difference.ends_with("recorded \"\"")
        },
    },
    Deliberate {
        reason: "a body in memory has its checksum in a signed header, not in a trailer behind it: one pass, no chunks",
        fits: |case, difference| case.over_tls && has_body(case) && is_framing(difference),
    },
    Deliberate {
        reason: "over TLS a body is not hashed for the signature, with a checksum or with checksums switched off",
        fits: |case, difference| {
            case.over_tls && difference.starts_with("x-amz-content-sha256: \"UNSIGNED-PAYLOAD\"")
        },
    },
    Deliberate {
        reason: "over plain http a stream goes in signed chunks: they read it twice",
        fits: |case, difference| {
            !case.over_tls && is_stream(case) && has_body(case) && is_framing(difference)
        },
    },
    Deliberate {
        reason: "items of a list in a header stand after a comma and a blank, as the protocol's own tests have it",
        fits: |_, difference| difference.starts_with("x-amz-object-attributes:"),
    },
    Deliberate {
        reason: "what has to be encoded in the source of a rename is: they send it raw, and lose what no header can hold",
        fits: |case, difference| {
            case.operation == "rename_object"
                && (difference.starts_with("x-amz-rename-source:")
                    || difference.contains("they refused"))
        },
    },
    Deliberate {
        reason: "a source of a rename with both escapes and other percent signs has two meanings, and is refused",
        fits: |case, difference| {
            case.id.starts_with("rename_object/key-percent/") && difference.starts_with("refused")
        },
    },
    Deliberate {
        reason: "a directory bucket keeps no versions, so `?versionId=` in a source there is a part of the key: taken for a version it would copy another object",
        fits: |case, difference| {
            case.id.starts_with("copy_object/string-source-version/")
                && difference.starts_with("x-amz-copy-source:")
        },
    },
    Deliberate {
        reason: "whether keys come back encoded is for the caller to say: nothing decodes them behind the back",
        fits: |case, difference| {
            case.operation == "list_objects_v2" && difference.contains("encoding-type=url")
        },
    },
    Deliberate {
        reason: "HeadBucket is signed with IAM credentials, as S3 documents it: a principal without session rights may ask",
        fits: |case, difference| {
            let names = [
                "auth:",
                "scope:",
                "x-amz-s3session-token:",
                "x-amz-security-token:",
            ];
            case.operation == "head_bucket" && names.iter().any(|name| difference.starts_with(name))
        },
    },
    Deliberate {
        reason: "FIPS and dual-stack with a custom endpoint are refused: they drop them without a word",
        fits: |case, difference| {
            !case.over_tls
                && difference.starts_with("refused")
                && (case.has("fips", true) || case.has("dual_stack", true))
        },
    },
    Deliberate {
        reason: "names that are no directory bucket's are refused",
        fits: |case, difference| {
            difference.starts_with("refused")
                && !difference.contains("no member ")
                && (case.id.starts_with("bucket_names/") || case.id.contains("plain-bucket/"))
        },
    },
    Deliberate {
        reason: "what directory buckets do not have is not in our model, so that it cannot be sent to fail",
        fits: |case, difference| {
            difference.contains("no member ") || case.id.starts_with("delete_objects/version/")
        },
    },
    Deliberate {
        reason: "an element without content is written as two tags",
        fits: |case, _| {
            case.id.contains("empty-parts/") || case.id.starts_with("delete_objects/empty/")
        },
    },
    Deliberate {
        reason: "a required list without items is refused: without it the service would be asked something else",
        fits: |case, difference| {
            case.id.starts_with("get_object_attributes/empty/")
                && difference.ends_with("`x-amz-object-attributes` must not be empty")
        },
    },
    Deliberate {
        reason: "elements stand in the order of the model, theirs in that of the caller",
        fits: |case, _| case.id.starts_with("delete_objects/conditional/"),
    },
    Deliberate {
        reason: "a token that nobody gave is random",
        fits: |case, difference| {
            case.id.contains("auto-token/") && difference.starts_with("x-amz-client-token:")
        },
    },
    Deliberate {
        reason: "metadata may be UTF-8: the service takes it",
        fits: |case, difference| {
            case.id.contains("metadata-unicode/") && difference.contains("they refused")
        },
    },
    Deliberate {
        reason: "a stream of known length need not be rewound",
        fits: |case, difference| {
            case.id.contains("stream-noseek-contentlength/") && difference.contains("they refused")
        },
    },
];

/// Operations whose body is the caller's.
fn has_body(case: &Case) -> bool {
    matches!(&*case.operation, "put_object" | "upload_part")
}

fn is_stream(case: &Case) -> bool {
    let body = case.params.get("Body").and_then(|body| body.as_object());
    body.is_some_and(|body| body.keys().any(|kind| kind.starts_with("$stream")))
}

/// What goes with a body and depends on how it is framed.
fn is_framing(difference: &str) -> bool {
    let names = [
        "body:",
        "content-encoding:",
        "x-amz-content-sha256:",
        "x-amz-decoded-content-length:",
        "x-amz-trailer:",
    ];
    names.iter().any(|name| difference.starts_with(name))
        || difference.starts_with("x-amz-checksum-")
}

/// Why this difference is there, if it is on purpose.
pub(crate) fn reason(case: &Case, difference: &str) -> Option<&'static str> {
    let entry = DELIBERATE
        .iter()
        .find(|entry| (entry.fits)(case, difference));
    entry.map(|entry| entry.reason)
}
