//! The head of an object's file: lines of words, each word percent-encoded.

use crate::checksum::{Checksum, ChecksumAlgorithm, ChecksumType};
use crate::encryption::{ALGORITHM, BUCKET_KEY, CONTEXT, Encryption, KEY_ID};
use crate::http::{percent_decode, percent_encode};
use crate::object::{Details, ObjectPart, StoredObject};
use bytes::Bytes;
use std::time::{Duration, SystemTime};

/// The file's content.
pub(super) fn write(key: &str, object: &StoredObject) -> Vec<u8> {
    let mut head = String::new();
    let mut line = |words: &[&str]| {
        let words = words.iter();
        let words: Vec<String> = words
            .map(|word| percent_encode(word.as_bytes(), true))
            .collect();
        head.push_str(&words.join(" "));
        head.push('\n');
    };
    line(&["key", key]);
    line(&["etag", &object.etag]);
    line(&["modified", &seconds(object.last_modified).to_string()]);
    line(&["multipart", &object.multipart.to_string()]);
    for (name, value) in &object.headers {
        line(&["header", name, value]);
    }
    for (name, value) in &object.metadata {
        line(&["metadata", name, value]);
    }
    for (name, value) in &object.encryption.0 {
        line(&["encryption", name, value]);
    }
    if let Some(Checksum {
        algorithm,
        kind,
        value,
    }) = &object.checksum
    {
        line(&["checksum", algorithm.name(), &kind.to_string(), value]);
    }
    for part in &object.parts {
        let size = part.size.to_string();
        match &part.checksum {
            Some((algorithm, value)) => line(&["part", &size, algorithm.name(), value]),
            None => line(&["part", &size]),
        }
    }
    head.push('\n');
    [head.as_bytes(), &object.data].concat()
}

/// Reads it back; `None` if it is something else.
pub(super) fn read(file: &[u8]) -> Option<(String, StoredObject)> {
    let end = file.windows(2).position(|pair| pair == b"\n\n")?;
    let head = std::str::from_utf8(&file[..end]).ok()?;
    let data = Bytes::copy_from_slice(&file[end + 2..]);
    let mut key = None;
    let mut object = StoredObject::new(data, Details::default(), None, SystemTime::UNIX_EPOCH);
    object.parts.clear();
    for line in head.lines() {
        let words = line.split(' ').map(decode).collect::<Option<Vec<_>>>()?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["key", text] => key = Some((*text).to_owned()),
            ["etag", text] => object.etag = (*text).to_owned(),
            ["modified", text] => {
                let since = Duration::from_secs(text.parse().ok()?);
                object.last_modified = SystemTime::UNIX_EPOCH.checked_add(since)?;
            }
            ["multipart", text] => object.multipart = *text == "true",
            ["header", name, value] => {
                object
                    .headers
                    .insert((*name).to_owned(), (*value).to_owned());
            }
            ["metadata", name, value] => {
                object
                    .metadata
                    .insert((*name).to_owned(), (*value).to_owned());
            }
            ["encryption", name, value] => add_encryption(&mut object.encryption, name, value),
            ["checksum", algorithm, kind, value] => {
                object.checksum = Some(Checksum {
                    algorithm: ChecksumAlgorithm::of_name(algorithm)?,
                    kind: ChecksumType::of_name(kind)?,
                    value: (*value).to_owned(),
                });
            }
            ["part", size, checksum @ ..] => object.parts.push(ObjectPart {
                size: size.parse().ok()?,
                checksum: match checksum {
                    [algorithm, value] => {
                        Some((ChecksumAlgorithm::of_name(algorithm)?, (*value).to_owned()))
                    }
                    _ => None,
                },
            }),
            _ => return None,
        }
    }
    Some((key?, object))
}

fn add_encryption(encryption: &mut Encryption, name: &str, value: &str) {
    let known = [ALGORITHM, KEY_ID, CONTEXT, BUCKET_KEY];
    if let Some(name) = known.into_iter().find(|known| *known == name) {
        encryption.0.push((name, value.to_owned()));
    }
}

fn decode(word: &str) -> Option<String> {
    String::from_utf8(percent_decode(word.as_bytes())?).ok()
}

pub(super) fn seconds(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_come_back() {
        let details = Details {
            headers: [("content-type".to_owned(), "a b\n".to_owned())].into(),
            metadata: [("é".to_owned(), String::new())].into(),
            encryption: Encryption(vec![(ALGORITHM, "aws:kms".to_owned())]),
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
        let data = Bytes::from_static(b"one\n\ntwo");
        let checksum = Checksum::full(ChecksumAlgorithm::Sha1, &data);
        let object = StoredObject::new(data, details, Some(checksum), now);
        let (key, back) = read(&write(" /%\n", &object)).expect("an object");
        assert_eq!(key, " /%\n");
        assert_eq!(format!("{back:?}"), format!("{object:?}"));
        assert_eq!(back.data, object.data);
        assert_eq!(back.last_modified, now);
        assert_eq!(back.encryption.algorithm(), "aws:kms");
        assert!(read(b"anything\n\nelse").is_none());
    }
}
