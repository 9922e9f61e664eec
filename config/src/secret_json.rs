//! [`SecretJson`]: JSON with secrets.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_json::Value;
use zonal_runtime::Secret;

/// A text that gets longer is copied, and leaves what it was.
const ROOM: usize = 64 * 1024;

/// A JSON value whose texts are overwritten when it is dropped. Its `Debug` shows nothing.
pub struct SecretJson(Value);

impl SecretJson {
    /// Takes a value over.
    pub fn new(value: Value) -> Self {
        Self(value)
    }

    /// Parses a text.
    ///
    /// # Errors
    ///
    /// If it is not JSON.
    pub fn parse(text: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(text).map(Self)
    }

    /// The value as it is written.
    ///
    /// # Errors
    ///
    /// Never, for what JSON can write.
    pub fn text(&self) -> serde_json::Result<Secret> {
        let mut text = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut text, &self.0)?;
        Ok(Secret::from(String::from_utf8(text).unwrap_or_default()))
    }
}

impl Deref for SecretJson {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl DerefMut for SecretJson {
    fn deref_mut(&mut self) -> &mut Value {
        &mut self.0
    }
}

impl Drop for SecretJson {
    fn drop(&mut self) {
        overwrite(&mut self.0);
    }
}

fn overwrite(value: &mut Value) {
    match value {
        // a secret is overwritten
        Value::String(text) => drop(Secret::from(std::mem::take(text))),
        Value::Array(items) => items.iter_mut().for_each(overwrite),
        Value::Object(members) => members.values_mut().for_each(overwrite),
        _ => {}
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretJson(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_was_read_and_never_shown() {
        let text = r#"{"a":["MARKER",{"b":"MARKER\n"}],"c":1}"#;
        let mut json = SecretJson::parse(text.as_bytes()).unwrap();
        assert_eq!(json.text().unwrap().expose(), text);
        assert!(!format!("{json:?}").contains("MARKER"));
        overwrite(&mut json);
        let text = json.text().unwrap();
        assert_eq!(text.expose(), r#"{"a":["",{"b":""}],"c":1}"#);
        assert!(SecretJson::parse(b"{").is_err());
    }
}
