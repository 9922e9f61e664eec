//! What the fuzzers in `fuzz/` call. They reach what is not public here, and each function panics where something is
//! wrong.

use serde_json::Value;

/// The text of an option is a value, or is refused with a reason.
pub fn option(data: &[u8]) {
    let [command, member, text @ ..] = data else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    crate::input::fuzz_option(usize::from(*command), usize::from(*member), text);
}

/// YAML is a value, or is refused. The value in JSON, which is YAML too, is read as the same.
pub fn yaml(text: &str) {
    let Some(value) = crate::input::fuzz_yaml(text) else {
        return;
    };
    let json = value.to_string();
    assert_eq!(crate::input::fuzz_yaml(&json), Some(value), "{json}");
}

/// A query is refused, or has the same result for the same value each time.
pub fn query(text: &str) {
    let Ok(query) = crate::output::query::compile(text) else {
        return;
    };
    let value: Value = serde_json::json!({
        "Contents": [
            { "Key": "a/b", "Size": 3, "ETag": "\"x\"", "Parts": [1, 2.5, null] },
            { "Key": "é", "Size": 18_446_744_073_709_551_615_u64, "ETag": null },
        ],
        "IsTruncated": false,
        "Prefix": "",
    });
    let [first, second] = [(); 2].map(|()| query.apply(&value).map_err(|error| error.to_string()));
    assert_eq!(first, second);
}

/// A pattern takes the same names as the same pattern written by recursion.
pub fn pattern(text: &str) {
    let Some((pattern, name)) = text.split_once('\n') else {
        return;
    };
    // the recursion takes exponential time for many stars
    if pattern.matches('*').count() > 4
        || pattern.len() > 40
        || name.len() > 40
        || pattern.contains(['[', '/'])
    {
        return;
    }
    let expected = takes(&mut pattern.chars(), &mut name.chars());
    assert_eq!(crate::files::fuzz_matches(pattern, name), expected);
}

fn takes(pattern: &mut std::str::Chars<'_>, name: &mut std::str::Chars<'_>) -> bool {
    match pattern.next() {
        None => name.next().is_none(),
        Some('*') => loop {
            if takes(&mut pattern.clone(), &mut name.clone()) {
                return true;
            }
            if name.next().is_none() {
                return false;
            }
        },
        Some('?') => name.next().is_some() && takes(pattern, name),
        Some(c) => name.next() == Some(c) && takes(pattern, name),
    }
}
