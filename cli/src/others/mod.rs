//! Members that S3 has and directory buckets lack. Version 2 of the AWS CLI sends, prints and shows them, and so does
//! the program as that version.

mod document;
mod members;
mod table;
mod values;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use serde_json::Value;
use zonal::__private::codegen::{EncodeError, Request, Secret};
use zonal_commands::{Command, Kind, Member, Place, Structure};

use crate::version::behaviour;

/// The members of a structure that the program shows, in the order of the AWS CLI.
pub(crate) fn members(structure: &Structure) -> Vec<&'static Member> {
    let mut all: Vec<_> = structure.members.iter().collect();
    for (before, members) in of(structure) {
        let at = all.iter().position(|member| member.name == *before);
        let at = at.unwrap_or(all.len());
        all.splice(at..at, members.iter());
    }
    all
}

/// The member with this name, of those that directory buckets lack, if it can be sent.
pub(crate) fn sent(structure: &Structure, name: &str) -> Option<&'static Member> {
    let mut members = of(structure).iter().flat_map(|(_, members)| members.iter());
    members.find(|member| {
        member.name == name && matches!(member.place, Place::Header(_) | Place::Query(_))
    })
}

/// The members of the error with this code.
pub(crate) fn of_error(code: &str) -> &'static [&'static str] {
    let mut errors = table::ERRORS.iter();
    errors
        .find(|(known, _)| *known == code)
        .map_or(&[], |(_, members)| members)
}

fn of(structure: &Structure) -> &'static [table::Group] {
    if !behaviour().has_other_members {
        return &[];
    }
    let mut table = table::TABLE.iter();
    table
        .find(|(name, _)| *name == structure.name)
        .map_or(&[], |(_, groups)| groups)
}

/// The member with this name, of those that directory buckets lack, if it can be sent in a document.
pub(crate) fn in_document(
    root: &Structure,
    structure: &Structure,
    name: &str,
) -> Option<&'static Member> {
    let mut members = of(structure).iter().flat_map(|(_, members)| members.iter());
    members.find(|member| member.name == name && document::is_written(root))
}

/// What the type of a request does not have.
pub(crate) struct Sent {
    values: Vec<(&'static Member, Value)>,
    document: Option<String>,
}

impl Sent {
    /// Takes them out of an input.
    pub(crate) fn take(command: &Command, input: &mut Value) -> Self {
        let document = document::of(command, input);
        let structure = &command.input;
        let Value::Object(input) = input else {
            return Self {
                values: Vec::new(),
                document,
            };
        };
        let is_own = |name: &str| structure.members.iter().any(|member| member.name == name);
        let names: Vec<_> = input.keys().filter(|name| !is_own(name)).cloned().collect();
        let found = names.iter().filter_map(|name| {
            let member = sent(structure, name)?;
            Some((member, input.shift_remove(name)?))
        });
        let mut values: Vec<_> = found.collect();
        if !table::PLAIN_KEYS.contains(&structure.name) {
            encode_keys(structure, &mut values);
        }
        Self { values, document }
    }

    /// Adds them to a request.
    pub(crate) fn add_to(&self, request: &mut Request) -> Result<(), EncodeError> {
        if let Some(document) = &self.document {
            request.payload(document.clone(), "application/xml");
        }
        for (member, value) in &self.values {
            match (member.place, value) {
                (Place::Header(name), Value::Array(items)) => {
                    let texts: Vec<_> = items.iter().map(text).collect();
                    request.header_list(name, Some(&texts))?
                }
                (Place::Header(name), value) if matches!(member.kind, Kind::Secret) => {
                    request.header(name, &Some(Secret::from(text(value))))?
                }
                (Place::Header(name), value) => request.header(name, &Some(text(value)))?,
                (Place::Query(name), value) => request.query(name, &Some(text(value)))?,
                _ => request,
            };
        }
        Ok(())
    }
}

/// Keys for encryption travel in base64, with their MD5 sums, unless the user has given the sums.
fn encode_keys(structure: &Structure, values: &mut Vec<(&'static Member, Value)>) {
    for (key, sum) in table::KEYS {
        if values.iter().any(|(member, _)| member.name == *sum) {
            continue;
        }
        let found = values.iter_mut().find(|(member, _)| member.name == *key);
        if let Some((_, Value::String(key))) = found {
            let digest = STANDARD.encode(Md5::digest(key.as_bytes()));
            *key = STANDARD.encode(key.as_bytes());
            let member = sent(structure, sum);
            values.extend(member.map(|member| (member, Value::from(digest))));
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use zonal_commands::COMMANDS;

    use super::*;

    fn groups(name: &str) -> &'static [table::Group] {
        let mut table = table::TABLE.iter();
        table
            .find(|(known, _)| *known == name)
            .map_or(&[], |(_, groups)| groups)
    }

    #[test]
    fn every_refused_option_has_a_member_that_can_be_sent() {
        for command in COMMANDS {
            let members: Vec<_> = groups(command.input.name)
                .iter()
                .flat_map(|(_, members)| members.iter())
                .collect();
            for refused in command.refused {
                let member = members.iter().find(|member| member.name == refused.member);
                let member = member.unwrap_or_else(|| panic!("{} {}", command.name, refused.flag));
                assert_eq!(member.flag, refused.flag, "{}", command.name);
                assert!(
                    matches!(member.place, Place::Header(_) | Place::Query(_)),
                    "{} {}",
                    command.name,
                    refused.flag
                );
            }
        }
    }

    #[test]
    fn members_stand_before_members_that_are_there() {
        for command in COMMANDS {
            for structure in [&command.input, &command.output] {
                for (before, members) in groups(structure.name) {
                    let has = |name: &str| structure.members.iter().any(|it| it.name == name);
                    assert!(
                        before.is_empty() || has(before),
                        "{} {before}",
                        structure.name
                    );
                    for member in *members {
                        assert!(!has(member.name), "{} {}", structure.name, member.name);
                    }
                }
            }
        }
    }
}
