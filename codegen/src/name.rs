//! The name pass: every Rust, CLI and file name is made here, once.

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::model::ShapeId;

/// Acronyms that run into the next word in AWS names, as in `SSEKMSKeyId`.
const ACRONYMS: &[&str] = &["SSE", "KMS", "MFA", "ACL", "CSV", "JSON"];

/// Names that generated modules use unqualified; a shape of that name gets a suffix.
const RESERVED_TYPES: &[&str] = &[
    "BTreeMap",
    "Box",
    "Bytes",
    "Call",
    "Client",
    "DateTime",
    "DecodeError",
    "Default",
    "Document",
    "Element",
    "Encode",
    "EncodeError",
    "Err",
    "ErrorBody",
    "EventStream",
    "From",
    "Into",
    "Method",
    "NoModeledError",
    "None",
    "Ok",
    "Operation",
    "OperationSpec",
    "Option",
    "Paginated",
    "PaginatedItems",
    "Params",
    "Request",
    "Response",
    "Result",
    "Secret",
    "Self",
    "Slot",
    "StreamEvent",
    "Some",
    "String",
    "TimestampFormat",
    "Vec",
    "Xml",
];

/// Names that the module of the waiters uses unqualified.
const RESERVED_WAITERS: &[&str] = &[
    "Acceptor",
    "Duration",
    "Option",
    "Self",
    "Some",
    "State",
    "Wait",
    "WaitError",
    "WaitErrorKind",
    "Waited",
    "Waiter",
];

/// Methods that a client has besides its operations.
const RESERVED_METHODS: &[&str] = &["builder", "clone", "from_env", "send"];

/// Functions that a request and its call have besides their setters.
const RESERVED_FIELDS: &[&str] = &["into_request", "new", "paginate", "send", "wait_until"];

/// Variables that decoders use besides those named after members.
const RESERVED_VARIABLES: &[&str] = &[
    "document", "element", "entry", "item", "key", "member", "request", "response", "value", "xml",
];

/// `CreateSession` → `CreateSession`, `string` → `StringShape`.
pub fn type_name(id: &ShapeId<'_>) -> String {
    type_name_of(id.name())
}

/// The same for the name of a shape.
pub fn type_name_of(shape: &str) -> String {
    let name = split_acronyms(shape).to_upper_camel_case();
    if RESERVED_TYPES.contains(&name.as_str()) {
        format!("{name}Shape")
    } else {
        name
    }
}

/// The output type of an operation, whatever the model calls the shape.
pub fn output_type(operation: &ShapeId<'_>) -> String {
    format!("{}Output", type_name(operation))
}

/// The error type of an operation.
pub fn error_type(operation: &ShapeId<'_>) -> String {
    format!("{}Error", type_name(operation))
}

/// What stands for a waiter: `bucketExists` → `BucketExists`.
pub fn waiter(name: &str) -> String {
    match split_acronyms(name).to_upper_camel_case() {
        name if RESERVED_WAITERS.contains(&name.as_str()) => format!("{name}Waiter"),
        name => name,
    }
}

/// The file name of a shape's module: `create_session`.
pub fn module(id: &ShapeId<'_>) -> String {
    module_ident(id).trim_start_matches("r#").to_owned()
}

/// The same as an identifier: `Match` → `r#match`.
pub fn module_ident(id: &ShapeId<'_>) -> String {
    keyword_safe(snake(id.name()))
}

/// The client's method for an operation: `create_session`.
pub fn method(id: &ShapeId<'_>) -> String {
    apart_from(RESERVED_METHODS, module_ident(id))
}

/// The builder's method for a setting, `ForcePathStyle` → `force_path_style`.
pub fn setting(param: &str) -> String {
    keyword_safe(snake(param))
}

/// `SSEKMSKeyId` → `sse_kms_key_id`, `Type` → `r#type`, `New` → `new_`.
pub fn field(member: &str) -> String {
    apart_from(RESERVED_FIELDS, keyword_safe(snake(member)))
}

/// The variable that a decoder keeps a member in: the name of its field, as a rule.
pub fn variable(member: &str) -> String {
    apart_from(RESERVED_VARIABLES, field(member))
}

