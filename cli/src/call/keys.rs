//! Keys that are percent-encoded. XML cannot hold all keys: like the AWS CLI, the program requests encoded keys in
//! listings, unless the user sets the encoding, and prints decoded keys. The source of a rename is encoded by the user.

use serde_json::Value;
use zonal_commands::{Command, Kind};

use crate::console;
use crate::output::terminal;

const MEMBER: &str = "EncodingType";

/// Requests encoded keys. Returns whether to decode the answer.
pub(super) fn ask(command: &Command, input: &mut Value) -> bool {
    let has = |name: &str| {
        let mut members = command.input.members.iter();
        members.any(|member| member.name == name && matches!(member.kind, Kind::Enum(_)))
    };
    let lists_objects = |name: &str| {
        let mut members = command.output.members.iter();
        members.any(|member| member.name == name)
    };
    match input {
        Value::Object(input)
            if has(MEMBER) && lists_objects("Contents") && !input.contains_key(MEMBER) =>
        {
            input.insert(MEMBER.to_owned(), Value::from("url"));
            true
        }
        _ => false,
    }
}

/// Decodes the keys that the service has encoded.
pub(super) fn decode(answer: &mut Value) {
    if answer.get(MEMBER).and_then(Value::as_str) != Some("url") {
        return;
    }
    for name in ["Delimiter", "Prefix", "StartAfter"] {
        plain(answer.get_mut(name));
    }
    for (list, name) in [("Contents", "Key"), ("CommonPrefixes", "Prefix")] {
        let items = answer.get_mut(list).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            plain(item.get_mut(name));
        }
    }
}

/// Says which object a source with escapes names, since the key may have been meant as it is.
pub(super) fn tell_source(input: &Value) {
    let Some(text) = input.get("RenameSource").and_then(Value::as_str) else {
        return;
    };
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    if decoded != text {
        console::warn(&format!(
            "the rename source is percent-encoded and names {}; write %25 for a percent sign of the key",
            terminal::safe(&decoded)
        ));
    }
}

/// A plus is a blank, as in a form.
fn plain(value: Option<&mut Value>) {
    let Some(Value::String(text)) = value else {
        return;
    };
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced);
    *text = decoded.decode_utf8_lossy().into_owned();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_decoded_where_the_service_has_encoded_them() {
        let page = json!({
            "Prefix": "a%2Fb/", "Delimiter": "/", "EncodingType": "url",
            "Contents": [{"Key": "a%2Fb/%01+%2B%C3%A9", "Size": 1}],
            "CommonPrefixes": [{"Prefix": "a%25"}],
        });
        let mut answer = page.clone();
        decode(&mut answer);
        assert_eq!(answer["Prefix"], "a/b/");
        assert_eq!(answer["Contents"][0]["Key"], "a/b/\u{1} +é");
        assert_eq!(answer["CommonPrefixes"][0]["Prefix"], "a%");
        let mut answer = page;
        answer["EncodingType"] = Value::Null;
        let before = answer.clone();
        decode(&mut answer);
        assert_eq!(answer, before);
    }
}
