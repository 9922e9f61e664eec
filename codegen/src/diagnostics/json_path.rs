//! The way to a place in a JSON file, for files whose lines are too long to be shown.

/// Longer keys are cut to this many characters.
const MAX_KEY: usize = 80;
/// Of a longer path, the last characters are shown.
const MAX_PATH: usize = 160;

/// An object or array around the place.
enum Around {
    /// With its last key, until a comma follows.
    Object(Option<String>),
    /// With the number of its last item.
    Array(usize),
}

/// The keys and indices that lead to an offset, such as `shapes["a#Size"].traits[0]`. The text may be broken behind it.
pub(super) fn json_path(text: &str, offset: usize) -> String {
    let bytes = text.as_bytes();
    let mut around = Vec::new();
    let mut at = 0;
    while at <= offset && at < bytes.len() {
        match (bytes[at], around.last_mut()) {
            (b'{', _) => around.push(Around::Object(None)),
            (b'[', _) => around.push(Around::Array(0)),
            (b'}' | b']', _) if at < offset => drop(around.pop()),
            (b',', Some(Around::Array(index))) if at < offset => *index += 1,
            (b',', Some(Around::Object(key))) if at < offset => *key = None,
            (b'"', inside) => {
                let end = end_of_string(bytes, at);
                if let Some(Around::Object(key @ None)) = inside {
                    *key = Some(text[at + 1..end].to_owned());
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    // What begins at the place itself is not around it.
    if matches!(bytes.get(offset), Some(b'{' | b'[')) {
        around.pop();
    }
    written(&around)
}

/// Where the quote is that ends the string that begins here.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

fn written(around: &[Around]) -> String {
    let mut path = String::new();
    for inner in around {
        match inner {
            Around::Array(index) => path.push_str(&format!("[{index}]")),
            Around::Object(Some(key)) if is_plain(key) => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(key);
            }
            Around::Object(Some(key)) => {
                let key: String = key.chars().take(MAX_KEY).collect();
                path.push_str(&format!("[\"{key}\"]"));
            }
            Around::Object(None) => {}
        }
    }
    let mut last = path.char_indices().rev();
    match last.nth(MAX_PATH) {
        Some((start, c)) => format!("…{}", &path[start + c.len_utf8()..]),
        None => path,
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= MAX_KEY
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{MAX_PATH, json_path};

    #[test]
    fn keys_and_indices_lead_to_a_place() {
        let text =
            r#"{"smithy":"2.0","shapes":{"a#B":{"type":"list","t\"x":[{"k":1},{"p":[0,"!"]}]}}}"#;
        for (place, path) in [
            ("{\"smithy", ""),
            ("\"2.0", "smithy"),
            ("{\"a#B", "shapes"),
            ("\"a#B", r#"shapes["a#B"]"#),
            ("\"list", r#"shapes["a#B"].type"#),
            ("1}", r#"shapes["a#B"]["t\"x"][0].k"#),
            ("0,", r#"shapes["a#B"]["t\"x"][1].p[0]"#),
            ("!", r#"shapes["a#B"]["t\"x"][1].p[1]"#),
        ] {
            assert_eq!(json_path(text, text.find(place).unwrap()), path, "{place}");
        }
    }

    #[test]
    fn broken_text_has_a_path_up_to_where_it_breaks() {
        assert_eq!(json_path(r#"{"a":[1,,"#, 8), "a[1]");
        assert_eq!(json_path(r#"{"a":"b"#, 100), "a");
        assert_eq!(json_path("\u{e4}{\"\u{e4}\\", 5), "[\"\u{e4}\\\"]");
        assert_eq!(json_path("", 0), "");
        let deep = json_path(&"[".repeat(100), 99);
        assert!(deep.starts_with('…'), "{deep}");
        assert_eq!(deep.chars().count(), MAX_PATH + 1);
    }
}