/// The same for text that is no Rust, such as messages and file names.
pub fn snake(name: &str) -> String {
    split_acronyms(name).to_snake_case()
}

/// `aws:kms` as the member `aws_kms` → `AwsKms`.
pub fn variant(member: &str) -> String {
    match split_acronyms(member).to_upper_camel_case().as_str() {
        "Unknown" => "UnknownValue".to_owned(),
        "Self" => "SelfValue".to_owned(),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        name => name.to_owned(),
    }
}

/// `UseFIPS` → `USE_FIPS`.
pub fn constant(name: &str) -> String {
    name.to_snake_case().to_ascii_uppercase()
}

/// The name of a command, option or page: `create-session`, `ssekms-key-id`. It follows the AWS CLI, which
/// knows no acronyms: a hyphen goes before a capital that small letters follow, then before a capital behind a
/// small letter or digit.
pub fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut words = String::with_capacity(name.len() + 4);
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        words.push(*c);
        at += 1;
        let rest = &chars[at..];
        let small = rest.iter().skip(1).take_while(|c| c.is_ascii_lowercase());
        let small = small.count();
        if small > 0 && rest[0].is_ascii_uppercase() {
            words.push('-');
            words.extend(&rest[..=small]);
            at += small + 1;
        }
    }
    let mut out = String::with_capacity(words.len() + 4);
    let mut before = '-';
    for c in words.chars() {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
        before = c;
    }
    out
}

fn apart_from(reserved: &[&str], name: String) -> String {
    if reserved.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

fn keyword_safe(name: String) -> String {
    match name.as_str() {
        // These cannot be raw identifiers.
        "self" | "super" | "crate" | "_" => format!("{name}_"),
        // syn does not know `gen` for the keyword that it has become.
        "gen" => "r#gen".to_owned(),
        _ if syn::parse_str::<syn::Ident>(&name).is_err() => format!("r#{name}"),
        _ => name,
    }
}

/// Puts a boundary behind each known acronym that is followed by another capital.
fn split_acronyms(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let found = ACRONYMS.iter().find(|acronym| {
            rest.strip_prefix(**acronym)
                .is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_uppercase()))
        });
        let boundary = out.is_empty() || !out.ends_with(|c: char| c.is_ascii_uppercase());
        match found.filter(|_| boundary || out.ends_with('_')) {
            Some(acronym) => {
                out.push_str(acronym);
                out.push('_');
                rest = &rest[acronym.len()..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_words() {
        let names = [
            ("SSEKMSKeyId", "sse_kms_key_id"),
            ("SSEKMSEncryptionContext", "sse_kms_encryption_context"),
            ("SSECustomerKeyMD5", "sse_customer_key_md5"),
            ("MFADelete", "mfa_delete"),
            ("MFA", "mfa"),
            ("ETag", "e_tag"),
            ("ChecksumCRC64NVME", "checksum_crc64nvme"),
            ("GrantReadACP", "grant_read_acp"),
            ("BucketKeyEnabled", "bucket_key_enabled"),
            ("Type", "r#type"),
            ("Self", "self_"),
            ("New", "new_"),
        ];
        for (model, rust) in names {
            assert_eq!(field(model), rust, "{model}");
        }
    }

    #[test]
    fn variants_are_identifiers() {
        for (member, rust) in [
            ("aws_kms_dsse", "AwsKmsDsse"),
            ("AES256", "Aes256"),
            ("Unknown", "UnknownValue"),
        ] {
            assert_eq!(variant(member), rust);
        }
    }

    #[test]
    fn the_command_line_follows_the_aws_cli() {
        for (name, command) in [
            ("SSEKMSKeyId", "ssekms-key-id"),
            ("CreateSession", "create-session"),
            ("ListObjectsV2", "list-objects-v2"),
            ("ChecksumCRC32C", "checksum-crc32-c"),
            ("ChecksumCRC64NVME", "checksum-crc64-nvme"),
            ("ChecksumSHA256", "checksum-sha256"),
            ("SSECustomerKeyMD5", "sse-customer-key-md5"),
            ("ETag", "e-tag"),
            ("x", "x"),
        ] {
            assert_eq!(kebab(name), command);
        }
    }
}
