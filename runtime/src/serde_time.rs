//! Points in time as serde values: texts such as `2026-01-15T10:00:00Z`. For `#[serde(with = …)]`.

use aws_smithy_types::DateTime;
use serde::{Deserialize, Deserializer, Serializer, de, ser};

use crate::text::TimestampFormat;

/// Writes a point in time.
pub fn serialize<S: Serializer>(time: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
    match TimestampFormat::DateTime.write(time) {
        Some(text) => serializer.serialize_str(&text),
        None => Err(ser::Error::custom("this time cannot be written")),
    }
}

/// Reads a point in time.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    TimestampFormat::DateTime
        .read(&text)
        .map_err(de::Error::custom)
}

/// The same where there may be none.
pub mod option {
    use super::*;

    /// Writes a point in time, if there is one.
    pub fn serialize<S: Serializer>(
        time: &Option<DateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a point in time, if there is one.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime>, D::Error> {
        #[derive(Deserialize)]
        struct Time(#[serde(with = "super")] DateTime);
        Ok(Option::<Time>::deserialize(deserializer)?.map(|Time(time)| time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize, serde::Serialize)]
    struct Times {
        #[serde(with = "super")]
        first: DateTime,
        #[serde(with = "super::option", default)]
        last: Option<DateTime>,
    }

    #[test]
    fn times_are_texts() {
        let json = r#"{"first":"2026-01-15T10:00:00Z","last":null}"#;
        let times: Times = serde_json::from_str(json).unwrap();
        assert_eq!(times.first, DateTime::from_secs(1_768_471_200));
        assert_eq!(serde_json::to_string(&times).unwrap(), json);
        assert_eq!(
            serde_json::from_str::<Times>(&json.replace(r#","last":null"#, "")).unwrap(),
            times
        );
        let error = serde_json::from_str::<Times>(r#"{"first":"soon"}"#).unwrap_err();
        assert!(
            error.to_string().contains("2026-11-22T00:45:15Z"),
            "{error}"
        );
    }
}
