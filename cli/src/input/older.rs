//! Members that the AWS CLI takes and prints as another kind than the model has. It stands on an older model of S3:
//! there these are numbers and times, which today's model has as texts.

use serde_json::Value;
use zonal_commands::{Kind, Member, Structure, Time};

use super::times;

static NUMBER: Kind = Kind::Integer;
static TIME: Kind = Kind::Timestamp(Time::HttpDate);

/// What a member holds for those who type and read it.
pub(crate) fn kind_of(member: &Member) -> &Kind {
    match (member.name, &member.kind) {
        ("PartNumberMarker" | "NextPartNumberMarker", Kind::String) => &NUMBER,
        ("Expires", Kind::String) => &TIME,
        (_, kind) => kind,
    }
}

/// Brings the members of an input into the kinds of the model, in which requests take them.
pub(crate) fn write_as_modelled(input: &mut Value, structure: &Structure) {
    for member in structure.members {
        let (typed, Some(value)) = (kind_of(member), input.get_mut(member.name)) else {
            continue;
        };
        match (&member.kind, typed, &*value) {
            (Kind::String, Kind::Integer, Value::Number(number)) => {
                *value = Value::from(number.to_string())
            }
            (Kind::String, Kind::Timestamp(_), Value::String(text)) => {
                if let Some(date) = times::http_date(text) {
                    *value = Value::String(date);
                }
            }
            _ => {}
        }
    }
}
