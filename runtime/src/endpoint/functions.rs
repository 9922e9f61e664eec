//! The functions of the rules language, versions 1.0 and 1.1, on plain values.

use std::borrow::Cow;

use percent_encoding::utf8_percent_encode;

use super::partitions::Partition;
use super::rules::Step;
use super::value::{Arn, Url, UrlPart, part};
use super::{Value, is_host_label};
use crate::request::ENCODED;

/// `substring`: absent if the text is too short or not ASCII.
pub(super) fn substring<'a>(
    text: &Cow<'a, str>,
    start: usize,
    stop: usize,
    reverse: bool,
) -> Option<Cow<'a, str>> {
    if start >= stop || text.len() < stop || !text.is_ascii() {
        return None;
    }
    let length = text.len();
    let (start, stop) = if reverse {
        (length - stop, length - start)
    } else {
        (start, stop)
    };
    Some(part(text, start, stop))
}

/// `isValidHostLabel`
pub(super) fn is_valid_host_label(text: &str, allow_dots: bool) -> bool {
    if allow_dots {
        text.split('.').all(is_host_label)
    } else {
        is_host_label(text)
    }
}

/// `aws.isVirtualHostableS3Bucket`
pub(super) fn is_virtual_hostable(bucket: &str, allow_dots: bool) -> bool {
    let is_edge = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let bytes = bucket.as_bytes();
    (3..=63).contains(&bytes.len())
        && is_edge(bytes.first())
        && is_edge(bytes.last())
        && !bytes.iter().any(u8::is_ascii_uppercase)
        && is_valid_host_label(bucket, allow_dots)
        && !looks_like_ipv4(bucket)
        && !bucket.contains(".-")
        && !bucket.contains("-.")
}

fn looks_like_ipv4(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

/// `uriEncode`
pub(super) fn uri_encode<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    match utf8_percent_encode(text, ENCODED).into() {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(encoded) => Cow::Owned(encoded),
    }
}

/// `split`: at most `limit` parts, any number for 0.
pub(super) fn split<'a>(text: &Cow<'a, str>, delimiter: &str, limit: usize) -> Vec<Cow<'a, str>> {
    let limit = if limit == 0 { usize::MAX } else { limit };
    let mut parts = Vec::new();
    let mut start = 0;
    if !delimiter.is_empty() {
        while parts.len() + 1 < limit {
            let Some(at) = text[start..].find(delimiter) else {
                break;
            };
            parts.push(part(text, start, start + at));
            start += at + delimiter.len();
        }
    }
    parts.push(part(text, start, text.len()));
    parts
}

/// `getAttr`: absent if there is no such member or item.
pub(super) fn get_attr<'a>(value: &Value<'a>, path: &[Step]) -> Option<Value<'a>> {
    match (value, path) {
        (value, []) => Some(value.clone()),
        (Value::List(items), [Step::Index(index)]) => item(items, *index).map(Value::Str),
        (Value::Url(url), [Step::Member(name)]) => url_member(url, name),
        (Value::Partition(partition), [Step::Member(name)]) => partition_member(partition, name),
        (Value::Arn(arn), [Step::Member("resourceId"), rest @ ..]) => {
            get_attr(&Value::List(arn.resource_id.clone()), rest)
        }
        (Value::Arn(arn), [Step::Member(name)]) => arn_member(arn, name),
        _ => None,
    }
}

fn item<'a>(items: &[Cow<'a, str>], index: i32) -> Option<Cow<'a, str>> {
    let magnitude = index.unsigned_abs() as usize;
    match index {
        0.. => items.get(magnitude).cloned(),
        _ => items
            .len()
            .checked_sub(magnitude)
            .map(|at| items[at].clone()),
    }
}

