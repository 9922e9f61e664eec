//! `--generate-cli-skeleton`: what an input or an output looks like, with placeholders for values.

use serde_json::{Map, Value, json};

use zonal_commands::{Kind, Structure};

use super::Format;
use crate::input::kind_of;
use crate::others;

/// The skeleton of an input, to be filled in: no text, and the first value of each enumeration.
pub fn input(members: &'static Structure) -> Value {
    structure(members, Texts::Empty, &mut Vec::new())
}

/// The same as YAML, with what is said of each member.
pub fn input_as_yaml(members: &'static Structure) -> String {
    let value = input(members);
    let lines = others::members(members).into_iter().filter_map(|member| {
        let required = if member.required { "[REQUIRED] " } else { "" };
        let docs = member.docs.first().copied().unwrap_or_default();
        Some((
            member.name,
            value.get(member.name)?,
            format!("{required}{docs}"),
        ))
    });
    super::yaml::form(lines)
}

/// The skeleton of an output: the text of a string is the name of the member. How a time is written depends on the
/// format it will be printed in.
pub fn output(members: &'static Structure, format: Format) -> Value {
    structure(members, Texts::Names(format), &mut Vec::new())
}

/// What stands for a text.
#[derive(Clone, Copy)]
enum Texts {
    Empty,
    Names(Format),
}

/// `above` are the structures around, in which the skeleton stops.
fn structure(structure: &'static Structure, texts: Texts, above: &mut Vec<&'static str>) -> Value {
    if above.contains(&structure.name) {
        return json!({});
    }
    above.push(structure.name);
    let members = others::members(structure);
    let members = members
        .into_iter()
        .map(|member| {
            let value = skeleton(kind_of(member), member.name, texts, above);
            (member.name.to_owned(), value)
        })
        .collect::<Map<_, _>>();
    above.pop();
    Value::Object(members)
}

/// `name` is that of the member, or of the type of a list's items.
fn skeleton(kind: &'static Kind, name: &str, texts: Texts, above: &mut Vec<&'static str>) -> Value {
    let names = matches!(texts, Texts::Names(_));
    match *kind {
        Kind::Structure(inner) => structure(inner, texts, above),
        Kind::List { item, element } => {
            let name = match item {
                Kind::Enum(values) => values.name,
                _ => element,
            };
            json!([skeleton(item, name, texts, above)])
        }
        Kind::Map { value, .. } => json!({ "KeyName": skeleton(value, "", texts, above) }),
        Kind::String | Kind::Secret | Kind::Enum(_) if names => json!(name),
        Kind::String | Kind::Secret => json!(""),
        Kind::Enum(values) => json!(values.values.first().map_or("", |value| value.value)),
        Kind::Integer | Kind::Long => json!(0),
        Kind::Float => json!(0.0),
        Kind::Boolean => json!(true),
        Kind::Timestamp(_) => match texts {
            Texts::Names(Format::Text | Format::Table) => json!("1970-01-01 00:00:00"),
            _ => json!("1970-01-01T00:00:00"),
        },
        Kind::Blob | Kind::Stream => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zonal_commands::COMMANDS;

    fn command(name: &str) -> &'static zonal_commands::Command {
        COMMANDS
            .iter()
            .find(|command| command.name == name)
            .unwrap()
    }

    /// The expected texts are those of the AWS CLI.
    #[test]
    fn every_kind_of_type_has_its_placeholder() {
        let session = command("create-session");
        assert_eq!(
            input(&session.input).to_string(),
            r#"{"SessionMode":"ReadOnly","Bucket":"","ServerSideEncryption":"AES256","SSEKMSKeyId":"","SSEKMSEncryptionContext":"","BucketKeyEnabled":true}"#
        );
        let expected = output(&session.output, Format::Text);
        assert_eq!(expected["Credentials"]["Expiration"], "1970-01-01 00:00:00");
        assert_eq!(expected["Credentials"]["AccessKeyId"], "AccessKeyId");
        let parts = input(&command("complete-multipart-upload").input);
        assert_eq!(parts["MultipartUpload"]["Parts"][0]["PartNumber"], 0);
    }
}
