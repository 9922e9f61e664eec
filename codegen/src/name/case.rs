//! How the names of a model are written in Rust and on the command line.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Acronyms that run into the next word in AWS names, as in `SSEKMSKeyId`.
const ACRONYMS: &[&str] = &["SSE", "KMS", "MFA", "ACL", "CSV", "JSON"];

/// `CreateSession` → `create_session`, `SSEKMSKeyId` → `sse_kms_key_id`.
pub(super) fn snake(name: &str) -> String {
    started(split_acronyms(name).to_snake_case(), "n")
}

/// `create_session` → `CreateSession`, `aws:kms` → `AwsKms`.
pub(super) fn camel(name: &str) -> String {
    started(split_acronyms(name).to_upper_camel_case(), "V")
}

/// `UseFIPS` → `USE_FIPS`, as rules name their parameters.
pub(super) fn constant(name: &str) -> String {
    started(name.to_snake_case(), "n").to_ascii_uppercase()
}

/// An identifier begins with a letter and has nothing but ASCII in it, whatever the name was.
fn started(name: String, first: &str) -> String {
    let name: String = name.chars().filter(|c| c.is_ascii()).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("{first}{name}")
    }
}

/// The name of a command, option or page: `create-session`, `ssekms-key-id`. It follows the AWS CLI, which
/// knows no acronyms: a hyphen goes before a capital that small letters follow, then before a capital behind a
/// small letter or digit.
pub(crate) fn kebab(name: &str) -> String {
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
        ];
        for (model, rust) in names {
            assert_eq!(snake(model), rust, "{model}");
        }
    }

    #[test]
    fn types_and_variants_are_identifiers() {
        for (member, rust) in [
            ("aws_kms_dsse", "AwsKmsDsse"),
            ("AES256", "Aes256"),
            ("2xx", "V2xx"),
            ("*", "V"),
        ] {
            assert_eq!(camel(member), rust);
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