fn url_member<'a>(url: &Url<'a>, name: &str) -> Option<Value<'a>> {
    Some(match name {
        "scheme" => Value::UrlPart(UrlPart::Scheme, Cow::Borrowed(url.scheme)),
        "authority" => Value::UrlPart(UrlPart::Authority, url.authority.clone()),
        "path" => Value::UrlPart(UrlPart::Path, url.path.clone()),
        "normalizedPath" => Value::UrlPart(UrlPart::Path, url.normalized_path()),
        "isIp" => Value::Bool(url.is_ip),
        _ => return None,
    })
}

fn partition_member(partition: &'static Partition, name: &str) -> Option<Value<'static>> {
    Some(match name {
        "name" => Value::from(partition.name),
        "dnsSuffix" => Value::from(partition.dns_suffix),
        "dualStackDnsSuffix" => Value::from(partition.dual_stack_dns_suffix),
        "supportsFIPS" => Value::Bool(partition.supports_fips),
        "supportsDualStack" => Value::Bool(partition.supports_dual_stack),
        "implicitGlobalRegion" => Value::from(partition.implicit_global_region),
        _ => return None,
    })
}

fn arn_member<'a>(arn: &Arn<'a>, name: &str) -> Option<Value<'a>> {
    let text = match name {
        "partition" => &arn.partition,
        "service" => &arn.service,
        "region" => &arn.region,
        "accountId" => &arn.account_id,
        _ => return None,
    };
    Some(Value::Str(text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }

    #[test]
    fn substring_counts_from_either_end() {
        let name = text("demo--usw2-az1--x-s3");
        assert_eq!(substring(&name, 0, 6, true).as_deref(), Some("--x-s3"));
        assert_eq!(substring(&name, 6, 14, true).as_deref(), Some("usw2-az1"));
        assert_eq!(substring(&name, 0, 4, false).as_deref(), Some("demo"));
        assert_eq!(substring(&text("abc"), 0, 4, false), None);
        assert_eq!(substring(&text("abc"), 2, 2, false), None);
        assert_eq!(substring(&text("äbcdef"), 0, 2, false), None);
    }

    #[test]
    fn host_labels_end_where_the_text_ends() {
        assert!(is_valid_host_label("us-west-2", false));
        for wrong in ["", "-a", "a.b", "a\n", "a_b", "ü", &"a".repeat(64)] {
            assert!(!is_valid_host_label(wrong, false), "{wrong:?}");
        }
        assert!(is_valid_host_label("a.b", true));
        assert!(!is_valid_host_label("a..b", true) && !is_valid_host_label("a.", true));
    }

    #[test]
    fn virtual_hostable_buckets() {
        assert!(is_virtual_hostable("demo--usw2-az1--x-s3", false));
        assert!(is_virtual_hostable("a.b.c", true));
        for wrong in [
            "ab",
            "Abc",
            "a.b.c",
            "-abc",
            "abc-",
            "a_bc",
            &"a".repeat(64),
        ] {
            assert!(!is_virtual_hostable(wrong, false), "{wrong:?}");
        }
        for wrong in ["127.0.0.1", "a.-b", "a-.b", "a..b"] {
            assert!(!is_virtual_hostable(wrong, true), "{wrong:?}");
        }
    }

    #[test]
    fn split_and_index() {
        let parts = split(&text("my--s3--bucket--abcd-ab1--x-s3"), "--", 0);
        assert_eq!(parts, ["my", "s3", "bucket", "abcd-ab1", "x-s3"]);
        let list = Value::List(parts);
        assert_eq!(
            get_attr(&list, &[Step::Index(-2)]),
            Some(Value::from("abcd-ab1"))
        );
        assert_eq!(get_attr(&list, &[Step::Index(-6)]), None);
        assert_eq!(get_attr(&list, &[Step::Index(5)]), None);
        assert_eq!(split(&text("a--b--c"), "--", 2), ["a", "b--c"]);
        assert_eq!(split(&text(""), "--", 0), [""]);
        assert_eq!(split(&text("a--"), "--", 0), ["a", ""]);
    }

    #[test]
    fn uri_encode_leaves_unreserved_characters() {
        assert_eq!(uri_encode(&text("a-_.~/é %")), "a-_.~%2F%C3%A9%20%25");
    }
}
