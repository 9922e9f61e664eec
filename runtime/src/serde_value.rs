//! Times and bytes within lists and maps as serde values: texts such as `2026-01-15T10:00:00Z`, and base64. For
//! `#[serde(with = …)]`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::serde_time;
use crate::text::{FromText, ToText};

/// What is no serde value of its own.
pub trait SerdeValue: Sized {
    /// Writes it.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads it.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Writes a value.
pub fn serialize<T: SerdeValue, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

/// Reads a value.
pub fn deserialize<'de, T: SerdeValue, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A value to be written.
struct Out<'a, T>(&'a T);

impl<T: SerdeValue> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// A value that was read.
struct In<T>(T);

impl<'de, T: SerdeValue> Deserialize<'de> for In<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(In)
    }
}

impl SerdeValue for DateTime {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_time::serialize(self, serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_time::deserialize(deserializer)
    }
}

impl SerdeValue for Bytes {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(Cow::Owned(text)).map_err(de::Error::custom)
    }
}

impl<T: SerdeValue> SerdeValue for Option<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Out).serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<In<T>>::deserialize(deserializer)?.map(|In(value)| value))
    }
}

impl<T: SerdeValue> SerdeValue for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Out))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<In<T>>::deserialize(deserializer)?;
        Ok(items.into_iter().map(|In(item)| item).collect())
    }
}

impl<K, V> SerdeValue for BTreeMap<K, V>
where
    K: Serialize + de::DeserializeOwned + Ord,
    V: SerdeValue,
{
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key, Out(value))))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::<K, In<V>>::deserialize(deserializer)?;
        Ok(entries
            .into_iter()
            .map(|(key, In(value))| (key, value))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Values {
        #[serde(with = "super")]
        times: Vec<Option<DateTime>>,
        #[serde(with = "super", default)]
        blobs: Option<BTreeMap<String, Bytes>>,
    }

    #[test]
    fn times_and_bytes_are_texts_at_any_depth() {
        let json = r#"{"times":["2026-01-15T10:00:00Z",null],"blobs":{"a":"QUI="}}"#;
        let values: Values = serde_json::from_str(json).unwrap();
        assert_eq!(
            values.times,
            [Some(DateTime::from_secs(1_768_471_200)), None]
        );
        assert_eq!(values.blobs.as_ref().unwrap()["a"], "AB");
        assert_eq!(serde_json::to_string(&values).unwrap(), json);
        let none: Values = serde_json::from_str(r#"{"times":[]}"#).unwrap();
        assert_eq!(none.blobs, None);
        assert!(serde_json::from_str::<Values>(r#"{"times":["soon"]}"#).is_err());
    }
}
