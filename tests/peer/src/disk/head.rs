//! The head of an object's file: lines of words, each word percent-encoded.

use crate::checksum::{Checksum, ChecksumAlgorithm, ChecksumType};
use crate::data::{Data, Spill, Writer};
use crate::encryption::{ALGORITHM, BUCKET_KEY, CONTEXT, Encryption, KEY_ID};
use crate::http::{percent_decode, percent_encode};
use crate::object::{Details, ObjectPart, StoredObject};
use std::io::{self, BufRead, Read};
use std::time::{Duration, SystemTime};

/// What comes before the data.
pub(super) fn write(key: &str, object: &StoredObject) -> String {
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
    head
}

/// Reads a file back, whose data may go on to the temporary file.
pub(super) fn read(mut file: impl BufRead, spill: &Spill) -> io::Result<(String, StoredObject)> {
    const PIECE: u64 = 64 * 1024;
    let mut head = String::new();
    loop {
        let start = head.len();
        file.read_line(&mut head)?;
        if head[start..].trim_end().is_empty() {
            break;
        }
    }
    let (key, mut object) = parse(&head).ok_or(io::ErrorKind::InvalidData)?;
    let mut data = Writer::new(spill, usize::MAX);
    let mut piece = Vec::new();
    while file.by_ref().take(PIECE).read_to_end(&mut piece)? > 0 {
        data.push(&piece)?;
        piece.clear();
    }
    object.data = data.finish();
    Ok((key, object))
}

/// The key, and the object without its data; `None` if the head is something else.
fn parse(head: &str) -> Option<(String, StoredObject)> {
    let mut key = None;
    let nothing = Data::default();
    let mut object = StoredObject::new(nothing, Details::default(), None, SystemTime::UNIX_EPOCH);
    object.parts.clear();
    for line in head.lines().filter(|line| !line.is_empty()) {
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
        let data = Data::from(b"one\n\ntwo".to_vec());
        let checksum = Checksum::full(ChecksumAlgorithm::Sha1, &data).expect("memory");
        let object = StoredObject::new(data, details, Some(checksum), now);
        let file = write(" /%\n", &object) + "one\n\ntwo";
        let spill = Spill::default();
        let (key, back) = read(file.as_bytes(), &spill).expect("an object");
        assert_eq!(key, " /%\n");
        assert_eq!(format!("{back:?}"), format!("{object:?}"));
        assert_eq!(back.data, object.data);
        assert_eq!(back.last_modified, now);
        assert_eq!(back.encryption.algorithm(), "aws:kms");
        assert!(read(&b"anything\n\nelse"[..], &spill).is_err());
    }
}
