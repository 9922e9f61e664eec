//! Sources as serde values: what was made of parts has the members `Bucket`, `Key` and `VersionId`; a text is what
//! AWS's own tools take.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CopySource, RenameSource, VERSION};

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Copied {
    Text(String),
    #[serde(rename_all = "PascalCase")]
    Object {
        bucket: String,
        key: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version_id: Option<String>,
    },
}

impl Serialize for CopySource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version_id = self.version.clone();
        let copied = match (self.bucket, &self.version) {
            (Some(length), _) => Copied::Object {
                bucket: self.path[..length].to_owned(),
                key: self.path[length + 1..].to_owned(),
                version_id,
            },
            (None, Some(version)) => Copied::Text(format!("{}{VERSION}{version}", self.path)),
            (None, None) => Copied::Text(self.path.clone()),
        };
        copied.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CopySource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Copied::deserialize(deserializer)? {
            Copied::Text(text) => Self::from_text(&text),
            Copied::Object {
                bucket,
                key,
                version_id,
            } => Self::new(bucket, key).set_version_id(version_id),
        })
    }
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Renamed {
    Text(String),
    #[serde(rename_all = "PascalCase")]
    Key {
        key: String,
    },
}

impl Serialize for RenameSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text.clone();
        let renamed = if self.is_key {
            Renamed::Key { key: text }
        } else {
            Renamed::Text(text)
        };
        renamed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RenameSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Renamed::deserialize(deserializer)? {
            Renamed::Text(text) => Self::from_text(&text),
            Renamed::Key { key } => Self::new(key),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_come_back_as_they_were() {
        for source in [
            CopySource::new("b", "k?versionId=x").version_id("v 1"),
            CopySource::new("arn:aws:s3:us-west-2:111122223333:accesspoint/a", "k"),
            CopySource::from_text("/b/k a?versionId=v"),
            CopySource::from_text("b--x-s3/k?versionId=v"),
        ] {
            let json = serde_json::to_string(&source).unwrap();
            let back: CopySource = serde_json::from_str(&json).unwrap();
            assert_eq!(back, source, "{json}");
        }
        for source in [RenameSource::new("a b"), RenameSource::from_text("b/k")] {
            let json = serde_json::to_string(&source).unwrap();
            let back: RenameSource = serde_json::from_str(&json).unwrap();
            assert_eq!(back, source, "{json}");
        }
        let text: CopySource = serde_json::from_str(r#""b/a b""#).unwrap();
        assert_eq!(text.header().unwrap(), "b/a%20b");
    }
}
